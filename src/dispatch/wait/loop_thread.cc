#include "dispatch/wait/loop_thread.h"

namespace hookline::detail {
namespace {

// Points to the number of the thread's marks; nullptr if it never had one.
constinit thread_local const std::atomic<int>* loops_here = nullptr;

// Owns that number together with the thread's marks, which may outlive the thread.
class LoopCount {
 public:
  LoopCount() : count_(std::make_shared<std::atomic<int>>(0)) { loops_here = count_.get(); }
  LoopCount(const LoopCount&) = delete;
  LoopCount& operator=(const LoopCount&) = delete;
  ~LoopCount() { loops_here = nullptr; }
  [[nodiscard]] const std::shared_ptr<std::atomic<int>>& count() const noexcept { return count_; }

 private:
  std::shared_ptr<std::atomic<int>> count_;
};

const std::shared_ptr<std::atomic<int>>& loops_of_this_thread() {
  static thread_local const LoopCount kCount;
  return kCount.count();
}

}  // namespace

LoopThread::LoopThread() : loops_(loops_of_this_thread()) {
  loops_->fetch_add(1, std::memory_order_relaxed);
}

LoopThread::~LoopThread() { loops_->fetch_sub(1, std::memory_order_relaxed); }

bool LoopThread::is_current() noexcept {
  return loops_here != nullptr && loops_here->load(std::memory_order_relaxed) != 0;
}

}  // namespace hookline::detail
