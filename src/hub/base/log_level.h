#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"

// Reads and sets how much the process logs: trace, debug, info, warn, error or off.
//
// Thread safety: any thread.
namespace hookline::hub {

[[nodiscard]] std::string log_level();

// Accepts the names above, and the numbers of the old interface: 0 is error, 1 warn, 2 info, 3
// debug, 4 and 5 trace. Anything else is kBadArguments, with a message that lists what is allowed.
[[nodiscard]] Result<void> set_log_level(std::string_view level);

// Translates a number of the old interface to the level's name; returns anything else unchanged.
[[nodiscard]] std::string_view log_level_name(std::string_view level);

}  // namespace hookline::hub
