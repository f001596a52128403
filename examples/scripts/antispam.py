"""Anti-spam: warns, then silences, then removes users who flood, repeat themselves or advertise.

An offence is too many lines in a period, the same line too often (digits, case and punctuation make
no difference), a link to a host that is not allowed, or private messages to too many users. A user
is warned about the first offence, the next ones are not shown, and then follow a kick and a ban.
Offences are forgotten after a while without one. In hookline.toml:

    [variables.antispam]
    lines = "8"                 # allowed in `seconds`; 0: any number
    seconds = "8"
    repeats = "3"               # of the same line in a row; 0: any number
    receivers = "6"             # of private messages in `pm_seconds`; 0: any number
    pm_seconds = "60"
    link_class = "1"            # users of this class or above may post any link
    allowed_links = "example.org wikipedia.org"     # and their subdomains
    exempt_class = "3"          # operators may do anything
    kick_after = "5"            # offences; 0: never
    ban_after = "8"
    ban = "2h"
    forgive_seconds = "600"

It tells other scripts which lines were not shown: ScriptCommand("line_blocked", nick + "\\n" +
message). Operators: !spammers, !forgive NICK.
"""

import collections
import re
import time

import vh
from kit.commands import OPERATOR, Commands, UsageError
from kit.settings import setting
from kit.spans import read_span

LINES = setting("lines", 8)
SECONDS = setting("seconds", 8.0)
REPEATS = setting("repeats", 3)
RECEIVERS = setting("receivers", 6)
PM_SECONDS = setting("pm_seconds", 60.0)
LINK_CLASS = setting("link_class", 1)
ALLOWED_LINKS = setting("allowed_links", "example.org wikipedia.org").casefold().split()
EXEMPT_CLASS = setting("exempt_class", OPERATOR)
KICK_AFTER = setting("kick_after", 5)
BAN_AFTER = setting("ban_after", 8)
BAN_SECONDS = read_span(setting("ban", "2h")) or 7200
FORGIVE_SECONDS = setting("forgive_seconds", 600.0)

# Finds addresses of the web and of other hubs. The group is the host.
LINK = re.compile(r"(?:\b(?:https?|ftp|dchub|nmdcs?|adcs?)://|\bwww\.)([^\s/:?#|]+)", re.IGNORECASE)

commands = Commands()
counts = collections.Counter()


class Writer:
    """What the script remembers about one user."""

    __slots__ = ("times", "key", "repeated", "receivers", "offences", "last_offence")

    def __init__(self):
        self.times = collections.deque(maxlen=LINES)  # when the latest lines came
        self.key = None
        self.repeated = 0
        self.receivers = {}  # {receiver of a private message: time of the last one}
        self.offences = 0
        self.last_offence = 0.0

    def is_too_fast(self, now):
        is_so = 0 < LINES == len(self.times) and now - self.times[0] < SECONDS
        self.times.append(now)
        return is_so

    def is_repeated(self, text):
        # Only letters count, because spammers number their lines. A line without any is kept whole.
        key = hash("".join(filter(str.isalpha, text)).casefold() or text)
        self.repeated = self.repeated + 1 if key == self.key else 1
        self.key = key
        return 0 < REPEATS < self.repeated

    def has_many_receivers(self, nick, now):
        self.receivers[nick] = now
        self.receivers = {to: when for to, when in self.receivers.items()
                          if now - when < PM_SECONDS}
        return 0 < RECEIVERS < len(self.receivers)

    def offend(self, now):
        """Counts an offence, and returns the number of offences."""
        if now - self.last_offence > FORGIVE_SECONDS:
            self.offences = 0
        self.last_offence = now
        self.offences += 1
        return self.offences


writers = collections.defaultdict(Writer)


def is_allowed(host):
    return any(host == allowed or host.endswith("." + allowed) for allowed in ALLOWED_LINKS)


def has_bad_link(text):
    return any(not is_allowed(host.casefold().rstrip(".")) for host in LINK.findall(text))


def judge(nick, message, now):
    """Returns what is wrong with a chat line, or None."""
    writer = writers[nick]
    text = vh.decode(message)
    is_too_fast, is_repeated = writer.is_too_fast(now), writer.is_repeated(text)
    if has_bad_link(text) and vh.GetUserClass(nick) < LINK_CLASS:
        return "links to this place are not welcome here"
    if is_too_fast:
        return "you write too fast"
    return "you repeat yourself" if is_repeated else None


def punish(nick, what, now):
    """Punishes an offence. Returns whether it may still be shown, which only the first one may."""
    offences = writers[nick].offend(now)
    if BAN_AFTER and offences >= BAN_AFTER:
        counts["banned"] += 1
        vh.Ban(vh.botname, nick, what, BAN_SECONDS, vh.eBF_NICKIP)
        vh.CloseConnection(nick, vh.eCR_KICKED)
    elif KICK_AFTER and offences >= KICK_AFTER:
        counts["kicked"] += 1
        vh.KickUser(vh.botname, nick, what)
    elif offences == 1:
        counts["warned"] += 1
        vh.pm(f"Please note: {what}. Further lines of that kind will not be shown.", nick)
        return True
    else:
        counts["blocked"] += 1
        vh.usermc(f"Your line was not shown: {what}.", nick)
    return False


def OnParsedMsgChat(nick, message):
    now = time.monotonic()
    what = judge(nick, message, now)
    if not what or vh.GetUserClass(nick) >= EXEMPT_CLASS or punish(nick, what, now):
        return 1
    vh.ScriptCommand("line_blocked", f"{nick}\n{message}")
    return 0


def OnParsedMsgPM(nick, message, to_nick):
    now = time.monotonic()
    if not writers[nick].has_many_receivers(to_nick, now) or vh.GetUserClass(nick) >= EXEMPT_CLASS:
        return 1
    return int(punish(nick, "you write to too many users", now))


def is_forgotten(writer, now):
    latest = max(0.0, writer.last_offence, *writer.times, *writer.receivers.values())
    return now - latest > max(SECONDS, PM_SECONDS, FORGIVE_SECONDS)


def OnTimer(msec):
    """Forgets users who have been quiet. A user who reconnects is not forgotten."""
    now = time.monotonic()
    for nick in [nick for nick, writer in writers.items() if is_forgotten(writer, now)]:
        del writers[nick]


@commands.add("spammers", ": who has offended lately", OPERATOR)
def show(nick, args):
    rows = [f"  {writer.offences:3}  {name}" for name, writer in writers.items() if writer.offences]
    done = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    return "\n".join([f"{len(rows)} offenders; so far: {done or 'nothing'}."] + rows)


@commands.add("forgive", "NICK: forgets the offences of a user", OPERATOR)
def forgive(nick, args):
    if not args:
        raise UsageError
    return f"{args} is forgiven." if writers.pop(args, None) else f"{args} has done nothing."


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
                      or "nothing to do"}.get(command)


def get_counts():
    """Returns what the script has done; for the hub's own code."""
    return dict(counts)


def get_offences(nick):
    return writers[nick].offences if nick in writers else 0
