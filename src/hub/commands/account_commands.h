#pragma once

#include <string>
#include <string_view>

namespace hookline::hub {

class HubCore;
class Session;

// Chat commands about accounts. Each returns what to tell its user; empty: that comes later.
[[nodiscard]] std::string reg_command(HubCore& core, Session& sender, std::string_view args);
[[nodiscard]] std::string unreg_command(HubCore& core, Session& sender, std::string_view args);
[[nodiscard]] std::string setclass_command(HubCore& core, Session& sender, std::string_view args);
[[nodiscard]] std::string passwd_command(HubCore& core, Session& sender, std::string_view args);

}  // namespace hookline::hub
