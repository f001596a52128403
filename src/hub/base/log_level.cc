#include "hub/base/log_level.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace hookline::hub {
namespace {

struct Level {
  std::string_view name;
  spdlog::level::level_enum level;
};

// The old interface numbers the levels; a higher number logs more.
struct OldLevel {
  std::string_view number;
  std::string_view name;
};

constexpr auto kOldLevels = std::to_array<OldLevel>({
    {"0", "error"},
    {"1", "warn"},
    {"2", "info"},
    {"3", "debug"},
    {"4", "trace"},
    {"5", "trace"},
});

constexpr auto kLevels = std::to_array<Level>({
    {"trace", spdlog::level::trace},
    {"debug", spdlog::level::debug},
    {"info", spdlog::level::info},
    {"warn", spdlog::level::warn},
    {"error", spdlog::level::err},
    {"off", spdlog::level::off},
});

}  // namespace

std::string_view log_level_name(std::string_view level) {
  const auto* const found = std::ranges::find(kOldLevels, level, &OldLevel::number);
  return found != kOldLevels.end() ? found->name : level;
}

std::string log_level() {
  const auto* const found =
      std::ranges::find(kLevels, spdlog::default_logger_raw()->level(), &Level::level);
  return std::string(found != kLevels.end() ? found->name : "critical");
}

Result<void> set_log_level(std::string_view level) {
  const auto* const found = std::ranges::find(kLevels, log_level_name(level), &Level::name);
  if (found == kLevels.end()) {
    return fail(ErrorCode::kBadArguments,
                "There is no log level '" + std::string(level) +
                    "'; use trace, debug, info, warn, error or off, or 0 to 5.");
  }
  spdlog::set_level(found->level);
  return {};
}

}  // namespace hookline::hub
