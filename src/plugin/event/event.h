#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "dispatch/base/object_pool.h"
#include "dispatch/call/call.h"
#include "dispatch/wait/parker.h"
#include "hookline/clock.h"
#include "hookline/executor.h"
#include "hookline/hook.h"
#include "marshal/packed_scalars.h"
#include "plugin/event/answer.h"
#include "plugin/event/subscriptions.h"

namespace hookline::detail {

class Event;
class EventPool;
class PendingVerdicts;

// An event's way through one script's mailbox, and that script's answer in short.
//
// Thread safety: set_up() on the sending thread, then the mailbox's; the answer as said there.
class EventCall final : public Call {
 public:
  EventCall(Event& event, std::uint32_t index) : event_(event), index_(index) {}

  void set_up(const Subscriber& subscriber) noexcept;

  void run(Runner& runner, const QueueSlot& slot) noexcept override;
  void finish(Result<Value> result) noexcept override;
  [[nodiscard]] Request request(RequestSpace& space) const override;

  [[nodiscard]] bool answered() const noexcept {
    return state_.load(std::memory_order_acquire) != State::kUnanswered;
  }
  // Adds the answer to `verdict`. REQUIRES: answered(). Once only.
  void merge_into(Verdict& verdict);

 private:
  // Most events get one of the first two answers, which need no more than this. Any other answer
  // is in the event.
  enum class State : std::uint8_t { kUnanswered, kGoesOn, kBlocks, kOther };

  State read(Result<Value> result);

  Event& event_;
  ScriptEntry* script_ = nullptr;
  const std::uint32_t index_;
  std::atomic<State> state_{State::kUnanswered};
};

// The part of an event that the worker touches if one script has the hook: one cache line.
class EventFront : public Job {
 public:
  EventFront(const EventFront&) = delete;
  EventFront& operator=(const EventFront&) = delete;
  ~EventFront() override = default;

 protected:
  explicit EventFront(Event& event) : first_call_(event, 0) {}

  Executor* on_answers_ = nullptr;
  std::atomic<std::uint32_t> word_{0};
  Hook hook_{};
  bool was_held_ = false;
  bool has_large_args_ = false;
  EventCall first_call_;
};

// One event on its way to every script that has its hook, and the scripts' answers on their way
// back: an event whose verdict somebody awaits, or whose arguments are too large for a queue slot.
// (Other events are HookCalls.)
//
// An event is reused with all its storage, so that sending allocates nothing in steady state. Each
// script's mailbox holds one of its calls, with the arguments if they are small; larger ones are in
// the event, once for all scripts.
//
// Who owns it: the pool; then the sender, from EventPool::take() to send(); then its calls together
// until the last has answered, and a sender that holds it until release(). After that it runs as a
// job of `on_answers` (the loop's PendingVerdicts own it from there on), or returns to the pool.
//
// Thread safety: send() and release() on the sending thread, on_answer() on any; the rest as said
// there.
class alignas(64) Event final : public EventFront, public PoolItem {
 public:
  Event() : EventFront(*this) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() override = default;

  // Queues a call for each script, and gives the event up: when all have answered it runs as a job
  // of `on_answers`, or, if that is nullptr, returns to its pool. Scripts may answer before this
  // returns. REQUIRES, as the next one: fit(hook, args).
  void send(Hook hook, std::initializer_list<HookArg> args,
            const std::vector<Subscriber>& subscribers, Executor* on_answers);
  // The same for a sender that goes on using the event, until release(): it only returns to the
  // pool after that. `parker` is unparked when every script has answered.
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

  // The job that `on_answers` runs, on the loop's thread.
  void run() noexcept override;
  void discard() noexcept override;

  // For its calls.
  [[nodiscard]] Hook hook() const noexcept { return hook_; }
  [[nodiscard]] const PackedScalars& args() const noexcept { return args_; }
  [[nodiscard]] std::unique_ptr<Answer>& other_answer(std::uint32_t index) noexcept {
    return other_answers_[index];
  }
  // One script has answered; the event may be gone afterwards.
  void on_answer() noexcept;

 private:
  friend class EventPool;
  friend class PendingVerdicts;

  // word_: how many calls have not answered, and whether the sender holds the event.
  static constexpr std::uint32_t kHeld = 1U << 31;
  static constexpr std::uint32_t kCalls = kHeld - 1;
  // How much of it sending touches.
  static constexpr std::size_t kSentBytes = 192;

  // Its place in the list of pending verdicts; touched by PendingVerdicts only.
  struct Pending {
    PendingVerdicts* list = nullptr;
    VerdictHandler* handler = nullptr;  // nullptr once the verdict has been delivered
    TimePoint deadline;
    Event* earlier = nullptr;
    Event* later = nullptr;
  };

  void send_calls(Hook hook, std::initializer_list<HookArg> args,
                  const std::vector<Subscriber>& subscribers, std::uint32_t held);
  void make_room(std::size_t calls);
  EventCall& call(std::size_t index) { return index == 0 ? first_call_ : *more_calls_[index - 1]; }
  void finished() noexcept;
  void return_to_pool() noexcept;
  // Drops what it holds for others, before it is used again.
  void tidy() noexcept {
    if (has_large_args_ || was_held_) [[unlikely]] {
      clear();
    }
  }
  void clear() noexcept;

  std::uint32_t sent_ = 0;
  Pending pending_;
  EventPool* pool_ = nullptr;
  PackedScalars args_;  // those that are too large for a queue slot
  // More calls than were sent after an event that went to more scripts than this one.
  std::vector<std::unique_ptr<EventCall>> more_calls_;
  std::vector<std::unique_ptr<Answer>> other_answers_;  // as many as there are calls
  SharedParker::Ref waiting_;
};

static_assert(sizeof(EventFront) <= 64, "the worker touches one cache line of an event");

// The events of one ScriptHost that are not on their way, kept with their storage for the next
// ones.
//
// Thread safety: all methods from any thread.
class EventPool {
 public:
  [[nodiscard]] Event& take() {
    Event& event = events_.get();
    event.pool_ = this;
    return event;
  }
  void give_back(Event& event) noexcept { events_.put(event); }

 private:
  ObjectPool<Event> events_;
};

}  // namespace hookline::detail
