#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hub/store/script_state.h"

namespace hookline::hub {

// How much goes to the log: trace, debug, info, warn, error or off. Of the whole process. As
// numbers of the old interface, from the least: 0 is error, 1 warn, 2 info, 3 debug, 4 and 5 trace.
//
// Thread safety: any thread.
[[nodiscard]] std::string log_level();
// kBadArguments for another word, with those that there are.
[[nodiscard]] Result<void> set_log_level(std::string_view level);

// The same, and for the next start too. The hub's thread.
[[nodiscard]] Result<void> set_log_level(std::string_view level, ScriptState& state);
// At the start of a hub: `level`, or if that is empty what the state knows.
[[nodiscard]] Result<void> restore_log_level(const ScriptState& state, std::string_view level);

}  // namespace hookline::hub
