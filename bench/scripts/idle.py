"""A script that waits for something that never happens."""


def OnNewBan(op, ip, nick, reason):
    return 1
