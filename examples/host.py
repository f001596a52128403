import vh


def OnUserLogin(nick):
    vh.say(f"hello, {vh.users()} users")


def OnParsedMsgChat(nick, message):
    return "spam" not in message  # False blocks the line
