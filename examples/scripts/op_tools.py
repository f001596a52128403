"""Operators' tools: warnings that lead to a kick, muting, short commands for bans, user facts.

Warnings are kept in data/op_tools.json until they expire. In hookline.toml:

    [variables.op_tools]
    kick_after = "3"        # this number of warnings
    warning_days = "7"      # after this time a warning is forgotten
    mute = "1h"             # if the command names no time
    ban = "1d"

Operators: !warn NICK [REASON], !warnings NICK, !unwarn NICK, !mute NICK [TIME] [REASON],
!unmute NICK, !k NICK [REASON], !b NICK [TIME] [REASON], !ub NICK|IP, !who NICK. A time is 90s, 30m,
3h, 2d or 1w. The operators' chat is told about everything. The commands only work on users of a
lower class.
"""

import functools
import ipaddress
import time

import vh
from kit.commands import OPERATOR, Commands, UsageError
from kit.settings import setting
from kit.spans import read_span, show_span
from kit.storage import data_path, load_json, save_json

KICK_AFTER = setting("kick_after", 3)
WARNING_SECONDS = setting("warning_days", 7.0) * 86400
MUTE = setting("mute", "1h")
BAN = setting("ban", "1d")
FILE = data_path("op_tools.json")

commands = Commands()


@functools.cache
def warnings():
    """Returns {nick: [[time, op, reason], ...]}."""
    return load_json(FILE, {})


def valid_warnings(nick):
    """Returns the warnings of a user that have not expired, and forgets the others."""
    since = time.time() - WARNING_SECONDS
    valid = [warning for warning in warnings().pop(nick, []) if warning[0] > since]
    if valid:
        warnings()[nick] = valid
    return valid


def split(args):
    """Returns the nick, and the text after it."""
    nick, _, rest = args.partition(" ")
    if not nick:
        raise UsageError
    return nick, rest.strip()


def split_time(rest, default):
    """Returns (a time as it was written, the reason)."""
    first, _, reason = rest.partition(" ")
    # "5" alone is not read as a time: more often it is the beginning of a reason.
    if first[-1:].isalpha() and read_span(first):
        return first, reason.strip()
    return default, rest


def refusal(op, nick):
    """Returns why the operator may not do this to the user, or None if it is allowed."""
    user_class = vh.GetUserClass(nick)
    if user_class < -1:
        return f"There is no user '{nick}'."
    if user_class >= vh.GetUserClass(op):
        return f"You may not do that to {nick}."
    return None


def because(reason):
    return f": {reason}" if reason else "."


@commands.add("warn", "NICK [REASON]: warns a user; enough warnings are a kick", OPERATOR)
def warn(op, args):
    nick, reason = split(args)
    refused = refusal(op, nick)
    if refused:
        return refused
    given = valid_warnings(nick) + [[time.time(), op, reason]]
    if KICK_AFTER and len(given) >= KICK_AFTER:
        warnings().pop(nick, None)
        vh.KickUser(op, nick, f"{len(given)} warnings, the last{because(reason)}")
    else:
        warnings()[nick] = given
        vh.pm(f"{op} warns you{because(reason)} That is number {len(given)} of {KICK_AFTER}.", nick)
        vh.SendToOpChat(f"{op} has warned {nick} ({len(given)} of {KICK_AFTER}){because(reason)}")
    save_json(FILE, warnings())
    return None


@commands.add("warnings", "NICK: the warnings of a user", OPERATOR)
def show_warnings(op, args):
    nick, _ = split(args)
    rows = [time.strftime("  %d.%m. %H:%M ", time.localtime(when)) + f"by {by}{because(reason)}"
            for when, by, reason in valid_warnings(nick)]
    return "\n".join([f"{nick} has {len(rows)} warnings."] + rows)


@commands.add("unwarn", "NICK: takes all warnings of a user back", OPERATOR)
def unwarn(op, args):
    nick, _ = split(args)
    if warnings().pop(nick, None) is None:
        return f"{nick} has no warnings."
    save_json(FILE, warnings())
    vh.SendToOpChat(f"{op} has taken the warnings of {nick} back.")
    return None


@commands.add("mute", "NICK [TIME] [REASON]: no chat and no private messages for a while", OPERATOR)
def mute(op, args):
    nick, rest = split(args)
    span, reason = split_time(rest, MUTE)
    refused = refusal(op, nick)
    if refused:
        return refused
    vh.UserRestrictions(nick, chat=span, pm=span)
    vh.pm(f"{op} has muted you for {span}{because(reason)}", nick)
    vh.SendToOpChat(f"{op} has muted {nick} for {span}{because(reason)}")
    return None


@commands.add("unmute", "NICK: lets a muted user speak again", OPERATOR)
def unmute(op, args):
    nick, _ = split(args)
    if vh.GetUserClass(nick) < -1:
        return f"There is no user '{nick}'."
    vh.UserRestrictions(nick, chat="0", pm="0")
    vh.pm(f"{op} lets you speak again.", nick)
    vh.SendToOpChat(f"{op} has unmuted {nick}.")
    return None


@commands.add("k", "NICK [REASON]: kicks a user", OPERATOR)
def kick(op, args):
    nick, reason = split(args)
    refused = refusal(op, nick)
    if not refused:
        vh.KickUser(op, nick, reason)
        vh.SendToOpChat(f"{op} has kicked {nick}{because(reason)}")
    return refused


@commands.add("b", "NICK [TIME] [REASON]: bans the nick and the address of a user", OPERATOR)
def ban(op, args):
    nick, rest = split(args)
    span, reason = split_time(rest, BAN)
    seconds = read_span(span) or read_span("1d")
    refused = refusal(op, nick)
    if refused:
        return refused
    # The user must still be online, because a ban by address needs the address.
    vh.Ban(op, nick, reason or "no reason given", seconds, vh.eBF_NICKIP)
    vh.CloseConnection(nick, vh.eCR_KICKED)
    vh.SendToOpChat(f"{op} has banned {nick} for {show_span(seconds)}{because(reason)}")
    return None


@commands.add("ub", "NICK|IP: lifts a temporary ban", OPERATOR)
def unban(op, args):
    what, _ = split(args)
    try:
        ipaddress.ip_address(what)
        is_lifted = vh.DelIPTempBan(what)
    except ValueError:
        is_lifted = vh.DelNickTempBan(what)
    if not is_lifted:
        return f"{what} is not banned for a time."
    vh.SendToOpChat(f"{op} has lifted the ban of {what}.")
    return None


@commands.add("who", "NICK: what is known about a user", OPERATOR)
def who(op, args):
    nick, _ = split(args)
    info = vh.GetMyINFO(nick)
    if info is None:
        return f"There is no user '{nick}'."
    restricted = [what for what, is_so in vh.UserRestrictions(nick).items() if is_so]
    return "\n".join([
        f"{nick}: class {vh.GetUserClass(nick)}, {vh.GetUserIP(nick)}, {info[2] or 'no tag'}",
        f"  shares {int(info[5] or 0) / 2**30:.1f} GiB, {len(valid_warnings(nick))} warnings, "
        f"may not: {', '.join(restricted) or 'everything is allowed'}"])


def OnOperatorKicks(op, nick, reason):
    """Forgets the warnings after any kick, also after the hub's own command."""
    warnings().pop(nick, None)


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{len(warnings())} users have warnings"}.get(command)


def UnLoad():
    save_json(FILE, warnings())
