#pragma once

namespace hookline::wrapper {

// The log goes to stderr, unless the host has a spdlog logger of its own in its place.
void set_up_log();

// As w_LogLevel().
void set_log_level(int level);

}  // namespace hookline::wrapper
