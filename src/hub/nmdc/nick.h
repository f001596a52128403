#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hookline::hub {

// Compares and hashes nicks. Nicks that differ only in the case of ASCII letters are the same, so
// that "Admin" cannot pass for "admin". Other bytes are compared as they are, because their case
// depends on the encoding.

[[nodiscard]] std::string fold_nick(std::string_view nick);
[[nodiscard]] bool same_nick(std::string_view a, std::string_view b) noexcept;

// Hashes nicks for unordered containers. Looking up a string_view does not allocate.
struct NickHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(std::string_view nick) const noexcept;
};
struct NickEqual {
  using is_transparent = void;
  [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const noexcept {
    return same_nick(a, b);
  }
};

}  // namespace hookline::hub
