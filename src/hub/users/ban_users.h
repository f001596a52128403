#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/store/ban.h"

namespace hookline::hub {

class HubCore;

struct NewBan {
  std::string_view op;
  std::string_view target;  // a nick; or what the type is about: an address, a range, a prefix ...
  std::string_view reason;
  std::int64_t type = 0;  // of BanType
};

// The ban that this is. For the nick of somebody who is there, a ban by address or share is about
// that user's. Nothing: there is no such type, or the target is nothing of the kind. Hub's thread.
[[nodiscard]] std::optional<Ban> make_ban(HubCore& core, const NewBan& wanted);

// Bans, and disconnects whom it is about. The scripts have been asked (OnNewBan). 0 seconds: for
// ever. Hub's thread.
[[nodiscard]] Future<Value> put_ban(HubCore& core, Ban ban, std::int64_t seconds);

}  // namespace hookline::hub
