#include <algorithm>
#include <array>

#include "cli/reference.h"

namespace hookline::cli {

namespace {

constexpr std::string_view kChat = "Chat and messages";
constexpr std::string_view kRaw = "Raw protocol data";
constexpr std::string_view kUsers = "Users";
constexpr std::string_view kPlaces = "Addresses and places";
constexpr std::string_view kModeration = "Moderation";
constexpr std::string_view kRegistrations = "Registrations";
constexpr std::string_view kBots = "Bots";
constexpr std::string_view kScripts = "Scripts";
constexpr std::string_view kHub = "The hub";

constexpr auto kNotes = std::to_array<VhNote>({
    {"mc", kChat, "bool", "`$` and `|` in the text are made safe.", R"py(
vh.mc("The hub restarts in ten minutes.")
vh.mc("Breaking news!", "News")
)py"},
    {"usermc", kChat, "bool", "nick_from: the hub's bot. False: there is no such user.", R"py(
vh.usermc("Only you can see this.", "ann")
)py"},
    {"classmc", kChat, "bool", "nick: the hub's bot. Both classes are included.", R"py(
vh.classmc("Registered users may ask for a slot now.", 1, 10)
)py"},
    {"pm", kChat, "bool",
     "from_nick: the hub's bot; nick_shown: the same. False: there is no such user.", R"py(
vh.pm("Welcome!", "ann")
vh.pm("You have a question?", "ann", "Trivia")
)py"},
    {"SendPMToAll", kChat, "bool", "Both classes are included.", R"py(
vh.SendPMToAll("There is a new version of the rules.", vh.botname, 0, 10)
)py"},
    {"SendToOpChat", kChat, "bool", "nick: the operators' chat itself.", R"py(
vh.SendToOpChat("Somebody tries passwords.")
)py"},
    {"SendDataToUser", kRaw, "bool",
     "A missing `|` at the end is added. False: there is no such user.", R"py(
vh.SendDataToUser("$HubName My hub, just for you|", "ann")
)py"},
    {"SendDataToAll", kRaw, "bool", "A missing `|` at the end is added. Both classes are included.",
     R"py(
vh.SendDataToAll("$UserCommand 1 3 Rules$<%[mynick]> +rules&#124;|", 0, 10)
)py"},
    {"SendToActive", kRaw, "bool", "Active: whose tag says M:A.", R"py(
vh.SendToActive("$Search Hub:ann F?T?0?1?linux|")
)py"},
    {"SendToPassive", kRaw, "bool", "Passive: everybody whose tag does not say M:A.", R"py(
vh.SendToPassive("$Search Hub:ann F?T?0?1?linux|")
)py"},
    {"SendToActiveClass", kRaw, "bool", "Both classes are included.", R"py(
vh.SendToActiveClass("$Search Hub:ann F?T?0?1?linux|", 1, 10)
)py"},
    {"SendToPassiveClass", kRaw, "bool", "Both classes are included.", R"py(
vh.SendToPassiveClass("$Search Hub:ann F?T?0?1?linux|", 1, 10)
)py"},
    {"GetMyINFO", kUsers, "tuple[str, str, str, str, str, str] | None",
     "size is in bytes, as text. None: there is no such user, or nothing is known yet.", R"py(
info = vh.GetMyINFO("ann")
if info is not None:
    nick, desc, tag, speed, mail, size = info
    print(f"{nick} shares {int(size or 0) / 2**30:.1f} GiB")
)py"},
    {"SetMyINFO", kUsers, "bool", "What is not given stays. False: there is no such user.", R"py(
vh.SetMyINFO("ann", desc="on holiday")
)py"},
    {"SetMyINFOFlag", kUsers, "bool", "The flags of the speed byte: 1 normal, 2 away, 4 server.",
     R"py(
vh.SetMyINFOFlag("ann", 2)
)py"},
    {"UnsetMyINFOFlag", kUsers, "bool", "", R"py(
vh.UnsetMyINFOFlag("ann", 2)
)py"},
    {"GetUserClass", kUsers, "int",
     "0 guest, 1 registered, 2 vip, 3 operator, 4 chief, 5 admin, 10 master.", R"py(
if vh.GetUserClass("ann") >= 3:
    print("ann is an operator")
)py"},
    {"GetUserHubURL", kUsers, "str", "Empty: it has not said.", R"py(
print(vh.GetUserHubURL("ann") or "unknown")
)py"},
    {"GetUserExtJSON", kUsers, "str", "Empty: it has not said.", R"py(
print(vh.GetUserExtJSON("ann"))
)py"},
    {"GetNickList", kUsers, "list[str]", "In no order.", R"py(
for nick in sorted(vh.GetNickList()):
    print(nick)
)py"},
    {"GetOpList", kUsers, "list[str]", "In no order, bots that are operators included.", R"py(
print(len(vh.GetOpList()), "operators")
)py"},
    {"GetBotList", kUsers, "list[str]", "In no order.", R"py(
bots = set(vh.GetBotList())
)py"},
    {"GetRawNickList", kUsers, "str", "The command as it is sent: `$NickList ann$$bob$$|`.", R"py(
nicks = vh.GetRawNickList().removeprefix("$NickList ").split("$$")[:-1]
)py"},
    {"GetRawOpList", kUsers, "str", "The command as it is sent: `$OpList ann$$|`.", R"py(
operators = vh.GetRawOpList().removeprefix("$OpList ").split("$$")[:-1]
)py"},
    {"GetRawBotList", kUsers, "str", "The command as it is sent: `$BotList HubBot$$|`.", R"py(
bots = vh.GetRawBotList().removeprefix("$BotList ").split("$$")[:-1]
)py"},
    {"GetUsersCount", kUsers, "int", "Without bots.", R"py(
vh.mc(f"{vh.GetUsersCount()} users are here.")
)py"},
    {"GetTotalShareSize", kUsers, "str", "", R"py(
print(f"{int(vh.GetTotalShareSize()) / 2**40:.2f} TiB are shared")
)py"},
    {"GetUserIP", kPlaces, "str", "Empty: there is no such user.", R"py(
print(vh.GetUserIP("ann"))
)py"},
    {"SetUserIP", kPlaces, "bool",
     "What the hub takes for its address from here on. False: it is no address.", R"py(
vh.SetUserIP("ann", "192.0.2.7")
)py"},
    {"GetUserHost", kPlaces, "str", "Empty: there is no such user.", R"py(
print(vh.GetUserHost("ann"))
)py"},
    {"GetUserCC", kPlaces, "str", "Two letters; `--`: not known.", R"py(
if vh.GetUserCC("ann") == "DE":
    vh.pm("Willkommen!", "ann")
)py"},
    {"GetIPCC", kPlaces, "str", "Two letters; `--`: not known.", R"py(
print(vh.GetIPCC("192.0.2.7"))
)py"},
    {"GetIPCN", kPlaces, "str", "In English; `--`: not known.", R"py(
print(vh.GetIPCN("192.0.2.7"))
)py"},
    {"GetIPCity", kPlaces, "str", "In English; `--`: not known.", R"py(
print(vh.GetIPCity("192.0.2.7"))
)py"},
    {"GetIPASN", kPlaces, "str",
     "`AS64500 Name`; `--`: not known. db: another database file than the hub's.", R"py(
print(vh.GetIPASN("192.0.2.7"))
)py"},
    {"GetGeoIP", kPlaces, "dict[str, Any]",
     "Empty: nothing is known. db: another database file than the hub's.", R"py(
place = vh.GetGeoIP("192.0.2.7")
print(place.get("city", "somewhere"))
)py"},
    {"KickUser", kModeration, "bool",
     "note_usr: told to the user in private; note_op: told in the operators' chat; addr is "
     "ignored. A kick may be a short ban of the nick, as the hub is configured. False: there is no "
     "such user, or another script refuses.",
     R"py(
vh.KickUser(vh.botname, "bob", "flooding", note_op="third time today")
)py"},
    {"CloseConnection", kModeration, "bool",
     "reason: one of `vh.eCR_*`; delay in milliseconds, 0 for at once: of several, the one that "
     "ends first counts. The user is told nothing. False: there is no such user, or reason.",
     R"py(
vh.CloseConnection("bob", vh.eCR_KICKED, 500)
)py"},
    {"Ban", kModeration, "bool",
     "seconds: 0 for ever. type says what nick is: with eBF_NICKIP and eBF_IP somebody who is "
     "there, with eBF_NICK a nick, with eBF_RANGE also `1.2.3.0/24`; all of them are in "
     "[hub.md](hub.md#bans). False: it could not be banned, or another script refuses.",
     R"py(
vh.Ban(vh.botname, "bob", "advertising", 3600, vh.eBF_NICKIP)
)py"},
    {"DelNickTempBan", kModeration, "bool", "Also of a kick. False: there was none.", R"py(
vh.DelNickTempBan("bob")
)py"},
    {"DelIPTempBan", kModeration, "bool", "False: there was none.", R"py(
vh.DelIPTempBan("192.0.2.7")
)py"},
    {"UserRestrictions", kModeration, "dict[str, bool]",
     "Each of chat, pm, search and ctm: `\"\"` leaves it, `\"0\"` lifts it, `\"1\"` forbids it for "
     "a week, and a time such as `90s`, `30m`, `3h` or `2d` for so long. The answer has these "
     "four: what is forbidden now. A time that cannot be read is a ValueError.",
     R"py(
now = vh.UserRestrictions("bob", chat="3h", pm="3h")
if now["chat"]:
    vh.pm("You are muted for three hours.", "bob")
)py"},
    {"AddRegUser", kRegistrations, "bool",
     "Classes 1 to 10. Without a password the user is not asked for one, and has class 2 at most "
     "until it has set one; op: the hub's bot. False: the nick is registered already or cannot be, "
     "or another script refuses.",
     R"py(
vh.AddRegUser("ann", 1, "a long password", "op")
)py"},
    {"DelRegUser", kRegistrations, "bool", "False: there is nothing to change.", R"py(
vh.DelRegUser("ann")
)py"},
    {"SetRegClass", kRegistrations, "bool",
     "It holds from the next login on. False: there is nothing to change.", R"py(
vh.SetRegClass("ann", 2)
)py"},
    {"IsRobotNickBad", kBots, "int", "`vh.eBOT_OK` (0): it may.", R"py(
if vh.IsRobotNickBad("Trivia") != vh.eBOT_OK:
    print("another bot is called Trivia")
)py"},
    {"AddRobot", kBots, "bool",
     "share is in bytes, as text. The bot leaves with its script. False: the nick is bad or taken.",
     R"py(
vh.AddRobot("Trivia", 0, "I ask questions", "", "", "0")
)py"},
    {"DelRobot", kBots, "bool", "False: this script has none of that nick.", R"py(
vh.DelRobot("Trivia")
)py"},
    {"ScriptCommand", kScripts, "bool",
     "Calls OnScriptCommand of all other scripts, and does not wait for them. A target that is a "
     "str is a plugin; here there is only `python`.",
     R"py(
vh.ScriptCommand("announce", "Hello from another script")
)py"},
    {"ScriptQuery", kScripts, "list[Any]",
     "Calls OnScriptQuery of the other scripts, or of the one that recipient names, and waits for "
     "the answers. With with_names 1 they are (script, answer). Who has not answered within "
     "`verdict_deadline` is left out.",
     R"py(
for answer in vh.ScriptQuery("status", ""):
    print(answer)
)py"},
    {"ParseCommand", kHub, "bool",
     "The command with its prefix; in_pm: 1 for one to the hub's bot. False: it will not be run.",
     R"py(
vh.ParseCommand("ann", "!stats", 1)
)py"},
    {"GetConfig", kHub, "str | None", "default: None. conf is `config` for the hub's own.", R"py(
greeting = vh.GetConfig("greeter", "text", "Hello!")
hub_name = vh.GetConfig("config", "hub_name")
)py"},
    {"SetConfig", kHub, "bool",
     "A variable that is not there is made, and kept over a restart. False: bot_name and "
     "op_chat_name, which can only be read; a max_users that is no positive number; a `|` in "
     "hub_name or topic; or another script refuses.",
     R"py(
vh.SetConfig("config", "hub_topic", "Maintenance at nine")
)py"},
    {"Topic", kHub, "str", "An empty one removes it.", R"py(
if not vh.Topic():
    vh.Topic("Be kind, and share.")
)py"},
    {"SQL", kHub, "tuple[int, list[list[str]]]",
     "The hub's own database, which is SQLite: [hub.md](hub.md#vhsql) has its limits. The tables "
     "that scripts make are shared by all of them. limit: rows, 100 if it is not said. success: 1 "
     "or 0.",
     R"py(
vh.SQL("CREATE TABLE IF NOT EXISTS visits(nick TEXT)")
success, rows = vh.SQL("SELECT nick FROM visits", 10)
for row in rows:
    print(row[0])
)py"},
    {"GetServFreq", kHub, "float", "", R"py(
print(f"{vh.GetServFreq():.0f} turns in a second")
)py"},
    {"StopHub", kHub, "bool",
     "delay in milliseconds: of several, the one that ends first counts. code: what the process "
     "exits with, 0 to 255, else False.",
     R"py(
vh.StopHub(0, 5000)
)py"},
});

constexpr auto kExtras = std::to_array<VhExtra>({
    {"encode", "(text: str) -> str",
     "Escapes what NMDC gives a meaning to: `$ | ~`, the backtick, byte 5.",
     R"py(
assert vh.encode("$5 | more") == "&#36;5 &#124; more"
)py"},
    {"Encode", "(text: str) -> str", "The same as encode().", R"py(
assert vh.Encode("$") == vh.encode("$")
)py"},
    {"decode", "(text: str) -> str", "The reverse of encode(): text as it is shown.", R"py(
assert vh.decode("&#36;5") == "$5"
)py"},
    {"Decode", "(text: str) -> str", "The same as decode().", R"py(
assert vh.Decode("&#124;") == "|"
)py"},
    {"name_and_version", "(name: str = ..., version: str = ...) -> tuple[str, str]",
     "What the script calls itself, after setting what was given. `!pylist` shows it.", R"py(
name, version = vh.name_and_version("Greeter", "1.2")
)py"},
    {"CallDynamicFunction", "(name: str, *args: Any) -> Any",
     "Calls a function that the hub has registered; a NameError if there is none of that name.",
     R"py(
try:
    print(vh.CallDynamicFunction("ask_database", "ann"))
except NameError:
    print("this hub has no database")
)py"},
    {"batch", "() -> AbstractContextManager[Any]",
     "What is sent inside of the block reaches the hub together, at its end.", R"py(
with vh.batch():
    for line in ("one", "two", "three"):
        vh.mc(line)
)py"},
});

constexpr auto kAttributes = std::to_array<VhAttribute>({
    {"myid", "int", "The number of this script."},
    {"botname", "str", "The hub's own bot."},
    {"opchatname", "str", "The operators' chat."},
    {"name", "str", "The script: the name of its file, without .py."},
    {"path", "str", "The file of this script."},
    {"config_name", "str", "The conf of the hub's own variables, for GetConfig."},
    {"basedir", "str", "The folder of the hub's configuration: keep files here."},
    {"starttime", "int", "When the hub was started: seconds since the epoch."},
    {"__version_string__", "str", "The version of this interface."},
});

}  // namespace

std::span<const VhNote> vh_notes() noexcept { return kNotes; }
std::span<const VhExtra> vh_extras() noexcept { return kExtras; }
std::span<const VhAttribute> vh_attributes() noexcept { return kAttributes; }

const VhNote* find_note(const VhRow& row) noexcept {
  const auto* const found = std::ranges::find(kNotes, row.name, &VhNote::name);
  return found == kNotes.end() ? nullptr : found;
}

}  // namespace hookline::cli
