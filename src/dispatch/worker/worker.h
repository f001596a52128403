#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "dispatch/base/job_list.h"
#include "dispatch/base/mpsc_stack.h"
#include "hookline/detail/parker.h"
#include "hookline/executor.h"

namespace hookline::detail {

// What one worker thread does: it runs jobs one after the other, in the order in which they were
// posted, and sleeps when there is none. A lane whose mailbox has calls is such a job, and so is
// opening and closing one; so lanes that share a worker take turns.
//
// The thread itself belongs to the WorkerPool. The Worker lives as long as anybody may post to it.
//
// Thread safety: post(), is_this_thread() and the getters from any thread; run(), again() and
// stop() on the worker's own.
class Worker final : public Executor {
 public:
  // `index`: among its pool's workers.
  Worker(std::string name, std::size_t index);

  void post(Job& job) noexcept override;

  // The thread's main function. Returns after stop(), when nothing is left to do; what is posted
  // after that is discarded.
  void run();
  // Queues a job behind those that are here already. Cheaper than post().
  void again(Job& job) noexcept {
    take_posted();
    jobs_.append(job);
  }
  void stop() noexcept { stopping_ = true; }

  [[nodiscard]] bool is_this_thread() const noexcept;
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  // run() has returned.
  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

 private:
  void take_posted() noexcept { jobs_.append_all(posted_.take_all()); }
  void wait_for_jobs();

  const std::string name_;
  const std::size_t index_;
  JobList jobs_;
  bool stopping_ = false;
  // What other threads write.
  alignas(64) MpscStack<Job> posted_;
  Parker parker_;
  std::atomic<bool> ended_{false};
};

}  // namespace hookline::detail
