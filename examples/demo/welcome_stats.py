"""Welcome and statistics bot: greets users who log in, counts what they say, and answers +stats.

In hookline.toml:

    [variables.welcome_stats]
    greeting = "Welcome, {nick}! You are user number {users}. Say +stats to see what goes on here."

The hub's own code can ask, too: get_stats(nick) and hooks_seen() are ordinary functions that it
calls by name.
"""

import collections
import time

import vh

GREETING = "Welcome, {nick}! {users} users are online. Say +stats to see what goes on here."


class Person:
    """The figures of one user."""

    __slots__ = ("lines", "letters", "logins", "last_seen")

    def __init__(self):
        self.lines = 0
        self.letters = 0
        self.logins = 0
        self.last_seen = 0.0


people = collections.defaultdict(Person)
started = time.time()
chat_lines = 0
most_users = 0


def greeting_for(nick, users):
    text = vh.GetConfig("welcome_stats", "greeting", GREETING) or GREETING
    # str.format is not used, because the text of a configuration file may contain any brace. The
    # nick comes last, because users choose theirs.
    return text.replace("{users}", str(users)).replace("{nick}", nick)


def OnUserLogin(nick):
    """Counts the login, and does not decide about it."""
    global most_users
    person = people[nick]
    person.logins += 1
    person.last_seen = time.time()
    most_users = max(most_users, vh.GetUsersCount())
    return 1


def OnUserInList(nick):
    # The greeting must not come earlier: a client without a nick list does not know the bot.
    vh.pm(greeting_for(nick, vh.GetUsersCount()), nick)


def OnUserLogout(nick):
    people[nick].last_seen = time.time()
    return 1


def OnParsedMsgChat(nick, message):
    global chat_lines
    chat_lines += 1
    person = people[nick]
    person.lines += 1
    person.letters += len(message)
    return 1


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    if command.strip().lower() != "stats":
        return 1
    vh.pm(stats_text(nick), nick)
    return 0  # the command is answered, so the hub does not look for one of its own


def stats_text(nick):
    hours = (time.time() - started) / 3600
    busiest = sorted(people.items(), key=lambda item: -item[1].lines)[:5]
    rows = [f"{chat_lines} lines by {len(people)} users in {hours:.1f} hours; "
            f"{vh.GetUsersCount()} online now, {most_users} at most.",
            f"You wrote {people[nick].lines} lines. The busiest:"]
    rows += [f"  {person.lines:6}  {name}" for name, person in busiest if person.lines]
    return "\n".join(rows)


def get_stats(nick):
    """Returns the figures of a user, or None."""
    if nick not in people:
        return None
    person = people[nick]
    return {"lines": person.lines, "letters": person.letters, "logins": person.logins,
            "last_seen": person.last_seen}


def hooks_seen():
    """Returns the number of chat lines, including blocked ones. `hookline demo` checks it."""
    return chat_lines
