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

// Posts events to scripts like a hub does, with a bounded number of them in flight.
//
// Events are posted in blocks. Each block ends with a call, whose future is waited for before the
// third block after it. So at most three blocks are in flight, and while the producer waits for one
// and wakes up, the scripts still have two. The queue neither runs empty nor outgrows the caches.
// Waiting for the end of each burst would measure wake-ups instead, and unbounded bursts the
// memory.
class EventStream {
 public:
  // Three times this number is in flight. Ending a block costs a few thousand ns, which is
  // negligible.
  static constexpr int kBlock = 2048;

  // `readers` are the scripts that have the hook. `message` must outlive this object.
  EventStream(ScriptHost& scripts, std::vector<ScriptId> readers, Form form,
              std::string_view message = kMessage)
      : scripts_(scripts), readers_(std::move(readers)), form_(form), message_(message) {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream() { drain(); }

  void post_block(int events = kBlock);
  // Waits until all events have run.
  void drain();
  // Returns whether a marking call failed.
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
