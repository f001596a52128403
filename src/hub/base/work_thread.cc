#include "hub/base/work_thread.h"

#include <utility>

namespace hookline::hub {

WorkThread::~WorkThread() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void WorkThread::post(Work work) {
  {
    const std::scoped_lock lock(mutex_);
    queued_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void WorkThread::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !queued_.empty(); });
    if (is_ending_) {
      return;
    }
    auto work = std::move(queued_.front());
    queued_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace hookline::hub
