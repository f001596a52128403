#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/base/os_thread.h"
#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"

namespace hookline::detail {

class Worker;
class WorkerLane;

struct WorkerPoolOptions {
  // 0: each lane gets a worker thread of its own. N: lanes share N workers, and each new lane goes
  // to the worker with the fewest lanes, if it is not opening another one.
  std::size_t workers = 0;
  // The number of calls that a worker runs from one mailbox before it turns to the next.
  std::size_t batch = 256;
  // The size of each worker's C stack, whatever RLIMIT_STACK says.
  std::size_t stack_bytes = OsThread::kStackBytes;
  // Starts the worker threads.
  CreateThread create_thread = pthread_create;
};

// Owns the worker threads, and the lanes that they serve.
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

  // Is a lane whose runner is being opened. `lane` is nullptr if that could not be begun; use its
  // mailbox only once it is open.
  struct Opening {
    std::shared_ptr<Lane> lane;
    Future<std::shared_ptr<Lane>> opened;
  };
  // Makes a lane and opens the runner on its worker. The future has the lane once the runner is
  // open, or the error of Runner::open(); kShuttingDown after shutdown(); kQueueFull if the system
  // cannot give one more thread, or memory. `name` names the lane in the result of
  // shutdown_until(), and its thread if it has one of its own.
  [[nodiscard]] Opening open(const std::string& name, std::unique_ptr<Runner> runner,
                             MailboxOptions options = {});
  // Does the same with promises that were made before: nothing fails but by the first one. `end` is
  // kept when the lane has ended, and dropped if there is no lane. Returns the lane or nullptr.
  [[nodiscard]] std::shared_ptr<Lane> open(const std::string& name, std::unique_ptr<Runner> runner,
                                           MailboxOptions options,
                                           Promise<std::shared_ptr<Lane>> opened,
                                           std::optional<Promise<void>> end) noexcept;
  // Does the same as the first one, for a caller that only needs the open lane.
  [[nodiscard]] Future<std::shared_ptr<Lane>> add(const std::string& name,
                                                  std::unique_ptr<Runner> runner,
                                                  MailboxOptions options = {}) {
    return open(name, std::move(runner), options).opened;
  }

  // Closes a lane of this pool: it accepts no further calls (they end with `code`), drains those
  // that wait, and then closes and destroys the runner on its worker. The future completes after
  // that, on the worker. Only the first call's `drain` and `code` count; each call has a future of
  // its own.
  Future<void> remove(Lane& lane, Drain drain, ErrorCode code = ErrorCode::kScriptUnloaded);
  // Does the same without a future, so that it needs no memory. Returns false if the lane has
  // ended.
  static bool close(Lane& lane, Drain drain, ErrorCode code = ErrorCode::kScriptUnloaded) noexcept;

  // Makes a lane that is being removed, or is about to be, end the calls that still wait as if it
  // had been removed with Drain::kDiscard. The one that runs comes to its end first.
  static void stop_draining(Lane& lane) noexcept;

  // Calls `function` on the lane's worker between two batches, ahead of the calls that wait in the
  // mailbox. It must not throw. It gets kScriptUnloaded if the lane has ended or is closing, on the
  // calling thread if the lane has ended already.
  void between_calls(Lane& lane, std::move_only_function<void(Result<Runner*>)> function);

  // Opens `fresh` while the lane goes on, then closes its present runner between two calls, and
  // lets the fresh one take over, on a worker of its own if lanes do not share workers. Errors:
  // that of Runner::open(), after which nothing has changed; kScriptUnloaded if the lane ends
  // meanwhile; kCancelled if `is_wanted()` is false once it is open; as add().
  [[nodiscard]] Future<void> replace(
      Lane& lane, std::unique_ptr<Runner> fresh,
      std::move_only_function<bool()> is_wanted = [] { return true; });
  // Does the same with a promise that was made before: nothing fails but by the promise, not even
  // if there is no memory.
  void replace(Lane& lane, std::unique_ptr<Runner> fresh, std::move_only_function<bool()> is_wanted,
               Promise<void> done) noexcept;

  // Takes the lane away from a worker that is stuck in `step` (see RunProgress). The call that it
  // runs ends with `error`; `function` gets the number of its function. The worker stays behind,
  // and ends when it returns. If the lane is then vacant, the caller must install() a fresh runner
  // or abandon() the lane. Does nothing if lanes share workers, because the others would lose
  // theirs, or if there is no memory.
  [[nodiscard]] Taken try_take(Lane& lane, std::uint64_t step, const Error& error,
                               std::uint32_t* function = nullptr) noexcept;
  // Opens a fresh runner for a vacant lane, which goes on with the calls that wait. If that fails,
  // the lane ends, and what waits with kQuarantined. Errors: as replace().
  [[nodiscard]] Future<void> install(Lane& lane, std::unique_ptr<Runner> fresh);
  // Does the same with a promise that was made before: nothing fails but by the promise.
  void install(Lane& lane, std::unique_ptr<Runner> fresh, Promise<void> done) noexcept;
  // Ends a vacant lane, and the calls that wait with `code`.
  static void abandon(Lane& lane, ErrorCode code) noexcept;
  // Returns the number of workers that were left behind and have not returned.
  [[nodiscard]] std::size_t left_behind() const;
  // Returns how many of them have lost a lane of this name.
  [[nodiscard]] std::size_t left_behind(std::string_view name) const;

  // Removes every lane with kShuttingDown, then joins the workers. Serves the calling thread's Pump
  // meanwhile. May be called again.
  void shutdown(Drain drain);
  // Does the same, but waits only until `deadline` (of the system clock). Returns the names of the
  // lanes that have not ended by then, and of those whose old worker, or the worker of a runner
  // that was to replace theirs, has not returned. Their workers go on, and the pool must live,
  // until a later call returns no names.
  [[nodiscard]] std::vector<std::string> shutdown_until(Drain drain, TimePoint deadline);

 private:
  struct Thread {
    std::shared_ptr<Worker> worker;
    OsThread thread;
    std::size_t lanes = 0;
    std::string name;
    std::shared_ptr<Future<void>> returned;  // completes when the worker has returned
    std::string lost;                        // the lane that was taken away from it
  };
  struct Added {
    std::string name;
    std::shared_ptr<WorkerLane> lane;
  };

  // Waits for the workers that serve no lane any more, and adds the names of those that have not
  // returned by then. Those that have lost their lane are only looked at, unless `waits_for_lost`.
  void wait_for_workers(TimePoint deadline, bool waits_for_lost, std::vector<std::string>& left);
  // REQUIRES: every lane has ended.
  void join_all();
  // These REQUIRE mutex_.
  void forget_ended();
  // Moves from the promises only if it succeeds.
  [[nodiscard]] Result<std::shared_ptr<Lane>> add_lane(const std::string& name,
                                                       std::unique_ptr<Runner> runner,
                                                       MailboxOptions options,
                                                       Promise<std::shared_ptr<Lane>>& opened,
                                                       std::optional<Promise<void>>& end);
  Result<Thread*> thread_for_new_lane(const std::string& name);
  // Returns the worker for another runner of a lane: a new one unless lanes share workers.
  Result<std::shared_ptr<Worker>> another_worker(const WorkerLane& lane);
  [[nodiscard]] const std::string& name_of(const WorkerLane& lane) const;
  Result<Thread*> start_thread(std::size_t index, std::string name);

  const WorkerPoolOptions options_;
  mutable std::mutex mutex_;
  bool shut_down_ = false;
  std::vector<Thread> threads_;  // by worker index; some are empty if options_.workers == 0
  std::vector<Added> lanes_;
};

}  // namespace hookline::detail
