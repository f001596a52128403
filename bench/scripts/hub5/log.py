"""Keeps the latest lines, for users who join."""

import collections

seen = 0
latest = collections.deque(maxlen=50)


def OnParsedMsgChat(nick, message):
    global seen
    seen += 1
    latest.append(f"<{nick}> {message}")


def hooks_seen():
    return seen
