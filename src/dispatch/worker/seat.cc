#include "dispatch/worker/seat.h"

#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"

namespace hookline::detail {

std::optional<Result<void>> Seat::open() {
  RunProgress& progress = runner->progress();
  progress.begin();
  Result<void> done;
  try {
    done = runner->open();
  } catch (const std::bad_alloc&) {
    done = fail_without_memory();
  }
  opened = done.has_value();
  if (!progress.end()) {
    lose(false);
    return std::nullopt;
  }
  return done;
}

bool Seat::close() {
  RunProgress& progress = runner->progress();
  progress.begin();
  runner->close();
  opened = false;
  return progress.end();
}

void Seat::lose(bool in_batch) noexcept {
  if (opened) {
    runner->retire(in_batch);
  }
  runner->on_returned();
  leave();
}

void Seat::leave() noexcept {
  runner.reset();
  if (owns_worker) {
    worker->stop();
  }
}

void dismiss(std::shared_ptr<Seat> seat) noexcept {
  Dismissal& dismissal = seat->dismissal;
  dismissal.post(std::move(seat));
}

void Dismissal::post(std::shared_ptr<Seat> seat) noexcept {
  const std::shared_ptr<Worker> worker =
      seat->worker;  // the seat may be gone before post() returns
  seat_ = std::move(seat);
  worker->post(*this);
}

void Dismissal::run() noexcept {
  const std::shared_ptr<Seat> seat = std::move(seat_);
  seat->runner->close();
  seat->leave();
}

void Dismissal::discard() noexcept { const std::shared_ptr<Seat> seat = std::move(seat_); }

}  // namespace hookline::detail
