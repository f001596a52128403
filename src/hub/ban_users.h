#pragma once

#include <cstdint>
#include <string_view>

#include "marshal/value.h"
#include "plugin/script_host.h"

namespace hookline {

class HubCore;

struct NewBan {
  std::string_view op;
  std::string_view target;  // a nick; or what the type is about: an address, a range, a prefix ...
  std::string_view reason;
  std::int64_t seconds = 0;  // 0: for ever
  std::int64_t type = 0;     // of BanType
};

// Bans, tells the scripts, and disconnects whom it is about. For the nick of somebody who is there,
// a ban by address or share is about that user's. False: there is no such type, or the target is
// nothing of the kind. Hub's thread.
[[nodiscard]] Future<Value> ban_users(HubCore& core, const NewBan& wanted);

}  // namespace hookline
