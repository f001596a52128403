#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/options.h"

namespace hookline::detail {

// The names that configurations and the comments of scripts use, in the order of the enum.
template <class Enum>
inline constexpr std::array<std::string_view, 0> kEnumNames = {};
template <>
inline constexpr auto kEnumNames<Gil> = kGilNames;
template <>
inline constexpr auto kEnumNames<ReloadMode> = kReloadNames;
template <>
inline constexpr auto kEnumNames<Overflow> =
    std::to_array<std::string_view>({"block", "reject", "drop_oldest", "drop_newest"});

template <class Enum>
[[nodiscard]] constexpr std::string_view enum_name(Enum value) {
  return kEnumNames<Enum>.at(static_cast<std::size_t>(value));
}

// Returns nullopt if no enumerator has this name.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> enum_named(std::string_view name) {
  const auto& names = kEnumNames<Enum>;
  const auto* const found = std::ranges::find(names, name);
  return found != names.end() ? std::optional(static_cast<Enum>(found - names.begin()))
                              : std::nullopt;
}

// Returns all names as a sentence has them: "own", "shared" or "main".
template <class Enum>
[[nodiscard]] std::string enum_choices() {
  const auto& names = kEnumNames<Enum>;
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
