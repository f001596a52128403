#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "hub/config/config.h"

namespace hookline::hub {

// Describes one key of the config file: where its value is stored, what is allowed, and its help
// text in docs/hub.md.
struct ConfigKey {
  using Target = std::variant<std::string HubConfig::*, std::size_t HubConfig::*,
                              std::uint16_t HubConfig::*, double HubConfig::*, bool HubConfig::*,
                              Duration HubConfig::*, Overflow HubConfig::*, Gil HubConfig::*,
                              ReloadMode HubConfig::*, std::filesystem::path HubConfig::*>;
  std::string_view section;
  std::string_view name;
  Target target;
  double min;  // the least and the greatest number; seconds for a duration
  double max;
  std::string_view unit;
  std::string_view help;
};

// Returns all keys but [[users]] and [variables.*], in the order of the documentation.
[[nodiscard]] std::span<const ConfigKey> config_keys();

// Writes the value of a key in `config` as TOML.
[[nodiscard]] std::string config_text(const ConfigKey& key, const HubConfig& config);

}  // namespace hookline::hub
