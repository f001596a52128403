"""The chat commands of a script: one table that runs them, and tells other scripts what there is.

    commands = Commands()

    @commands.add("greet", "NICK: says hello to somebody", min_class=1)
    def greet(nick, args):
        if not args:
            raise UsageError
        return f"{args}: {nick} says hello"

    def OnHubCommand(nick, command, user_class, in_pm, prefix):
        return commands.run(nick, command, user_class, in_pm)

What the function returns is shown to who typed the command, where it was typed; None: nothing is.
"""

import vh

OPERATOR = 3
ADMIN = 5


class UsageError(Exception):
    """The command was not given what it needs: its help is shown."""


class Commands:
    def __init__(self):
        self.rows = {}  # name: (function, help, class from which it may be used)

    def add(self, name, help_text, min_class=0):
        def keep(function):
            self.rows[name] = function, help_text, min_class
            return function
        return keep

    def run(self, nick, command, user_class, in_pm):
        """What OnHubCommand has to return: 0 if the command was one of these."""
        name, _, args = command.partition(" ")
        function, help_text, min_class = self.rows.get(name.lower(), (None, "", 0))
        if function is None or user_class < min_class:
            return 1
        try:
            answer = function(nick, args.strip())
        except UsageError:
            answer = f"Usage: {name.lower()} {help_text}"
        if answer:
            say = vh.pm if in_pm else vh.usermc
            say(answer, nick)
        return 0

    def listing(self):
        """For OnScriptQuery("commands"): a line for each, its class first."""
        return "\n".join(f"{min_class} {name} {help_text}"
                         for name, (_, help_text, min_class) in self.rows.items())
