#include "plugin/types/log.h"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "plugin/types/line_writer.h"
#include "plugin/types/log_text.h"

namespace hookline::detail {

namespace {

void write_line(LineWriter& writer, LogLevel level, std::string_view text) noexcept {
  if (level < LogLevel::kWarning) {
    return;
  }
  try {
    writer.write(
        fmt::format("hookline: {}: {}\n", level == LogLevel::kWarning ? "warning" : "error", text));
  } catch (const std::exception&) {
    writer.write("hookline: a line of the log was lost for want of memory\n");
  }
}

LogFunction to(LineWriter& writer) {
  return [&writer](LogLevel level, std::string_view text) { write_line(writer, level, text); };
}

}  // namespace

Log::Log(LogFunction function)
    : writer_(function ? nullptr : std::make_shared<LineWriter>(STDERR_FILENO)),
      function_(function ? std::move(function) : to(*writer_)) {}

void Log::write(LogLevel level, std::string_view text) const {
  if (is_safe_log_text(text)) {
    function_(level, text);
  } else {
    function_(level, safe_log_text(text));
  }
}

void Log::flush() const {
  if (writer_ != nullptr) {
    writer_->flush();
  }
}

const Log& Log::standard() {
  static const Log kLog{LogFunction()};
  return kLog;
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
