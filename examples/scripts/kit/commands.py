"""The chat commands of a script: a table that runs them, and lists them for other scripts.

    commands = Commands()

    @commands.add("greet", "NICK: says hello to somebody", min_class=1)
    def greet(nick, args):
        if not args:
            raise UsageError
        return f"{args}: {nick} says hello"

    def OnHubCommand(nick, command, user_class, in_pm, prefix):
        return commands.run(nick, command, user_class, in_pm)

The result of the function is shown to the user who typed the command, in the same place. If it is
None, nothing is shown.
"""

import vh

OPERATOR = 3
ADMIN = 5


class UsageError(Exception):
    """Raised if a command lacks an argument. The help of the command is shown."""


class Commands:
    def __init__(self):
        self.rows = {}  # {name: (function, help, the lowest class that may use it)}

    def add(self, name, help_text, min_class=0):
        def keep(function):
            self.rows[name] = function, help_text, min_class
            return function
        return keep

    def run(self, nick, command, user_class, in_pm):
        """Runs a command. Returns the result of OnHubCommand: 0 if the command was one of these."""
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
        """Returns a line for each command, its class first; for OnScriptQuery("commands")."""
        return "\n".join(f"{min_class} {name} {help_text}"
                         for name, (_, help_text, min_class) in self.rows.items())
