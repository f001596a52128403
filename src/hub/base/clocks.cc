#include "hub/base/clocks.h"

#include <pthread.h>

namespace hookline::hub {
namespace {

double read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

void ThreadCpuClock::start() {
  const std::scoped_lock lock(mutex_);
  is_running_ = pthread_getcpuclockid(pthread_self(), &clock_) == 0;
  at_start_ = is_running_ ? read_clock(clock_) : 0;
}

void ThreadCpuClock::stop() {
  const std::scoped_lock lock(mutex_);
  total_ = is_running_ ? read_clock(clock_) - at_start_ : total_;
  is_running_ = false;
}

double ThreadCpuClock::seconds() const {
  const std::scoped_lock lock(mutex_);
  return is_running_ ? read_clock(clock_) - at_start_ : total_;
}

}  // namespace hookline::hub
