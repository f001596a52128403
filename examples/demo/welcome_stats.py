"""Welcome and statistics bot: greets who logs in, counts who says what, and answers +stats.

In hookline.toml:

    [variables.welcome_stats]
    greeting = "Welcome, {nick}! You are user number {users}. Say +stats to see what goes on here."

The hub's own code can ask as well: get_stats(nick) and hooks_seen() are ordinary functions that it
calls by name.
"""

import collections
import time

import vh

GREETING = "Welcome, {nick}! {users} users are online. Say +stats to see what goes on here."


class Person:
    """What is counted for one user."""

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
    # Not str.format: the text comes from a configuration file, in which any brace may stand. The
    # nick comes last, because users choose theirs.
    return text.replace("{users}", str(users)).replace("{nick}", nick)


def OnUserLogin(nick):
    """Counts, and leaves the decision to others."""
    global most_users
    person = people[nick]
    person.logins += 1
    person.last_seen = time.time()
    most_users = max(most_users, vh.GetUsersCount())
    return 1


def OnUserInList(nick):
    # Not before: a client that has no nick list yet does not know who the bot is.
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
    return 0  # answered: the hub need not look for a command of its own


def stats_text(nick):
    hours = (time.time() - started) / 3600
    busiest = sorted(people.items(), key=lambda item: -item[1].lines)[:5]
    rows = [f"{chat_lines} lines by {len(people)} users in {hours:.1f} hours; "
            f"{vh.GetUsersCount()} online now, {most_users} at most.",
            f"You wrote {people[nick].lines} lines. The busiest:"]
    rows += [f"  {person.lines:6}  {name}" for name, person in busiest if person.lines]
    return "\n".join(rows)


def get_stats(nick):
    """What is known about a user, or None."""
    if nick not in people:
        return None
    person = people[nick]
    return {"lines": person.lines, "letters": person.letters, "logins": person.logins,
            "last_seen": person.last_seen}


def hooks_seen():
    """How many chat lines came by here, blocked ones included: `hookline demo` checks it."""
    return chat_lines
