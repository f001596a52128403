#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "hookline/detail/host_function.h"
#include "hookline/verlihub/functions.h"

namespace hookline::verlihub {

// Says which arguments a letter of a row stands for.
struct ArgumentKind {
  char letter;
  detail::Accepts accepts;
  std::string_view type;
};

inline constexpr auto kArgumentKinds = std::to_array<ArgumentKind>({
    {'s', detail::Accepts::kStr, "str"},
    {'l', detail::Accepts::kInt, "int"},
    {'d', detail::Accepts::kFloat, "float"},
    {'a', detail::Accepts::kStrOrInt, "str | int"},
});

// Says whether a row has all that a function needs: known kinds with a name each, and texts for the
// reference. Tables of rows check it when they are compiled.
[[nodiscard]] constexpr bool is_complete(const VhRow& row) {
  const auto is_kind = [](char letter) {
    return std::ranges::find(kArgumentKinds, letter, &ArgumentKind::letter) != kArgumentKinds.end();
  };
  const std::string_view kinds = row.argument_kinds;
  const std::string_view names = row.argument_names;
  const auto optional = std::ranges::count(kinds, '|');
  const auto arguments = std::ranges::count_if(kinds, is_kind);
  const auto named = names.empty() ? 0 : std::ranges::count(names, ' ') + 1;
  return optional <= 1 && arguments == named &&
         static_cast<std::size_t>(arguments + optional) == kinds.size() &&
         !std::string_view(row.name).empty() && !row.returns.empty() && !row.help.empty() &&
         !row.example.empty();
}

// Returns the parameters of a row. Thread safety: any thread.
[[nodiscard]] std::vector<detail::Parameter> parameters_of(const VhRow& row);

// Returns the parameters of a function of the table. Thread safety: any thread.
[[nodiscard]] const std::vector<detail::Parameter>& signature(Vh function);

}  // namespace hookline::verlihub
