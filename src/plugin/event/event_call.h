#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "dispatch/call/call.h"
#include "hookline/value.h"
#include "hookline/verdict.h"
#include "plugin/event/subscriptions.h"

namespace hookline::detail {

class Event;

// An event's way through one script's mailbox, and that script's answer.
//
// Thread safety: set_up() on the sending thread, then the mailbox's; the answer as said there.
class EventCall final : public Call {
 public:
  explicit EventCall(Event& event) : event_(event) {}

  void set_up(const Subscriber& subscriber);

  void run(Runner& runner, const QueueSlot& posting) noexcept override;
  void finish(Result<Value> result) noexcept override;
  [[nodiscard]] Request request(RequestSpace& space) const override;

  [[nodiscard]] bool answered() const noexcept {
    return state_.load(std::memory_order_acquire) != State::kUnanswered;
  }
  // Adds the answer to `verdict`. REQUIRES: answered(). Once only.
  void merge_into(Verdict& verdict);

 private:
  // The two answers that most events get need no more than this.
  enum class State : std::uint8_t { kUnanswered, kGoesOn, kBlocks, kOther };

  State read(Result<Value> result);

  Event& event_;
  std::unique_ptr<Answer> answer_;  // only with kOther
  std::atomic<State> state_{State::kUnanswered};
  ScriptEntry* script_ = nullptr;
};

}  // namespace hookline::detail
