#pragma once

#include <string_view>

namespace hookline::detail {

// Returns whether Python takes `text` as a name: it has letters, digits and '_', begins with no
// digit, and is no keyword. Each character beyond ASCII counts as a letter, as nearly all do there.
// Thread safety: any thread.
[[nodiscard]] bool is_python_name(std::string_view text) noexcept;

}  // namespace hookline::detail
