#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "dispatch/base/object_pool.h"
#include "dispatch/wait/parker.h"
#include "hookline/clock.h"
#include "hookline/detail/hook_arg.h"
#include "hookline/executor.h"
#include "hookline/hook.h"
#include "hookline/verdict.h"
#include "marshal/packed_scalars.h"
#include "plugin/event/event_call.h"
#include "plugin/event/subscriptions.h"

namespace hookline {
class VerdictHandler;
}

namespace hookline::detail {

class EventPool;
class PendingVerdicts;

// What the worker touches of an event with one script: one cache line.
class EventFront : public Job {
 public:
  EventFront(const EventFront&) = delete;
  EventFront& operator=(const EventFront&) = delete;
  ~EventFront() override = default;

 protected:
  explicit EventFront(Event& event) : first_call_(event) {}

  Executor* on_answers_ = nullptr;
  std::atomic<std::uint32_t> word_{0};
  Hook hook_{};
  bool was_held_ = false;
  bool has_large_args_ = false;
  EventCall first_call_;
};

// One event on its way to every script that has its hook, and the scripts' answers on their way
// back: one whose verdict somebody awaits, or whose arguments are too large for a mailbox. (Others
// are HookCalls.)
//
// It is reused with all its storage, so that sending allocates nothing in steady state. Each
// script's mailbox holds one of its calls, with the arguments if they are small; larger ones are in
// the event, once for all scripts. The event goes back to its pool when every call, and a sender
// who holds it, are done with it.
//
// Thread safety: send() and release() on the sending thread, on_answer() on any; the rest
// as said there.
class alignas(64) Event final : public EventFront, public PoolItem {
 public:
  Event() : EventFront(*this) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() override = default;

  // Queues a call for each script, and gives the event up: when all have answered it runs as a job
  // of `on_answers`, or, if that is nullptr, goes back to its pool. Scripts may answer before
  // this returns. REQUIRES, as the next one: fit(hook, args).
  void send(Hook hook, std::initializer_list<HookArg> args,
            const std::vector<Subscriber>& subscribers, Executor* on_answers);
  // The same for a sender who goes on using the event, until release(): it only goes back after
  // that. `parker` is unparked when every script has answered.
  void send_and_hold(Hook hook, std::initializer_list<HookArg> args,
                     const std::vector<Subscriber>& subscribers, SharedParker::Ref parker);
  void release() noexcept;

  // Any thread: whether every script has answered.
  [[nodiscard]] bool answered() const noexcept {
    return (word_.load(std::memory_order_acquire) & kCalls) == 0;
  }
  // The verdict of the answers so far; scripts that have not answered count as late, and as
  // `late_allows` says. Once only.
  [[nodiscard]] Verdict take_verdict(bool late_allows);

  // For a verdict on the loop: the job that on_answers runs, on the loop's thread. Gives it back to
  // its queue.
  void run() noexcept override;
  void discard() noexcept override;

  [[nodiscard]] Hook hook() const noexcept { return hook_; }
  [[nodiscard]] const PackedScalars& args() const noexcept { return args_; }

  // One script has answered; the event may be gone afterwards.
  void on_answer() noexcept;

  // State of the loop's side; PendingVerdicts's, and not touched elsewhere.
  struct Awaited {
    PendingVerdicts* queue = nullptr;
    VerdictHandler* handler = nullptr;
    TimePoint deadline;
    Event* earlier = nullptr;
    Event* later = nullptr;
  };
  [[nodiscard]] Awaited& awaited() noexcept { return awaited_; }

  // Lets go of what it holds for others; the pool's and the queue's, before it is used again.
  void tidy() noexcept {
    if (has_large_args_ || was_held_) [[unlikely]] {
      clear();
    }
  }
  // What is touched of it to fire it.
  static constexpr std::size_t kFiredBytes = 192;

 private:
  friend class EventPool;

  // word_: how many calls have not answered, and whether the sender holds the event.
  static constexpr std::uint32_t kHeld = 1U << 31;
  static constexpr std::uint32_t kCalls = kHeld - 1;

  void send_calls(Hook hook, std::initializer_list<HookArg> args,
                  const std::vector<Subscriber>& subscribers, std::uint32_t held);
  EventCall& call(std::size_t index) { return index == 0 ? first_call_ : *more_calls_[index - 1]; }
  void finished() noexcept;
  void go_back() noexcept;
  void clear() noexcept;

  std::uint32_t sent_ = 0;
  Awaited awaited_;
  EventPool* pool_ = nullptr;  // set by the pool
  PackedScalars args_;         // that are too large for a posting
  // More than were sent after an event that went to more scripts than this one.
  std::vector<std::unique_ptr<EventCall>> more_calls_;
  SharedParker::Ref waiting_;
};

}  // namespace hookline::detail
