#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace hookline {

// Takes what is logged while it lives, instead of stderr.
//
// Thread safety: lines() and count() from any thread. spdlog changes its default logger without a
// lock: REQUIRES that no other thread logs while this begins and ends.
class LogCapture {
 public:
  LogCapture() : before_(spdlog::default_logger()), sink_(std::make_shared<Sink>()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("captured", sink_));
  }
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  ~LogCapture() { spdlog::set_default_logger(before_); }

  // Returns the text of each entry, without time and level.
  [[nodiscard]] std::vector<std::string> lines() const { return sink_->lines(); }
  // Returns how many entries contain `text`.
  [[nodiscard]] std::size_t count(std::string_view text) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        lines(), [text](const std::string& line) { return line.contains(text); }));
  }
  // Returns the texts of warnings and errors.
  [[nodiscard]] std::vector<std::string> problems() const { return sink_->problems(); }

 private:
  class Sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
   public:
    [[nodiscard]] std::vector<std::string> lines() const {
      const std::scoped_lock lock(own_mutex_);
      return lines_;
    }

    [[nodiscard]] std::vector<std::string> problems() const {
      const std::scoped_lock lock(own_mutex_);
      return problems_;
    }

   private:
    void sink_it_(const spdlog::details::log_msg& message) override {
      const std::scoped_lock lock(own_mutex_);
      lines_.emplace_back(message.payload.begin(), message.payload.end());
      if (message.level >= spdlog::level::warn) {
        problems_.push_back(lines_.back());
      }
    }
    void flush_() override {}

    mutable std::mutex own_mutex_;
    std::vector<std::string> lines_;
    std::vector<std::string> problems_;
  };

  std::shared_ptr<spdlog::logger> before_;
  std::shared_ptr<Sink> sink_;
};

}  // namespace hookline
