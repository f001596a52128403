#pragma once

#include "cli/io.h"

namespace hookline::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

// Ends the process at once, without destructors: for when a script does not return and whoever
// joins its thread would wait for ever. What was written to `io` is flushed.
[[noreturn]] void abandon(Io& io, int exit_code);

}  // namespace hookline::cli
