#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "dispatch/call/call.h"
#include "dispatch/call/queue_slot.h"
#include "dispatch/worker/worker.h"
#include "hookline/error.h"
#include "hookline/loop.h"

namespace hookline::detail {

class WorkerLane;
struct Seat;

// Lets a lane look at its controls on the worker of its seat, if the lane is idle. It is a part of
// the seat, so that posting it needs no memory.
//
// Ownership: it keeps the lane and the seat alive while it is posted.
//
// Thread safety: post() from any thread.
class Nudge final : public Job {
 public:
  // Posts it, unless it is posted already. REQUIRES: it is the one of this seat.
  void post(std::shared_ptr<WorkerLane> lane, std::shared_ptr<Seat> seat) noexcept;

  void run() noexcept override;
  void discard() noexcept override;

 private:
  std::atomic<bool> is_posted_{false};  // the rest belongs to the thread that has set it
  std::shared_ptr<WorkerLane> lane_;
  std::shared_ptr<Seat> seat_;
};

// Closes a seat that no lane needs after all. It is a part of the seat, for the same reason.
class Dismissal final : public Job {
 public:
  void post(std::shared_ptr<Seat> seat) noexcept;

  void run() noexcept override;
  void discard() noexcept override;

 private:
  std::shared_ptr<Seat> seat_;  // while it is posted
};

// Is a runner, and the worker on which it lives. A lane has one at a time.
//
// Ownership: shared by the lane and by what is posted to the worker. A seat that was taken from its
// worker keeps the runner until the worker returns to it.
//
// Thread safety: the methods run on the worker.
struct Seat {
  std::shared_ptr<Worker> worker;
  std::unique_ptr<Runner> runner;
  bool owns_worker = false;  // the worker stops when the runner has ended
  bool opened = false;       // only the worker uses it
  // The slots of the calls that the worker had taken from the mailbox when it lost the lane: it may
  // still read the one of the call in which it is stuck.
  std::vector<QueueSlot> slots = {};
  Nudge nudge = {};
  Dismissal dismissal = {};

  // Opens the runner. If the lane was taken away meanwhile, loses it and returns nullopt. The error
  // is kQueueFull if the runner has run out of memory.
  [[nodiscard]] std::optional<Result<void>> open();
  // Closes the runner. Returns false if the lane was taken away meanwhile.
  [[nodiscard]] bool close();
  // Ends the seat when its lane was taken away. `in_batch` says that the runner has begun a batch.
  void lose(bool in_batch) noexcept;
  // Destroys the runner and lets the worker stop.
  void leave() noexcept;
};

// Ends a seat that no lane needs after all. Thread safety: any thread.
void dismiss(std::shared_ptr<Seat> seat) noexcept;

}  // namespace hookline::detail
