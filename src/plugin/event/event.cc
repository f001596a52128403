#include "plugin/event/event.h"

#include <cstddef>
#include <utility>

#include "hookline/decision.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/pending_decisions.h"
#include "plugin/event/script_log.h"

namespace hookline::detail {

void EventCall::set_up(const Subscriber& subscriber) noexcept {
  script_ = subscriber.script;
  if (state_.load(std::memory_order_relaxed) == State::kOther) [[unlikely]] {
    event_.other_answer(index_).reset();  // left from an event whose decision nobody took
  }
  state_.store(State::kUnanswered, std::memory_order_relaxed);
}

Request EventCall::request() const { return event_.request().view(); }

void EventCall::run(Runner& runner, const QueueSlot& slot) noexcept {
  run_directly(*this, runner, slot);
}

void EventCall::finish(Result<Value> result) noexcept {
  state_.store(read(std::move(result)), std::memory_order_release);
  event_.on_answer();
}

inline EventCall::State EventCall::read(Result<Value> result) {
  if (const auto goes_on = plain_answer(result, event_.decides())) [[likely]] {
    return *goes_on ? State::kGoesOn : State::kBlocks;
  }
  ScriptAnswer answer = read_answer(event_.row(), std::move(result));
  log_answer(*script_, answer);
  event_.other_answer(index_) = std::make_unique<ScriptAnswer>(std::move(answer));
  return State::kOther;
}

void EventCall::merge_into(Decision& decision) {
  switch (state_.load(std::memory_order_acquire)) {
    case State::kUnanswered:
    case State::kGoesOn:
      break;
    case State::kBlocks:
      decision.allowed = false;
      break;
    case State::kOther:
      merge(decision, event_.row(), std::move(*event_.other_answer(index_)));
      break;
  }
}

void Event::send(const Outgoing& event, const std::vector<Subscriber>& subscribers,
                 Executor* on_answers) {
  on_answers_ = on_answers;
  send_calls(event, subscribers, 0);
}

void Event::send_and_hold(const Outgoing& event, const std::vector<Subscriber>& subscribers,
                          SharedParker::Ref parker) {
  on_answers_ = nullptr;
  pending_.list = nullptr;
  waiting_ = std::move(parker);
  send_calls(event, subscribers, kHeld);
}

void Event::send_and_hold(const Outgoing& event, const std::vector<Subscriber>& subscribers,
                          EventListener& listener) {
  on_answers_ = nullptr;
  pending_.list = &listener;
  send_calls(event, subscribers, kHeld);
}

// The event may be destroyed or reused after the last post, unless it is held.
void Event::send_calls(const Outgoing& event, const std::vector<Subscriber>& subscribers,
                       std::uint32_t held) {
  row_ = &event.row;
  decides_ = event.row.rule->decides;
  late_allows_ = event.late_allows;
  QueueSlot small;
  const bool is_small = pack(event.hook, event.args, small);
  has_large_args_ = !is_small;
  if (!is_small) [[unlikely]] {
    request_.set_function(hook_function(event.hook));
    request_.set_text_mode(TextMode::kHub);
    for (const Argument& arg : event.args) {
      request_.add(arg);
    }
  }
  const std::size_t count = subscribers.size();
  sent_ = static_cast<std::uint32_t>(count);
  if (other_answers_.size() < count) [[unlikely]] {
    make_room(count);
  }
  was_held_ = held != 0;
  word_.store(sent_ | held, std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) {
    EventCall& one = call(i);
    one.set_up(subscribers[i]);
    if (is_small) [[likely]] {
      post_small(small, subscribers[i], one);
    } else {
      subscribers[i].mailbox->post(one);
    }
  }
}

void Event::make_room(std::size_t calls) {
  other_answers_.resize(calls);
  for (std::size_t i = more_calls_.size() + 1; i < calls; ++i) {
    more_calls_.push_back(std::make_unique<EventCall>(*this, static_cast<std::uint32_t>(i)));
  }
}

void Event::on_answer() noexcept {
  // The last answer needs no atomic update, because no other thread can make one.
  if (word_.load(std::memory_order_acquire) == 1) {
    finished();
    return;
  }
  // Copies the parker first, because a sender that waits may release the event as soon as all
  // scripts have answered.
  EventListener* const listener = was_held_ ? pending_.list : nullptr;
  const SharedParker::Ref waiting =
      was_held_ && listener == nullptr ? waiting_ : SharedParker::Ref();
  const std::uint32_t before = word_.fetch_sub(1, std::memory_order_acq_rel);
  if (before == 1) {
    finished();
  } else if (before == (kHeld | 1)) {
    if (listener != nullptr) {
      listener->answered(*this);
    } else {
      waiting->unpark();
    }
  }
}

void Event::release() noexcept {
  if (word_.fetch_and(kCalls, std::memory_order_acq_rel) == kHeld) {
    finished();
  }
}

void Event::finished() noexcept {
  if (on_answers_ != nullptr) {
    on_answers_->post(*this);
  } else {
    return_to_pool();
  }
}

void Event::clear() noexcept {
  request_.clear();
  waiting_ = {};
}

void Event::return_to_pool() noexcept {
  tidy();
  pool_->give_back(*this);
}

void Event::run() noexcept { pending_.list->answered(*this); }

// The list has closed, and then it has delivered the decision.
void Event::discard() noexcept { return_to_pool(); }

Decision Event::take_decision() {
  Decision decision;
  for (std::size_t i = 0; i < sent_; ++i) {
    EventCall& one = call(i);
    if (one.answered()) {
      one.merge_into(decision);
    } else {
      ++decision.late;
    }
  }
  apply_default(decision, late_allows_);
  return decision;
}

}  // namespace hookline::detail
