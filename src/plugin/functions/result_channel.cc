#include "plugin/functions/result_channel.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace hookline::detail {

std::shared_ptr<ResultChannel> ResultChannel::open() {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? nullptr : std::shared_ptr<ResultChannel>(new ResultChannel(fd));
}

ResultChannel::~ResultChannel() { close(fd_); }

void ResultChannel::put(Arrival arrival) {
  const std::scoped_lock lock(mutex_);
  arrivals_.push_back(std::move(arrival));
  if (arrivals_.size() == 1) {
    (void)eventfd_write(fd_, 1);  // cannot overflow: take() resets it
  }
}

std::vector<ResultChannel::Arrival> ResultChannel::take() {
  const std::scoped_lock lock(mutex_);
  eventfd_t count = 0;
  (void)eventfd_read(fd_, &count);
  return std::exchange(arrivals_, {});
}

}  // namespace hookline::detail
