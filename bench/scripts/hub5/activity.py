"""Remembers when each user last spoke, and how often."""

import time

last = {}
lines = {}


def OnParsedMsgChat(nick, message):
    last[nick] = time.monotonic()
    lines[nick] = lines.get(nick, 0) + 1


def hooks_seen():
    return sum(lines.values())
