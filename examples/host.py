import server


def on_login(nick):
    server.say(f"hello, {server.users()} users")


def on_chat(nick, message):
    return "spam" not in message  # False blocks the line
