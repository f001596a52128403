#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/detail/scalar.h"

namespace [[gnu::visibility("default")]] hookline {

// Says what the tuple that a hook returns may replace.
enum class Replaces : std::uint8_t {
  kNothing,
  kChat,    // (nick, message), or a str for the message alone
  kMyInfo,  // (desc, tag, speed, mail, sharesize)
};

// Lists every hook in one row. A row's place, from 0, is the number of the hook in the C interface.
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
  std::string_view argument_kinds;  // one letter for each argument
  std::string_view argument_names;  // separated by single spaces
  Replaces replaces;
};

inline constexpr auto kHooks = std::to_array<HookRow>({
#define HOOKLINE_ROW(name, kinds, names, replaces) {#name, kinds, names, Replaces::replaces},
    HOOKLINE_HOOKS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

inline constexpr std::size_t kHookCount = kHooks.size();

// Returns the hook of that name, or nullopt if there is none. Thread safety: any thread.
[[nodiscard]] std::optional<Hook> find_hook(std::string_view name) noexcept;

// Returns the row of a hook, which is static. REQUIRES: an enumerator. Thread safety: any thread.
[[nodiscard]] constexpr const HookRow& hook_row(Hook hook) {
  return kHooks[static_cast<std::size_t>(hook)];
}

// Passes an argument of a hook: text in the host's encoding, an int (cast to int64) or a float. It
// does not copy text, which must outlive it. Thread safety: as for std::string_view.
class HookArg {
 public:
  HookArg(std::string_view text) : scalar_(text) {}                      // NOLINT(*-explicit-*)
  HookArg(const std::string& text) : HookArg(std::string_view(text)) {}  // NOLINT(*-explicit-*)
  HookArg(const char* text) : HookArg(std::string_view(text)) {}         // NOLINT(*-explicit-*)
  template <std::integral I>
  HookArg(I number)  // NOLINT(*-explicit-*)
      : scalar_(static_cast<std::int64_t>(number)) {}
  HookArg(double number) : scalar_(number) {}  // NOLINT(*-explicit-*)

  // Returns its letter in HookRow::argument_kinds.
  [[nodiscard]] char kind() const noexcept { return static_cast<char>(scalar_.kind()); }
  [[nodiscard]] const detail::Scalar& scalar() const noexcept { return scalar_; }

 private:
  detail::Scalar scalar_;
};

// Has the texts that replace the arguments of an event: {nick, message} for a chat line, {desc,
// tag, speed, mail, sharesize} for a MyINFO. A part that is nullopt stays as it was. The parts are
// on the heap, because few verdicts have any. Thread safety: as for std::string.
struct Replacement {
  static constexpr std::size_t kMaxParts = 5;
  std::vector<std::optional<std::string>> parts =
      std::vector<std::optional<std::string>>(kMaxParts);
};

// Says what the scripts decided. Their answers are merged in load order: one block is enough, the
// last replacement wins, and all protocol lines are kept. Thread safety: as for std::string.
struct Verdict {
  bool allowed = true;
  std::optional<Replacement> replacement;
  // Lines for the connection that caused the event, each without the closing '|'.
  std::vector<std::string> protocol_lines;
  // These are the numbers of scripts whose answer did not count. The log has more about them.
  std::uint32_t late = 0;    // had not answered at the deadline
  std::uint32_t failed = 0;  // raised an exception
  std::uint32_t missed = 0;  // never got the event, because their mailbox was full or closed
};

// Receives the verdict of one event on the event loop.
class VerdictHandler {
 public:
  virtual ~VerdictHandler() = default;
  // Is called exactly once for each fire() that returned true: on the loop's thread, never inside
  // fire(). The handler must live until then. At shutdown detach_loop() calls it.
  virtual void on_verdict(const Verdict& verdict) noexcept = 0;
};

}  // namespace hookline
