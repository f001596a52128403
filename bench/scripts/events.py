"""The smallest hooks there are: what is measured is the way to them."""


def OnUserLogin(nick):
    return 1


def OnParsedMsgChat(nick, message):
    return 1


def hooks_seen():
    return 0
