lines = {}

def on_chat(nick, message):
    lines[nick] = lines.get(nick, 0) + 1
    if "spam" in message:
        return False  # blocks the line: nobody sees it
    return {"message": message.replace(":)", "\N{SLIGHTLY SMILING FACE}")}

def greet(nick):
    return f"{nick} has said {lines.get(nick, 0)} line(s)"
