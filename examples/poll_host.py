import host

lines = 0


def on_chat(nick, message):
    global lines
    lines += 1
    if "spam" not in message:
        return True
    host.say(f"no spam, {nick}")  # runs on the thread of the loop
    return False  # blocks the line


def count_lines():
    return lines
