#pragma once

#include <string>

namespace hookline::cli {

// The levels that setup_logging() knows, for command lines and messages.
inline constexpr const char* kLogLevels[] = {"trace", "debug", "info", "warn", "error", "off"};

// Sends the log to stderr, so that stdout is left to results. May be called again.
void setup_logging(const std::string& level);

}  // namespace hookline::cli
