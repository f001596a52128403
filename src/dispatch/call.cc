#include "dispatch/call.h"

namespace hookline {

Result<Value> cancelled_before_start() { return fail(ErrorCode::kCancelled, "cancelled"); }

void Call::run(Runner& runner, const Posting& posting) noexcept {
  finish(try_start() ? execute(runner, posting) : cancelled_before_start());
}

Result<Value> Call::execute(Runner& runner, const Posting& posting) {
  RequestSpace space;
  return runner.run(posting.carries_request() ? posting.request(space) : request(space));
}

}  // namespace hookline
