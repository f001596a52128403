#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "marshal/packed_scalars.h"

namespace hookline {

// What a hook's tuple result may replace.
enum class Replaces : std::uint8_t {
  kNothing,
  kChat,    // (nick, message), or a str for the message alone
  kMyInfo,  // (desc, tag, speed, mail, sharesize)
};

// Every hook: one row. The order is the number of the hook in the C interface, from 0.
//   X(name, argument kinds: s str, l int, d float, argument names, what a result may replace)
#define HOOKLINE_HOOKS(X)                                                       \
  X(OnNewConn, "s", "ip", kNothing)                                             \
  X(OnCloseConn, "s", "ip", kNothing)                                           \
  X(OnCloseConnEx, "sls", "ip reason nick", kNothing)                           \
  X(OnParsedMsgChat, "ss", "nick message", kChat)                               \
  X(OnParsedMsgPM, "sss", "nick message to_nick", kNothing)                     \
  X(OnParsedMsgMCTo, "sss", "nick message to_nick", kNothing)                   \
  X(OnParsedMsgSearch, "ss", "nick data", kNothing)                             \
  X(OnParsedMsgSR, "ss", "nick data", kNothing)                                 \
  X(OnParsedMsgMyINFO, "ssssss", "nick desc tag speed mail sharesize", kMyInfo) \
  X(OnFirstMyINFO, "ssssss", "nick desc tag speed mail sharesize", kMyInfo)     \
  X(OnParsedMsgValidateNick, "s", "data", kNothing)                             \
  X(OnParsedMsgAny, "ss", "nick data", kNothing)                                \
  X(OnParsedMsgAnyEx, "ss", "ip data", kNothing)                                \
  X(OnOpChatMessage, "ss", "nick message", kNothing)                            \
  X(OnPublicBotMessage, "ssll", "nick message min_class max_class", kNothing)   \
  X(OnUnLoad, "l", "code", kNothing)                                            \
  X(OnCtmToHub, "sslls", "nick ip port server_port ref", kNothing)              \
  X(OnParsedMsgSupports, "sss", "ip message back", kNothing)                    \
  X(OnParsedMsgMyHubURL, "ss", "nick data", kNothing)                           \
  X(OnParsedMsgExtJSON, "ss", "nick data", kNothing)                            \
  X(OnParsedMsgBotINFO, "ss", "nick data", kNothing)                            \
  X(OnParsedMsgVersion, "ss", "ip data", kNothing)                              \
  X(OnParsedMsgMyPass, "ss", "nick data", kNothing)                             \
  X(OnParsedMsgConnectToMe, "ssss", "nick other_nick ip port", kNothing)        \
  X(OnParsedMsgRevConnectToMe, "ss", "nick other_nick", kNothing)               \
  X(OnUnknownMsg, "ss", "nick data", kNothing)                                  \
  X(OnOperatorCommand, "ss", "nick command", kNothing)                          \
  X(OnOperatorKicks, "sss", "op nick reason", kNothing)                         \
  X(OnOperatorDrops, "ss", "op nick", kNothing)                                 \
  X(OnOperatorDropsWithReason, "sss", "op nick reason", kNothing)               \
  X(OnValidateTag, "ss", "nick tag", kNothing)                                  \
  X(OnUserCommand, "ss", "nick command", kNothing)                              \
  X(OnHubCommand, "sslls", "nick command user_class in_pm prefix", kNothing)    \
  X(OnScriptCommand, "ssss", "command data plugin script", kNothing)            \
  X(OnUserInList, "s", "nick", kNothing)                                        \
  X(OnUserLogin, "s", "nick", kNothing)                                         \
  X(OnUserLogout, "s", "nick", kNothing)                                        \
  X(OnTimer, "d", "msec", kNothing)                                             \
  X(OnNewReg, "ssl", "op nick class", kNothing)                                 \
  X(OnNewBan, "ssss", "op ip nick reason", kNothing)                            \
  X(OnSetConfig, "sssssl", "nick conf var new_value old_value type", kNothing)

enum class Hook : std::uint8_t {
#define HOOKLINE_ENUMERATOR(name, kinds, names, replaces) k##name,
  HOOKLINE_HOOKS(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

struct HookRow {
  std::string_view name;
  std::string_view argument_kinds;  // a letter each
  std::string_view argument_names;  // with single spaces between
  Replaces replaces;
};

inline constexpr auto kHooks = std::to_array<HookRow>({
#define HOOKLINE_ROW(name, kinds, names, replaces) {#name, kinds, names, Replaces::replaces},
    HOOKLINE_HOOKS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

inline constexpr std::size_t kHookCount = kHooks.size();
static_assert(kHookCount == 41);

// Some of the hooks, by number.
using HookSet = std::bitset<kHookCount>;

// An event keeps its arguments as PackedScalars.
static_assert(std::ranges::all_of(kHooks, [](const HookRow& row) {
  return row.argument_kinds.size() <= detail::PackedScalars::kMost;
}));

[[nodiscard]] constexpr const HookRow& hook_row(Hook hook) {
  return kHooks[static_cast<std::size_t>(hook)];
}

// The Request::function of a hook: the same for all scripts, and for one that is reloaded while
// events wait for it.
[[nodiscard]] constexpr std::uint32_t hook_function(Hook hook) noexcept {
  return static_cast<std::uint32_t>(hook);
}

// The hook of that name, if there is one.
[[nodiscard]] std::optional<Hook> find_hook(std::string_view name) noexcept;

}  // namespace hookline
