#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

template <class T>
class Future;  // <hookline/future.h>

namespace verlihub {

// Lists every function of the `vh` module that asks the hub, in one row.
//   X(name, argument kinds, argument names, where it runs, what it returns, a sentence of help)
// The kinds are s str, l int, d float and a str or int; those behind | are optional.
// An optional argument that was not given reaches the hub as None. Where it runs is a VhPlace.
// clang-format off
#define HOOKLINE_VH_FUNCTIONS(X)                                                                                  \
  X(SendDataToUser, "ss|l", "data nick delay", kSend, "bool", "Sends raw protocol data to one user.")            \
  X(SendDataToAll, "sll|l", "data min_class max_class delay", kSend, "bool", "Sends raw protocol data to every user of these classes.") \
  X(SendToOpChat, "s|s", "message nick", kSend, "bool", "Says something in the operators' chat.")                \
  X(SendPMToAll, "ssll", "message from_nick min_class max_class", kSend, "bool", "Sends a private message to every user of these classes.") \
  X(CloseConnection, "s|ll", "nick reason delay", kHost, "bool", "Disconnects a user.")                          \
  X(mc, "s|s", "message nick", kSend, "bool", "Says something in the main chat, as the hub bot or as nick.")     \
  X(usermc, "ss|s", "message nick nick_from", kSend, "bool", "Shows a main chat line to one user only.")         \
  X(classmc, "sll|s", "message min_class max_class nick", kSend, "bool", "Shows a main chat line to users of these classes.") \
  X(pm, "ss|ss", "message nick from_nick nick_shown", kSend, "bool", "Sends a private message to one user.")     \
  X(KickUser, "sss|sss", "op nick why addr note_op note_usr", kHost, "bool", "Kicks a user, with a reason.")     \
  X(SetConfig, "sss", "conf var value", kHost, "bool", "Sets a configuration variable.")                         \
  X(Topic, "|s", "topic", kHost, "str", "Returns the hub topic, after setting it if one is given.")              \
  X(GetMyINFO, "s", "nick", kCaller, "tuple or None", "Returns (nick, desc, tag, speed, mail, size) of a user.")         \
  X(GetUserClass, "s", "nick", kCaller, "int", "Returns the class of a user, or -2 if there is no such user.")              \
  X(GetUserIP, "s", "nick", kCaller, "str", "Returns the IP address of a user.")                                         \
  X(GetUserHost, "s", "nick", kCaller, "str", "Returns the host name of a user, or the address if the name is not known.")     \
  X(GetNickList, "", "", kCaller, "list", "Returns the nicks of all users and bots.")                                    \
  X(GetOpList, "", "", kCaller, "list", "Returns the nicks of all operators.")                                           \
  X(GetBotList, "", "", kCaller, "list", "Returns the nicks of all bots.")                                               \
  X(GetRawNickList, "", "", kCaller, "str", "Returns the nicks of all users and bots, as the protocol's $NickList.") \
  X(GetRawOpList, "", "", kCaller, "str", "Returns the nicks of all operators, as the protocol's $OpList.")              \
  X(GetRawBotList, "", "", kCaller, "str", "Returns the nicks of all bots, as the protocol's $BotList.")                 \
  X(GetUsersCount, "", "", kCaller, "int", "Returns the number of users who are online.")                                         \
  X(GetTotalShareSize, "", "", kCaller, "str", "Returns the total share of all users, in bytes.")                       \
  X(GetConfig, "ss|s", "conf var default", kCaller, "str or None", "Returns a configuration variable.")               \
  X(SendToActive, "s|l", "data delay", kSend, "bool", "Sends raw protocol data to every user in active mode.") \
  X(SendToPassive, "s|l", "data delay", kSend, "bool", "Sends raw protocol data to every user in passive mode.") \
  X(SendToActiveClass, "sll|l", "data min_class max_class delay", kSend, "bool", "Sends raw protocol data to active users of these classes.") \
  X(SendToPassiveClass, "sll|l", "data min_class max_class delay", kSend, "bool", "Sends raw protocol data to passive users of these classes.") \
  X(SetMyINFO, "s|sssss", "nick desc tag speed mail size", kHost, "bool", "Changes parts of a user's MyINFO.") \
  X(SetUserIP, "ss", "nick ip", kHost, "bool", "Changes the address of a user in the hub.") \
  X(SetMyINFOFlag, "sl", "nick flag", kHost, "bool", "Sets a flag of a user's MyINFO.")                          \
  X(UnsetMyINFOFlag, "sl", "nick flag", kHost, "bool", "Clears a flag of a user's MyINFO.")                      \
  X(GetUserHubURL, "s", "nick", kCaller, "str", "Returns the address by which a user has come to the hub.")              \
  X(GetUserExtJSON, "s", "nick", kCaller, "str", "Returns the JSON description that a user's client sent.")                 \
  X(GetUserCC, "s", "nick", kCaller, "str", "Returns the country code of a user.")                                       \
  X(GetIPCC, "s", "ip", kCaller, "str", "Returns the country code of an address.")                                       \
  X(GetIPCN, "s", "ip", kCaller, "str", "Returns the country of an address.")                                            \
  X(GetIPCity, "s", "ip", kCaller, "str", "Returns the city of an address.")                                             \
  X(GetIPASN, "s|s", "ip db", kCaller, "str", "Returns the autonomous system of an address.")                            \
  X(GetGeoIP, "s|s", "ip db", kCaller, "dict", "Returns everything that is known about the location of an address.")                      \
  X(AddRegUser, "sl|ss", "nick class password op", kHost, "bool", "Registers a user.")                           \
  X(DelRegUser, "s", "nick", kHost, "bool", "Removes a registration.")                                           \
  X(SetRegClass, "sl", "nick class", kHost, "bool", "Changes the class of a registered user.")                   \
  X(Ban, "sssll", "op nick reason seconds type", kHost, "bool", "Bans a user; type is one of vh.eBF_*.")         \
  X(DelNickTempBan, "s", "nick", kHost, "bool", "Lifts a temporary ban of a nick.")                              \
  X(DelIPTempBan, "s", "ip", kHost, "bool", "Lifts a temporary ban of an address.")                              \
  X(ParseCommand, "ssl", "nick command in_pm", kHost, "bool", "Runs a command as if the user had typed it.")     \
  X(ScriptCommand, "ss|a", "command data target", kHost, "bool", "Sends a command to other scripts and plugins; target is a plugin or a flag.") \
  X(ScriptQuery, "ss|sl", "command data recipient with_names", kHost, "list", "Asks other scripts a question, and returns their answers.") \
  X(IsRobotNickBad, "s", "nick", kHost, "int", "Returns whether a bot may have the nick, as one of vh.eBOT_*.")             \
  X(AddRobot, "slssss", "nick class desc speed email share", kHost, "bool", "Adds a bot to the user list.")      \
  X(DelRobot, "s", "nick", kHost, "bool", "Removes a bot.")                                                      \
  X(SQL, "s|l", "query limit", kHost, "tuple", "Runs a query, and returns (success, rows) with at most limit rows, each a list of str.") \
  X(GetServFreq, "", "", kCaller, "float", "Returns the number of turns of the hub's loop per second.")                          \
  X(UserRestrictions, "s|ssss", "nick chat pm search ctm", kHost, "dict", "Changes the given restrictions of a user, and returns all of them.") \
  X(StopHub, "l|l", "code delay", kHost, "bool", "Ends the hub.")
// clang-format on

// Names a function of the module `vh`, by its place in the table.
enum class Vh : std::uint8_t {
#define HOOKLINE_ENUMERATOR(name, kinds, names, where, returns, help) k##name,
  HOOKLINE_VH_FUNCTIONS(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

// Says where a function of `vh` runs. kSend is kHost for a function that only tells the hub
// something: vh.batch() collects its calls.
enum class VhPlace : std::uint8_t { kHost, kCaller, kSend };

// Describes one function of `vh`. Its texts are static.
struct VhRow {
  const char* name;
  std::string_view argument_kinds;  // one letter each, and '|' before the first optional argument
  std::string_view argument_names;  // separated by single spaces
  RunsOn runs_on;
  bool is_send;
  std::string_view returns;
  std::string_view help;
};

// Holds a row for each Vh, in that order. Thread safety: any thread.
inline constexpr auto kVhFunctions = std::to_array<VhRow>({
#define HOOKLINE_ROW(name, kinds, names, where, returns, help)           \
  {#name,                                                                \
   kinds,                                                                \
   names,                                                                \
   VhPlace::where == VhPlace::kCaller ? RunsOn::kCaller : RunsOn::kHost, \
   VhPlace::where == VhPlace::kSend,                                     \
   returns,                                                              \
   help},
    HOOKLINE_VH_FUNCTIONS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

// Returns the row of a function, which is static. REQUIRES: `function` is an enumerator of Vh.
// Thread safety: any thread.
[[nodiscard]] constexpr const VhRow& vh_row(Vh function) {
  return kVhFunctions[static_cast<std::size_t>(function)];
}

// Runs the functions of the `vh` module. A hub implements it, and gives it to module() of
// <hookline/verlihub/module.h>.
//
// Ownership: the hub owns it, and keeps it until the ScriptHost has ended. Thread safety: each
// method says on which threads scripts call it.
class Functions {
 public:
  virtual ~Functions() = default;

  // Runs a function. `args` has one value for each argument of the function's row, of the kind that
  // the row names; an optional argument that was not given is None. Strings are bytes in the hub's
  // encoding, in the arguments and in the result. An error becomes a Python exception in the
  // script.
  //
  // Thread safety: functions with RunsOn::kHost are called on the host's thread only. Functions
  // with RunsOn::kCaller are called on any thread, also on several at the same time, with the
  // script's GIL held: they must be quick, and must not wait for anything that may wait for a
  // script.
  [[nodiscard]] virtual Result<Value> call(Vh function, std::span<const Value> args,
                                           const Caller& caller) = 0;

  // Starts a function with RunsOn::kHost that is no send (VhRow::is_send). A hub that answers later
  // overrides this and completes the future then, from any thread; it must not use the arguments
  // after returning. The default implementation returns the result of call().
  [[nodiscard]] virtual Future<Value> start(Vh function, std::span<const Value> args,
                                            const Caller& caller);

  // Does what call() does for a function with RunsOn::kCaller whose arguments are all texts, which
  // are not copied. `texts` omits the optional arguments that were not given, and lives until this
  // returns. It must give the same answers as call(), which the default implementation calls; a hub
  // overrides it if it has a quicker way.
  [[nodiscard]] virtual Result<Value> read(Vh function, std::span<const std::string_view> texts,
                                           const Caller& caller);

 protected:
  // Returns the error of a hub that does not have the function. It becomes a RuntimeError in the
  // script.
  [[nodiscard]] static std::unexpected<Error> no_such_function(Vh function);
};

// Stands in for a hub where there is none (`hookline call`, `hookline check`). vh.GetConfig returns
// its default; every other function fails with an error that says why. Thread safety: any thread.
class NoHub final : public Functions {
 public:
  [[nodiscard]] Result<Value> call(Vh function, std::span<const Value> args,
                                   const Caller& caller) override;
};

}  // namespace verlihub
}  // namespace hookline
#pragma GCC visibility pop
