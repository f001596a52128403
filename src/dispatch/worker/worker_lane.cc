#include "dispatch/worker/worker_lane.h"

#include <cstdint>
#include <thread>
#include <utility>

namespace hookline::detail {

WorkerLane::WorkerLane(std::shared_ptr<Seat> seat, Options options)
    : options_(options),
      mailbox_(options.mailbox, *this),
      reader_(mailbox_, options.batch),
      seat_(std::move(seat)) {}

Future<void> WorkerLane::close(Drain drain, ErrorCode code) {
  Promise<void> promise;
  Future<void> future = promise.future();
  {
    const std::scoped_lock lock(mutex_);
    if (ended()) {
      promise.set({});
      return future;
    }
    waiting_for_end_.push_back(std::move(promise));
  }
  (void)begin_close(drain, code);
  return future;
}

bool WorkerLane::begin_close(Drain drain, ErrorCode code) noexcept {
  mailbox_.close(code);
  std::shared_ptr<Seat> present;
  {
    const std::scoped_lock lock(mutex_);
    if (ended()) {
      return false;
    }
    if (std::exchange(close_requested_, true)) {
      return true;
    }
    before_close_ = controls_.size();
    close_code_ = code;
    if (drain == Drain::kDiscard) {
      discarding_.store(true, std::memory_order_release);
    }
    attention_.store(true, std::memory_order_relaxed);
    present = seat_;
  }
  Nudge& nudge = present->nudge;
  nudge.post(shared_from_this(), std::move(present));
  return true;
}

// run() takes the mutex after it has reset `attention_`. So it sees both of these, or the batch
// that follows sees `attention_`.
void WorkerLane::stop_draining() noexcept {
  const std::scoped_lock lock(mutex_);
  discarding_.store(true, std::memory_order_release);
  attention_.store(true, std::memory_order_relaxed);
}

void WorkerLane::between_calls(std::move_only_function<void(Result<Runner*>)> function) {
  post_control([this, function = std::move(function)](Seat* seat) mutable {
    if (seat == nullptr || closing_) {
      function(fail(ErrorCode::kScriptUnloaded, "it is unloaded, or is being unloaded"));
    } else {
      seat->runner->progress().begin();
      function(seat->runner.get());
      (void)seat->runner->progress().end();  // run() looks whether the lane was taken
    }
  });
}

void WorkerLane::post_control(Control control) {
  std::unique_lock lock(mutex_);
  if (ended()) {
    lock.unlock();
    control(nullptr);
    return;
  }
  controls_.push_back(std::move(control));
  attention_.store(true, std::memory_order_relaxed);
  std::shared_ptr<Seat> present = seat_;
  lock.unlock();
  Nudge& nudge = present->nudge;
  nudge.post(shared_from_this(), std::move(present));
}

void Nudge::post(std::shared_ptr<WorkerLane> lane, std::shared_ptr<Seat> seat) noexcept {
  if (is_posted_.exchange(true)) {
    return;  // it will see what its caller has changed
  }
  const std::shared_ptr<Worker> worker =
      seat->worker;  // the seat may be gone before post() returns
  lane_ = std::move(lane);
  seat_ = std::move(seat);
  worker->post(*this);
}

void Nudge::run() noexcept {
  const std::shared_ptr<WorkerLane> lane = std::move(lane_);
  const std::shared_ptr<Seat> seat = std::move(seat_);
  is_posted_.store(false);  // before it looks at the controls, so that no later post() is lost
  if (!lane->ended() && lane->seat() == seat) {
    lane->resume();
  }
}

void Nudge::discard() noexcept {
  const std::shared_ptr<WorkerLane> lane = std::move(lane_);
  const std::shared_ptr<Seat> seat = std::move(seat_);
  is_posted_.store(false);
}

void WorkerLane::resume() noexcept {
  // If the lane is not idle, it is among the jobs already, or a poster is about to queue it.
  if (reader_.try_resume()) {
    run();
  }
}

std::optional<WorkerLane::Control> WorkerLane::next_control() {
  const std::scoped_lock lock(mutex_);
  if (close_requested_ && !closing_) {
    closing_ = before_close_ == 0;  // controls that came before the request see nothing of it
    before_close_ -= closing_ ? 0 : 1;
  }
  if (controls_.empty()) {
    return std::nullopt;
  }
  std::optional<Control> control = std::move(controls_.front());
  controls_.pop_front();
  return control;
}

void WorkerLane::run() noexcept {
  // The lane may end, or get another seat, while this thread is stuck.
  const std::shared_ptr<WorkerLane> self = shared_from_this();
  const std::shared_ptr<Seat> present = seat();
  attention_.store(false, std::memory_order_relaxed);
  while (auto control = next_control()) {
    (*control)(present.get());
    if (present->runner == nullptr) {
      return;  // it has handed the lane over
    }
    if (present->runner->progress().taken()) {
      present->lose(false);
      return;
    }
  }
  const bool discarding = discarding_.load(std::memory_order_acquire);
  const std::size_t count = discarding ? discard_batch(close_code_) : run_batch(*present);
  if (present->runner == nullptr) {
    return;  // it has lost the lane
  }
  if (closing_ && reader_.drained()) {
    end(present);
    return;
  }
  if (!closing_ && reader_.try_become_idle()) {
    return;
  }
  if (count == 0) {
    // A poster was interrupted between admit() and enqueuing its call: let it finish.
    std::this_thread::yield();
  }
  present->worker->post_again(*this);
}

std::size_t WorkerLane::run_batch(Seat& seat) {
  Call* call = reader_.next();
  if (call == nullptr) {
    return 0;
  }
  Runner& runner = *seat.runner;
  RunProgress& progress = runner.progress();
  std::size_t count = 0;
  in_batch_ = true;
  // To begin a batch is a step of its own, since it may wait for a GIL.
  progress.begin();
  runner.begin_batch();
  if (!progress.end()) {
    seat.lose(true);
    return 0;
  }
  do {
    // The reader belongs to another thread once the lane is taken, which may be in this step.
    const QueueSlot& slot = reader_.slot();
    const bool measured = slot.stamp().measured();
    progress.begin();
    if (measured) [[unlikely]] {
      run_measured(*call, slot, seat);
    } else {
      call->run(runner, slot);
    }
    if (progress.taken()) [[unlikely]] {
      seat.lose(true);
      return count;
    }
    ++count;
  } while (count < options_.batch && !attention_.load(std::memory_order_relaxed) &&
           (call = next_soon()) != nullptr);
  in_batch_ = false;
  progress.begin();
  runner.end_batch();
  if (!progress.end()) {
    seat.lose(false);
  }
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

void WorkerLane::run_measured(Call& call, const QueueSlot& slot, Seat& seat) {
  const std::uint64_t started = monotonic_ns();
  call.run(*seat.runner, slot);
  if (!seat.runner->progress().taken()) {
    metrics_.record(slot.stamp(), started, monotonic_ns());
  }
}

std::size_t WorkerLane::discard_batch(ErrorCode code) {
  std::size_t count = 0;
  while (Call* call = reader_.next_discarded()) {
    call->finish(fail(code, "closed"));
    if (++count == options_.batch) {
      break;
    }
  }
  return count;
}

void WorkerLane::abandon(ErrorCode code) noexcept {
  mailbox_.close(code);
  while (!reader_.drained()) {
    if (discard_batch(code) == 0) {
      std::this_thread::yield();  // a poster is about to enqueue its call
    }
  }
  complete_end();
}

void WorkerLane::end(const std::shared_ptr<Seat>& present) {
  if (present->opened && !present->close()) {
    present->lose(false);
    return;
  }
  vacate(*present);
  complete_end();
}

void WorkerLane::complete_end() noexcept {
  const std::shared_ptr<WorkerLane> self = std::move(self_);
  std::vector<Promise<void>> waiting;
  std::list<Control> controls;
  std::optional<Promise<void>> end;
  {
    const std::scoped_lock lock(mutex_);
    ended_.store(true, std::memory_order_release);
    waiting.swap(waiting_for_end_);
    controls.swap(controls_);
    end.swap(end_);
  }
  for (Control& control : controls) {
    control(nullptr);
  }
  if (end) {
    end->set({});
  }
  for (Promise<void>& promise : waiting) {
    promise.set({});
  }
}

}  // namespace hookline::detail
