#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/form.h"
#include "hookline/future.h"
#include "hookline/script_host.h"

namespace hookline::bench {

// Posts events to scripts like a server does, with a bounded number of them in flight. `Hooks` is
// the vocabulary: it has post(), and the name of a function that the scripts' events precede.
//
// Events are posted in blocks. Each block ends with a call, whose future is waited for before the
// third block after it. So at most three blocks are in flight, and while the producer waits for one
// and wakes up, the scripts still have two. The queue neither runs empty nor outgrows the caches.
// Waiting for the end of each burst would measure wake-ups instead, and unbounded bursts the
// memory.
template <class Hooks>
class EventsOf {
 public:
  // Three times this number is in flight. Ending a block costs a few thousand ns, which is
  // negligible.
  static constexpr int kBlock = 2'048;

  // `readers` are the scripts that have the hook. `message` must outlive this object.
  EventsOf(ScriptHost& scripts, std::vector<ScriptId> readers, Form form,
           std::string_view message = kMessage)
      : scripts_(scripts), readers_(std::move(readers)), form_(form), message_(message) {}
  EventsOf(const EventsOf&) = delete;
  EventsOf& operator=(const EventsOf&) = delete;
  ~EventsOf() { drain(); }

  void post_block(int events = kBlock) {
    Marks& marks = marks_.at(next_++ % marks_.size());
    wait_for(marks);
    for (int i = 0; i < events; ++i) {
      Hooks::post(scripts_, form_, nicks_.next(), message_);
    }
    for (const ScriptId reader : readers_) {
      marks.push_back(scripts_.call(reader, Hooks::kSeen, {}));
    }
  }
  // Waits until all events have run.
  void drain() {
    for (Marks& marks : marks_) {
      wait_for(marks);
    }
  }
  // Returns whether a marking call failed.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  using Marks = std::vector<Future<Value>>;

  void wait_for(Marks& marks) {
    for (Future<Value>& mark : marks) {
      failed_ = !mark.get().has_value() || failed_;
    }
    marks.clear();
  }

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
