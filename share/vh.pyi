"""The hub that a script runs in. Written by `hookline reference --format=pyi`."""

from collections.abc import Awaitable
from contextlib import AbstractContextManager
from typing import Any, Final

myid: int  # The number of this script.
botname: str  # The hub's own bot.
opchatname: str  # The operators' chat.
name: str  # The script: the name of its file, without .py.
path: str  # The file of this script.
config_name: str  # The conf of the hub's own variables, for GetConfig.
basedir: str  # The folder of the hub's configuration: keep files here.
starttime: int  # When the hub was started: seconds since the epoch.
__version_string__: str  # The version of this interface.

eCR_DEFAULT: Final = 0
eCR_INVALID_USER: Final = 1
eCR_KICKED: Final = 2
eCR_FORCEMOVE: Final = 3
eCR_QUIT: Final = 4
eCR_HUB_LOAD: Final = 5
eCR_TIMEOUT: Final = 6
eCR_TO_ANYACTION: Final = 7
eCR_USERLIMIT: Final = 8
eCR_SHARE_LIMIT: Final = 9
eCR_TAG_NONE: Final = 10
eCR_TAG_INVALID: Final = 11
eCR_PASSWORD: Final = 12
eCR_LOGIN_ERR: Final = 13
eCR_SYNTAX: Final = 14
eCR_INVALID_KEY: Final = 15
eCR_RECONNECT: Final = 16
eCR_CLONE: Final = 17
eCR_SELF: Final = 18
eCR_BADNICK: Final = 19
eCR_NOREDIR: Final = 20
eBOT_OK: Final = 0
eBOT_EXISTS: Final = 1
eBOT_WITHOUT_NICK: Final = 2
eBOT_BAD_CHARS: Final = 3
eBOT_RESERVED_NICK: Final = 4
eBOT_API_ERROR: Final = 5
eBF_NICKIP: Final = 0
eBF_IP: Final = 1
eBF_NICK: Final = 2
eBF_RANGE: Final = 3
eBF_HOST1: Final = 4
eBF_HOST2: Final = 5
eBF_HOST3: Final = 6
eBF_SHARE: Final = 7
eBF_PREFIX: Final = 8
eBF_HOSTR1: Final = 9

def SendDataToUser(data: str, nick: str, delay: int | None = None) -> bool:
    """Sends raw protocol data to one user. A missing `|` at the end is added. False: there is no such user."""

def SendDataToAll(data: str, min_class: int, max_class: int, delay: int | None = None) -> bool:
    """Sends raw protocol data to every user of these classes. A missing `|` at the end is added. Both classes are included."""

def SendToOpChat(message: str, nick: str | None = None) -> bool:
    """Says something in the operators' chat. nick: the operators' chat itself."""

def SendPMToAll(message: str, from_nick: str, min_class: int, max_class: int) -> bool:
    """Sends a private message to every user of these classes. Both classes are included."""

def CloseConnection(nick: str, reason: int | None = None, delay: int | None = None) -> bool:
    """Disconnects a user. reason: one of `vh.eCR_*`; delay in milliseconds, 0 for at once: of several, the one that ends first counts. The user is told nothing. False: there is no such user, or reason."""

def mc(message: str, nick: str | None = None) -> bool:
    """Says something in the main chat, as the hub bot or as nick. `$` and `|` in the text are made safe."""

def usermc(message: str, nick: str, nick_from: str | None = None) -> bool:
    """Shows a main chat line to one user only. nick_from: the hub's bot. False: there is no such user."""

def classmc(message: str, min_class: int, max_class: int, nick: str | None = None) -> bool:
    """Shows a main chat line to users of these classes. nick: the hub's bot. Both classes are included."""

def pm(message: str, nick: str, from_nick: str | None = None, nick_shown: str | None = None) -> bool:
    """Sends a private message to one user. from_nick: the hub's bot; nick_shown: the same. False: there is no such user."""

def KickUser(op: str, nick: str, why: str, addr: str | None = None, note_op: str | None = None, note_usr: str | None = None) -> bool:
    """Kicks a user, with a reason. note_usr: told to the user in private; note_op: told in the operators' chat; addr is ignored. A kick may be a short ban of the nick, as the hub is configured. False: there is no such user, or another script refuses."""

def SetConfig(conf: str, var: str, value: str) -> bool:
    """Sets a configuration variable. A variable that is not there is made, and kept over a restart. False: bot_name and op_chat_name, which can only be read; a max_users that is no positive number; a `|` in hub_name or topic; or another script refuses."""

def Topic(topic: str | None = None) -> str:
    """Returns the hub topic, after setting it if one is given. An empty one removes it."""

def GetMyINFO(nick: str) -> tuple[str, str, str, str, str, str] | None:
    """(nick, desc, tag, speed, mail, size) of a user. size is in bytes, as text. None: there is no such user, or nothing is known yet."""

def GetUserClass(nick: str) -> int:
    """The class of a user; -2 if there is no such user. 0 guest, 1 registered, 2 vip, 3 operator, 4 chief, 5 admin, 10 master."""

def GetUserIP(nick: str) -> str:
    """The IP address of a user. Empty: there is no such user."""

def GetUserHost(nick: str) -> str:
    """The host name of a user, or the address if it is not known. Empty: there is no such user."""

def GetNickList() -> list[str]:
    """The nicks of all users and bots. In no order."""

def GetOpList() -> list[str]:
    """The nicks of all operators. In no order, bots that are operators included."""

def GetBotList() -> list[str]:
    """The nicks of all bots. In no order."""

def GetRawNickList() -> str:
    """The nicks of all users and bots, as the protocol's $NickList. The command as it is sent: `$NickList ann$$bob$$|`."""

def GetRawOpList() -> str:
    """The nicks of all operators, as the protocol's $OpList. The command as it is sent: `$OpList ann$$|`."""

def GetRawBotList() -> str:
    """The nicks of all bots, as the protocol's $BotList. The command as it is sent: `$BotList HubBot$$|`."""

def GetUsersCount() -> int:
    """How many users are online. Without bots."""

def GetTotalShareSize() -> str:
    """What all users share together, in bytes."""

def GetConfig(conf: str, var: str, default: str | None = None) -> str | None:
    """A configuration variable. default: None. conf is `config` for the hub's own."""

def SendToActive(data: str, delay: int | None = None) -> bool:
    """Sends raw protocol data to every user in active mode. Active: whose tag says M:A."""

def SendToPassive(data: str, delay: int | None = None) -> bool:
    """Sends raw protocol data to every user in passive mode. Passive: everybody whose tag does not say M:A."""

def SendToActiveClass(data: str, min_class: int, max_class: int, delay: int | None = None) -> bool:
    """Sends raw protocol data to active users of these classes. Both classes are included."""

def SendToPassiveClass(data: str, min_class: int, max_class: int, delay: int | None = None) -> bool:
    """Sends raw protocol data to passive users of these classes. Both classes are included."""

def SetMyINFO(nick: str, desc: str | None = None, tag: str | None = None, speed: str | None = None, mail: str | None = None, size: str | None = None) -> bool:
    """Changes parts of what a user says of itself. What is not given stays. False: there is no such user."""

def SetUserIP(nick: str, ip: str) -> bool:
    """Changes the address that the hub has of a user. What the hub takes for its address from here on. False: it is no address."""

def SetMyINFOFlag(nick: str, flag: int) -> bool:
    """Sets a flag of a user's MyINFO. The flags of the speed byte: 1 normal, 2 away, 4 server."""

def UnsetMyINFOFlag(nick: str, flag: int) -> bool:
    """Clears a flag of a user's MyINFO."""

def GetUserHubURL(nick: str) -> str:
    """The address by which a user has come to the hub. Empty: it has not said."""

def GetUserExtJSON(nick: str) -> str:
    """What a user's client says of itself in JSON. Empty: it has not said."""

def GetUserCC(nick: str) -> str:
    """The country code of a user. Two letters; `--`: not known."""

def GetIPCC(ip: str) -> str:
    """The country code of an address. Two letters; `--`: not known."""

def GetIPCN(ip: str) -> str:
    """The country of an address. In English; `--`: not known."""

def GetIPCity(ip: str) -> str:
    """The city of an address. In English; `--`: not known."""

def GetIPASN(ip: str, db: str | None = None) -> str:
    """The autonomous system of an address. `AS64500 Name`; `--`: not known. db: another database file than the hub's."""

def GetGeoIP(ip: str, db: str | None = None) -> dict[str, Any]:
    """All that is known of where an address is. Empty: nothing is known. db: another database file than the hub's."""

def AddRegUser(nick: str, class_: int, /, password: str | None = None, op: str | None = None) -> bool:
    """Registers a user. Classes 1 to 10. Without a password the user is not asked for one, and has class 2 at most until it has set one; op: the hub's bot. False: the nick is registered already or cannot be, or another script refuses."""

def DelRegUser(nick: str) -> bool:
    """Removes a registration. False: there is nothing to change."""

def SetRegClass(nick: str, class_: int, /) -> bool:
    """Changes the class of a registered user. It holds from the next login on. False: there is nothing to change."""

def Ban(op: str, nick: str, reason: str, seconds: int, type: int) -> bool:
    """Bans a user; type is one of vh.eBF_*. seconds: 0 for ever. type says what nick is: with eBF_NICKIP and eBF_IP somebody who is there, with eBF_NICK a nick, with eBF_RANGE also `1.2.3.0/24`; all of them are in [hub.md](hub.md#bans). False: it could not be banned, or another script refuses."""

def DelNickTempBan(nick: str) -> bool:
    """Lifts a temporary ban of a nick. Also of a kick. False: there was none."""

def DelIPTempBan(ip: str) -> bool:
    """Lifts a temporary ban of an address. False: there was none."""

def ParseCommand(nick: str, command: str, in_pm: int) -> bool:
    """Runs a command as if the user had typed it. The command with its prefix; in_pm: 1 for one to the hub's bot. False: it will not be run."""

def ScriptCommand(command: str, data: str, target: str | int | None = None) -> bool:
    """Tells other scripts and plugins; target: a plugin, or a flag. Calls OnScriptCommand of all other scripts, and does not wait for them. A target that is a str is a plugin; here there is only `python`."""

def ScriptQuery(command: str, data: str, recipient: str | None = None, with_names: int | None = None) -> list[Any]:
    """Asks other scripts, and returns what their OnScriptQuery says. Calls OnScriptQuery of the other scripts, or of the one that recipient names, and waits for the answers. With with_names 1 they are (script, answer). Who has not answered within `verdict_deadline` is left out."""

def IsRobotNickBad(nick: str) -> int:
    """Whether a bot may have the nick: one of vh.eBOT_*. `vh.eBOT_OK` (0): it may."""

def AddRobot(nick: str, class_: int, /, desc: str, speed: str, email: str, share: str) -> bool:
    """Adds a bot to the user list. share is in bytes, as text. The bot leaves with its script. False: the nick is bad or taken."""

def DelRobot(nick: str) -> bool:
    """Removes a bot. False: this script has none of that nick."""

def SQL(query: str, limit: int | None = None) -> tuple[int, list[list[str]]]:
    """(success, rows) of a query; each row is a list of str, and there are 100 at most. The hub's own database, which is SQLite: [hub.md](hub.md#vhsql) has its limits. The tables that scripts make are shared by all of them. limit: rows, 100 if it is not said. success: 1 or 0."""

def GetServFreq() -> float:
    """How many turns the hub makes in a second."""

def UserRestrictions(nick: str, chat: str | None = None, pm: str | None = None, search: str | None = None, ctm: str | None = None) -> dict[str, bool]:
    """What a user may not do, after changing what was given. Each of chat, pm, search and ctm: `""` leaves it, `"0"` lifts it, `"1"` forbids it for a week, and a time such as `90s`, `30m`, `3h` or `2d` for so long. The answer has these four: what is forbidden now. A time that cannot be read is a ValueError."""

def StopHub(code: int, delay: int | None = None) -> bool:
    """Ends the hub. delay in milliseconds: of several, the one that ends first counts. code: what the process exits with, 0 to 255, else False."""

def encode(text: str) -> str:
    """Escapes what NMDC gives a meaning to: `$ | ~`, the backtick, byte 5."""

def Encode(text: str) -> str:
    """The same as encode()."""

def decode(text: str) -> str:
    """The reverse of encode(): text as it is shown."""

def Decode(text: str) -> str:
    """The same as decode()."""

def name_and_version(name: str = ..., version: str = ...) -> tuple[str, str]:
    """What the script calls itself, after setting what was given. `!pylist` shows it."""

def CallDynamicFunction(name: str, *args: Any) -> Any:
    """Calls a function that the hub has registered; a NameError if there is none of that name."""

def batch() -> AbstractContextManager[Any]:
    """What is sent inside of the block reaches the hub together, at its end."""

class HostFunction:
    """A function that the hub's own code has registered."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def awaitable(self, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        """The same for a coroutine: an asyncio future instead of the result."""

def __getattr__(name: str) -> HostFunction:
    """What the hub's own code has registered under this name."""
