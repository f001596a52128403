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

// As the old interface counts: how much is wanted beyond errors.
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

std::string_view name_of(std::string_view level) {
  const auto* const found = std::ranges::find(kOldLevels, level, &OldLevel::number);
  return found != kOldLevels.end() ? found->name : level;
}

constexpr auto kLevels = std::to_array<Level>({
    {"trace", spdlog::level::trace},
    {"debug", spdlog::level::debug},
    {"info", spdlog::level::info},
    {"warn", spdlog::level::warn},
    {"error", spdlog::level::err},
    {"off", spdlog::level::off},
});

}  // namespace

std::string log_level() {
  const auto* const found =
      std::ranges::find(kLevels, spdlog::default_logger_raw()->level(), &Level::level);
  return std::string(found != kLevels.end() ? found->name : "critical");
}

Result<void> set_log_level(std::string_view level) {
  const auto* const found = std::ranges::find(kLevels, name_of(level), &Level::name);
  if (found == kLevels.end()) {
    return fail(ErrorCode::kBadArguments,
                "There is no log level '" + std::string(level) +
                    "'; use trace, debug, info, warn, error or off, or 0 to 5.");
  }
  spdlog::set_level(found->level);
  return {};
}

Result<void> set_log_level(std::string_view level, ScriptState& state) {
  auto set = set_log_level(level);
  if (set) {
    static_cast<void>(state.set_log_level(name_of(level)));
  }
  return set;
}

Result<void> restore_log_level(const ScriptState& state, std::string_view level) {
  if (!level.empty()) {
    return set_log_level(level);
  }
  const std::optional<std::string>& kept = state.log_level();
  return kept ? set_log_level(*kept) : Result<void>();
}

}  // namespace hookline::hub
