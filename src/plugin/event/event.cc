#include "plugin/event/event.h"

#include <cstddef>
#include <utility>

#include "plugin/event/event_pool.h"
#include "plugin/event/event_request.h"
#include "plugin/event/pending_verdicts.h"

namespace hookline::detail {

void Event::send(Hook hook, std::initializer_list<HookArg> args,
                 const std::vector<Subscriber>& subscribers, Executor* on_answers) {
  on_answers_ = on_answers;
  send_calls(hook, args, subscribers, 0);
}

void Event::send_and_hold(Hook hook, std::initializer_list<HookArg> args,
                          const std::vector<Subscriber>& subscribers, SharedParker::Ref parker) {
  on_answers_ = nullptr;
  waiting_ = std::move(parker);
  send_calls(hook, args, subscribers, kHeld);
}

// After the last post the event may be gone, unless it is held.
void Event::send_calls(Hook hook, std::initializer_list<HookArg> args,
                       const std::vector<Subscriber>& subscribers, std::uint32_t held) {
  hook_ = hook;
  QueueSlot small;
  const bool is_small = pack(hook, args, small);
  has_large_args_ = !is_small;
  if (!is_small) [[unlikely]] {
    for (const HookArg& arg : args) {
      args_.add(arg.scalar());
    }
  }
  const std::size_t count = subscribers.size();
  sent_ = static_cast<std::uint32_t>(count);
  for (std::size_t i = 1; i < count; ++i) {
    if (more_calls_.size() < i) {
      more_calls_.push_back(std::make_unique<EventCall>(*this));
    }
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

void Event::on_answer() noexcept {
  // The last of all needs no atomic update: nobody else is left to make one.
  if (word_.load(std::memory_order_acquire) == 1) {
    finished();
    return;
  }
  // Copied first: a sender who waits may take the event away as soon as all have answered.
  const SharedParker::Ref waiting = was_held_ ? waiting_ : SharedParker::Ref();
  const std::uint32_t before = word_.fetch_sub(1, std::memory_order_acq_rel);
  if (before == 1) {
    finished();
  } else if (before == (kHeld | 1)) {
    waiting->unpark();
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
    go_back();
  }
}

void Event::clear() noexcept {
  args_.clear();
  waiting_ = {};
}

void Event::go_back() noexcept {
  tidy();
  pool_->give_back(*this);
}

void Event::run() noexcept { awaited_.queue->answered(*this); }

// The queue has closed, and has delivered the verdict when it did.
void Event::discard() noexcept { go_back(); }

Verdict Event::take_verdict(bool late_allows) {
  Verdict verdict;
  for (std::size_t i = 0; i < sent_; ++i) {
    EventCall& one = call(i);
    if (one.answered()) {
      one.merge_into(verdict);
    } else {
      ++verdict.late;
      verdict.allowed = verdict.allowed && late_allows;
    }
  }
  return verdict;
}

}  // namespace hookline::detail
