#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "dispatch/base/mpsc_stack.h"
#include "dispatch/wait/pump.h"
#include "hookline/error.h"
#include "hookline/executor.h"
#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/value.h"

namespace hookline::detail {

// The way from scripts to the host's thread: calls that are queued here run on that thread, in
// order, whenever it looks: on each turn of its event loop, or while it waits for a script. Nothing
// bounds the queue but that scripts wait for their calls: what waits here is at most one call of
// each of their threads and coroutines.
//
// Thread safety: submit() and run() from any thread, the rest on the host's thread.
class HostPort final : public Pump {
 public:
  explicit HostPort(Host& host);
  HostPort(const HostPort&) = delete;
  HostPort& operator=(const HostPort&) = delete;
  // close().
  ~HostPort() override;

  // Queues a call. The future has what Host::vh_start answers, or kShuttingDown.
  [[nodiscard]] Future<Value> submit(Vh function, std::vector<Value> args, const Caller& caller);

  // The same for anything else, in the same order: `work` keeps the promise, at once or later. It
  // must not throw.
  using Work = std::move_only_function<void(Promise<Value> promise)>;
  [[nodiscard]] Future<Value> run(Work work);

  void run_pending() noexcept override;

  // From here on, calls also wake this loop. nullptr: no longer. The executor must live as long as
  // the port, closed or not: a script's thread may just be posting to it.
  void wake(Executor* loop);

  // Runs what is queued; whatever comes after ends with kShuttingDown. On the host's thread.
  void close();

 private:
  struct Pending;
  class Drain;
  static void refuse(std::unique_ptr<Pending> pending);
  [[nodiscard]] Future<Value> queue(std::unique_ptr<Pending> pending);
  void wake_host();
  void take_queued();

  Host& host_;
  MpscStack<Pending> queued_;
  // Taken from queued_, oldest first. A member, so that a call which itself waits for a script goes
  // on with its successors instead of hiding them from it.
  Pending* ready_ = nullptr;
  Pending* ready_last_ = nullptr;
  std::atomic<Executor*> loop_{nullptr};
  std::unique_ptr<Drain> drain_;
};

}  // namespace hookline::detail
