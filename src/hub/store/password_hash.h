#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"

namespace hookline::hub {

// The scrypt hash of a password with a salt of its own: "$scrypt$ln=13,r=8,p=1$SALT$HASH", salt and
// hash in hexadecimal. Takes about 20 ms and 8 MB: not on the hub's thread. An error: the system
// has no randomness or memory to give.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);

// Whether the hash is of this password. Takes as long, and the same time wherever they differ. A
// hash that cannot be read fits no password.
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password);

// Whether two secrets are the same. Takes the same time wherever they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b) noexcept;

}  // namespace hookline::hub
