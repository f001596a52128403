#pragma once

#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hub/base/work_thread.h"

namespace hookline::hub {

// Hashes a password with scrypt and a new salt: "$scrypt$ln=13,r=8,p=1$SALT$HASH", both in
// hexadecimal. Takes about 20 ms and 8 MB, so it must not run on the hub's thread. Fails if the
// system has no randomness or no memory.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);

// Returns whether this is the hash of the password. It takes as long as hash_password(), wherever
// the two differ. A malformed hash fits no password.
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password);

// Returns whether two secrets are equal. The time does not depend on where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b) noexcept;

// Hashes passwords on a thread of its own, one after another.
//
// Thread safety: all methods from any thread. Futures that are not ready when this is destroyed get
// kShuttingDown.
class Passwords {
 public:
  // Do what hash_password() and verify_password() do. The hash of "" is "".
  [[nodiscard]] Future<std::string> hash(std::string password);
  [[nodiscard]] Future<bool> verify(std::string hash, std::string password);

 private:
  WorkThread thread_;
};

}  // namespace hookline::hub
