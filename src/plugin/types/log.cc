#include "plugin/types/log.h"

#include <algorithm>
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

bool LogBudget::spend(TimePoint now, std::uint64_t& left_out) {
  const std::scoped_lock lock(mutex_);
  if (lines_ == kBurst) {
    refilled_ = now;  // a full budget does not fill up any further
  }
  const auto earned = static_cast<std::uint64_t>((now - refilled_) / kRefill);
  if (earned > 0) {
    lines_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(kBurst, lines_ + earned));
    refilled_ += kRefill * static_cast<std::int64_t>(earned);
  }
  if (lines_ == 0) {
    ++left_out_;
    return false;
  }
  --lines_;
  left_out = std::exchange(left_out_, 0);
  return true;
}

}  // namespace hookline::detail
