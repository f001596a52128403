#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/options.h"

namespace hookline::detail {

inline constexpr auto kOverflowNames =
    std::to_array<std::string_view>({"block", "reject", "drop_oldest", "drop_newest"});

// Return the names that configurations and the comments of scripts use, in the order of the enum.
[[nodiscard]] constexpr const auto& names_of(Gil /*kind*/) { return kGilNames; }
[[nodiscard]] constexpr const auto& names_of(ReloadMode /*kind*/) { return kReloadNames; }
[[nodiscard]] constexpr const auto& names_of(Overflow /*kind*/) { return kOverflowNames; }

template <class Enum>
[[nodiscard]] constexpr std::string_view enum_name(Enum value) {
  return names_of(value).at(static_cast<std::size_t>(value));
}

// Returns nullopt if no enumerator has this name.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> enum_named(std::string_view name) {
  const auto& names = names_of(Enum{});
  const auto* const found = std::ranges::find(names, name);
  return found != names.end() ? std::optional(static_cast<Enum>(found - names.begin()))
                              : std::nullopt;
}

// Returns all names as a sentence has them: "own", "shared" or "main".
template <class Enum>
[[nodiscard]] std::string enum_choices() {
  const auto& names = names_of(Enum{});
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      text += i + 1 == names.size() ? " or " : ", ";
    }
    text += '"' + std::string(names[i]) + '"';
  }
  return text;
}

}  // namespace hookline::detail
