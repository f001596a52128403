#include <algorithm>
#include <array>
#include <string>

#include "hookline/verlihub/hooks.h"
#include "verlihub/notes.h"

namespace hookline::verlihub {

namespace {

constexpr auto kNotes = std::to_array<HookNote>({
    {"OnNewConn", "A client has connected, and has said nothing yet.", "the client is disconnected",
     R"py(
def OnNewConn(ip):
    return 0 if ip.startswith("203.0.113.") else 1
)py"},
    {"OnCloseConn", "A connection has ended, whether or not its user had logged in.", "", R"py(
def OnCloseConn(ip):
    print(f"{ip} has left")
)py"},
    {"OnCloseConnEx",
     "A connection has ended. reason is one of `vh.eCR_*`; nick is empty if the client gave none.",
     "",
     R"py(
def OnCloseConnEx(ip, reason, nick):
    if reason == vh.eCR_TIMEOUT:
        vh.SendToOpChat(f"{nick or ip} has timed out.")
)py"},
    {"OnParsedMsgChat",
     "A user has written a line in the main chat. Commands (`+` or `!` and a letter) are not chat.",
     "the line is not shown", R"py(
def OnParsedMsgChat(nick, message):
    if "spamword" in message:
        return f"<{vh.botname}> Mind your words, {nick}.|", 0
    return message.replace("darn", "****")
)py"},
    {"OnParsedMsgPM", "A user has sent a private message to another user.",
     "the message is not delivered",
     R"py(
def OnParsedMsgPM(nick, message, to_nick):
    return 0 if vh.GetUserClass(nick) < 1 and vh.GetUserClass(to_nick) >= 3 else 1
)py"},
    {"OnParsedMsgMCTo",
     "A user has sent a main chat line that only one other user is to see (`$MCTo`).",
     "the line is not delivered",
     R"py(
def OnParsedMsgMCTo(nick, message, to_nick):
    return 1
)py"},
    {"OnParsedMsgSearch", "A client searches. data is the whole command.",
     "the search is not sent on", R"py(
def OnParsedMsgSearch(nick, data):
    return 0 if vh.GetUserClass(nick) < 1 else 1
)py"},
    {"OnParsedMsgSR", "A client answers a search. data is the whole command.",
     "the answer is not delivered", R"py(
def OnParsedMsgSR(nick, data):
    return 0 if data.count("\x05") < 2 else 1
)py"},
    {"OnParsedMsgMyINFO",
     "A user has changed its description of itself. sharesize is in bytes, as text.",
     "the change is ignored", R"py(
def OnParsedMsgMyINFO(nick, desc, tag, speed, mail, sharesize):
    return None if not mail else (None, None, None, "", None)  # hides the mail address
)py"},
    {"OnFirstMyINFO", "A user has described itself for the first time, at the end of the login.",
     "the client is disconnected", R"py(
def OnFirstMyINFO(nick, desc, tag, speed, mail, sharesize):
    if int(sharesize or 0) < 2**30:
        return f"<{vh.botname}> Share at least 1 GiB, please.|", 0
    return 1
)py"},
    {"OnParsedMsgValidateNick", "A client has asked for a nick. data is the whole command.",
     "the nick is denied, and the client is disconnected", R"py(
def OnParsedMsgValidateNick(data):
    nick = data.removeprefix("$ValidateNick ")
    return 0 if nick.lower().startswith("hub-") else 1
)py"},
    {"OnParsedMsgAny",
     "A client that has a nick has sent a command. This hook comes before the command's own hook.",
     "the command is ignored", R"py(
def OnParsedMsgAny(nick, data):
    return 0 if data.startswith("$Search ") and len(data) > 500 else 1
)py"},
    {"OnParsedMsgAnyEx", "A client that has no nick yet has sent a command.",
     "the command is ignored", R"py(
def OnParsedMsgAnyEx(ip, data):
    return 1
)py"},
    {"OnOpChatMessage", "An operator has written to the operators' chat.",
     "the message is not delivered", R"py(
def OnOpChatMessage(nick, message):
    print(f"{nick} to the operators: {message}")
)py"},
    {"OnPublicBotMessage",
     "A bot, of the hub or of another script, says something to the main chat.", "", R"py(
def OnPublicBotMessage(nick, message, min_class, max_class):
    print(f"bot {nick} to classes {min_class} to {max_class}: {message}")
)py"},
    {"OnUnLoad", "The hub or its plugin ends; code says why. See also UnLoad().", "", R"py(
def OnUnLoad(code):
    print(f"the hub ends with code {code}")
)py"},
    {"OnCtmToHub", "Another hub has told a client to connect to this hub, which is an attack.",
     "it makes no difference, because the client is disconnected in either case", R"py(
def OnCtmToHub(nick, ip, port, server_port, ref):
    vh.SendToOpChat(f"{ip} comes from {ref or 'an unknown hub'} with a connection request.")
)py"},
    {"OnParsedMsgSupports",
     "A client has listed the extensions that it supports. back is the hub's answer.",
     "the list is ignored, and the client is treated as one without extensions", R"py(
def OnParsedMsgSupports(ip, message, back):
    return 1 if "NoHello" in message.split() else 0
)py"},
    {"OnParsedMsgMyHubURL", "A client tells the address that it used to connect to the hub.",
     "the address is ignored", R"py(
def OnParsedMsgMyHubURL(nick, data):
    print(f"{nick} has come by {data.removeprefix('$MyHubURL ')}")
)py"},
    {"OnParsedMsgExtJSON", "A client sends more information about itself, in JSON.",
     "the information is ignored",
     R"py(
import json

def OnParsedMsgExtJSON(nick, data):
    _, _, text = data.partition("{")
    try:
        print(nick, json.loads("{" + text))
    except ValueError:
        return 0
    return 1
)py"},
    {"OnParsedMsgBotINFO", "A pinger or a bot asks for a description of this hub.",
     "the request is not answered",
     R"py(
def OnParsedMsgBotINFO(nick, data):
    vh.SendToOpChat(f"{nick} is a pinger: {data}")
)py"},
    {"OnParsedMsgVersion", "A client has told its version of the protocol.",
     "the version is ignored",
     R"py(
def OnParsedMsgVersion(ip, data):
    return 0 if data == "$Version 1,0000" else 1
)py"},
    {"OnParsedMsgMyPass",
     "A client has sent its password. data is the whole command. Do not log it.",
     "the client is disconnected",
     R"py(
def OnParsedMsgMyPass(nick, data):
    return 1
)py"},
    {"OnParsedMsgConnectToMe", "A client wants another one to connect to it.",
     "the request is not sent on", R"py(
def OnParsedMsgConnectToMe(nick, other_nick, ip, port):
    return 0 if not port.rstrip("RNS").isdecimal() else 1
)py"},
    {"OnParsedMsgRevConnectToMe", "A client in passive mode asks another one to make contact.",
     "the request is not sent on", R"py(
def OnParsedMsgRevConnectToMe(nick, other_nick):
    return 0 if vh.GetUserClass(other_nick) >= 3 else 1
)py"},
    {"OnUnknownMsg",
     "A client has sent a command that the hub does not know. nick is empty before the login.",
     "the command is ignored",
     R"py(
def OnUnknownMsg(nick, data):
    print(f"{nick or 'somebody'} sent {data[:40]!r}")
)py"},
    {"OnOperatorCommand",
     "An operator has typed a command with the prefix `!`, which no script has handled in "
     "OnHubCommand.",
     "the hub does not run the command", R"py(
def OnOperatorCommand(nick, command):
    if command != "!hello":
        return 1
    vh.pm("Hello, operator.", nick)
    return 0
)py"},
    {"OnOperatorKicks", "Somebody is about to be kicked, by an operator or a script.",
     "nobody is kicked", R"py(
def OnOperatorKicks(op, nick, reason):
    vh.SendToOpChat(f"{op} kicks {nick}: {reason}")
)py"},
    {"OnOperatorDrops", "An operator is about to disconnect a user without telling anybody.",
     "nobody is disconnected", R"py(
def OnOperatorDrops(op, nick):
    return 0 if vh.GetUserClass(nick) >= 2 else 1
)py"},
    {"OnOperatorDropsWithReason", "This hook follows OnOperatorDrops, and also gets the reason.",
     "nobody is disconnected", R"py(
def OnOperatorDropsWithReason(op, nick, reason):
    print(f"{op} drops {nick}: {reason}")
)py"},
    {"OnValidateTag", "A client has sent a tag. tag includes its `<` and `>`.",
     "the client is disconnected; if it is not the first tag, the change is ignored",
     R"py(
def OnValidateTag(nick, tag):
    return 0 if tag.startswith("<badclient ") else 1
)py"},
    {"OnUserCommand",
     "A user has typed a command with the prefix `+`, or a user who is not an operator has typed "
     "one with `!`, and no script has handled it in OnHubCommand. command includes the prefix.",
     "the hub does not run the command",
     R"py(
def OnUserCommand(nick, command):
    if command[1:] != "rules":
        return 1
    vh.usermc("Be kind, and share.", nick)
    return 0
)py"},
    {"OnHubCommand",
     "A user has typed a command in the main chat, or in private to the hub's bot (then in_pm is "
     "1). This hook sees commands first.",
     "the hub does not run the command, because the script has handled it", R"py(
def OnHubCommand(nick, command, user_class, in_pm, prefix):
    name, _, text = command.partition(" ")
    if name != "echo" or user_class < 1:
        return 1
    say = vh.pm if in_pm else vh.usermc
    say(text or "?", nick)
    return 0
)py"},
    {"OnScriptCommand", "Another script has called vh.ScriptCommand().", "", R"py(
def OnScriptCommand(command, data, plugin, script):
    if command == "announce":
        vh.mc(data)
)py"},
    {"OnUserInList", "A user has logged in, and the others have been told.",
     "it makes no difference, because the user is logged in already", R"py(
def OnUserInList(nick):
    vh.pm(f"Welcome, {nick}! {vh.GetUsersCount()} users are here.", nick)
)py"},
    {"OnUserLogin", "A user has logged in, but the others have not been told yet.",
     "the client is disconnected",
     R"py(
def OnUserLogin(nick):
    if vh.GetUserClass(nick) >= 3:
        vh.SendToOpChat(f"{nick} is here.")
    return 1
)py"},
    {"OnUserLogout",
     "A user who had logged in has left. The hub does not know the user any more "
     "(vh.GetUserClass returns -2), so store in OnUserLogin what you need here.",
     "", R"py(
classes = {}  # nick: class, kept in OnUserLogin

def OnUserLogout(nick):
    if classes.pop(nick, 0) >= 3:
        vh.SendToOpChat(f"operator {nick} has left")
)py"},
    {"OnTimer",
     "The hub calls this hook every `timer_interval` of the configuration, by default once in a "
     "second. msec is the time since the epoch in milliseconds. A function without a parameter "
     "is called without one.",
     "", R"py(
last_hour = None

def OnTimer(msec):
    global last_hour
    hour = msec // 3_600_000
    if last_hour is not None and hour != last_hour:
        vh.mc("Another hour has passed.")
    last_hour = hour
)py"},
    {"OnNewReg", "Somebody is about to be registered.", "nobody is registered", R"py(
def OnNewReg(op, nick, new_class):
    return 0 if nick.startswith("[") else 1
)py"},
    {"OnNewBan",
     "Somebody is about to be banned. ip or nick may be empty. The ban of a kick does not cause "
     "this event.",
     "nobody is banned", R"py(
def OnNewBan(op, ip, nick, reason):
    if not reason:
        return f"<{vh.botname}> Say why.|", 0
    return 1
)py"},
    {"OnSetConfig",
     "A script is about to change a variable of the configuration. nick is the name of the "
     "script. vh.Topic and operators who set the topic do not cause this event. type is 1 for an "
     "integer, else 0.",
     "the variable keeps its value", R"py(
def OnSetConfig(nick, conf, var, new_value, old_value, type):
    print(f"{nick} changes {conf}.{var} from {old_value!r} to {new_value!r}")
    return 0 if (conf, var) == ("config", "max_users") else 1
)py"},
});

constexpr auto kOthers = std::to_array<OtherHookNote>({
    {"UnLoad", "() -> None",
     "The script is about to be removed or reloaded, or the hub ends. Save your data, and tell "
     "your threads to end, because the hub waits for them.",
     R"py(
import json
import os

scores = {"ann": 3}

def UnLoad():
    path = os.path.join(vh.basedir, "scores.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(scores, file)
)py"},
    {"OnScriptQuery", "(command: str, data: str, recipient: str, sender: str) -> str | None",
     "Another script has called vh.ScriptQuery(), and gets the result. None means no answer.",
     R"py(
def OnScriptQuery(command, data, recipient, sender):
    return "fine" if command == "status" else None
)py"},
});

}  // namespace

std::span<const HookNote> hook_notes() noexcept { return kNotes; }
std::span<const OtherHookNote> other_hook_notes() noexcept { return kOthers; }

ReplacesText replaces_text(const HookRow& row) noexcept {
  switch (replaces(row)) {
    case Replaces::kChat:
      return {"chat", " The hook may return a replacement: a `str`, or `(nick, message)`."};
    case Replaces::kMyInfo:
      return {"myinfo",
              " The hook may return a replacement: `(desc, tag, speed, mail, sharesize)`."};
    case Replaces::kNothing:
      break;
  }
  return {};
}

std::string result_text(const HookRow& row, const HookNote& note) {
  if (note.block.empty()) {
    return "The hub ignores the result.";
  }
  return std::string("If a script blocks the event, ")
      .append(note.block)
      .append(".")
      .append(replaces_text(row).sentence);
}

const HookNote* find_note(const HookRow& row) noexcept {
  const auto* const found = std::ranges::find(kNotes, row.name, &HookNote::name);
  return found == kNotes.end() ? nullptr : found;
}

}  // namespace hookline::verlihub
