"""Registration: users ask for a registration with +regme, and operators decide.

A request lives as long as its user stays online; its password is kept in memory only. With mode
"open" no operator has to decide. In hookline.toml:

    [variables.registration]
    mode = "ask"            # "ask": operators decide; "open": immediate
    class = "1"             # the class of a new user, unless the operator names another
    min_password = "6"      # the number of characters
    min_share_gb = "0"      # a user must share this much to ask
    most_waiting = "100"    # the largest number of requests at a time

Users: +regme PASSWORD. Operators: !regs, !approve NICK [CLASS], !deny NICK [REASON];
admins: !promote NICK CLASS. Operators can only give classes below their own.
"""

import vh
from kit.commands import ADMIN, OPERATOR, Commands, UsageError
from kit.settings import setting

IS_OPEN = setting("mode", "ask") == "open"
CLASS = setting("class", 1)
MIN_PASSWORD = setting("min_password", 6)
MIN_SHARE_GB = setting("min_share_gb", 0.0)
MOST_WAITING = setting("most_waiting", 100)

commands = Commands()
waiting = {}  # {nick: password}
registered = 0


def share_of(nick):
    info = vh.GetMyINFO(nick)
    return int(info[5] or 0) if info else 0


def register(nick, password, new_class, op):
    """Registers the user, and returns a sentence for the operator."""
    global registered
    if not vh.AddRegUser(nick, new_class, password, op):
        return f"{nick} could not be registered: perhaps he is already?"
    registered += 1
    waiting.pop(nick, None)
    vh.pm(f"You are registered now, with class {new_class}. Your password is asked for when you "
          "log in the next time.", nick)
    vh.SendToOpChat(f"{nick} has been registered with class {new_class} by {op}.")
    return f"{nick} is registered with class {new_class}."


@commands.add("regme", "PASSWORD: asks for a registration")
def ask(nick, args):
    if vh.GetUserClass(nick) >= 1:
        return "You are registered already."
    if len(args) < MIN_PASSWORD or " " in args:
        return (f"Say +regme PASSWORD, with a password of at least {MIN_PASSWORD} characters and "
                "no spaces. Nobody else sees it.")
    if share_of(nick) < MIN_SHARE_GB * 2**30:
        return f"Share at least {MIN_SHARE_GB:g} GiB, then ask again."
    if IS_OPEN:
        register(nick, args, CLASS, vh.botname)
        return None
    if nick not in waiting and len(waiting) >= MOST_WAITING:
        return "Too many requests are waiting: ask again later."
    is_new = nick not in waiting
    waiting[nick] = args
    if is_new:
        vh.SendToOpChat(f"{nick} ({vh.GetUserIP(nick)}) asks for a registration: "
                        f"!approve {nick} or !deny {nick}.")
    return "The operators have been asked. Stay online until one of them has decided."


@commands.add("regs", ": who asks for a registration", OPERATOR)
def show(nick, args):
    if not waiting:
        return "Nobody is waiting for a registration."
    return "\n".join(["Waiting for a registration:"] +
                     [f"  {other} ({vh.GetUserIP(other)})" for other in waiting])


def read_class(nick, text):
    """Returns the class in `text`, or None if this operator may not give it."""
    if not text.isdecimal():
        raise UsageError
    return int(text) if 1 <= int(text) < vh.GetUserClass(nick) else None


@commands.add("approve", "NICK [CLASS]: registers who asked for it", OPERATOR)
def approve(nick, args):
    other, _, text = args.partition(" ")
    if not other:
        raise UsageError
    if other not in waiting:
        return f"{other} has not asked for a registration: !regs shows who has."
    new_class = read_class(nick, text.strip() or str(CLASS))
    if new_class is None:
        return "You may only give a class below your own."
    return register(other, waiting[other], new_class, nick)


@commands.add("deny", "NICK [REASON]: turns a request down", OPERATOR)
def deny(nick, args):
    other, _, reason = args.partition(" ")
    if waiting.pop(other, None) is None:
        return f"{other or 'Nobody'} has not asked for a registration: !regs shows who has."
    vh.pm("Your registration was turned down" + (f": {reason}" if reason else "."), other)
    vh.SendToOpChat(f"{nick} has turned down the registration of {other}.")
    return None


@commands.add("promote", "NICK CLASS: changes the class of a registered user", ADMIN)
def promote(nick, args):
    other, _, text = args.partition(" ")
    new_class = read_class(nick, text.strip())
    if new_class is None or vh.GetUserClass(other) >= vh.GetUserClass(nick):
        return "You may only give a class below your own, to users below you."
    if not vh.SetRegClass(other, new_class):
        return f"{other} is not registered, or has that class already."
    vh.SendToOpChat(f"{nick} has changed the class of {other} to {new_class}.")
    vh.pm(f"Your class is {new_class} now.", other)
    return None


def OnNewReg(op, nick, new_class):
    """Removes the request of a user whom somebody has registered in another way."""
    waiting.pop(nick, None)


def OnUserLogout(nick):
    waiting.pop(nick, None)


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{len(waiting)} requests waiting, {registered} registered"}.get(command)


def UnLoad():
    for nick in waiting:
        vh.pm("Your request for a registration is lost: say +regme again in a moment.", nick)
