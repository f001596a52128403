#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "hookline/script_host.h"

namespace hookline::detail {

// The log of one ScriptHost: passes each line on to where the host wants it.
//
// Thread safety: any thread may use it.
class Log {
 public:
  // Makes a log; an empty function stands for log_to_stderr().
  explicit Log(LogFunction function);

  template <class... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) const {
    write(LogLevel::kWarning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    write(LogLevel::kError, fmt::format(format, std::forward<Args>(args)...));
  }
  void write(LogLevel level, std::string_view text) const { function_(level, text); }

  // Returns a log to stderr, for parts that are used without a ScriptHost.
  [[nodiscard]] static const Log& standard();

 private:
  LogFunction function_;
};

// Writes warnings and errors to stderr, each in one piece, and drops all other levels.
void log_to_stderr(LogLevel level, std::string_view text) noexcept;

}  // namespace hookline::detail
