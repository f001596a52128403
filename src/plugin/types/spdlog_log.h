#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

#include "hookline/script_host.h"

namespace hookline::detail {

// Passes one line of the library's log on to spdlog's default logger.
inline void log_to_spdlog(LogLevel level, std::string_view text) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::debug("{}", text);
    case LogLevel::kInfo:
      return spdlog::info("{}", text);
    case LogLevel::kWarning:
      return spdlog::warn("{}", text);
    case LogLevel::kError:
      return spdlog::error("{}", text);
  }
}

// Returns what hosts that use spdlog set as ScriptHostOptions::log; the library itself does not use
// spdlog. The default logger is made here rather than by the first line, so that it is older than
// the threads that write to it: spdlog checks that it exists without a lock.
inline LogFunction spdlog_log() {
  static_cast<void>(spdlog::default_logger_raw());
  return &log_to_spdlog;
}

}  // namespace hookline::detail
