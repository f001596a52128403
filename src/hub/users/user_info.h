#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hookline/hook.h"
#include "hub/nmdc/nmdc.h"
#include "hub/users/user.h"

namespace hookline::hub {

// What users say of themselves, and what scripts make of it. Pure functions.

// What `user` said last. Borrows from it.
[[nodiscard]] nmdc::MyInfo info_of(const User& user) noexcept;

// The whole command of `info` with what scripts put in the place of its parts, which cannot break
// out of the command.
[[nodiscard]] std::string replaced_info(nmdc::MyInfo info, const Replacement& replacement);

// `user` after it has said `line`, a whole $MyINFO with its '|'; the flags that scripts have set
// are in what it gives. nullptr if the line is malformed.
[[nodiscard]] UserPtr with_info(const User& user, std::string line);

// `user` with other flags for good. nullptr if that cannot be written: the byte would be one of
// those that delimit commands.
[[nodiscard]] UserPtr with_flags(const User& user, unsigned set, unsigned cleared);

// A bot that says this of itself. `share` are decimal digits; nullptr if not. What would break out
// of the command is escaped.
struct BotDescription {
  std::string_view nick;
  int user_class = 0;
  std::string_view desc;
  std::string_view speed;
  std::string_view mail;
  std::string_view share = "0";
};
[[nodiscard]] UserPtr make_bot(const BotDescription& description);

}  // namespace hookline::hub
