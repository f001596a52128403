#include "hookline/verlihub/functions.h"

#include <algorithm>
#include <string>
#include <vector>

#include "hookline/future.h"
#include "verlihub/module_parts.h"
#include "verlihub/signature.h"

namespace hookline::verlihub {

Future<Value> Functions::start(Vh function, std::span<const Value> args, const Caller& caller) {
  return make_ready_future<Value>(call(function, args, caller));
}

Result<Value> Functions::read(Vh function, std::span<const std::string_view> texts,
                              const Caller& caller) {
  std::vector<Value> values(signature(function).size());
  std::ranges::copy(texts, values.begin());
  return call(function, values, caller);
}

std::unexpected<Error> Functions::no_such_function(Vh function) {
  return fail(ErrorCode::kNotCallable,
              std::string("vh.") + vh_row(function).name + "(): this hub has no such function");
}

std::unexpected<Error> needs_hub(const VhRow& row) {
  return fail(ErrorCode::kShuttingDown,
              std::string("vh.") + row.name +
                  "() needs a hub, and there is none here: run the script with 'hookline hub'");
}

Result<Value> NoHub::call(Vh function, std::span<const Value> args, const Caller& /*caller*/) {
  // Scripts read their settings while they load. This answer lets them load.
  if (function == Vh::kGetConfig) {
    return args[2];
  }
  return needs_hub(vh_row(function));
}

}  // namespace hookline::verlihub
