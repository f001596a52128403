#include "dispatch/call.h"

namespace hookline {

Result<Value> Call::execute(Runner& runner) { return runner.run(request_); }

}  // namespace hookline
