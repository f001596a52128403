// Gives a WorkerLane its runner, or takes it away.

#include <cstdint>
#include <new>
#include <utility>

#include "dispatch/worker/worker_lane.h"

namespace hookline::detail {
namespace {

// The lower bits of a lane's step are its runner's: 9 years of a call each microsecond.
constexpr int kStepBits = 48;
constexpr std::uint64_t kStepMask = (std::uint64_t{1} << kStepBits) - 1;

}  // namespace

Future<std::shared_ptr<Lane>> WorkerLane::open() {
  self_ = shared_from_this();
  Promise<std::shared_ptr<Lane>> promise;
  auto future = promise.future();
  opening_ = std::move(promise);
  seat_->worker->post_function([lane = self_, seat = seat_] {
    if (const auto opened = seat->open()) {
      lane->on_opened(*opened);
    }
  });
  return future;
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

Future<void> WorkerLane::replace(std::shared_ptr<Seat> fresh,
                                 std::move_only_function<bool()> is_wanted) {
  Incoming incoming{.seat = std::move(fresh), .done = {}};
  Future<void> future = incoming.done.future();
  Worker& worker = *incoming.seat->worker;
  worker.post_function([lane = shared_from_this(), incoming = std::move(incoming),
                        is_wanted = std::move(is_wanted)]() mutable {
    // Nobody takes a seat away that is not the lane's.
    Result<void> opened = incoming.seat->open().value_or(Result<void>());
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
    const auto opened = fresh->open();
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
