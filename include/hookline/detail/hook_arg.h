#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/detail/scalar.h"

namespace hookline {

// An argument of a hook, as the host passes it: text in the hub's encoding, an int or a float.
// Borrows text until the event is sent.
class HookArg {
 public:
  HookArg(std::string_view text) : scalar_(text) {}                      // NOLINT(*-explicit-*)
  HookArg(const std::string& text) : HookArg(std::string_view(text)) {}  // NOLINT(*-explicit-*)
  HookArg(const char* text) : HookArg(std::string_view(text)) {}         // NOLINT(*-explicit-*)
  template <std::integral I>
  HookArg(I number)  // NOLINT(*-explicit-*)
      : scalar_(static_cast<std::int64_t>(number)) {}
  HookArg(double number) : scalar_(number) {}  // NOLINT(*-explicit-*)

  // As in HookRow::argument_kinds.
  [[nodiscard]] char kind() const noexcept { return static_cast<char>(scalar_.kind()); }
  [[nodiscard]] const detail::Scalar& scalar() const noexcept { return scalar_; }

 private:
  detail::Scalar scalar_;
};

}  // namespace hookline
