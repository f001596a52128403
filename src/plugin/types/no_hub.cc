#include "hookline/no_hub.h"

#include <string>

namespace hookline {

Result<Value> NoHub::vh_call(Vh function, std::span<const Value> args, const Caller& /*caller*/) {
  // Scripts read their settings while they load; with an answer they can at least be loaded.
  if (function == Vh::kGetConfig) {
    return args[2];
  }
  // Becomes a RuntimeError in the script.
  return fail(ErrorCode::kShuttingDown,
              std::string("vh.") + vh_row(function).name +
                  "() needs a hub, and there is none here: run the script with 'hookline hub'");
}

}  // namespace hookline
