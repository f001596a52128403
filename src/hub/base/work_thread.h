#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace hookline::hub {

// Runs tasks that would block the hub's thread for too long, one after another, on its own thread.
//
// Thread safety: all methods from any thread.
class WorkThread {
 public:
  using Work = std::move_only_function<void()>;

  WorkThread() : thread_([this] { serve(); }) {}
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;
  // Waits for the running task and drops the queued ones; their promises report an error.
  ~WorkThread();

  void post(Work work);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queued_;
  bool is_ending_ = false;
  std::thread thread_;  // declared last, because it uses the others
};

}  // namespace hookline::hub
