#include "dispatch/worker/seat.h"

#include <utility>

namespace hookline::detail {

std::optional<Result<void>> Seat::open() {
  RunProgress& progress = runner->progress();
  progress.begin();
  Result<void> done = runner->open();
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

void dismiss(std::shared_ptr<Seat> seat) {
  Worker& worker = *seat->worker;
  worker.post_function([seat = std::move(seat)] {
    seat->runner->close();
    seat->leave();
  });
}

}  // namespace hookline::detail
