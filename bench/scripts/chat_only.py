"""A script that takes no interest in logins."""


def OnParsedMsgChat(nick, message):
    return 1


def hooks_seen():
    return 0
