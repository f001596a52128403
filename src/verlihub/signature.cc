#include "verlihub/signature.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hookline::verlihub {

namespace {

using detail::Accepts;
using detail::Parameter;

// Says which arguments a letter of a row stands for.
struct Kind {
  char letter;
  Accepts accepts;
  std::string_view type;
};

constexpr auto kKinds = std::to_array<Kind>({
    {'s', Accepts::kStr, "str"},
    {'l', Accepts::kInt, "int"},
    {'d', Accepts::kFloat, "float"},
    {'a', Accepts::kStrOrInt, "str | int"},
});

std::vector<Parameter> parse(const VhRow& row) {
  std::vector<Parameter> parameters;
  std::string_view names = row.argument_names;
  std::optional<Value> fallback;
  for (const char letter : row.argument_kinds) {
    if (letter == '|') {
      fallback = Value();
      continue;
    }
    const Kind& kind = *std::ranges::find(kKinds, letter, &Kind::letter);
    const std::size_t end = std::min(names.find(' '), names.size());
    parameters.push_back({.name = std::string(names.substr(0, end)),
                          .fallback = fallback,
                          .type = std::string(kind.type) + (fallback ? " | None" : ""),
                          .accepts = kind.accepts});
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return parameters;
}

}  // namespace

const std::vector<Parameter>& signature(Vh function) {
  static const auto kAll = [] {
    std::array<std::vector<Parameter>, kVhFunctions.size()> all;
    std::ranges::transform(kVhFunctions, all.begin(), &parse);
    return all;
  }();
  return kAll.at(static_cast<std::size_t>(function));
}

}  // namespace hookline::verlihub
