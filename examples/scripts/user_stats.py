"""Statistics: counts what each user does, and remembers the records of the hub.

The figures are kept in data/user_stats.json when the hub ends. In hookline.toml:

    [variables.user_stats]
    kept = "5000"           # users; those that were seen last the longest ago are forgotten first
    save_minutes = "10"
    shown = "10"            # the number of users in +top

Users: +stats [NICK], +top [lines|letters|hours|searches], +records.
"""

import collections
import functools
import time

import vh
from kit.commands import Commands, UsageError
from kit.settings import setting
from kit.spans import show_span
from kit.storage import data_path, load_json, save_json

KEPT = setting("kept", 5000)
SAVE_MS = setting("save_minutes", 10.0) * 60_000
SHOWN = setting("shown", 10)
FILE = data_path("user_stats.json")
COUNTED = ("logins", "lines", "letters", "searches", "seconds")

commands = Commands()


class Stats:
    """The data on disk: counters of each user, and records with the times when they were set."""

    def __init__(self, saved):
        self.users = {nick: collections.Counter(counted)
                      for nick, counted in saved.get("users", {}).items()}
        self.records = saved.get("records", {})

    def of(self, nick):
        return self.users.setdefault(nick, collections.Counter())

    def record(self, name, value):
        if value > self.records.get(name, (0, 0))[0]:
            self.records[name] = value, int(time.time())

    def forget(self):
        """Forgets a tenth more users than necessary, so that this happens seldom."""
        if len(self.users) > KEPT:
            by_age = sorted(self.users, key=lambda nick: self.users[nick]["seen"])
            for nick in by_age[:len(self.users) - KEPT + KEPT // 10]:
                del self.users[nick]

    def save(self):
        self.forget()
        save_json(FILE, {"users": self.users, "records": self.records})


@functools.cache
def stats():
    return Stats(load_json(FILE, {}))


online_since = {nick: time.time() for nick in vh.GetNickList() or ()
                if nick not in (vh.GetBotList() or ())}
saved_at = None


def count_time(nick):
    """Adds the time since the last call to the time that the user was online."""
    now = time.time()
    stats().of(nick)["seen"] = int(now)
    if nick in online_since:
        stats().of(nick)["seconds"] += int(now - online_since[nick])
        online_since[nick] = now


def OnUserLogin(nick):
    online_since[nick] = time.time()
    stats().of(nick)["logins"] += 1
    stats().of(nick)["seen"] = int(time.time())
    stats().record("users", vh.GetUsersCount())
    stats().record("share", int(vh.GetTotalShareSize() or 0))


def OnUserLogout(nick):
    count_time(nick)
    online_since.pop(nick, None)


def OnParsedMsgChat(nick, message):
    counted = stats().of(nick)
    counted["lines"] += 1
    counted["letters"] += len(message)


def OnParsedMsgSearch(nick, data):
    stats().of(nick)["searches"] += 1


def OnTimer(msec):
    global saved_at
    if saved_at is None or msec - saved_at >= SAVE_MS:
        saved_at = msec
        for nick in online_since:
            count_time(nick)
        stats().save()


@commands.add("stats", "[NICK]: what a user has done here")
def show_user(nick, args):
    other = args or nick
    if other in online_since:
        count_time(other)
    counted = stats().users.get(other)
    if counted is None:
        return f"Nothing is known about {other}."
    return (f"{other}: {counted['lines']} lines, {counted['letters']} letters, "
            f"{counted['searches']} searches, {counted['logins']} logins, online for "
            f"{show_span(counted['seconds'])}, seen on "
            + time.strftime("%d.%m.%Y %H:%M", time.localtime(counted["seen"])) + ".")


@commands.add("top", "[lines|letters|hours|searches]: who has done most of it")
def show_top(nick, args):
    by = args or "lines"
    if by not in ("lines", "letters", "hours", "searches"):
        raise UsageError
    key, unit = ("seconds", 3600) if by == "hours" else (by, 1)
    best = sorted(stats().users.items(), key=lambda item: -item[1][key])[:SHOWN]
    return "\n".join([f"Most {by}:"] + [f"  {counted[key] // unit:8}  {name}"
                                        for name, counted in best if counted[key]])


@commands.add("records", ": when the hub was at its best")
def show_records(nick, args):
    if not stats().records:
        return "There are no records yet."
    return "\n".join(f"Most {name}: {value}, on "
                     + time.strftime("%d.%m.%Y %H:%M", time.localtime(when))
                     for name, (value, when) in stats().records.items())


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{len(stats().users)} users known"}.get(command)


def get_stats(nick):
    """Returns the counters of a user, or None; for the hub's own code."""
    counted = stats().users.get(nick)
    return None if counted is None else {name: counted[name] for name in COUNTED}


def UnLoad():
    for nick in online_since:
        count_time(nick)
    stats().save()
