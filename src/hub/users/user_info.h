#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hookline/verlihub/hooks.h"
#include "hub/nmdc/nmdc.h"
#include "hub/users/user.h"

namespace hookline::hub {

// Reads and changes what users say about themselves ($MyINFO).

// Returns the fields of the last $MyINFO of `user`, as views into it.
[[nodiscard]] nmdc::MyInfo info_of(const User& user) noexcept;

// Writes the whole command of `info`, with the parts that scripts replaced. Replaced parts are
// escaped.
[[nodiscard]] std::string replaced_info(nmdc::MyInfo info,
                                        const verlihub::Replacement& replacement);

// Makes a copy of `user` with the data of `line`, a whole $MyINFO with its '|', and the flags that
// scripts have set. Returns nullptr if the line is malformed.
[[nodiscard]] UserPtr with_info(const User& user, std::string line);

// Makes a copy of `user` whose flags stay set and cleared. Returns nullptr if the resulting byte
// cannot be sent, because it delimits commands.
[[nodiscard]] UserPtr with_flags(const User& user, unsigned set, unsigned cleared);

// Describes a bot. Texts are escaped. `share` must be decimal digits; otherwise make_bot() returns
// nullptr.
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
