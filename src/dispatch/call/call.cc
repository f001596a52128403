#include "dispatch/call/call.h"

namespace hookline::detail {

Result<Value> cancelled_before_start() { return fail(ErrorCode::kCancelled, "cancelled"); }

void Call::run(Runner& runner, const QueueSlot& posting) noexcept {
  finish(try_start() ? execute(runner, posting) : cancelled_before_start());
}

Result<Value> Call::execute(Runner& runner, const QueueSlot& posting) {
  if (posting.carries_request()) {
    return runner.run_posted(posting);
  }
  RequestSpace space;
  return runner.run(request(space));
}

Result<Value> Runner::run_posted(const QueueSlot& posting) {
  RequestSpace space;
  return run(posting.request(space));
}

}  // namespace hookline::detail
