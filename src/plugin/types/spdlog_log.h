#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

#include "hookline/script_host.h"

namespace hookline::detail {

// Passes the library's log on to spdlog's default logger. Hosts that use spdlog set it as
// ScriptHostOptions::log; the library itself does not use spdlog.
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

}  // namespace hookline::detail
