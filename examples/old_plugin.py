import asyncio  # noqa: F401  (shows that it can be imported)
import datetime
import sqlite3

import vh

database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE lines (nick TEXT, said TEXT, at TEXT)")


def OnParsedMsgChat(nick, message):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    database.execute("INSERT INTO lines VALUES (?, ?, ?)", (nick, message, now))
    if "spam" in message and vh.GetUserClass(nick) < 3:
        vh.mc(f"{nick}, mind your words")
        return False
    return True


def OnUserLogin(nick):
    vh.GetUserClass(nick)


def get_lines(nick):
    count = database.execute("SELECT count(*) FROM lines WHERE nick = ?", (nick,))
    return count.fetchone()[0]


def give_points(nick, points):
    return vh.CallDynamicFunction("add_points", nick, points)


def get_statistics():
    return dict(database.execute("SELECT nick, count(*) FROM lines GROUP BY nick ORDER BY nick"))


def UnLoad():
    vh.mc(f"{get_lines('ann')} line(s) by ann")
    database.close()
