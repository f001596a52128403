#include "dispatch/worker/worker_lane.h"

#include <cstdint>
#include <new>
#include <thread>
#include <utility>

namespace hookline::detail {
namespace {

// The lower bits of a lane's step are its runner's: 9 years of a call each microsecond.
constexpr int kStepBits = 48;
constexpr std::uint64_t kStepMask = (std::uint64_t{1} << kStepBits) - 1;

}  // namespace

void Seat::leave() noexcept {
  runner.reset();
  if (owns_worker) {
    worker->stop();
  }
}

WorkerLane::WorkerLane(std::shared_ptr<Seat> seat, Options options)
    : options_(options),
      mailbox_(options.mailbox, *this),
      reader_(mailbox_, options.batch),
      seat_(std::move(seat)) {}

Future<std::shared_ptr<Lane>> WorkerLane::open() {
  self_ = shared_from_this();
  Promise<std::shared_ptr<Lane>> promise;
  auto future = promise.future();
  opening_ = std::move(promise);
  seat_->worker->post_function([lane = self_, seat = seat_] {
    if (const auto opened = open_runner(*seat)) {
      lane->on_opened(*opened);
    }
  });
  return future;
}

std::optional<Result<void>> WorkerLane::open_runner(Seat& seat) {
  RunProgress& progress = seat.runner->progress();
  progress.begin();
  Result<void> opened = seat.runner->open();
  seat.opened = opened.has_value();
  if (!progress.end()) {
    lose(seat, false);
    return std::nullopt;
  }
  return opened;
}

void WorkerLane::lose(Seat& seat, bool in_batch) noexcept {
  if (seat.opened) {
    seat.runner->retire(in_batch);
  }
  seat.leave();
}

void WorkerLane::vacate(Seat& seat) noexcept {
  std::unique_ptr<Runner> closed;
  {
    const std::scoped_lock lock(mutex_);
    closed = std::move(seat.runner);
  }
  closed.reset();
  seat.leave();
}

void WorkerLane::on_opened(const Result<void>& opened) {
  std::optional<Promise<std::shared_ptr<Lane>>> promise;
  {
    const std::scoped_lock lock(mutex_);
    promise.swap(opening_);
  }
  if (!opened) {
    mailbox_.close(opened.error().code);
  }
  if (promise) {
    promise->set(opened ? Result<std::shared_ptr<Lane>>(shared_from_this())
                        : std::unexpected(opened.error()));
  }
  if (!opened) {
    end(seat());
  }
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
    post_control([this](Seat* seat) { closing_ = seat != nullptr; });
  }
  return future;
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

namespace {

// Ends a seat that the lane does not need after all. On any thread.
void dismiss(std::shared_ptr<Seat> fresh) {
  Worker& worker = *fresh->worker;
  worker.post_function([fresh = std::move(fresh)] {
    fresh->runner->close();
    fresh->leave();
  });
}

}  // namespace

Future<void> WorkerLane::replace(std::shared_ptr<Seat> fresh,
                                 std::move_only_function<bool()> is_wanted) {
  Incoming incoming{.seat = std::move(fresh), .done = {}};
  Future<void> future = incoming.done.future();
  Worker& worker = *incoming.seat->worker;
  worker.post_function([lane = shared_from_this(), incoming = std::move(incoming),
                        is_wanted = std::move(is_wanted)]() mutable {
    // Nobody takes a seat away that is not the lane's.
    Result<void> opened = open_runner(*incoming.seat).value_or(Result<void>());
    if (!opened) {
      incoming.seat->leave();
      incoming.done.set(std::move(opened));
    } else if (!is_wanted()) {
      dismiss(std::move(incoming.seat));
      incoming.done.set(fail(ErrorCode::kCancelled, "it came too late"));
    } else {
      WorkerLane& self = *lane;
      self.post_control(
          [lane = std::move(lane), incoming = std::move(incoming)](Seat* present) mutable {
            lane->take_over(present, std::move(incoming));
          });
    }
  });
  return future;
}

// `present` is nullptr if the lane has ended.
void WorkerLane::take_over(Seat* present, Incoming incoming) {
  if (present == nullptr || closing_) {
    dismiss(std::move(incoming.seat));
    incoming.done.set(fail(ErrorCode::kScriptUnloaded, "it is unloaded, or is being unloaded"));
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    incoming_ = std::move(incoming);
  }
  hand_over(*present);
}

void WorkerLane::hand_over(Seat& present) {
  RunProgress& progress = present.runner->progress();
  progress.begin();
  present.runner->close();
  present.opened = false;
  if (!progress.end()) {
    return;  // the one that took the lane has let the incoming seat take over
  }
  vacate(present);
  std::optional<Incoming> incoming;
  {
    const std::scoped_lock lock(mutex_);
    incoming.swap(incoming_);
  }
  if (incoming) {
    sit_down(*std::move(incoming));
  }
}

void WorkerLane::sit_down(Incoming incoming) {
  const std::shared_ptr<Seat> fresh = std::move(incoming.seat);
  {
    const std::scoped_lock lock(mutex_);
    seat_ = fresh;
    ++seats_;
  }
  // Completed first, because the host is told of a reload before calls run in the new code.
  incoming.done.set({});
  fresh->worker->post(*this);
}

Taken WorkerLane::try_take(std::uint64_t step, const Error& error, std::uint32_t* function) {
  std::optional<Promise<std::shared_ptr<Lane>>> opening;
  std::optional<Incoming> incoming;
  bool closing = false;
  std::shared_ptr<Seat> left;
  std::shared_ptr<Seat> vacant;
  std::vector<QueueSlot> slots;
  try {
    vacant = std::make_shared<Seat>();
    slots = reader_.make_batch();
  } catch (const std::bad_alloc&) {
    return Taken::kNot;  // its caller will look again
  }
  {
    const std::scoped_lock lock(mutex_);
    closing = close_requested_;
    if (seat_->runner == nullptr || step >> kStepBits != seats_ ||
        !seat_->runner->progress().try_take(step & kStepMask)) {
      return Taken::kNot;
    }
    opening.swap(opening_);
    incoming.swap(incoming_);
    // The worker destroys the runner when it returns, so nobody may look at it any more.
    vacant->worker = seat_->worker;
    left = std::exchange(seat_, std::move(vacant));
  }
  if (std::exchange(in_batch_, false)) {
    const QueueSlot& slot = reader_.slot();
    if (function != nullptr && slot.carries_request()) {
      *function = slot.function();
    }
    slot.call().finish(std::unexpected(error));
    left->slots = reader_.exchange_batch(std::move(slots));
  }
  if (opening) {
    opening->set(std::unexpected(error));
  }
  if (incoming) {
    sit_down(*std::move(incoming));
    return Taken::kReplaced;
  }
  if (closing) {
    abandon(close_code_);
    return Taken::kWasClosing;
  }
  return Taken::kVacant;
}

Future<void> WorkerLane::install(std::shared_ptr<Seat> fresh) {
  Promise<void> done;
  Future<void> future = done.future();
  {
    const std::scoped_lock lock(mutex_);
    seat_ = fresh;
    ++seats_;
  }
  Worker& worker = *fresh->worker;
  worker.post_function([lane = shared_from_this(), fresh = std::move(fresh),
                        done = std::move(done)]() mutable {
    const auto opened = open_runner(*fresh);
    if (!opened) {
      done.set(fail(ErrorCode::kQuarantined, "the fresh runner was taken away while it opened"));
    } else if (!*opened) {
      lane->vacate(*fresh);
      lane->abandon(ErrorCode::kQuarantined);
      done.set(*opened);
    } else {
      done.set({});
      lane->run();
    }
  });
  return future;
}

void WorkerLane::abandon(ErrorCode code) {
  mailbox_.close(code);
  while (!reader_.drained()) {
    if (discard_batch(code) == 0) {
      std::this_thread::yield();  // a poster is about to enqueue its call
    }
  }
  complete_end();
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
  const std::shared_ptr<Seat> present = seat_;
  lock.unlock();
  present->worker->post_function([lane = shared_from_this(), present] {
    if (!lane->ended() && lane->seat() == present) {
      lane->resume();
    }
  });
}

void WorkerLane::resume() {
  // If the lane is not idle, it is among the jobs already, or a poster is about to queue it.
  if (reader_.try_resume()) {
    run();
  }
}

std::optional<WorkerLane::Control> WorkerLane::next_control() {
  const std::scoped_lock lock(mutex_);
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
      lose(*present, false);
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
    lose(seat, true);
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
      lose(seat, true);
      return count;
    }
    ++count;
  } while (count < options_.batch && !attention_.load(std::memory_order_relaxed) &&
           (call = next_soon()) != nullptr);
  in_batch_ = false;
  progress.begin();
  runner.end_batch();
  if (!progress.end()) {
    lose(seat, false);
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

void WorkerLane::end(const std::shared_ptr<Seat>& present) {
  if (present->opened) {
    RunProgress& progress = present->runner->progress();
    progress.begin();
    present->runner->close();
    present->opened = false;
    if (!progress.end()) {
      lose(*present, false);
      return;
    }
  }
  vacate(*present);
  complete_end();
}

void WorkerLane::complete_end() {
  const std::shared_ptr<WorkerLane> self = std::move(self_);
  std::vector<Promise<void>> waiting;
  std::deque<Control> controls;
  {
    const std::scoped_lock lock(mutex_);
    ended_.store(true, std::memory_order_release);
    waiting.swap(waiting_for_end_);
    controls.swap(controls_);
  }
  for (Control& control : controls) {
    control(nullptr);
  }
  for (Promise<void>& promise : waiting) {
    promise.set({});
  }
}

std::uint64_t WorkerLane::step() const noexcept {
  const std::scoped_lock lock(mutex_);
  return seat_->runner != nullptr ? (seats_ << kStepBits) | seat_->runner->progress().step() : 0;
}

}  // namespace hookline::detail
