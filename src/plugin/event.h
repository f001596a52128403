#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "dispatch/call.h"
#include "dispatch/clock.h"
#include "dispatch/executor.h"
#include "dispatch/recyclable.h"
#include "dispatch/shared_parker.h"
#include "marshal/value.h"
#include "plugin/hook_arg.h"
#include "plugin/hooks.h"
#include "plugin/subscriptions.h"
#include "plugin/verdict.h"

namespace hookline {

class EventPool;
class VerdictHandler;
class VerdictQueue;

// One event on its way to every script that has its hook, and the scripts' answers on their way
// back.
//
// It carries the arguments once for all scripts, and is reused with all its storage, so that
// sending allocates nothing in steady state. Each script's mailbox holds one of its calls; the
// event goes back to its pool when the sender and every call are done with it.
//
// Thread safety: set_up(), send() and release() on the sending thread; the rest as said there.
class Event final : public Job, public Recyclable {
 public:
  Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() override;

  // Copies the arguments in. False if they are not those of the hook.
  [[nodiscard]] bool set_up(Hook hook, std::initializer_list<HookArg> args);

  // Queues a call for each script. Until release() the sender may use what is below.
  //   on_answers: gets this event as a job once all have answered, instead of its going back to the
  //   pool; nullptr for an event whose verdict nobody awaits, or whose sender waits itself
  void send(const std::vector<Subscriber>& subscribers, Executor* on_answers);
  void release() noexcept;

  // Any thread: whether every script has answered.
  [[nodiscard]] bool answered() const noexcept {
    return unanswered_.load(std::memory_order_acquire) == 0;
  }
  // Unparked when every script has answered. Set it before send().
  void wake_when_answered(SharedParker::Ref parker) noexcept { waiting_ = std::move(parker); }

  // The verdict of the answers so far; scripts that have not answered count as late, and as
  // `late_allows` says. Once only.
  [[nodiscard]] Verdict take_verdict(bool late_allows);

  // For a verdict on the loop: the job that on_answers runs, on the loop's thread.
  void run() noexcept override;
  void discard() noexcept override;

  // State of the loop's side; VerdictQueue's, and not touched elsewhere.
  VerdictQueue* queue = nullptr;
  VerdictHandler* handler = nullptr;
  TimePoint deadline;
  Event* earlier = nullptr;
  Event* later = nullptr;

 private:
  class ScriptCall;
  friend class EventPool;
  void on_answer() noexcept;
  void drop_reference() noexcept;
  void go_back() noexcept;

  EventPool* pool_ = nullptr;  // set by the pool
  Hook hook_{};
  std::vector<Value> args_;
  // More than `sent_` after an event that went to more scripts than this one.
  std::vector<std::unique_ptr<ScriptCall>> calls_;
  std::size_t sent_ = 0;
  Executor* on_answers_ = nullptr;
  SharedParker::Ref waiting_;
  std::atomic<std::uint32_t> unanswered_{0};
  std::atomic<std::uint32_t> references_{0};  // a call each, and the sender
};

}  // namespace hookline
