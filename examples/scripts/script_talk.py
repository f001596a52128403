"""Script talk: asks the other scripts, and passes on what operators tell them.

+commands lists what all scripts offer: each is asked with ScriptQuery("commands"), and answers with
a line for each command, "CLASS NAME HELP". !scripts asks how they do: ScriptQuery("status"). A
script takes part by having

    def OnScriptQuery(command, data, recipient, sender):
        return "fine" if command == "status" else None

Users: +commands. Operators: !scripts. Admins: !ask SCRIPT QUESTION [DATA], !tell SCRIPT COMMAND
[DATA], which call OnScriptQuery and OnScriptCommand of the script.
"""

import vh
from kit.commands import ADMIN, OPERATOR, Commands, UsageError

commands = Commands()


def ask(question, data="", recipient=""):
    """(script, answer) of each script that has one, this one included, by the scripts' names."""
    answers = {name: answer for name, answer in vh.ScriptQuery(question, data, recipient, True)}
    mine = OnScriptQuery(question, data, recipient, vh.name) if recipient in ("", vh.name) else None
    if mine:
        answers[vh.name] = mine
    return sorted(answers.items())


@commands.add("commands", ": what the scripts of this hub offer")
def show_commands(nick, args):
    user_class = vh.GetUserClass(nick)
    rows = []
    for _, listing in ask("commands"):
        for line in listing.splitlines():
            min_class, _, text = line.partition(" ")
            if text and min_class.lstrip("-").isdecimal() and int(min_class) <= user_class:
                rows.append(f"  {text}")
    return "\n".join(["Commands of scripts, after + or !:"] + sorted(rows))


@commands.add("scripts", ": how the scripts do", OPERATOR)
def show_scripts(nick, args):
    return "\n".join(f"{name}: {answer}" for name, answer in ask("status"))


def split_three(args):
    words = args.split(" ", 2)
    if len(words) < 2:
        raise UsageError
    return words[0], words[1], words[2] if len(words) == 3 else ""


@commands.add("ask", "SCRIPT QUESTION [DATA]: what a script answers", ADMIN)
def ask_one(nick, args):
    script, question, data = split_three(args)
    answers = ask(question, data, script)
    return "\n".join(answer for _, answer in answers) or f"{script} has no answer to that."


@commands.add("tell", "SCRIPT COMMAND [DATA]: tells a script to do something", ADMIN)
def tell_one(nick, args):
    script, command, data = split_three(args)
    vh.ScriptCommand(command, data, script)
    return f"{script} has been told."


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(), "status": f"asks the others, as {vh.name}"}.get(command)
