#include "wrapper/log_setup.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>

namespace hookline::wrapper {

void set_up_log() {
  // spdlog's own, which writes to stdout, has no name.
  if (!spdlog::default_logger()->name().empty()) {
    return;
  }
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("hookline", std::move(sink));
  logger->set_level(spdlog::default_logger()->level());
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(int level) {
  static constexpr auto kLevels = std::to_array(
      {spdlog::level::err, spdlog::level::warn, spdlog::level::info, spdlog::level::debug});
  const int highest = static_cast<int>(kLevels.size()) - 1;
  spdlog::set_level(kLevels.at(static_cast<std::size_t>(std::clamp(level, 0, highest))));
}

}  // namespace hookline::wrapper
