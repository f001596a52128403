#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dispatch/call/request_extras.h"
#include "hookline/detail/scalar.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "marshal/packed_scalars.h"

namespace hookline::detail {

// What is to be run: data only, so that a runner may as well send it to another process.
struct Request {
  // A function that the runner has resolved before, or kByName.
  static constexpr std::uint32_t kByName = UINT32_MAX;
  std::uint32_t function = kByName;
  std::string_view name;  // used if function == kByName
  // The arguments: all in `scalars` if there are any there, otherwise all in `args`.
  std::span<const Scalar> scalars;
  std::span<const Value> args;
  TextMode text = TextMode::kExact;
  // nullptr: none. Only with kByName, and with StreamRequest::kOpen.
  const RequestExtras* extras = nullptr;

  [[nodiscard]] std::size_t size() const noexcept {
    return scalars.empty() ? args.size() : scalars.size();
  }
  // A copy of one. REQUIRES: index < size().
  [[nodiscard]] Value arg(std::size_t index) const {
    return scalars.empty() ? args[index] : scalars[index].to_value();
  }
};

// Where a call puts what its Request points to and it does not have in that form.
using RequestSpace = PackedScalars::Unpacked;

}  // namespace hookline::detail
