"""Script talk: asks the other scripts questions, and passes on commands of operators.

+commands lists the commands of all scripts: each is asked with ScriptQuery("commands"), and answers
with a line for each command, "CLASS NAME HELP". !scripts shows the status of all scripts, which
they tell with ScriptQuery("status"). A script takes part if it has

    def OnScriptQuery(command, data, recipient, sender):
        return "fine" if command == "status" else None

Users: +commands. Operators: !scripts. Admins: !ask SCRIPT QUESTION [DATA], which calls OnScriptQuery
of one script, and !tell COMMAND [DATA], which calls OnScriptCommand of all others.
"""

import vh
from kit.commands import ADMIN, OPERATOR, Commands, UsageError

commands = Commands()


def ask(question, data="", recipient=""):
    """Returns (script, answer) of each script that answers, including this one, sorted by name."""
    mine = OnScriptQuery(question, data, recipient, vh.name) if recipient in ("", vh.name) else None
    answers = [(vh.name, mine)] if mine else []
    if recipient != vh.name:  # this script would wait for itself
        answers += [tuple(row) for row in vh.ScriptQuery(question, data, recipient, 1)]
    return sorted(answers)


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


@commands.add("ask", "SCRIPT QUESTION [DATA]: what a script answers", ADMIN)
def ask_one(nick, args):
    script, _, rest = args.partition(" ")
    question, _, data = rest.partition(" ")
    if not question:
        raise UsageError
    answers = ask(question, data, script)
    return "\n".join(answer for _, answer in answers) or f"{script} has no answer to that."


@commands.add("tell", "COMMAND [DATA]: tells all other scripts something", ADMIN)
def tell_all(nick, args):
    command, _, data = args.partition(" ")
    if not command:
        raise UsageError
    vh.ScriptCommand(command, data)
    return f"The scripts have been told {command}."


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(), "status": f"asks the others, as {vh.name}"}.get(command)
