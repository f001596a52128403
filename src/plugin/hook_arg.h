#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "marshal/value.h"

namespace hookline {

// An argument of a hook, as the host passes it: text in the hub's encoding, an int or a float.
// Borrows text until it is stored.
class HookArg {
 public:
  HookArg(std::string_view text) : text_(text) {}    // NOLINT(*-explicit-*)
  HookArg(const std::string& text) : text_(text) {}  // NOLINT(*-explicit-*)
  HookArg(const char* text) : text_(text) {}         // NOLINT(*-explicit-*)
  template <std::integral I>
  HookArg(I number)  // NOLINT(*-explicit-*)
      : kind_('l'), integer_(static_cast<std::int64_t>(number)) {}
  HookArg(double number) : kind_('d'), real_(number) {}  // NOLINT(*-explicit-*)

  // As in HookRow::argument_kinds.
  [[nodiscard]] char kind() const noexcept { return kind_; }

  // Copies it into `value`, reusing the storage that a text there has.
  void store(Value& value) const {
    switch (kind_) {
      case 's':
        value.assign_text(text_);
        break;
      case 'l':
        value = integer_;
        break;
      default:
        value = real_;
        break;
    }
  }

 private:
  char kind_ = 's';
  std::string_view text_;
  std::int64_t integer_ = 0;
  double real_ = 0;
};

}  // namespace hookline
