#include "plugin/event/event.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

#include "hookline/hook.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/late_call.h"
#include "plugin/event/script_log.h"

namespace hookline::detail {
namespace {

bool is_late(const Subscriber& subscriber) noexcept { return subscriber.script->breaker.is_open(); }

}  // namespace

void EventCall::set_up(const Subscriber& subscriber, bool is_skipped) noexcept {
  script_ = subscriber.script;
  if (state_.load(std::memory_order_relaxed) == State::kOther) [[unlikely]] {
    event_.other_answer(index_).reset();  // left from an event whose decision nobody took
  }
  state_.store(is_skipped ? State::kSkipped : State::kUnanswered, std::memory_order_relaxed);
}

Request EventCall::request() const { return event_.request().view(); }

void EventCall::run(Runner& runner, const QueueSlot& slot) noexcept {
  run_directly(*this, runner, slot);
}

void EventCall::finish(Result<Value>&& result) noexcept {
  const State answer = read(std::move(result));
  if (state_.exchange(answer, std::memory_order_acq_rel) == State::kLate) [[unlikely]] {
    note_late_end(*script_);
  }
  event_.on_answer();
}

bool EventCall::give_up(Duration deadline) noexcept {
  State state = State::kUnanswered;
  if (!state_.compare_exchange_strong(state, State::kLate, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
    return false;
  }
  note_late(*script_, event_.row(), deadline);
  return true;
}

inline EventCall::State EventCall::read(Result<Value> result) {
  if (const auto goes_on = plain_answer(result, event_.decides())) [[likely]] {
    return *goes_on ? State::kGoesOn : State::kBlocks;
  }
  event_.other_answer(index_) = keep_answer(*script_, event_.row(), std::move(result));
  return State::kOther;
}

inline void EventCall::merge_into(Decision& decision) {
  switch (state_.load(std::memory_order_acquire)) {
    case State::kUnanswered:
    case State::kLate:
    case State::kSkipped:
      ++decision.late;
      break;
    case State::kGoesOn:
      break;
    case State::kBlocks:
      decision.allowed = false;
      break;
    case State::kOther:
      if (const auto& answer = event_.other_answer(index_)) {
        merge(decision, event_.row(), std::move(*answer));
      } else {
        ++decision.missed;  // there was no memory for it
      }
      break;
  }
}

void Event::send(const Outgoing& event, std::span<const Subscriber> subscribers,
                 Executor* on_answers) {
  on_answers_ = on_answers;
  send_calls(event, subscribers, 0);
}

void Event::send_and_hold(const Outgoing& event, std::span<const Subscriber> subscribers,
                          SharedParker::Ref parker) {
  on_answers_ = nullptr;
  pending_.list = nullptr;
  waiting_ = std::move(parker);
  send_calls(event, subscribers, kHeld);
}

void Event::send_and_hold(const Outgoing& event, std::span<const Subscriber> subscribers,
                          EventListener& listener) {
  on_answers_ = nullptr;
  pending_.list = &listener;
  send_calls(event, subscribers, kHeld);
}

// The event may be destroyed or reused after the last post, unless it is held.
void Event::send_calls(const Outgoing& event, std::span<const Subscriber> subscribers,
                       std::uint32_t held) {
  row_ = &event.row;
  decides_ = event.row.rule->decides;
  late_allows_ = event.late_allows;
  QueueSlot small;
  const bool is_small = pack(event.hook, event.args, small);
  has_large_args_ = !is_small;
  if (!is_small) [[unlikely]] {
    request_.set_function(hook_function(event.hook));
    request_.set_text_mode(TextMode::kHost);
    for (const Argument& arg : event.args) {
      request_.add(arg);
    }
  }
  const std::size_t count = subscribers.size();
  sent_ = static_cast<std::uint32_t>(count);
  if (room_ < count) [[unlikely]] {
    make_room(count);
  }
  was_held_ = held != 0;
  const bool is_awaited = was_held_ || on_answers_ != nullptr;
  if (is_awaited && std::ranges::any_of(subscribers, is_late)) [[unlikely]] {
    send_past_late(event, subscribers, held, small);
    return;
  }
  word_.store(sent_ | held, std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) {
    EventCall& one = call(i);
    one.set_up(subscribers[i], false);
    post(small, subscribers[i], one);
  }
}

inline void Event::post(QueueSlot& small, const Subscriber& subscriber, EventCall& one) {
  if (!has_large_args_) [[likely]] {
    post_small(small, subscriber, one);
  } else {
    subscriber.mailbox->post(one);
  }
}

// Scripts that are late get the event as one that nobody awaits, so that it keeps its place behind
// what was sent to them before. If it is large, that takes an event of its own.
void Event::send_past_late(const Outgoing& event, std::span<const Subscriber> subscribers,
                           std::uint32_t held, QueueSlot& small) {
  std::uint32_t awaited = 0;
  for (std::size_t i = 0; i < subscribers.size(); ++i) {
    const bool is_skipped = is_late(subscribers[i]);
    call(i).set_up(subscribers[i], is_skipped);
    if (!is_skipped) {
      ++awaited;
    } else if (!has_large_args_) {
      post_unawaited(small, subscribers[i]);
    } else {
      send_alone(*pool_, event, subscribers.subspan(i, 1));
    }
  }
  // The event must not end before this function: it counts as one more call.
  word_.store((awaited + 1) | held, std::memory_order_relaxed);
  for (std::size_t i = 0; i < subscribers.size(); ++i) {
    if (!call(i).is_skipped()) {
      post(small, subscribers[i], call(i));
    }
  }
  on_answer();
}

void Event::make_room(std::size_t calls) {
  other_answers_.resize(calls);
  for (std::size_t i = more_calls_.size() + 1; i < calls; ++i) {
    more_calls_.push_back(std::make_unique<EventCall>(*this, static_cast<std::uint32_t>(i)));
  }
  room_ = static_cast<std::uint32_t>(calls);
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

void Event::take_back() noexcept {
  on_answers_ = nullptr;
  word_.store(kHeld, std::memory_order_relaxed);
}

void Event::send_alone(EventPool& pool, const Outgoing& event,
                       std::span<const Subscriber> subscribers) {
  Event& alone = pool.take();
  try {
    alone.send(event, subscribers, nullptr);
  } catch (const std::bad_alloc&) {
    alone.take_back();
    alone.release();
    throw;
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

bool Event::give_up(Duration deadline) noexcept {
  bool is_late = false;
  for (std::size_t i = 0; i < sent_; ++i) {
    is_late |= call(i).give_up(deadline);
  }
  return is_late;
}

Decision Event::take_decision() {
  Decision decision;
  for (std::size_t i = 0; i < sent_; ++i) {
    call(i).merge_into(decision);
  }
  apply_default(decision, late_allows_);
  return decision;
}

Event::WaitsFor Event::waits_for() noexcept {
  bool late = false;
  bool others = false;
  for (std::size_t i = 0; i < sent_; ++i) {
    if (call(i).waits_for_late()) {
      late = true;
    } else if (!call(i).answered()) {
      others = true;
    }
  }
  if (late) {
    return others ? WaitsFor::kLateAndOthers : WaitsFor::kLate;
  }
  return others ? WaitsFor::kOthers : WaitsFor::kNothing;
}

}  // namespace hookline::detail
