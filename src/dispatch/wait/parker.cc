#include "dispatch/wait/parker.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>

namespace hookline::detail {
namespace {

// Returns false on timeout. A null deadline waits for ever.
bool futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected,
                const timespec* deadline) noexcept {
  static_assert(sizeof(word) == sizeof(std::uint32_t));
  // FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC, unlike FUTEX_WAIT.
  const long rc = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, expected, deadline, nullptr,
                          FUTEX_BITSET_MATCH_ANY);
  return rc == 0 || errno != ETIMEDOUT;
}

void futex_wake_one(std::atomic<std::uint32_t>& word) noexcept {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

timespec to_timespec(TimePoint time) noexcept {
  const auto since = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  return {.tv_sec = static_cast<time_t>(seconds.count()),
          .tv_nsec = static_cast<long>((since - seconds).count())};
}

}  // namespace

void Parker::park() { park_until(kNoDeadline); }

bool Parker::park_until(TimePoint deadline) {
  spin_([this] { return state_.load(std::memory_order_relaxed) == kNotified; });
  std::uint32_t state = kIdle;
  if (!state_.compare_exchange_strong(state, kParked, std::memory_order_acq_rel)) {
    return consume();
  }
  const timespec when = to_timespec(deadline);
  const bool timed = deadline != kNoDeadline;
  const bool in_time = futex_wait(state_, kParked, timed ? &when : nullptr);
  // An unpark() that came between the timeout and here must not be lost.
  return consume() || in_time;
}

bool Parker::consume() noexcept {
  return state_.exchange(kIdle, std::memory_order_acq_rel) == kNotified;
}

void Parker::unpark() noexcept {
  if (state_.exchange(kNotified, std::memory_order_acq_rel) == kParked) {
    futex_wake_one(state_);
  }
}

SharedParker::Ref SharedParker::make() { return Ref(new SharedParker); }

const SharedParker::Ref& SharedParker::of_this_thread() {
  static thread_local const Ref kParker = make();
  return kParker;
}

void ParkerRef::add_reference() const noexcept {
  parker_->refs_.fetch_add(1, std::memory_order_relaxed);
}

void ParkerRef::release() noexcept {
  if (parker_->refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete parker_;
  }
}

}  // namespace hookline::detail
