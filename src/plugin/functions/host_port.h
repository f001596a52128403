#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "dispatch/base/mpsc_stack.h"
#include "dispatch/wait/pump.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/value.h"

namespace hookline::detail {

// Queues calls of scripts to the host's thread. They run on that thread, in order, on each turn of
// its event loop or while it waits for a script. The queue has no limit of its own, but scripts
// wait for their calls, so it holds at most one call of each of their threads and coroutines.
//
// Thread safety: run() and post() from any thread, all other methods on the host's thread.
class HostPort final : public Pump {
 public:
  HostPort();
  HostPort(const HostPort&) = delete;
  HostPort& operator=(const HostPort&) = delete;
  // Calls close().
  ~HostPort() override;

  // Queues a call. `work` must fulfil the promise, immediately or later, and must throw nothing but
  // std::bad_alloc, after which the future has kShuttingDown. The future gets kShuttingDown if the
  // port is closed. Throws std::bad_alloc before it queues.
  using Work = std::move_only_function<void(Promise<Value> promise)>;
  [[nodiscard]] Future<Value> run(Work work);
  // Queues a job among the calls, which needs no memory. It is discarded on the calling thread if
  // the port is closed.
  void post(Job& job) noexcept;

  void run_pending() noexcept override;

  // Makes calls also wake this loop from now on; nullptr stops that, before the executor is closed.
  // The executor must live as long as the port, even when that is closed, because a script's thread
  // may be posting to it.
  void wake(Executor* loop);

  // Runs everything that is queued. Later calls end with kShuttingDown. REQUIRES: the host's
  // thread.
  void close();

 private:
  class Pending;
  class Drain;
  void wake_host();
  // Appends what was taken from queued_ to the calls that are ready.
  void take_queued(Job* first) noexcept;

  MpscStack<Job> queued_;
  // Calls taken from queued_, oldest first. This is a member so that a call which itself waits for
  // a script runs its successors meanwhile instead of hiding them from it.
  Job* ready_ = nullptr;
  Job* ready_last_ = nullptr;
  std::atomic<Executor*> loop_{nullptr};
  std::unique_ptr<Drain> drain_;
};

// Runs jobs on the host's thread when that thread runs its port, in order with the calls of
// scripts. Jobs that are posted to a closed port are discarded on the thread that posts them.
//
// Thread safety: see Executor.
class HostExecutor final : public Executor {
 public:
  // `port` must outlive this.
  explicit HostExecutor(HostPort& port) : port_(port) {}

  void post(Job& job) noexcept override;

 private:
  HostPort& port_;
};

}  // namespace hookline::detail
