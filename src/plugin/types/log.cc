#include "plugin/types/log.h"

#include <cstdio>
#include <exception>
#include <string>

namespace hookline::detail {

Log::Log(LogFunction function)
    : function_(function ? std::move(function) : LogFunction(&log_to_stderr)) {}

const Log& Log::standard() {
  static const Log kLog{LogFunction()};
  return kLog;
}

void log_to_stderr(LogLevel level, std::string_view text) noexcept {
  if (level < LogLevel::kWarning) {
    return;
  }
  try {
    const std::string line =
        fmt::format("hookline: {}: {}\n", level == LogLevel::kWarning ? "warning" : "error", text);
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
  } catch (const std::exception&) {
    (void)std::fputs("hookline: a line of the log was lost for want of memory\n", stderr);
  }
}

}  // namespace hookline::detail
