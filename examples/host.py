import server


def OnUserLogin(nick):
    server.say(f"hello, {server.users()} users")


def OnParsedMsgChat(nick, message):
    return "spam" not in message  # False blocks the line
