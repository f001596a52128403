"""Chat history: shows the last lines of the main chat to users who log in, and on request.

The lines are kept in data/chat_history.json when the hub ends. A script that blocks a line removes
it from the history with ScriptCommand("line_blocked", nick + "\\n" + message). In hookline.toml:

    [variables.chat_history]
    lines = "20"        # the number shown at login; 0: none
    kept = "200"        # the number that +history can show
    save_minutes = "5"

Users: +history [N].
"""

import collections
import functools
import time

import vh
from kit.commands import Commands
from kit.settings import setting
from kit.storage import data_path, load_json, save_json

LINES = setting("lines", 20)
KEPT = setting("kept", 200)
SAVE_MS = setting("save_minutes", 5.0) * 60_000
FILE = data_path("chat_history.json")

commands = Commands()
saved_at = None
is_changed = False


@functools.cache
def history():
    """Returns (time, nick, message) of each line, the oldest first."""
    return collections.deque(map(tuple, load_json(FILE, [])), maxlen=KEPT)


def save():
    global is_changed
    save_json(FILE, list(history()))
    is_changed = False


def last_lines(count):
    lines = list(history())[-count:] if count > 0 else []
    return [time.strftime("[%H:%M] ", time.localtime(when)) + f"<{nick}> {message}"
            for when, nick, message in lines]


def OnParsedMsgChat(nick, message):
    global is_changed
    history().append((int(time.time()), nick, message))
    is_changed = True


def OnScriptCommand(command, data, plugin, script):
    if command != "line_blocked":
        return
    blocked = tuple(data.split("\n", 1))
    # The blocked line is among the last ones, so the search begins at the end.
    for place in range(len(history()) - 1, -1, -1):
        if history()[place][1:] == blocked:
            del history()[place]
            return


def OnUserInList(nick):
    lines = last_lines(LINES)
    if lines:
        vh.usermc("\n".join([f"The last {len(lines)} lines:"] + lines), nick)


@commands.add("history", "[N]: the last lines of the chat")
def show(nick, args):
    count = int(args) if args.isdecimal() and len(args) < 9 else LINES or KEPT
    return "\n".join(last_lines(count)) or "Nobody has said anything yet."


def OnTimer(msec):
    global saved_at
    if saved_at is None or msec - saved_at >= SAVE_MS:
        saved_at = msec
        if is_changed:
            save()


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(), "status": f"{len(history())} lines kept"}.get(command)


def UnLoad():
    save()
