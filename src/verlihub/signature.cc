#include "verlihub/signature.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hookline::verlihub {

using detail::Parameter;

static_assert(std::ranges::all_of(kVhFunctions, &is_complete));

std::vector<Parameter> parameters_of(const VhRow& row) {
  std::vector<Parameter> parameters;
  std::string_view names = row.argument_names;
  std::optional<Value> fallback;
  for (const char letter : row.argument_kinds) {
    if (letter == '|') {
      fallback = Value();
      continue;
    }
    const auto& kind = *std::ranges::find(kArgumentKinds, letter, &ArgumentKind::letter);
    const std::size_t end = std::min(names.find(' '), names.size());
    parameters.push_back({.name = std::string(names.substr(0, end)),
                          .fallback = fallback,
                          .type = std::string(kind.type) + (fallback ? " | None" : ""),
                          .accepts = kind.accepts});
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return parameters;
}

const std::vector<Parameter>& signature(Vh function) {
  static const auto kAll = [] {
    std::array<std::vector<Parameter>, kVhFunctions.size()> all;
    std::ranges::transform(kVhFunctions, all.begin(), &parameters_of);
    return all;
  }();
  return kAll.at(static_cast<std::size_t>(function));
}

}  // namespace hookline::verlihub
