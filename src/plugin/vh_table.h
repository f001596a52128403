#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hookline {

// On which thread the host runs a function that a script calls.
enum class RunsOn : std::uint8_t {
  kCaller,  // on the script's thread, at once: Host::vh_call must be thread-safe for it
  kHost,    // on the host's own thread, in the order of the calls; the script waits without its GIL
};

// Every function of the `vh` module that asks the host: one row.
//   X(name, argument kinds: s str, l int, d float, those after | optional, argument names,
//     where it runs, what it returns, one line of help)
// An optional argument that was not given reaches the host as None.
// clang-format off
#define HOOKLINE_VH_FUNCTIONS(X)                                                                                  \
  X(SendDataToUser, "ss|l", "data nick delay", kHost, "bool", "Sends raw protocol data to one user.")            \
  X(SendDataToAll, "sll|l", "data min_class max_class delay", kHost, "bool", "Sends raw protocol data to every user of these classes.") \
  X(SendToOpChat, "s|s", "message nick", kHost, "bool", "Says something in the operators' chat.")                \
  X(SendPMToAll, "ssll", "message from_nick min_class max_class", kHost, "bool", "Sends a private message to every user of these classes.") \
  X(CloseConnection, "s|ll", "nick reason delay", kHost, "bool", "Disconnects a user.")                          \
  X(mc, "s|s", "message nick", kHost, "bool", "Says something in the main chat, as the hub bot or as nick.")     \
  X(usermc, "ss|s", "message nick nick_from", kHost, "bool", "Shows a main chat line to one user only.")         \
  X(classmc, "sll|s", "message min_class max_class nick", kHost, "bool", "Shows a main chat line to users of these classes.") \
  X(pm, "ss|ss", "message nick from_nick nick_shown", kHost, "bool", "Sends a private message to one user.")     \
  X(KickUser, "sss|sss", "op nick why addr note_op note_usr", kHost, "bool", "Kicks a user, with a reason.")     \
  X(SetConfig, "sss", "conf var value", kHost, "bool", "Sets a configuration variable.")                         \
  X(Topic, "|s", "topic", kHost, "str", "Returns the hub topic, after setting it if one is given.")              \
  X(GetMyINFO, "s", "nick", kCaller, "tuple or None", "(nick, desc, tag, speed, mail, size) of a user.")         \
  X(GetUserClass, "s", "nick", kCaller, "int", "The class of a user; -2 if there is no such user.")              \
  X(GetUserIP, "s", "nick", kCaller, "str", "The IP address of a user.")                                         \
  X(GetUserHost, "s", "nick", kCaller, "str", "The host name of a user, or the address if it is not known.")     \
  X(GetNickList, "", "", kCaller, "list", "The nicks of all users and bots.")                                    \
  X(GetOpList, "", "", kCaller, "list", "The nicks of all operators.")                                           \
  X(GetBotList, "", "", kCaller, "list", "The nicks of all bots.")                                               \
  X(GetUsersCount, "", "", kCaller, "int", "How many users are online.")                                         \
  X(GetTotalShareSize, "", "", kCaller, "str", "What all users share together, in bytes.")                       \
  X(GetConfig, "ss|s", "conf var default", kCaller, "str or None", "A configuration variable.")
// clang-format on

enum class Vh : std::uint8_t {
#define HOOKLINE_ENUMERATOR(name, kinds, names, where, returns, help) k##name,
  HOOKLINE_VH_FUNCTIONS(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

struct VhRow {
  const char* name;
  std::string_view argument_kinds;  // a letter each, '|' before the first optional one
  std::string_view argument_names;  // with single spaces between
  RunsOn runs_on;
  std::string_view returns;
  std::string_view help;
};

inline constexpr auto kVhFunctions = std::to_array<VhRow>({
#define HOOKLINE_ROW(name, kinds, names, where, returns, help) \
  {#name, kinds, names, RunsOn::where, returns, help},
    HOOKLINE_VH_FUNCTIONS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

[[nodiscard]] constexpr const VhRow& vh_row(Vh function) {
  return kVhFunctions[static_cast<std::size_t>(function)];
}

}  // namespace hookline
