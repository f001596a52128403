import vh

lines = {}


def OnParsedMsgChat(nick, message):
    lines[nick] = lines.get(nick, 0) + 1
    if "spam" in message and vh.GetUserClass(nick) < 3:
        vh.mc(f"{nick}, mind your words")
        return False
    return True


def OnUserLogin(nick):
    vh.GetUserClass(nick)


def get_lines(nick):
    return lines.get(nick, 0)


def give_points(nick, points):
    return vh.CallDynamicFunction("add_points", nick, points)


def get_statistics():
    return lines
