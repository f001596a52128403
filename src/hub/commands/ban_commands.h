#pragma once

#include <string>
#include <string_view>

namespace hookline::hub {

class HubCore;
class Session;

// Chat commands about bans. Each returns what to tell its user; empty: that comes later.
[[nodiscard]] std::string ban_command(HubCore& core, Session& sender, std::string_view args);
[[nodiscard]] std::string unban_command(HubCore& core, Session& sender, std::string_view args);
[[nodiscard]] std::string banlist_command(HubCore& core, Session& sender, std::string_view args);

}  // namespace hookline::hub
