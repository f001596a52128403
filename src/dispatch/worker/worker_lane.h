#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "dispatch/base/adaptive_spin.h"
#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/wait/wake_batch.h"
#include "dispatch/worker/lane.h"
#include "dispatch/worker/worker.h"
#include "hookline/executor.h"
#include "hookline/future.h"

namespace hookline::detail {

// Is the Lane of a WorkerPool: a job that runs one batch of its mailbox's calls, and queues itself
// again while there are more.
//
// At any moment the lane is either idle (its mailbox is empty), among its worker's jobs, or being
// queued there by the one poster that found it idle.
//
// Ownership: it keeps itself alive from open() until its runner is closed.
//
// Thread safety: all public methods from any thread; open() once.
class WorkerLane final : public Lane,
                         private Job,
                         private MailboxWorker,
                         public std::enable_shared_from_this<WorkerLane> {
 public:
  struct Options {
    MailboxOptions mailbox;
    std::size_t batch = 256;
    bool owns_worker = false;  // the worker stops when the lane ends
  };
  WorkerLane(std::shared_ptr<Worker> worker, std::unique_ptr<Runner> runner, Options options);
  ~WorkerLane() override = default;

  // Opens the runner on its worker. The lane ends immediately if that fails.
  [[nodiscard]] Future<std::shared_ptr<Lane>> open();

  // See WorkerPool::remove().
  [[nodiscard]] Future<void> close(Drain drain, ErrorCode code);
  // See WorkerPool::between_calls().
  void between_calls(std::move_only_function<void(Result<Runner*>)> function);
  // Returns true if the runner has been closed and destroyed, or could not be opened.
  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

  [[nodiscard]] Mailbox& mailbox() noexcept override { return mailbox_; }
  [[nodiscard]] const LaneMetrics& metrics() const noexcept override { return metrics_; }
  [[nodiscard]] std::size_t worker() const noexcept override { return worker_->index(); }

 private:
  // Job: runs one batch.
  void run() noexcept override;
  void discard() noexcept override {}
  // MailboxWorker.
  void wake() noexcept override {
    // A copy, because the lane may end, and release its worker, before post() returns.
    const std::shared_ptr<Worker> worker = worker_;  // NOLINT(performance-*)
    worker->post(*this);
  }
  [[nodiscard]] bool is_this_thread() const noexcept override { return worker_->is_this_thread(); }

  [[nodiscard]] Result<std::shared_ptr<Lane>> open_runner();
  void begin_closing();
  std::size_t run_batch();
  Call* next_soon();
  void run_measured(Call& call, const QueueSlot& slot) noexcept;
  std::size_t discard_batch();
  void end();

  const std::shared_ptr<Worker> worker_;
  const Options options_;
  std::unique_ptr<Runner> runner_;
  bool opened_ = false;
  bool closing_ = false;
  std::shared_ptr<WorkerLane> self_;

  Mailbox mailbox_;
  MailboxReader reader_;
  AdaptiveSpin spin_;
  LaneMetrics metrics_;

  std::atomic<bool> discarding_{false};  // read before each call, since a batch may take long
  std::atomic<bool> ended_{false};
  ErrorCode close_code_ = ErrorCode::kScriptUnloaded;  // written before discarding_
  std::mutex mutex_;
  bool close_requested_ = false;
  std::vector<Promise<void>> waiting_for_end_;
};

}  // namespace hookline::detail
