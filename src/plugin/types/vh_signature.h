#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "hookline/host.h"
#include "hookline/vh_table.h"

namespace hookline::detail {

// Is the largest number of arguments of a row. A row with more would not compile.
inline constexpr std::size_t kMaxVhArguments = 8;

// Describes one argument of a row.
struct VhParameter {
  std::string_view name;
  char kind = 's';
  bool optional = false;
};

// Describes all arguments of a row.
struct VhSignature {
  std::array<VhParameter, kMaxVhArguments> parameters;
  std::size_t count = 0;
  std::size_t required = 0;
  // True if Host::vh_read can answer it.
  bool is_text_read = false;

  [[nodiscard]] constexpr std::span<const VhParameter> all() const {
    return std::span(parameters).first(count);
  }
};

[[nodiscard]] constexpr VhSignature parse_signature(const VhRow& row) {
  VhSignature signature;
  std::string_view names = row.argument_names;
  bool optional = false;
  for (const char kind : row.argument_kinds) {
    if (kind == '|') {
      optional = true;
      continue;
    }
    const std::size_t end = std::min(names.find(' '), names.size());
    signature.parameters.at(signature.count++) = {names.substr(0, end), kind, optional};
    signature.required += optional ? 0 : 1;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  signature.is_text_read =
      row.runs_on == RunsOn::kCaller &&
      std::ranges::all_of(signature.all(), [](const VhParameter& p) { return p.kind == 's'; });
  return signature;
}

// Has the signature of each row, in the order of the table.
inline constexpr auto kVhSignatures = [] {
  std::array<VhSignature, kVhFunctions.size()> signatures;
  std::ranges::transform(kVhFunctions, signatures.begin(),
                         [](const VhRow& row) { return parse_signature(row); });
  return signatures;
}();

[[nodiscard]] constexpr const VhSignature& vh_signature(Vh function) {
  return kVhSignatures[static_cast<std::size_t>(function)];
}

}  // namespace hookline::detail
