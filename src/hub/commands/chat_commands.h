#pragma once

#include <string>
#include <string_view>

namespace hookline::hub {

class HubCore;
class Session;

// Whether what was said is a command: "!help" and "+help" are, "+1" and "!!!" are chat.
[[nodiscard]] bool is_chat_command(std::string_view text) noexcept;

// Runs the command that a user typed, if the scripts let it pass, and returns what to tell the
// user; empty: nothing. The commands and who may use them are listed by "+help".
[[nodiscard]] std::string run_chat_command(HubCore& core, Session& sender, std::string_view text);

}  // namespace hookline::hub
