#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <string_view>

#include "plugin/types/line_writer.h"
#include "plugin/types/log_text.h"

namespace hookline::detail {

// Writes spdlog's lines as a LineWriter does, with texts as safe_log_text() makes them, and colors
// the level on a terminal.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LineSink(int descriptor) : writer_(descriptor), colors_(writer_.is_terminal()) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    if (is_safe_log_text(text)) {
      write(message);
      return;
    }
    const std::string safe = safe_log_text(text);
    spdlog::details::log_msg shown = message;
    shown.payload = safe;
    write(shown);
  }
  void flush_() override { writer_.flush(); }

 private:
  void write(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const std::string_view text(line.data(), line.size());
    if (!colors_ || message.color_range_end <= message.color_range_start) {
      writer_.write(text);
      return;
    }
    std::string colored(text.substr(0, message.color_range_start));
    colored += color_of(message.level);
    colored +=
        text.substr(message.color_range_start, message.color_range_end - message.color_range_start);
    colored += "\x1b[m";
    colored += text.substr(message.color_range_end);
    writer_.write(colored);
  }
  static std::string_view color_of(spdlog::level::level_enum level) {
    switch (level) {
      case spdlog::level::warn:
        return "\x1b[33m\x1b[1m";
      case spdlog::level::err:
      case spdlog::level::critical:
        return "\x1b[31m\x1b[1m";
      case spdlog::level::info:
        return "\x1b[32m";
      default:
        return "\x1b[36m";
    }
  }

  LineWriter writer_;
  bool colors_;
};

// Makes it the sink of a new default logger called "hookline", which writes to stderr.
inline void log_to_own_stderr(spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>("hookline", std::make_shared<LineSink>(2));
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace hookline::detail
