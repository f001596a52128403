"""Flood guard: warns, then blocks, then kicks users who write too much or repeat themselves.

A line is an offence if its writer wrote `lines` lines within `seconds` before it, or just wrote
the same `repeats` times in a row (digits, case and punctuation make no difference). The first
offence is warned about, further ones are blocked, and the `kick_after`th causes a kick.
Offences are forgotten after `forgive_seconds` without one. In hookline.toml:

    [variables.flood_guard]
    lines = "10"                # 0: any number
    seconds = "10"
    repeats = "3"               # 0: any number
    kick_after = "6"            # 0: never
    forgive_seconds = "300"
    exempt_class = "3"          # operators and above may write as they like
"""

import collections
import time

import vh


def setting(name, default):
    """Returns a number from the hub's configuration."""
    try:
        return float(vh.GetConfig("flood_guard", name, str(default)) or default)
    except ValueError:
        print(f"flood_guard: {name} is not a number, using {default}")
        return float(default)


LINES = int(setting("lines", 10))
SECONDS = setting("seconds", 10)
REPEATS = int(setting("repeats", 3))
KICK_AFTER = int(setting("kick_after", 6))
FORGIVE_SECONDS = setting("forgive_seconds", 300)
EXEMPT_CLASS = int(setting("exempt_class", 3))


class Writer:
    """What the script remembers about one user."""

    __slots__ = ("times", "last_key", "repeated", "offences", "last_offence")

    def __init__(self):
        self.times = collections.deque(maxlen=LINES)  # when the latest lines came
        self.last_key = None
        self.repeated = 0
        self.offences = 0
        self.last_offence = 0.0

    def is_offence(self, text, now):
        """Records a line, and returns whether it is an offence."""
        too_fast = 0 < LINES == len(self.times) and now - self.times[0] < SECONDS
        self.times.append(now)
        # Only letters count, because spammers number their lines. A line without any is kept whole.
        key = hash("".join(filter(str.isalpha, text)).casefold() or text)
        self.repeated = self.repeated + 1 if key == self.last_key else 1
        self.last_key = key
        return too_fast or 0 < REPEATS < self.repeated

    def offend(self, now):
        """Counts an offence, and returns the number of offences."""
        if now - self.last_offence > FORGIVE_SECONDS:
            self.offences = 0
        self.last_offence = now
        self.offences += 1
        return self.offences

    def is_forgotten(self, now):
        latest = self.times[-1] if self.times else 0.0
        return now - max(latest, self.last_offence) > max(SECONDS, FORGIVE_SECONDS)


writers = collections.defaultdict(Writer)
counts = {"warned": 0, "blocked": 0, "kicked": 0}


def OnParsedMsgChat(nick, message):
    now = time.monotonic()
    writer = writers[nick]
    if not writer.is_offence(message, now) or vh.GetUserClass(nick) >= EXEMPT_CLASS:
        return 1
    offences = writer.offend(now)
    if offences == 1:
        counts["warned"] += 1
        vh.pm("Please slow down, and do not repeat yourself: further lines may not be shown.", nick)
        return 1
    if KICK_AFTER and offences >= KICK_AFTER:
        counts["kicked"] += 1
        vh.KickUser(vh.botname, nick, "flooding the chat")
        return 0
    counts["blocked"] += 1
    return f"<{vh.botname}> Your line was not shown: you are flooding.|", 0


def OnTimer(msec):
    """Forgets users who have been quiet. A user who reconnects is not forgotten."""
    now = time.monotonic()
    for nick in [nick for nick, writer in writers.items() if writer.is_forgotten(now)]:
        del writers[nick]


def get_counts():
    """Returns the numbers of lines that led to a warning, a block, and a kick."""
    return dict(counts)


def get_offences(nick):
    """Returns the number of a user's offences that are not forgotten."""
    return writers[nick].offences if nick in writers else 0
