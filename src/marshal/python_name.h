#pragma once

#include <string_view>

namespace hookline::detail {

// Both functions may be called on any thread.

// Returns whether `text` has letters, digits and '_' only, and begins with no digit. Each character
// beyond ASCII counts as a letter, as nearly all do in Python.
[[nodiscard]] bool is_identifier(std::string_view text) noexcept;

// Returns whether a script can write `text` as a name: it is an identifier, and no keyword.
[[nodiscard]] bool is_python_name(std::string_view text) noexcept;

}  // namespace hookline::detail
