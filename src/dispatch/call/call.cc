#include "dispatch/call/call.h"

namespace hookline::detail {

Result<Value> cancelled_before_start() { return fail(ErrorCode::kCancelled, "cancelled"); }

void Call::run(Runner& runner, const QueueSlot& slot) noexcept {
  if (!try_start()) {
    finish(cancelled_before_start());
  } else if (slot.carries_request()) {
    finish(runner.run_posted(slot));
  } else {
    finish(runner.run(request()));
  }
}

Result<Value> Runner::run_posted(const QueueSlot& slot) { return run(slot.request()); }

}  // namespace hookline::detail
