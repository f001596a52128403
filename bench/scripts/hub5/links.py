"""Collects the links that are posted."""

seen = 0
links = []


def OnParsedMsgChat(nick, message):
    global seen
    seen += 1
    if "http://" in message or "https://" in message:
        links.append((nick, message))
    return 1


def hooks_seen():
    return seen
