// Gives a WorkerLane its runner, or takes it away.

#include <cstdint>
#include <new>
#include <utility>

#include "dispatch/base/function_job.h"
#include "dispatch/base/no_memory.h"
#include "dispatch/worker/worker_lane.h"

namespace hookline::detail {
namespace {

// The lower bits of a lane's step are its runner's: 9 years of a call each microsecond.
constexpr int kStepBits = 48;
constexpr std::uint64_t kStepMask = (std::uint64_t{1} << kStepBits) - 1;

}  // namespace

WorkerLane::Change WorkerLane::make_opening() {
  return {.seat = seat_,
          .incoming = nullptr,
          .job = make_job([lane = shared_from_this(), seat = seat_] {
            if (auto opened = seat->open()) {
              lane->on_opened(*std::move(opened));
            }
          })};
}

void WorkerLane::begin_opening(Change change, std::shared_ptr<Worker> worker,
                               Promise<std::shared_ptr<Lane>> opened,
                               std::optional<Promise<void>> end) noexcept {
  self_ = shared_from_this();
  opening_ = std::move(opened);
  end_ = std::move(end);
  begin(std::move(change), std::move(worker));
}

void WorkerLane::begin(Change change, std::shared_ptr<Worker> worker) noexcept {
  Worker& posted_to = *worker;
  change.seat->worker = std::move(worker);
  posted_to.post(*change.job.release());
}

void WorkerLane::on_opened(Result<void> opened) noexcept {
  std::optional<Promise<std::shared_ptr<Lane>>> promise;
  {
    const std::scoped_lock lock(mutex_);
    promise.swap(opening_);
  }
  const bool is_open = opened.has_value();
  if (!is_open) {
    mailbox_.close(opened.error().code);
  }
  if (promise) {
    promise->set(is_open ? Result<std::shared_ptr<Lane>>(shared_from_this())
                         : std::unexpected(std::move(opened.error())));
  }
  if (!is_open) {
    end(seat());
  }
}

WorkerLane::Change WorkerLane::make_replacement(std::unique_ptr<Runner> fresh, bool owns_worker,
                                                std::move_only_function<bool()> is_wanted) {
  auto seat = std::make_shared<Seat>();
  seat->runner = std::move(fresh);
  seat->owns_worker = owns_worker;
  auto incoming = std::make_shared<Incoming>(Incoming{.seat = seat, .done = std::nullopt});
  Change change{.seat = std::move(seat), .incoming = incoming, .job = nullptr};
  change.job = make_job([lane = shared_from_this(), incoming = std::move(incoming),
                         is_wanted = std::move(is_wanted)]() mutable {
    lane->on_replacement_opened(incoming, is_wanted);
  });
  return change;
}

void WorkerLane::begin_replacement(Change change, std::shared_ptr<Worker> worker,
                                   Promise<void> done) noexcept {
  change.incoming->done = std::move(done);
  begin(std::move(change), std::move(worker));
}

void WorkerLane::on_replacement_opened(const std::shared_ptr<Incoming>& incoming,
                                       std::move_only_function<bool()>& is_wanted) noexcept {
  // Nobody takes a seat away that is not the lane's.
  Result<void> opened = incoming->seat->open().value_or(Result<void>());
  if (!opened) {
    incoming->seat->leave();
    incoming->finish(std::move(opened));
  } else if (!is_wanted()) {
    dismiss(std::move(incoming->seat));
    incoming->finish(fail(ErrorCode::kCancelled, "it came too late"));
  } else {
    try {
      post_control([this, incoming](Seat* present) { take_over(present, *incoming); });
    } catch (const std::bad_alloc&) {
      dismiss(std::move(incoming->seat));
      incoming->finish(fail_without_memory());
    }
  }
}

// `present` is nullptr if the lane has ended.
void WorkerLane::take_over(Seat* present, Incoming& incoming) noexcept {
  if (present == nullptr || closing_) {
    dismiss(std::move(incoming.seat));
    incoming.finish(fail(ErrorCode::kScriptUnloaded, "it is unloaded, or is being unloaded"));
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    incoming_ = std::move(incoming);
  }
  hand_over(*present);
}

void WorkerLane::hand_over(Seat& present) noexcept {
  if (!present.close()) {
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

void WorkerLane::sit_down(Incoming incoming) noexcept {
  const std::shared_ptr<Seat> fresh = std::move(incoming.seat);
  {
    const std::scoped_lock lock(mutex_);
    seat_ = fresh;
    ++seats_;
  }
  // Completed first, because the host is told of a reload before calls run in the new code.
  incoming.finish({});
  fresh->worker->post(*this);
}

// Everything that needs memory is made before the lane is taken.
Taken WorkerLane::try_take(std::uint64_t step, const Error& error,
                           std::uint32_t* function) noexcept {
  std::optional<Promise<std::shared_ptr<Lane>>> opening;
  std::optional<Incoming> incoming;
  bool closing = false;
  std::shared_ptr<Seat> left;
  std::shared_ptr<Seat> vacant;
  std::vector<QueueSlot> slots;
  Error told;
  try {
    told = error;
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
    // No call runs while a lane opens, so that only one of the two gets the error.
    slot.call().finish(std::unexpected(std::exchange(told, {})));
    left->slots = reader_.exchange_batch(std::move(slots));
  }
  if (opening) {
    opening->set(std::unexpected(std::move(told)));
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

WorkerLane::Change WorkerLane::make_installation(std::unique_ptr<Runner> fresh, bool owns_worker) {
  auto seat = std::make_shared<Seat>();
  seat->runner = std::move(fresh);
  seat->owns_worker = owns_worker;
  auto incoming = std::make_shared<Incoming>(Incoming{.seat = seat, .done = std::nullopt});
  Change change{.seat = std::move(seat), .incoming = incoming, .job = nullptr};
  change.job = make_job([lane = shared_from_this(), incoming = std::move(incoming)] {
    lane->run_installed(*incoming);
  });
  return change;
}

void WorkerLane::begin_installation(Change change, std::shared_ptr<Worker> worker,
                                    Promise<void> done) noexcept {
  change.incoming->done = std::move(done);
  change.seat->worker = worker;
  {
    const std::scoped_lock lock(mutex_);
    seat_ = change.seat;
    ++seats_;
  }
  begin(std::move(change), std::move(worker));
}

void WorkerLane::run_installed(Incoming& incoming) noexcept {
  auto opened = incoming.seat->open();
  if (!opened) {
    incoming.finish(
        fail(ErrorCode::kQuarantined, "the fresh runner was taken away while it opened"));
  } else if (!*opened) {
    vacate(*incoming.seat);
    abandon(ErrorCode::kQuarantined);
    incoming.finish(*std::move(opened));
  } else {
    incoming.finish({});
    run();
  }
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

std::uint64_t WorkerLane::step() const noexcept {
  const std::scoped_lock lock(mutex_);
  return seat_->runner != nullptr ? (seats_ << kStepBits) | seat_->runner->progress().step() : 0;
}

}  // namespace hookline::detail
