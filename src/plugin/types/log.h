#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "hookline/clock.h"
#include "hookline/script_host.h"

namespace hookline::detail {

class LineWriter;

// Is the log of one ScriptHost: passes each line on to where the host wants it. Without a function
// of the host, warnings and errors go to stderr, each in one piece, and all other levels are
// dropped; see LineWriter for what happens if nobody reads them.
//
// Thread safety: any thread may use it.
class Log {
 public:
  // Makes a log; an empty function stands for stderr.
  explicit Log(LogFunction function);

  template <class... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) const {
    write(LogLevel::kWarning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    write(LogLevel::kError, fmt::format(format, std::forward<Args>(args)...));
  }
  // Passes the text on as safe_log_text() makes it.
  void write(LogLevel level, std::string_view text) const;
  // Waits a moment until stderr has what was written: the process may end without destructors. Does
  // nothing if the host has a function of its own.
  void flush() const;

  // Returns a log to stderr, for parts that are used without a ScriptHost.
  [[nodiscard]] static const Log& standard();

 private:
  std::shared_ptr<LineWriter> writer_;  // nullptr if the host has a function of its own
  LogFunction function_;
};

// Limits how many lines one source may write to the log: kBurst in a row, then one per kRefill.
//
// Thread safety: any thread may use it.
class LogBudget {
 public:
  static constexpr std::uint32_t kBurst = 10;
  static constexpr Duration kRefill = std::chrono::seconds(6);

  // Returns whether a line may be written now. If so, sets `left_out` to the number of lines that
  // were refused since the last one.
  [[nodiscard]] bool spend(TimePoint now, std::uint64_t& left_out);

 private:
  std::mutex mutex_;
  std::uint32_t lines_ = kBurst;
  TimePoint refilled_;
  std::uint64_t left_out_ = 0;
};

}  // namespace hookline::detail
