#include "plugin/event/event_call.h"

#include <utility>

#include "plugin/event/event.h"
#include "plugin/script/script_log.h"

namespace hookline::detail {

void EventCall::set_up(const Subscriber& subscriber) {
  script_ = subscriber.script;
  if (answer_) [[unlikely]] {
    answer_.reset();  // of an event whose verdict nobody took
  }
  state_.store(State::kUnanswered, std::memory_order_relaxed);
}

Request EventCall::request(RequestSpace& space) const {
  return {.function = hook_function(event_.hook()),
          .name = {},
          .scalars = event_.args().unpack(space),
          .args = {},
          .text = TextMode::kHub};
}

void EventCall::run(Runner& runner, const QueueSlot& posting) noexcept {
  run_directly(*this, runner, posting);
}

void EventCall::finish(Result<Value> result) noexcept {
  state_.store(read(std::move(result)), std::memory_order_release);
  event_.on_answer();
}

inline EventCall::State EventCall::read(Result<Value> result) {
  if (const auto goes_on = plain_answer(result)) [[likely]] {
    return *goes_on ? State::kGoesOn : State::kBlocks;
  }
  Answer answer = read_answer(event_.hook(), std::move(result));
  log_answer(*script_, answer);
  answer_ = std::make_unique<Answer>(std::move(answer));
  return State::kOther;
}

void EventCall::merge_into(Verdict& verdict) {
  switch (state_.load(std::memory_order_acquire)) {
    case State::kUnanswered:
    case State::kGoesOn:
      break;
    case State::kBlocks:
      verdict.allowed = false;
      break;
    case State::kOther:
      merge(verdict, std::move(*answer_));
      break;
  }
}

}  // namespace hookline::detail
