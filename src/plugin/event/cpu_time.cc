#include "plugin/event/cpu_time.h"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace hookline::detail {
namespace {

// Returns nullopt if the thread of the clock has ended.
std::optional<Duration> read_clock(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) {
    return std::nullopt;
  }
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                              std::chrono::nanoseconds(time.tv_nsec));
}

Duration read_own_clock() { return read_clock(CLOCK_THREAD_CPUTIME_ID).value_or(Duration::zero()); }

std::optional<clockid_t> clock_here() {
  clockid_t clock{};
  return pthread_getcpuclockid(pthread_self(), &clock) == 0 ? std::optional(clock) : std::nullopt;
}

}  // namespace

void CpuTime::begin_thread() {
  const std::scoped_lock lock(mutex_);
  before_ += spent_by_thread();
  clock_ = clock_here();
  since_ = read_own_clock();
}

void CpuTime::end_thread() {
  const std::scoped_lock lock(mutex_);
  if (clock_ == clock_here()) {
    before_ += spent_by_thread();
    clock_.reset();
  }
}

void CpuTime::begin_batch() { batch_since_ = read_own_clock(); }

void CpuTime::end_batch() {
  const Duration spent = read_own_clock() - batch_since_;
  const std::scoped_lock lock(mutex_);
  before_ += spent;
}

Duration CpuTime::total() const {
  const std::scoped_lock lock(mutex_);
  return before_ + spent_by_thread();
}

Duration CpuTime::spent_by_thread() const {
  const auto now = clock_ ? read_clock(*clock_) : std::nullopt;
  return now ? *now - since_ : Duration::zero();
}

}  // namespace hookline::detail
