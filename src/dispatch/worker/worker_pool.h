#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dispatch/base/os_thread.h"
#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/result.h"

namespace hookline::detail {

class Worker;
class WorkerLane;

struct WorkerPoolOptions {
  // 0: each lane gets a worker thread of its own. N: lanes share N workers, and each new lane goes
  // to the worker with the fewest lanes.
  std::size_t workers = 0;
  // The number of calls that a worker runs from one mailbox before it turns to the next.
  std::size_t batch = 256;
  // The size of each worker's C stack, whatever RLIMIT_STACK says.
  std::size_t stack_bytes = OsThread::kStackBytes;
  // Starts the worker threads.
  CreateThread create_thread = pthread_create;
};

// The worker threads, and the lanes that they serve.
//
// Thread safety: all methods from any thread, except that shutdown*() and the destructor must not
// be called on a worker.
class WorkerPool {
 public:
  explicit WorkerPool(WorkerPoolOptions options = {});
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Calls shutdown(Drain::kDiscard).
  ~WorkerPool();

  // Makes a lane and opens the runner on its worker. The future has the lane once the runner is
  // open, or the error of Runner::open(); kShuttingDown after shutdown(); kQueueFull if the system
  // cannot give one more thread, or memory. `name` names the lane in the result of
  // shutdown_until(), and its thread if it has one of its own.
  [[nodiscard]] Future<std::shared_ptr<Lane>> add(const std::string& name,
                                                  std::unique_ptr<Runner> runner,
                                                  MailboxOptions options = {});

  // Closes a lane of this pool: it accepts no further calls (they end with `code`), drains those
  // that wait, and then closes and destroys the runner on its worker. The future completes after
  // that, on the worker. Only the first call's `drain` and `code` count; each call has a future of
  // its own.
  Future<void> remove(Lane& lane, Drain drain, ErrorCode code = ErrorCode::kScriptUnloaded);

  // Calls `function` on the lane's worker between two batches, ahead of the calls that wait in the
  // mailbox. It must not throw. It gets kScriptUnloaded if the lane has ended or is closing, and is
  // destroyed without being called if the worker has ended.
  void between_calls(Lane& lane, std::move_only_function<void(Result<Runner*>)> function);

  // Removes every lane with kShuttingDown, then joins the workers. Serves the calling thread's Pump
  // meanwhile. May be called again.
  void shutdown(Drain drain);
  // Does the same, but waits only until `deadline` (of the system clock). Returns the names of the
  // lanes that have not ended by then. Their workers go on, and the pool must live, until a later
  // call returns no names.
  [[nodiscard]] std::vector<std::string> shutdown_until(Drain drain, TimePoint deadline);

 private:
  struct Thread {
    std::shared_ptr<Worker> worker;
    OsThread thread;
    std::size_t lanes = 0;
  };
  struct Added {
    std::string name;
    std::shared_ptr<WorkerLane> lane;
  };

  // REQUIRES: every lane has ended.
  void join_all();
  // These REQUIRE mutex_.
  void forget_ended();
  [[nodiscard]] Future<std::shared_ptr<Lane>> add_lane(const std::string& name,
                                                       std::unique_ptr<Runner> runner,
                                                       MailboxOptions options);
  Result<Thread*> thread_for_new_lane(const std::string& name);
  Result<Thread*> start_thread(std::size_t index, std::string name);

  const WorkerPoolOptions options_;
  std::mutex mutex_;
  bool shut_down_ = false;
  std::vector<Thread> threads_;  // by worker index; some are empty if options_.workers == 0
  std::vector<Added> lanes_;
};

}  // namespace hookline::detail
