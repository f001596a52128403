"""Looks for words that nobody should say, and finds none."""

import re

seen = 0
forbidden = re.compile(r"\b(?:buy now|free money)\b")


def OnParsedMsgChat(nick, message):
    global seen
    seen += 1
    return 0 if forbidden.search(message) else 1


def hooks_seen():
    return seen
