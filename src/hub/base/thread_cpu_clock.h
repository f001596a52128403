#pragma once

#include <ctime>
#include <mutex>

namespace hookline::hub {

// How much CPU time one thread has used, since start() and until stop(), for any thread to read.
class ThreadCpuClock {
 public:
  // Both on the thread that is measured; start() once.
  void start();
  void stop();
  [[nodiscard]] double seconds() const;

 private:
  mutable std::mutex mutex_;
  bool is_running_ = false;
  clockid_t clock_{};
  double at_start_ = 0;
  double total_ = 0;
};

}  // namespace hookline::hub
