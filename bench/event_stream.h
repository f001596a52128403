#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "bench/form.h"
#include "hookline/future.h"
#include "hookline/script_host.h"

namespace hookline::bench {

using namespace detail;

// Posts events to scripts as a hub does, with a bounded number of them under way.
//
// Events go in blocks. Each block ends with a call whose future is waited for before the third
// block after it: so at most three blocks are under way, and while the producer waits for one, and
// is woken, the scripts still have two, so that the queue neither runs dry nor outgrows the caches.
// Bursts that are waited for to their end would measure waking up instead; unbounded ones, the
// memory.
class EventStream {
 public:
  // Three times this is under way. What ends a block costs a four-figure number of ns, that is
  // nothing.
  static constexpr int kBlock = 2048;

  // `readers` are the scripts that have the hook. `message` must live as long as this.
  EventStream(ScriptHost& scripts, std::vector<ScriptId> readers, Form form,
              std::string_view message = kMessage)
      : scripts_(scripts), readers_(std::move(readers)), form_(form), message_(message) {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream() { drain(); }

  void post_block(int events = kBlock);
  // Waits until everything has run.
  void drain();
  // Whether a marking call failed.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  using Marks = std::vector<Future<Value>>;
  void wait_for(Marks& marks);

  ScriptHost& scripts_;
  std::vector<ScriptId> readers_;
  Form form_;
  std::string_view message_;
  Nicks nicks_;
  std::array<Marks, 3> marks_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

}  // namespace hookline::bench
