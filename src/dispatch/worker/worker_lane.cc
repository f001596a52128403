#include "dispatch/worker/worker_lane.h"

#include <thread>
#include <utility>

namespace hookline::detail {

WorkerLane::WorkerLane(std::shared_ptr<Worker> worker, std::unique_ptr<Runner> runner,
                       Options options)
    : worker_(std::move(worker)),
      options_(options),
      runner_(std::move(runner)),
      mailbox_(options.mailbox, *this),
      reader_(mailbox_, options.batch) {}

Future<std::shared_ptr<Lane>> WorkerLane::open() {
  self_ = shared_from_this();
  Promise<std::shared_ptr<Lane>> promise;
  auto future = promise.future();
  worker_->post_function([this, promise = std::move(promise)]() mutable {
    Result<std::shared_ptr<Lane>> lane = open_runner();
    const bool failed = !lane;
    promise.set(std::move(lane));
    if (failed) {
      end();
    }
  });
  return future;
}

Result<std::shared_ptr<Lane>> WorkerLane::open_runner() {
  if (Result<void> opened = runner_->open(); !opened) {
    mailbox_.close(opened.error().code);
    return std::unexpected(std::move(opened.error()));
  }
  opened_ = true;
  return shared_from_this();
}

Future<void> WorkerLane::close(Drain drain, ErrorCode code) {
  mailbox_.close(code);
  Promise<void> promise;
  Future<void> future = promise.future();
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    if (ended()) {
      promise.set({});
      return future;
    }
    waiting_for_end_.push_back(std::move(promise));
    first = !std::exchange(close_requested_, true);
  }
  if (first) {
    close_code_ = code;
    discarding_.store(drain == Drain::kDiscard, std::memory_order_release);
    worker_->post_function([lane = shared_from_this()] { lane->begin_closing(); });
  }
  return future;
}

void WorkerLane::between_calls(std::move_only_function<void(Result<Runner*>)> function) {
  worker_->post_function([lane = shared_from_this(), function = std::move(function)]() mutable {
    if (!lane->opened_ || lane->closing_ || lane->ended()) {
      function(fail(ErrorCode::kScriptUnloaded, "it is unloaded, or is being unloaded"));
    } else {
      function(lane->runner_.get());
    }
  });
}

void WorkerLane::begin_closing() {
  if (ended()) {
    return;
  }
  closing_ = true;
  // If the lane is not idle, it is among the jobs already, or a poster is about to queue it.
  if (reader_.try_resume()) {
    run();
  }
}

void WorkerLane::run() noexcept {
  const bool discarding = discarding_.load(std::memory_order_acquire);
  const std::size_t count = discarding ? discard_batch() : run_batch();
  if (closing_ && reader_.drained()) {
    end();
    return;
  }
  if (!closing_ && reader_.try_become_idle()) {
    return;
  }
  if (count == 0) {
    // A poster was interrupted between admit() and enqueuing its call: let it finish.
    std::this_thread::yield();
  }
  worker_->post_again(*this);
}

std::size_t WorkerLane::run_batch() {
  Call* call = reader_.next();
  if (call == nullptr) {
    return 0;
  }
  std::size_t count = 0;
  runner_->begin_batch();
  do {
    const QueueSlot& slot = reader_.slot();
    if (slot.stamp().measured()) [[unlikely]] {
      run_measured(*call, slot);
    } else {
      call->run(*runner_, slot);
    }
    ++count;
  } while (count < options_.batch && !discarding_.load(std::memory_order_relaxed) &&
           (call = next_soon()) != nullptr);
  runner_->end_batch();
  return count;
}

// Returns the next call; waits for a moment if there is none.
Call* WorkerLane::next_soon() {
  Call* call = reader_.next();
  if (call == nullptr && spin_([this] { return reader_.pending(); })) {
    call = reader_.next();
  }
  return call;
}

void WorkerLane::run_measured(Call& call, const QueueSlot& slot) noexcept {
  const std::uint64_t started = monotonic_ns();
  call.run(*runner_, slot);
  metrics_.record(slot.stamp(), started, monotonic_ns());
}

std::size_t WorkerLane::discard_batch() {
  std::size_t count = 0;
  while (Call* call = reader_.next_discarded()) {
    call->finish(fail(close_code_, "closed"));
    if (++count == options_.batch) {
      break;
    }
  }
  return count;
}

void WorkerLane::end() {
  const std::shared_ptr<WorkerLane> self = std::move(self_);
  if (opened_) {
    runner_->close();
  }
  runner_.reset();
  std::vector<Promise<void>> waiting;
  {
    const std::scoped_lock lock(mutex_);
    ended_.store(true, std::memory_order_release);
    waiting.swap(waiting_for_end_);
  }
  if (options_.owns_worker) {
    worker_->stop();
  }
  for (Promise<void>& promise : waiting) {
    promise.set({});
  }
}

}  // namespace hookline::detail
