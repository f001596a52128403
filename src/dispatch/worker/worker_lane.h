#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch/base/adaptive_spin.h"
#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/wait/wake_batch.h"
#include "dispatch/worker/lane.h"
#include "dispatch/worker/seat.h"
#include "hookline/future.h"
#include "hookline/loop.h"

namespace hookline::detail {

// Is the Lane of a WorkerPool: a job that runs one batch of its mailbox's calls, and queues itself
// again while there are more.
//
// At any moment the lane is either idle (its mailbox is empty), among its worker's jobs, or being
// queued there by the one poster that found it idle. Something that is to happen between two calls
// (a control) waits in a list of the lane, and runs at the beginning of its job. So only the thread
// that runs the job changes the lane's seat, or the one that has taken the lane from it:
//
//   opening ---> seat ---- replacement: the fresh runner is open, the old one ends ---> fresh seat
//                 |                                               |  it is stuck        ^   ^
//                 |                                               +-- try_take() -------+   |
//                 +---- try_take(): it is stuck ---> vacant ---- installation --------------+
//                                                     +--------- abandon() ---> ended
//
// A lane gets a runner in two steps: make_*() needs memory and changes nothing, begin_*() needs no
// memory. So nothing is left half done if memory runs out, or if there is no thread.
//
// Ownership: it keeps itself alive from its opening until it has ended.
//
// Thread safety: all public methods from any thread, except that a lane is opened once, and only
// the thread whose try_take() made the lane vacant installs a runner or calls abandon().
class WorkerLane final : public Lane,
                         private Job,
                         private MailboxWorker,
                         public std::enable_shared_from_this<WorkerLane> {
 public:
  struct Options {
    MailboxOptions mailbox;
    std::size_t batch = 256;
  };
  WorkerLane(std::shared_ptr<Seat> seat, Options options);
  ~WorkerLane() override = default;

  // A runner that is about to be opened on a worker.
  struct Change;

  // Opens the runner on its worker. The lane ends immediately if that fails. `end` is kept when the
  // lane has ended.
  [[nodiscard]] Change make_opening();
  void begin_opening(Change change, std::shared_ptr<Worker> worker,
                     Promise<std::shared_ptr<Lane>> opened,
                     std::optional<Promise<void>> end) noexcept;

  // See WorkerPool::remove().
  [[nodiscard]] Future<void> close(Drain drain, ErrorCode code);
  // See WorkerPool::close().
  [[nodiscard]] bool begin_close(Drain drain, ErrorCode code) noexcept;
  // See WorkerPool::stop_draining().
  void stop_draining() noexcept;
  // See WorkerPool::between_calls().
  void between_calls(std::move_only_function<void(Result<Runner*>)> function);
  // Opens a fresh runner on its worker, while the lane goes on. Then closes the present runner
  // between two calls, and lets the fresh one take over. Errors: that of Runner::open(), after
  // which nothing has changed; kScriptUnloaded if the lane ends meanwhile; kCancelled if
  // `is_wanted()` is false once it is open.
  [[nodiscard]] Change make_replacement(std::unique_ptr<Runner> fresh, bool owns_worker,
                                        std::move_only_function<bool()> is_wanted);
  static void begin_replacement(Change change, std::shared_ptr<Worker> worker,
                                Promise<void> done) noexcept;

  // Takes the lane away from its worker, if that still is at `step`. The call that it runs, if any,
  // ends with `error`, and so does its opening. `function` gets the number of the call's function,
  // if it has one. Does nothing if there is no memory.
  [[nodiscard]] Taken try_take(std::uint64_t step, const Error& error,
                               std::uint32_t* function = nullptr) noexcept;
  // Opens a fresh runner on its worker, and goes on with it. If that fails, the lane ends, and its
  // calls with it.
  [[nodiscard]] Change make_installation(std::unique_ptr<Runner> fresh, bool owns_worker);
  void begin_installation(Change change, std::shared_ptr<Worker> worker,
                          Promise<void> done) noexcept;
  // Ends the lane: calls that wait end with `code`.
  void abandon(ErrorCode code) noexcept;

  // Returns true until its opening has come to its end.
  [[nodiscard]] bool is_opening() const {
    const std::scoped_lock lock(mutex_);
    return opening_.has_value();
  }
  // Returns true if the runner has been closed and destroyed, or could not be opened.
  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

  [[nodiscard]] Mailbox& mailbox() noexcept override { return mailbox_; }
  [[nodiscard]] const LaneMetrics& metrics() const noexcept override { return metrics_; }
  [[nodiscard]] std::size_t worker() const noexcept override { return seat()->worker->index(); }
  [[nodiscard]] std::uint64_t step() const noexcept override;

  [[nodiscard]] std::shared_ptr<Seat> seat() const {
    const std::scoped_lock lock(mutex_);
    return seat_;
  }

 private:
  friend class Nudge;
  // Gets the seat, or nullptr if the lane has ended.
  using Control = std::move_only_function<void(Seat*)>;
  struct Incoming {
    std::shared_ptr<Seat> seat;
    std::optional<Promise<void>> done;  // set once the change has begun

    void finish(Result<void> result) noexcept {
      if (done) {
        done->set(std::move(result));
      }
    }
  };

  // Overrides Job: runs the controls and one batch.
  void run() noexcept override;
  void discard() noexcept override {}
  // Overrides MailboxWorker.
  void wake() noexcept override {
    // A copy, because the lane may end, and release its worker, before post() returns.
    const std::shared_ptr<Seat> present = seat();  // NOLINT(performance-*)
    present->worker->post(*this);
  }
  [[nodiscard]] bool is_this_thread() const noexcept override {
    return seat()->worker->is_this_thread();
  }
  [[nodiscard]] std::shared_ptr<ScriptThread> script_thread() const override {
    const std::shared_ptr<Worker> worker = seat()->worker;
    return {worker, &worker->script_thread()};
  }

  static void begin(Change change, std::shared_ptr<Worker> worker) noexcept;
  void post_control(Control control);
  // Runs the job now if the lane is idle.
  void resume() noexcept;
  [[nodiscard]] std::optional<Control> next_control();
  // Destroys the runner of the lane's seat.
  void vacate(Seat& seat) noexcept;
  void on_opened(Result<void> opened) noexcept;
  void on_replacement_opened(const std::shared_ptr<Incoming>& incoming,
                             std::move_only_function<bool()>& is_wanted) noexcept;
  void take_over(Seat* present, Incoming& incoming) noexcept;
  // Closes the present runner, and lets the lane go on with the incoming seat.
  void hand_over(Seat& present) noexcept;
  void sit_down(Incoming incoming) noexcept;
  // Opens the runner of a lane that was vacant, and runs the lane's job.
  void run_installed(Incoming& incoming) noexcept;
  // Returns the number of calls that it ran. Check RunProgress::taken() afterwards.
  std::size_t run_batch(Seat& seat);
  Call* next_soon();
  void run_measured(Call& call, const QueueSlot& slot, Seat& seat);
  std::size_t discard_batch(ErrorCode code);
  void end(const std::shared_ptr<Seat>& present);
  // Completes everything that waits for the end of the lane.
  void complete_end() noexcept;

  const Options options_;
  Mailbox mailbox_;
  MailboxReader reader_;
  AdaptiveSpin spin_;
  LaneMetrics metrics_;
  // Only the thread that runs the job uses these, or the one that has taken the lane from it.
  bool closing_ = false;
  bool in_batch_ = false;  // the call that the reader returned last has not ended, or just now
  std::shared_ptr<WorkerLane> self_;

  std::atomic<bool> attention_{false};  // ends a batch, since a control waits
  std::atomic<bool> discarding_{false};
  std::atomic<bool> ended_{false};
  ErrorCode close_code_ = ErrorCode::kScriptUnloaded;  // written before discarding_, with mutex_
  mutable std::mutex mutex_;
  // Guarded by mutex_, as are the rest. Its runner is destroyed under mutex_, too.
  std::shared_ptr<Seat> seat_;
  // How many seats there were before. Each runner counts its steps from 0, so a step of the lane
  // has this number in its upper bits: what was seen of one runner must not be taken for the next
  // one's.
  std::uint64_t seats_ = 0;
  std::optional<Incoming> incoming_;  // while the present runner closes for it
  bool close_requested_ = false;
  std::size_t before_close_ = 0;  // controls that came before the request
  std::list<Control> controls_;   // an empty one needs no memory
  std::optional<Promise<std::shared_ptr<Lane>>> opening_;
  std::optional<Promise<void>> end_;
  std::vector<Promise<void>> waiting_for_end_;
};

struct WorkerLane::Change {
  std::shared_ptr<Seat> seat;
  std::shared_ptr<Incoming> incoming;  // nullptr if it is the lane's opening
  std::unique_ptr<Job> job;
};

}  // namespace hookline::detail
