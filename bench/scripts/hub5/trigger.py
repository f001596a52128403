"""Answers words that begin with an exclamation mark."""

seen = 0
answers = {"!rules": "be nice", "!help": "ask an operator"}


def OnParsedMsgChat(nick, message):
    global seen
    seen += 1
    if message.startswith("!"):
        print(nick, answers.get(message.split()[0], "what?"))
    return 1


def hooks_seen():
    return seen
