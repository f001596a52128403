#pragma once

#include <string>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hub/base/work_thread.h"

namespace hookline::hub {

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
