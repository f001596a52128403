def greet(nick):
    return f"hello, {nick}"


def fail():
    raise KeyError("nick")
