#include "verlihub/notes.h"

#include <algorithm>
#include <array>

namespace hookline::verlihub {

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
    {"mc", kChat, "bool", "`$` and `|` in the text are escaped.", R"py(
vh.mc("The hub restarts in ten minutes.")
vh.mc("Breaking news!", "News")
)py"},
    {"usermc", kChat, "bool",
     "nick_from is the hub's bot by default. Returns False if there is no such user.", R"py(
vh.usermc("Only you can see this.", "ann")
)py"},
    {"classmc", kChat, "bool", "nick is the hub's bot by default. Both classes are included.", R"py(
vh.classmc("Registered users may ask for a slot now.", 1, 10)
)py"},
    {"pm", kChat, "bool",
     "from_nick is the hub's bot by default, and nick_shown is the same as from_nick. Returns "
     "False if there is no such user.",
     R"py(
vh.pm("Welcome!", "ann")
vh.pm("You have a question?", "ann", "Trivia")
)py"},
    {"SendPMToAll", kChat, "bool", "Both classes are included.", R"py(
vh.SendPMToAll("There is a new version of the rules.", vh.botname, 0, 10)
)py"},
    {"SendToOpChat", kChat, "bool", "nick is the operators' chat itself by default.", R"py(
vh.SendToOpChat("Somebody tries passwords.")
)py"},
    {"SendDataToUser", kRaw, "bool",
     "A missing `|` at the end is added. Returns False if there is no such user.", R"py(
vh.SendDataToUser("$HubName My hub, just for you|", "ann")
)py"},
    {"SendDataToAll", kRaw, "bool", "A missing `|` at the end is added. Both classes are included.",
     R"py(
vh.SendDataToAll("$UserCommand 1 3 Rules$<%[mynick]> +rules&#124;|", 0, 10)
)py"},
    {"SendToActive", kRaw, "bool", "A user is active if its tag says M:A.", R"py(
vh.SendToActive("$Search Hub:ann F?T?0?1?linux|")
)py"},
    {"SendToPassive", kRaw, "bool", "A user is passive unless its tag says M:A.", R"py(
vh.SendToPassive("$Search Hub:ann F?T?0?1?linux|")
)py"},
    {"SendToActiveClass", kRaw, "bool", "Both classes are included.", R"py(
vh.SendToActiveClass("$Search Hub:ann F?T?0?1?linux|", 1, 10)
)py"},
    {"SendToPassiveClass", kRaw, "bool", "Both classes are included.", R"py(
vh.SendToPassiveClass("$Search Hub:ann F?T?0?1?linux|", 1, 10)
)py"},
    {"GetMyINFO", kUsers, "tuple[str, str, str, str, str, str] | None",
     "size is in bytes, as text. Returns None if there is no such user, or if nothing is known "
     "yet.",
     R"py(
info = vh.GetMyINFO("ann")
if info is not None:
    nick, desc, tag, speed, mail, size = info
    print(f"{nick} shares {int(size or 0) / 2**30:.1f} GiB")
)py"},
    {"SetMyINFO", kUsers, "bool",
     "Omitted parts stay as they are. Returns False if there is no such user.",
     R"py(
vh.SetMyINFO("ann", desc="on holiday")
)py"},
    {"SetMyINFOFlag", kUsers, "bool", "The flags of the speed byte are 1 normal, 2 away, 4 server.",
     R"py(
vh.SetMyINFOFlag("ann", 2)
)py"},
    {"UnsetMyINFOFlag", kUsers, "bool", "", R"py(
vh.UnsetMyINFOFlag("ann", 2)
)py"},
    {"GetUserClass", kUsers, "int",
     "The classes are 0 guest, 1 registered, 2 vip, 3 operator, 4 chief, 5 admin, 10 master.", R"py(
if vh.GetUserClass("ann") >= 3:
    print("ann is an operator")
)py"},
    {"GetUserHubURL", kUsers, "str", "The result is empty if the client has not sent it.", R"py(
print(vh.GetUserHubURL("ann") or "unknown")
)py"},
    {"GetUserExtJSON", kUsers, "str", "The result is empty if the client has not sent it.", R"py(
print(vh.GetUserExtJSON("ann"))
)py"},
    {"GetNickList", kUsers, "list[str]", "The order is undefined.", R"py(
for nick in sorted(vh.GetNickList()):
    print(nick)
)py"},
    {"GetOpList", kUsers, "list[str]",
     "Bots that are operators are included. The order is undefined.",
     R"py(
print(len(vh.GetOpList()), "operators")
)py"},
    {"GetBotList", kUsers, "list[str]", "The order is undefined.", R"py(
bots = set(vh.GetBotList())
)py"},
    {"GetRawNickList", kUsers, "str", "This is the command as it is sent: `$NickList ann$$bob$$|`.",
     R"py(
nicks = vh.GetRawNickList().removeprefix("$NickList ").split("$$")[:-1]
)py"},
    {"GetRawOpList", kUsers, "str", "This is the command as it is sent: `$OpList ann$$|`.", R"py(
operators = vh.GetRawOpList().removeprefix("$OpList ").split("$$")[:-1]
)py"},
    {"GetRawBotList", kUsers, "str", "This is the command as it is sent: `$BotList HubBot$$|`.",
     R"py(
bots = vh.GetRawBotList().removeprefix("$BotList ").split("$$")[:-1]
)py"},
    {"GetUsersCount", kUsers, "int", "Bots are not counted.", R"py(
vh.mc(f"{vh.GetUsersCount()} users are here.")
)py"},
    {"GetTotalShareSize", kUsers, "str", "", R"py(
print(f"{int(vh.GetTotalShareSize()) / 2**40:.2f} TiB are shared")
)py"},
    {"GetUserIP", kPlaces, "str", "The result is empty if there is no such user.", R"py(
print(vh.GetUserIP("ann"))
)py"},
    {"SetUserIP", kPlaces, "bool",
     "The hub uses this address for the user from then on. Returns False if it is not an address.",
     R"py(
vh.SetUserIP("ann", "192.0.2.7")
)py"},
    {"GetUserHost", kPlaces, "str", "The result is empty if there is no such user.", R"py(
print(vh.GetUserHost("ann"))
)py"},
    {"GetUserCC", kPlaces, "str", "The code has two letters; it is `--` if it is unknown.", R"py(
if vh.GetUserCC("ann") == "DE":
    vh.pm("Willkommen!", "ann")
)py"},
    {"GetIPCC", kPlaces, "str", "The code has two letters; it is `--` if it is unknown.", R"py(
print(vh.GetIPCC("192.0.2.7"))
)py"},
    {"GetIPCN", kPlaces, "str", "The name is in English; it is `--` if it is unknown.", R"py(
print(vh.GetIPCN("192.0.2.7"))
)py"},
    {"GetIPCity", kPlaces, "str", "The name is in English; it is `--` if it is unknown.", R"py(
print(vh.GetIPCity("192.0.2.7"))
)py"},
    {"GetIPASN", kPlaces, "str",
     "The result is `AS64500 Name`, or `--` if it is unknown. db names another database file "
     "than the hub's.",
     R"py(
print(vh.GetIPASN("192.0.2.7"))
)py"},
    {"GetGeoIP", kPlaces, "dict[str, Any]",
     "The result is empty if nothing is known. db names another database file than the hub's.",
     R"py(
place = vh.GetGeoIP("192.0.2.7")
print(place.get("city", "somewhere"))
)py"},
    {"KickUser", kModeration, "bool",
     "note_usr is sent to the user as a private message, note_op to the operators' chat; addr is "
     "ignored. A kick may bring a short ban of the nick, if the hub is configured so. Returns "
     "False if there is no such user, or another script refuses.",
     R"py(
vh.KickUser(vh.botname, "bob", "flooding", note_op="third time today")
)py"},
    {"CloseConnection", kModeration, "bool",
     "reason is one of `vh.eCR_*`. delay is in milliseconds, 0 means immediately; of several "
     "delays, the one that ends first counts. The user is not told. Returns False if there is no "
     "such user or reason.",
     R"py(
vh.CloseConnection("bob", vh.eCR_KICKED, 500)
)py"},
    {"Ban", kModeration, "bool",
     "0 seconds means for ever. type says what nick is: for eBF_NICKIP and eBF_IP a user who is "
     "online, for eBF_NICK a nick, for eBF_RANGE also `1.2.3.0/24`. [hub.md](hub.md#bans) lists "
     "all types. Returns False if the ban was not possible, or another script refuses.",
     R"py(
vh.Ban(vh.botname, "bob", "advertising", 3600, vh.eBF_NICKIP)
)py"},
    {"DelNickTempBan", kModeration, "bool",
     "This includes the ban of a kick. Returns False if there was none.", R"py(
vh.DelNickTempBan("bob")
)py"},
    {"DelIPTempBan", kModeration, "bool", "Returns False if there was none.", R"py(
vh.DelIPTempBan("192.0.2.7")
)py"},
    {"UserRestrictions", kModeration, "dict[str, bool]",
     "For each of chat, pm, search and ctm, `\"\"` changes nothing, `\"0\"` lifts the "
     "restriction, `\"1\"` forbids it for a week, and a time such as `90s`, `30m`, `3h` or `2d` "
     "for that long. The result says for each of the four whether it is forbidden now. An "
     "invalid time raises a ValueError.",
     R"py(
now = vh.UserRestrictions("bob", chat="3h", pm="3h")
if now["chat"]:
    vh.pm("You are muted for three hours.", "bob")
)py"},
    {"AddRegUser", kRegistrations, "bool",
     "Classes are 1 to 10. Without a password the user is not asked for one, and has class 2 at "
     "most until it has set one. op is the hub's bot by default. Returns False if the nick is "
     "registered already or cannot be, or another script refuses.",
     R"py(
vh.AddRegUser("ann", 1, "a long password", "op")
)py"},
    {"DelRegUser", kRegistrations, "bool", "Returns False if there is nothing to change.", R"py(
vh.DelRegUser("ann")
)py"},
    {"SetRegClass", kRegistrations, "bool",
     "The new class applies from the next login on. Returns False if there is nothing to change.",
     R"py(
vh.SetRegClass("ann", 2)
)py"},
    {"IsRobotNickBad", kBots, "int", "`vh.eBOT_OK` (0) means that it may.", R"py(
if vh.IsRobotNickBad("Trivia") != vh.eBOT_OK:
    print("another bot is called Trivia")
)py"},
    {"AddRobot", kBots, "bool",
     "share is in bytes, as text. The bot leaves with its script. Returns False if the nick is "
     "invalid or taken.",
     R"py(
vh.AddRobot("Trivia", 0, "I ask questions", "", "", "0")
)py"},
    {"DelRobot", kBots, "bool", "Returns False if this script has no bot of that nick.", R"py(
vh.DelRobot("Trivia")
)py"},
    {"ScriptCommand", kScripts, "bool",
     "Calls OnScriptCommand of all other scripts, and does not wait for them. A target that is a "
     "str names a plugin; this hub only has `python`.",
     R"py(
vh.ScriptCommand("announce", "Hello from another script")
)py"},
    {"ScriptQuery", kScripts, "list[Any]",
     "Calls OnScriptQuery of the other scripts, or of the one that recipient names, and waits "
     "for the answers. If with_names is 1, they are tuples (script, answer). Scripts that do not "
     "answer within `verdict_deadline` are left out.",
     R"py(
for answer in vh.ScriptQuery("status", ""):
    print(answer)
)py"},
    {"ParseCommand", kHub, "bool",
     "command includes its prefix. in_pm is 1 for a command in private to the hub's bot. Returns "
     "False if it will not be run.",
     R"py(
vh.ParseCommand("ann", "!stats", 1)
)py"},
    {"GetConfig", kHub, "str | None",
     "default is None. conf is `config` for the hub's own variables.", R"py(
greeting = vh.GetConfig("greeter", "text", "Hello!")
hub_name = vh.GetConfig("config", "hub_name")
)py"},
    {"SetConfig", kHub, "bool",
     "A variable that does not exist is created, and survives a restart. Returns False for "
     "bot_name and op_chat_name, which can only be read; for a max_users that is not a positive "
     "number; for a `|` in hub_name or topic; or if another script refuses.",
     R"py(
vh.SetConfig("config", "hub_topic", "Maintenance at nine")
)py"},
    {"Topic", kHub, "str", "An empty topic removes it.", R"py(
if not vh.Topic():
    vh.Topic("Be kind, and share.")
)py"},
    {"SQL", kHub, "tuple[int, list[list[str]]]",
     "The query runs in the hub's own SQLite database; [hub.md](hub.md#vhsql) describes its "
     "limits. All scripts share the tables that scripts make. limit is 100 by default. success "
     "is 1 or 0.",
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
     "delay is in milliseconds; of several delays, the one that ends first counts. code is the "
     "exit code of the process, 0 to 255. Returns False for any other code.",
     R"py(
vh.StopHub(0, 5000)
)py"},
});

constexpr auto kExtras = std::to_array<VhExtra>({
    {"encode", R"py(
assert vh.encode("$5 | more") == "&#36;5 &#124; more"
)py"},
    {"Encode", R"py(
assert vh.Encode("$") == vh.encode("$")
)py"},
    {"decode", R"py(
assert vh.decode("&#36;5") == "$5"
)py"},
    {"Decode", R"py(
assert vh.Decode("&#124;") == "|"
)py"},
    {"name_and_version", R"py(
name, version = vh.name_and_version("Greeter", "1.2")
)py"},
    {"CallDynamicFunction", R"py(
try:
    print(vh.CallDynamicFunction("ask_database", "ann"))
except NameError:
    print("this hub has no database")
)py"},
    {"batch", R"py(
with vh.batch():
    for line in ("one", "two", "three"):
        vh.mc(line)
)py"},
});

// Makes the compiler refuse a row without a note.
static_assert(std::ranges::all_of(kVhFunctions, [](const VhRow& row) {
  return std::ranges::find(kNotes, std::string_view(row.name), &VhNote::name) != kNotes.end();
}));

}  // namespace

std::span<const VhNote> vh_notes() noexcept { return kNotes; }
std::span<const VhExtra> vh_extras() noexcept { return kExtras; }

const VhNote& note_of(const VhRow& row) noexcept {
  return *std::ranges::find(kNotes, std::string_view(row.name), &VhNote::name);
}

}  // namespace hookline::verlihub
