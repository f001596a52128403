#pragma once

#include <string>
#include <string_view>

#include "marshal/error.h"

namespace hookline {

// How much goes to the log: trace, debug, info, warn, error or off. Of the whole process.
//
// Thread safety: any thread.
[[nodiscard]] std::string log_level();
// kBadArguments for another word, with those that there are.
[[nodiscard]] Result<void> set_log_level(std::string_view level);

}  // namespace hookline
