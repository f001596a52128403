#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "dispatch/base/job_list.h"
#include "dispatch/base/mpsc_stack.h"
#include "dispatch/wait/parker.h"
#include "dispatch/wait/served_call.h"
#include "hookline/loop.h"

namespace hookline::detail {

// Is the loop of one worker thread: it runs jobs one after the other, in the order in which they
// were posted, and sleeps when there are none. A lane whose mailbox has calls is a job, and opening
// and closing a lane are jobs; so lanes that share a worker take turns.
//
// Ownership: the thread belongs to the WorkerPool. The Worker is shared with its lanes, and lives
// as long as any of them may post to it.
//
// Thread safety: post(), stop_soon(), is_this_thread() and the getters from any thread; run(),
// post_again() and stop() on the worker's thread.
class Worker final : public Executor {
 public:
  // `index` is the worker's index in its pool.
  Worker(std::string name, std::size_t index);

  void post(Job& job) noexcept override;

  // Is the thread's main function. Returns after stop() when no job is left; later jobs are
  // discarded.
  void run();
  // Queues a job behind those that were posted. Costs less than post().
  void post_again(Job& job) noexcept {
    take_posted();
    jobs_.append(job);
  }
  void stop() noexcept { stopping_ = true; }
  // Does the same as a job behind those that were posted. Needs no memory.
  void stop_soon() noexcept {
    if (!stop_posted_.exchange(true, std::memory_order_relaxed)) {
      post(stop_);
    }
  }

  [[nodiscard]] bool is_this_thread() const noexcept;
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  [[nodiscard]] ScriptThread& script_thread() noexcept { return script_thread_; }
  // Returns true after run() has returned.
  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

 private:
  class Stop final : public Job {
   public:
    explicit Stop(Worker& worker) : worker_(worker) {}
    void run() noexcept override { worker_.stop(); }
    void discard() noexcept override {}

   private:
    Worker& worker_;
  };

  void take_posted() noexcept { jobs_.append_all(posted_.take_all()); }
  void wait_for_jobs();

  const std::string name_;
  const std::size_t index_;
  JobList jobs_;
  bool stopping_ = false;
  ScriptThread script_thread_;
  // Other threads write these, except for ended_.
  alignas(64) MpscStack<Job> posted_;
  Parker parker_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> stop_posted_{false};
  Stop stop_{*this};
};

}  // namespace hookline::detail
