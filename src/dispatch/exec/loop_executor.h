#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>

#include "hookline/executor.h"

namespace hookline::detail {

// Runs jobs on a libuv loop, at most kBatch per turn, so that the loop serves its sockets between
// batches. Jobs of one thread run in the order in which it posted them.
//
// post() puts the job into a lock-free queue, and calls uv_async_send for the first job of a batch.
// Like every libuv handle, an open executor keeps the loop running.
//
// Thread safety: post() and wakeups() from any thread while the object lives; posts may race with
// close() but not with the destructor. Constructor, close() and destructor on the loop's thread;
// the last two may also be called inside a job.
class LoopExecutor final : public Executor {
 public:
  static constexpr int kBatch = 1024;

  // `loop` must run once more after close() and live until then, as libuv requires for closing a
  // handle. The handle's memory stays until then. Throws std::runtime_error if libuv refuses.
  explicit LoopExecutor(uv_loop_t* loop);
  LoopExecutor(const LoopExecutor&) = delete;
  LoopExecutor& operator=(const LoopExecutor&) = delete;
  // Closes the executor if close() was not called.
  ~LoopExecutor() override;

  // Discards all jobs, those already posted and those still to come. The loop can then end.
  void close();

  void post(Job& job) noexcept override;

  // Returns the number of uv_async_send calls so far, for tests.
  [[nodiscard]] std::uint64_t wakeups() const noexcept;

 private:
  class State;  // outlives this object until libuv has closed the handle
  std::shared_ptr<State> state_;
};

}  // namespace hookline::detail
