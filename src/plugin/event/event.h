#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "dispatch/base/object_pool.h"
#include "dispatch/call/call.h"
#include "dispatch/wait/parker.h"
#include "hookline/clock.h"
#include "hookline/hook.h"
#include "hookline/loop.h"
#include "marshal/owned_request.h"
#include "plugin/event/answer.h"
#include "plugin/event/subscriptions.h"

namespace hookline::detail {

class Event;
class EventPool;
class PendingDecisions;

// Describes an event that is to be sent: a row of the host's table, with arguments that fit it. It
// refers to both.
struct Outgoing {
  Hook hook{};
  const HookRow& row;
  std::span<const Argument> args;
  bool late_allows = true;  // whether answers that are late let the event go on
};

// Is told when all scripts have answered an event.
class EventListener {
 public:
  EventListener() = default;
  EventListener(const EventListener&) = delete;
  EventListener& operator=(const EventListener&) = delete;
  virtual ~EventListener() = default;
  virtual void answered(Event& event) noexcept = 0;
};

// Takes an event through one script's mailbox. It also keeps that script's answer.
//
//                 finish()
//   Unanswered ----------------> GoesOn, Blocks or Other
//       |                             ^
//       | give_up()                   | finish(), which tells the script's breaker
//       +---------------> Late -------+
//
//   Skipped   this call was not posted, since the script was late when the event was sent
//
// The deadline and the answer are both one atomic update of this state. So a call is counted as
// late exactly if its finish() finds that out.
//
// Thread safety: set_up() on the sending thread; then the mailbox's consumer uses the call.
// answered() and waits_for_late() on any thread; the others on the thread that takes the decision.
class EventCall final : public Call {
 public:
  EventCall(Event& event, std::uint32_t index) : event_(event), index_(index) {}

  void set_up(const Subscriber& subscriber, bool is_skipped) noexcept;

  void run(Runner& runner, const QueueSlot& slot) noexcept override;
  void finish(Result<Value>&& result) noexcept override;
  [[nodiscard]] Request request() const override;

  [[nodiscard]] bool answered() const noexcept {
    return state_.load(std::memory_order_acquire) != State::kUnanswered;
  }
  // Returns whether the script got the event in another way, since it was late already.
  [[nodiscard]] bool is_skipped() const noexcept {
    return state_.load(std::memory_order_relaxed) == State::kSkipped;
  }
  // Returns whether the call is unanswered, and its script is late.
  [[nodiscard]] bool waits_for_late() const noexcept {
    return !answered() && script_->breaker.is_open();
  }
  // Ends the wait for an answer at a deadline. Returns true if there is none: then the script is
  // late until finish().
  bool give_up(Duration deadline) noexcept;
  // Adds the answer to `decision`, or counts it as late. REQUIRES: no earlier call.
  void merge_into(Decision& decision);

 private:
  // Most answers are kGoesOn or kBlocks and need no more than this. The event holds any other
  // answer.
  enum class State : std::uint8_t { kUnanswered, kLate, kSkipped, kGoesOn, kBlocks, kOther };

  State read(Result<Value> result);

  Event& event_;
  ScriptEntry* script_ = nullptr;
  const std::uint32_t index_;
  std::atomic<State> state_{State::kUnanswered};
};

// Is the part of an event that the worker touches if only one script has the hook: one cache line.
class EventFront : public Job {
 public:
  EventFront(const EventFront&) = delete;
  EventFront& operator=(const EventFront&) = delete;
  ~EventFront() override = default;

 protected:
  explicit EventFront(Event& event) : first_call_(event, 0) {}

  Executor* on_answers_ = nullptr;
  std::atomic<std::uint32_t> word_{0};
  bool was_held_ = false;
  bool has_large_args_ = false;
  bool decides_ = true;      // AnswerRule::decides of the hook
  bool late_allows_ = true;  // the worker does not read this one; it fills the line
  EventCall first_call_;
};

// Is the part of an event that sending it and deciding it touch if only one script has the hook. A
// sender may have thousands of events under way, and each cache line of theirs is a miss.
class SentEvent : public EventFront {
 protected:
  // Is the event's place in the list of pending decisions. Only PendingDecisions uses it, except
  // for the listener.
  struct Pending {
    EventListener* list = nullptr;
    DecisionHandler* handler = nullptr;  // nullptr once the decision has been delivered
    TimePoint deadline;
    Event* earlier = nullptr;
    Event* later = nullptr;
  };

  explicit SentEvent(Event& event) : EventFront(event) {}

  std::uint32_t sent_ = 0;
  std::uint32_t room_ = 0;  // the number of calls for which there is room
  Pending pending_;
  const HookRow* row_ = nullptr;
};

// Carries one event to every script that has its hook, and the scripts' answers back. It is used
// when the sender awaits the decision, or when the arguments are too large for a queue slot; other
// events are HookCalls.
//
// An event is reused with all its storage, so that sending allocates nothing in steady state. Each
// script's mailbox holds one of its calls, with the arguments if they are small; larger ones are in
// the event, once for all scripts.
//
// Ownership: the pool owns it first; the sender from EventPool::take() to send(); then its calls
// together until the last has answered, and a sender that holds it until release(). After that it
// runs as a job of `on_answers` (the loop's PendingDecisions own it from there on), or returns to
// the pool.
//
// Thread safety: send() and release() on the sending thread, on_answer() on any thread; the other
// methods say theirs.
class alignas(64) Event final : public SentEvent, public PoolItem {
 public:
  Event() : SentEvent(*this) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() override = default;

  // Queues a call for each script and gives up the event. When all have answered, the event runs as
  // a job of `on_answers`, or returns to its pool if that is nullptr. Scripts may answer before
  // this returns. A script that is late gets the event, too, but its answer is not awaited.
  // REQUIRES, also for send_and_hold(): fit(event.row, event.args). They throw std::bad_alloc
  // before a script whose answer is awaited gets the event.
  void send(const Outgoing& event, std::span<const Subscriber> subscribers, Executor* on_answers);
  // Do the same for a sender that keeps using the event until release(); the event returns to the
  // pool only after that. `parker` is unparked when every script has answered, or `listener` is
  // told so, on the thread of the last script.
  void send_and_hold(const Outgoing& event, std::span<const Subscriber> subscribers,
                     SharedParker::Ref parker);
  void send_and_hold(const Outgoing& event, std::span<const Subscriber> subscribers,
                     EventListener& listener);
  void release() noexcept;
  // Takes the event back if sending it has thrown std::bad_alloc: the sender holds it, and calls
  // release().
  void take_back() noexcept;
  // Sends an event of the pool whose answers nobody awaits.
  static void send_alone(EventPool& pool, const Outgoing& event,
                         std::span<const Subscriber> subscribers);

  // Returns whether every script has answered. Thread safety: any thread.
  [[nodiscard]] bool answered() const noexcept {
    return (word_.load(std::memory_order_acquire) & kCalls) == 0;
  }
  // Ends the wait for answers because this deadline has passed: the scripts that have not answered
  // are late until their calls have ended. Returns whether there are any. Thread safety: the thread
  // that takes the decision, before it does.
  bool give_up(Duration deadline) noexcept;
  // Returns the decision of the answers so far. Scripts that have not answered count as late, and
  // block the event unless Outgoing::late_allows. REQUIRES: no earlier call for this event.
  [[nodiscard]] Decision take_decision();

  // Says what keeps an event from being decided.
  enum class WaitsFor : std::uint8_t { kNothing, kLate, kLateAndOthers, kOthers };
  // Thread safety: the thread that takes the decision, before it does.
  [[nodiscard]] WaitsFor waits_for() noexcept;

  // Runs as a job of `on_answers`, on the loop's thread.
  void run() noexcept override;
  void discard() noexcept override;

  // The event's calls use the methods below.
  [[nodiscard]] const HookRow& row() const noexcept { return *row_; }
  [[nodiscard]] bool decides() const noexcept { return decides_; }
  [[nodiscard]] const OwnedRequest& request() const noexcept { return request_; }
  [[nodiscard]] std::unique_ptr<ScriptAnswer>& other_answer(std::uint32_t index) noexcept {
    return other_answers_[index];
  }
  // Called when one script has answered. The event may be destroyed or reused afterwards.
  void on_answer() noexcept;

 private:
  friend class EventPool;
  friend class PendingDecisions;

  // The bits of word_: the number of calls that have not answered, and whether the sender holds the
  // event.
  static constexpr std::uint32_t kHeld = 1U << 31;
  static constexpr std::uint32_t kCalls = kHeld - 1;

  void send_calls(const Outgoing& event, std::span<const Subscriber> subscribers,
                  std::uint32_t held);
  void send_past_late(const Outgoing& event, std::span<const Subscriber> subscribers,
                      std::uint32_t held, QueueSlot& small);
  void post(QueueSlot& small, const Subscriber& subscriber, EventCall& one);
  void make_room(std::size_t calls);
  EventCall& call(std::size_t index) { return index == 0 ? first_call_ : *more_calls_[index - 1]; }
  void finished() noexcept;
  void return_to_pool() noexcept;
  // Drops large arguments and the waiting sender's parker before the event is used again.
  void tidy() noexcept {
    if (has_large_args_ || was_held_) [[unlikely]] {
      clear();
    }
  }
  void clear() noexcept;

  EventPool* pool_ = nullptr;
  OwnedRequest request_;  // if the arguments are too large for a queue slot
  // The calls after the first. There are more than were sent if an earlier event went to more
  // scripts.
  std::vector<std::unique_ptr<EventCall>> more_calls_;
  std::vector<std::unique_ptr<ScriptAnswer>> other_answers_;  // one for each call
  SharedParker::Ref waiting_;
};

static_assert(sizeof(EventFront) <= 64, "the worker touches one cache line of an event");
static_assert(sizeof(SentEvent) <= 128, "sending touches two");

// Keeps the unused events of one ScriptHost, with their storage, for the next ones.
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
