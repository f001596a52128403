#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hub/base/work_thread.h"

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

// Hashes passwords on a thread of its own, one after another.
//
// Thread safety: all methods from any thread. A future that is left when this is destroyed has
// kShuttingDown.
class Passwords {
 public:
  // See hash_password() and verify_password(). The hash of "" is "".
  [[nodiscard]] Future<std::string> hash(std::string password);
  [[nodiscard]] Future<bool> verify(std::string hash, std::string password);

 private:
  WorkThread thread_;
};

}  // namespace hookline::hub
