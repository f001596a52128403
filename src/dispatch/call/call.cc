#include "dispatch/call/call.h"

#include <utility>

namespace hookline::detail {

Result<Value> cancelled_before_start() { return fail(ErrorCode::kCancelled, "cancelled"); }

void Call::run(Runner& runner, const QueueSlot& slot) noexcept {
  if (!try_start()) {
    finish(cancelled_before_start());
    return;
  }
  Result<Value> result = slot.carries_request() ? runner.run_posted(slot) : runner.run(request());
  if (runner.progress().end()) {
    finish(std::move(result));
  }
}

Result<Value> Runner::run_posted(const QueueSlot& slot) { return run(slot.request()); }

}  // namespace hookline::detail
