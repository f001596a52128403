#include "dispatch/call.h"

namespace hookline {

Result<Value> cancelled_before_start() { return fail(ErrorCode::kCancelled, "cancelled"); }

void Call::run(Runner& runner) noexcept {
  finish(try_start() ? execute(runner) : cancelled_before_start());
}

Result<Value> Call::execute(Runner& runner) {
  RequestSpace space;
  return runner.run(request(space));
}

}  // namespace hookline
