#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"

#pragma GCC visibility push(default)
namespace hookline::verlihub {

// Lists every hook of Verlihub's Python plugin in one row. A row's place, from 0, is the number of
// the hook in the C interface.
//   X(name, argument kinds: s str, l int, d float, argument names, rule for results)
#define HOOKLINE_VERLIHUB_HOOKS(X)                                                  \
  X(OnNewConn, "s", "ip", kDecisionRule)                                            \
  X(OnCloseConn, "s", "ip", kDecisionRule)                                          \
  X(OnCloseConnEx, "sls", "ip reason nick", kDecisionRule)                          \
  X(OnParsedMsgChat, "ss", "nick message", kChatRule)                               \
  X(OnParsedMsgPM, "sss", "nick message to_nick", kDecisionRule)                    \
  X(OnParsedMsgMCTo, "sss", "nick message to_nick", kDecisionRule)                  \
  X(OnParsedMsgSearch, "ss", "nick data", kDecisionRule)                            \
  X(OnParsedMsgSR, "ss", "nick data", kDecisionRule)                                \
  X(OnParsedMsgMyINFO, "ssssss", "nick desc tag speed mail sharesize", kMyInfoRule) \
  X(OnFirstMyINFO, "ssssss", "nick desc tag speed mail sharesize", kMyInfoRule)     \
  X(OnParsedMsgValidateNick, "s", "data", kDecisionRule)                            \
  X(OnParsedMsgAny, "ss", "nick data", kDecisionRule)                               \
  X(OnParsedMsgAnyEx, "ss", "ip data", kDecisionRule)                               \
  X(OnOpChatMessage, "ss", "nick message", kDecisionRule)                           \
  X(OnPublicBotMessage, "ssll", "nick message min_class max_class", kDecisionRule)  \
  X(OnUnLoad, "l", "code", kDecisionRule)                                           \
  X(OnCtmToHub, "sslls", "nick ip port server_port ref", kDecisionRule)             \
  X(OnParsedMsgSupports, "sss", "ip message back", kDecisionRule)                   \
  X(OnParsedMsgMyHubURL, "ss", "nick data", kDecisionRule)                          \
  X(OnParsedMsgExtJSON, "ss", "nick data", kDecisionRule)                           \
  X(OnParsedMsgBotINFO, "ss", "nick data", kDecisionRule)                           \
  X(OnParsedMsgVersion, "ss", "ip data", kDecisionRule)                             \
  X(OnParsedMsgMyPass, "ss", "nick data", kDecisionRule)                            \
  X(OnParsedMsgConnectToMe, "ssss", "nick other_nick ip port", kDecisionRule)       \
  X(OnParsedMsgRevConnectToMe, "ss", "nick other_nick", kDecisionRule)              \
  X(OnUnknownMsg, "ss", "nick data", kDecisionRule)                                 \
  X(OnOperatorCommand, "ss", "nick command", kDecisionRule)                         \
  X(OnOperatorKicks, "sss", "op nick reason", kDecisionRule)                        \
  X(OnOperatorDrops, "ss", "op nick", kDecisionRule)                                \
  X(OnOperatorDropsWithReason, "sss", "op nick reason", kDecisionRule)              \
  X(OnValidateTag, "ss", "nick tag", kDecisionRule)                                 \
  X(OnUserCommand, "ss", "nick command", kDecisionRule)                             \
  X(OnHubCommand, "sslls", "nick command user_class in_pm prefix", kDecisionRule)   \
  X(OnScriptCommand, "ssss", "command data plugin script", kDecisionRule)           \
  X(OnUserInList, "s", "nick", kDecisionRule)                                       \
  X(OnUserLogin, "s", "nick", kDecisionRule)                                        \
  X(OnUserLogout, "s", "nick", kDecisionRule)                                       \
  X(OnTimer, "d", "msec", kDecisionRule)                                            \
  X(OnNewReg, "ssl", "op nick class", kDecisionRule)                                \
  X(OnNewBan, "ssss", "op ip nick reason", kDecisionRule)                           \
  X(OnSetConfig, "sssssl", "nick conf var new_value old_value type", kDecisionRule)

// Names the places in the table.
enum class HookPlace : std::uint16_t {
#define HOOKLINE_PLACE(name, kinds, names, rule) k##name,
  HOOKLINE_VERLIHUB_HOOKS(HOOKLINE_PLACE)
#undef HOOKLINE_PLACE
      kEnd,
};

// These constants are the numbers of the hooks, kOnNewConn and so on. REQUIRES, where a ScriptHost
// gets one: it was created with hooks() as its table.
#define HOOKLINE_NUMBER(name, kinds, names, rule) \
  inline constexpr Hook k##name = static_cast<Hook>(HookPlace::k##name);
HOOKLINE_VERLIHUB_HOOKS(HOOKLINE_NUMBER)
#undef HOOKLINE_NUMBER

inline constexpr std::size_t kHookCount = static_cast<std::size_t>(HookPlace::kEnd);

// Return the table; hooks() is for ScriptHostOptions::hooks. A script blocks the event with False
// or 0. With a tuple (line, decision) it also sends a line to the connection that caused the event:
// see protocol_lines(). replaces() says what else a result may do.
//
// Thread safety of all functions here: any thread.
[[nodiscard]] std::span<const HookRow> hook_rows() noexcept;
[[nodiscard]] std::vector<HookRow> hooks();

// Returns the row of a hook, which is static. REQUIRES: `hook` is a number of the table.
[[nodiscard]] const HookRow& hook_row(Hook hook) noexcept;
// Returns the hook of that name, or nullopt if there is none.
[[nodiscard]] std::optional<Hook> find_hook(std::string_view name) noexcept;

// Says what the tuple that a hook returns may replace.
enum class Replaces : std::uint8_t {
  kNothing,
  kChat,    // (nick, message), or a str for the message alone
  kMyInfo,  // (desc, tag, speed, mail, sharesize)
};
[[nodiscard]] Replaces replaces(const HookRow& hook) noexcept;

// Has the texts that replace the arguments of an event, in the hub's encoding: {nick, message} for
// a chat line, {desc, tag, speed, mail, sharesize} for a MyINFO. A part that is nullopt stays.
// It is plain data (docs/host.md).
struct Replacement {
  static constexpr std::size_t kMaxParts = 5;
  std::vector<std::optional<std::string>> parts =
      std::vector<std::optional<std::string>>(kMaxParts);
};

// Returns what the scripts' answers replace, or nullopt if they replace nothing.
[[nodiscard]] std::optional<Replacement> replacement(const Decision& decision);

// Returns the lines for the connection that caused the event, each without the closing '|'. They
// are views of the decision.
[[nodiscard]] std::vector<std::string_view> protocol_lines(const Decision& decision);

}  // namespace hookline::verlihub
#pragma GCC visibility pop
