#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace hookline::hub {

// A thread for what would keep the hub's thread too long: it does one thing after another.
//
// Thread safety: all methods from any thread.
class WorkThread {
 public:
  using Work = std::move_only_function<void()>;

  WorkThread() : thread_([this] { serve(); }) {}
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;
  // Waits for what is being done; drops the rest, whose promises say so by themselves.
  ~WorkThread();

  void post(Work work);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queued_;
  bool is_ending_ = false;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace hookline::hub
