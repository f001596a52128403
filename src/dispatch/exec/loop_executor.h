#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>

#include "hookline/executor.h"

namespace hookline::detail {

// Runs jobs on a libuv loop, those of one thread in the order in which it posted them, at most
// `kBatch` per turn so that sockets are served between batches. QueueSlot puts the job into a
// lock-free queue, and is one uv_async_send for the first job of a batch.
//
// While it is open it keeps the loop running, as every libuv handle does.
//
// Thread safety: post() and wakeups() from any thread, as long as this object lives: posts may race
// with close() but not with the destructor. Constructor, close() and destructor on the loop's
// thread; the last two also from inside a job.
class LoopExecutor final : public Executor {
 public:
  static constexpr int kBatch = 1024;

  // `loop` must live until it has run once more after close(), as libuv asks of whoever closes a
  // handle; until then the handle's memory stays.
  explicit LoopExecutor(uv_loop_t* loop);
  LoopExecutor(const LoopExecutor&) = delete;
  LoopExecutor& operator=(const LoopExecutor&) = delete;
  // Closes if close() was not called.
  ~LoopExecutor() override;

  // After close() every job, already posted or still to come, is discarded. The loop can then end.
  void close();

  void post(Job& job) noexcept override;

  // uv_async_send calls so far, for metrics and tests.
  [[nodiscard]] std::uint64_t wakeups() const noexcept;

 private:
  class State;  // outlives this object until libuv has closed the handle
  std::shared_ptr<State> state_;
};

}  // namespace hookline::detail
