#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "hookline/clock.h"
#include "hookline/loop.h"

namespace hookline::detail {

// Runs jobs on an event loop, at most kBatch per turn, so that the loop serves its sockets between
// batches. Jobs of one thread run in the order in which it posted them. It is also the way to the
// loop's timer and turns, since a loop serves one LoopTasks only.
//
// post() puts the job into a lock-free queue, and wakes the loop for the first job of a batch. If
// the queue gets no memory, the job waits in a list that needs none; the order stays. The thread
// that makes the executor counts as the loop's thread until close(), and does not block on full
// mailboxes (LoopThread).
//
// Thread safety: post() and wakeups() from any thread while the object lives; posts may race with
// close() but not with the destructor. All other methods on the loop's thread; close() and the
// destructor may also be called inside a job.
class LoopExecutor final : public Executor {
 public:
  static constexpr int kBatch = 1024;

  // Starts `loop` and passes on what that throws. `on_timer` is called when the timer has run out;
  // it may be empty if set_timer() is not used. The loop is kept at least until close().
  explicit LoopExecutor(std::shared_ptr<EventLoop> loop, std::function<void()> on_timer = {});
  LoopExecutor(const LoopExecutor&) = delete;
  LoopExecutor& operator=(const LoopExecutor&) = delete;
  // Closes the executor if close() was not called.
  ~LoopExecutor() override;

  // Stops the loop, and discards all jobs, those already posted and those still to come. REQUIRES
  // of all methods below but post(): it was not called.
  void close();

  void post(Job& job) noexcept override;

  // Delays the wake-ups of scripts that posts of this thread cause until the loop's turn ends.
  // Returns false if the loop does not report its turns, so that nothing is delayed.
  [[nodiscard]] bool batch_wakeups();
  // Returns whether a turn has ended since the last call. REQUIRES: batch_wakeups() returned true.
  [[nodiscard]] bool is_new_turn() noexcept;
  // Sets the timer, in place of what it was set to.
  void set_timer(Duration delay);

  // Returns how often it has woken the loop, for tests.
  [[nodiscard]] std::uint64_t wakeups() const noexcept;

 private:
  // Outlives this object if it is destroyed inside a job.
  class State;  // NOLINT(cppcoreguidelines-virtual-class-destructor): it is final
  std::shared_ptr<State> state_;
};

}  // namespace hookline::detail
