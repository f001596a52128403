#include "dispatch/wait/served_call.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <ranges>
#include <type_traits>
#include <utility>

namespace hookline::detail {
namespace {

// One lock for all hosts of the process, since scripts of one may wait for those of another.
// Threads that were left behind may take it until the process ends, also while static objects are
// destroyed.
constinit std::mutex lock_of_process;
static_assert(std::is_trivially_destructible_v<std::mutex>);

}  // namespace

constinit thread_local ScriptThread* ScriptThread::of_this_thread = nullptr;
constinit thread_local Serving* Serving::innermost = nullptr;

namespace {

// Collects the work that refused calls leave to do, and does it when it is destroyed. So it is also
// done if the search for further circles runs out of memory. REQUIRES: the lock is not held by the
// destructor.
class Refusals {
 public:
  Refusals() = default;
  Refusals(const Refusals&) = delete;
  Refusals& operator=(const Refusals&) = delete;
  ~Refusals() {
    for (auto& refusal : refusals_) {
      refusal();
    }
  }
  // Refuses the call. Returns false if it goes on.
  bool refuse(AwaitedCall& call) {
    refusals_.reserve(refusals_.size() + 1);  // nothing may fail after the call has been refused
    auto refusal = call.refuse();
    if (!refusal) {
      return false;
    }
    refusals_.push_back(std::move(refusal));
    return true;
  }

 private:
  std::vector<std::move_only_function<void()>> refusals_;
};

}  // namespace

// Follows the arrows from a call, and says whether they lead to one of the targets. REQUIRES: the
// lock is held, but not by the destructor, which may destroy a worker.
class CircleSearch {
 public:
  void add_target(const ServedCall& target) { targets_.push_back(&target); }

  // If `call` leads back, refuses it, or else the first call behind it in the circle that has not
  // begun: a thread may say that it waits for a call when that call has begun already.
  void check(AwaitedCall& call, Refusals& refusals) {
    seen_.clear();
    path_.clear();
    if (!leads_back(call)) {
      return;
    }
    for (AwaitedCall* const each : std::views::reverse(path_)) {
      if (refusals.refuse(*each)) {
        return;
      }
    }
  }
  // Checks all calls that `served` waits for.
  void check_all(const ServedCall& served, Refusals& refusals) {
    for (AwaitedCall* const call : served.calls_) {
      if (served.waits_for(*call)) {
        check(*call, refusals);
      }
    }
  }

 private:
  [[nodiscard]] bool leads_back(AwaitedCall& call) {
    std::shared_ptr<ScriptThread> thread = call.thread();
    if (thread == nullptr) {
      return false;
    }
    const ScriptThread& waiting = *threads_.emplace_back(std::move(thread));
    const bool leads = std::ranges::any_of(
        waiting.waits_for_, [this](const ServedCall* served) { return leads_back(*served); });
    if (leads) {
      path_.push_back(&call);
    }
    return leads;
  }
  [[nodiscard]] bool leads_back(const ServedCall& served) {
    if (std::ranges::find(targets_, &served) != targets_.end()) {
      return true;
    }
    if (std::ranges::find(seen_, &served) != seen_.end()) {
      return false;
    }
    seen_.push_back(&served);
    return (served.above_ != nullptr && leads_back(*served.above_)) ||
           std::ranges::any_of(served.calls_, [&](AwaitedCall* call) {
             return served.waits_for(*call) && leads_back(*call);
           });
  }

  std::vector<const ServedCall*> targets_;
  std::vector<const ServedCall*> seen_;
  std::vector<AwaitedCall*> path_;  // the calls of the circle that was found, the last one first
  std::vector<std::shared_ptr<ScriptThread>> threads_;  // kept until the lock has been released
};

std::shared_ptr<ServedCall> AwaitedCall::remove() noexcept {
  const std::scoped_lock lock(lock_of_process);
  if (served_ != nullptr) {
    std::erase(served_->calls_, this);
  }
  return std::move(served_);
}

std::shared_ptr<ServedCall> ServedCall::make(ScriptThread* waiter) {
  const std::shared_ptr<ServedCall> made(new ServedCall());  // the constructor is private
  if (waiter != nullptr) {
    const std::scoped_lock lock(lock_of_process);
    waiter->waits_for_.push_back(made.get());
    made->waiter_ = waiter;
  }
  return made;
}

bool ServedCall::waits_for(const AwaitedCall& call) const {
  switch (waits_) {
    case Waits::kNot:
      return false;
    case Waits::kForOne:
      return call.future() == one_;
    case Waits::kForAll:
      break;
  }
  return call.is_awaited();
}

void ServedCall::add(AwaitedCall& call) {
  Refusals refusals;
  CircleSearch search;
  {
    const std::scoped_lock lock(lock_of_process);
    if (ended_) {
      return;
    }
    calls_.push_back(&call);
    call.served_ = shared_from_this();
    try {
      if (waits_for(call)) {
        search.add_target(*this);
        search.check(call, refusals);
      }
    } catch (const std::bad_alloc&) {
      calls_.pop_back();
      call.served_ = nullptr;
      throw;
    }
  }
}

void ServedCall::wait_for_all() {
  Refusals refusals;
  CircleSearch search;
  {
    const std::scoped_lock lock(lock_of_process);
    waits_ = Waits::kForAll;
    search.add_target(*this);
    search.check_all(*this, refusals);
  }
}

void ServedCall::end() noexcept {
  const std::scoped_lock lock(lock_of_process);
  ended_ = true;
  waits_ = Waits::kNot;
  calls_.clear();
  if (waiter_ != nullptr) {
    std::erase(std::exchange(waiter_, nullptr)->waits_for_, this);
  }
}

bool Serving::is_under_way() noexcept {
  for (const Serving* each = innermost; each != nullptr; each = each->outer_) {
    if (!each->continues_) {
      return true;
    }
  }
  return false;
}

// A call that no worker waits for matters only if others wait below it on the same thread.
bool Serving::matters() const noexcept {
  for (const Serving* each = this; each != nullptr; each = each->outer_) {
    if (each->waiter_ != nullptr || each->served_ != nullptr) {
      return true;
    }
  }
  return false;
}

const std::shared_ptr<ServedCall>& Serving::call() {
  if (served_ == nullptr) {
    served_ = ServedCall::make(waiter_);
  }
  return served_;
}

std::shared_ptr<ServedCall> Serving::current_call() {
  Serving* const serving = current();
  return serving != nullptr && (serving->waiter_ != nullptr || serving->served_ != nullptr)
             ? serving->call()
             : nullptr;
}

void BlockedThread::block(Serving& serving, const void* future) {
  if (serving.served_ == nullptr) {
    return;  // no call was made for it, so there is nothing to follow
  }
  Refusals refusals;
  CircleSearch search;
  std::vector<std::shared_ptr<ServedCall>> below;
  for (Serving* outer = serving.outer_; outer != nullptr; outer = outer->outer_) {
    if (outer->waiter_ != nullptr || outer->served_ != nullptr) {
      below.push_back(outer->call());
    }
  }
  outer_.reserve(below.size());
  try {
    const std::scoped_lock lock(lock_of_process);
    served_ = serving.served_;
    before_ = served_->waits_;
    one_before_ = served_->one_;
    const bool is_known = std::ranges::any_of(
        served_->calls_, [&](const AwaitedCall* call) { return call->future() == future; });
    served_->waits_ = is_known ? ServedCall::Waits::kForOne : ServedCall::Waits::kForAll;
    served_->one_ = is_known ? future : nullptr;
    search.add_target(*served_);
    const ServedCall* above = served_.get();
    for (const std::shared_ptr<ServedCall>& each : below) {
      outer_.push_back({.served = each.get(), .above = each->above_});
      if (each.get() != above) {
        each->above_ = above;
      }
      above = each.get();
      search.add_target(*each);
    }
    search.check_all(*served_, refusals);
  } catch (const std::bad_alloc&) {
    unblock();
    throw;
  }
}

void BlockedThread::unblock() noexcept {
  const std::scoped_lock lock(lock_of_process);
  served_->waits_ = before_;
  served_->one_ = one_before_;
  for (const Outer& outer : std::views::reverse(outer_)) {  // one may be there twice
    outer.served->above_ = outer.above;
  }
}

}  // namespace hookline::detail
