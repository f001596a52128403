"""Chat logger: writes the events of the hub into a database, data/chat_log.sqlite.

A thread of the script writes many lines in one transaction, so that a busy hub needs only a few
writes per second, and no hook waits for the disk. Private messages are not logged.
In hookline.toml:

    [variables.chat_logger]
    batch_seconds = "2"     # a line is on disk at most this time after it was said
    batch_lines = "1000"    # or earlier, when this many lines wait
    keep_days = "90"        # 0: for ever
    most_shown = "30"       # the number of lines in one answer

Operators: !log [NICK], !logfind TEXT.
"""

import contextlib
import queue
import sqlite3
import threading
import time

import vh
from kit.commands import OPERATOR, Commands, UsageError
from kit.settings import setting
from kit.storage import data_path

BATCH_SECONDS = setting("batch_seconds", 2.0)
BATCH_LINES = setting("batch_lines", 1000)
KEEP_DAYS = setting("keep_days", 90.0)
MOST_SHOWN = setting("most_shown", 30)
PRUNE_SECONDS = 6 * 3600

SCHEMA = """
CREATE TABLE IF NOT EXISTS log(
    time REAL NOT NULL,     -- seconds since the epoch
    event TEXT NOT NULL,    -- chat, opchat, login, logout, kick, drop, reg, ban
    nick TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS log_time ON log(time);
CREATE INDEX IF NOT EXISTS log_nick ON log(nick, time);
"""

commands = Commands()


def open_database():
    database = sqlite3.connect(data_path("chat_log.sqlite"), timeout=30)
    # Readers do not wait for the writer. A power failure can lose only the last batches.
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    return database


def storable(text):
    """Replaces bytes that are invalid in the hub's encoding, which SQLite would not store."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Writer(threading.Thread):
    """Owns the connection that writes. Its queue contains rows, events that are set when their turn
    comes, and None at the end."""

    def __init__(self):
        super().__init__(name="chat_logger")
        self.queue = queue.Queue(maxsize=100_000)
        self.left_out = 0  # rows that were dropped because the disk was too slow
        self.pruned = 0.0

    def put(self, event, nick, text=""):
        try:
            self.queue.put_nowait((time.time(), event, storable(nick), storable(text)))
        except queue.Full:
            self.left_out += 1

    def run(self):
        with contextlib.closing(open_database()) as database:
            while self.write(database, self.take()):
                self.prune(database)

    def take(self):
        """Waits for an item, and then for a moment for more items."""
        items = [self.queue.get()]
        until = time.monotonic() + BATCH_SECONDS
        while len(items) < BATCH_LINES and isinstance(items[-1], tuple):
            try:
                items.append(self.queue.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        return items

    def write(self, database, items):
        """Writes the rows among the items. Returns False after the end of the queue."""
        try:
            with database:
                database.executemany("INSERT INTO log VALUES (?, ?, ?, ?)",
                                     [item for item in items if isinstance(item, tuple)])
        except sqlite3.Error as error:  # for example a full disk, which must not end the thread
            self.left_out += len(items)
            print(f"chat_logger: {len(items)} lines could not be written: {error}")
        if isinstance(items[-1], threading.Event):
            items[-1].set()
        return items[-1] is not None

    def prune(self, database):
        now = time.time()
        if KEEP_DAYS <= 0 or now - self.pruned < PRUNE_SECONDS:
            return
        self.pruned = now
        with contextlib.suppress(sqlite3.OperationalError), database:  # the next call tries again
            database.execute("DELETE FROM log WHERE time < ?", (now - KEEP_DAYS * 86400,))


# A connection belongs to the thread that opened it. This one is used by the hooks, which all run on
# the thread that loads the script.
reader = open_database()
reader.executescript(SCHEMA)
writer = Writer()
writer.start()


def flush():
    """Waits until all lines so far are in the database, and returns their number."""
    written = threading.Event()
    writer.queue.put(written)
    written.wait()
    return reader.execute("SELECT count(*) FROM log").fetchone()[0]


def OnParsedMsgChat(nick, message):
    writer.put("chat", nick, message)


def OnOpChatMessage(nick, message):
    writer.put("opchat", nick, message)


def OnUserLogin(nick):
    writer.put("login", nick, vh.GetUserIP(nick))


def OnUserLogout(nick):
    writer.put("logout", nick)


def OnOperatorKicks(op, nick, reason):
    writer.put("kick", nick, f"by {op}: {reason}")


def OnOperatorDropsWithReason(op, nick, reason):
    writer.put("drop", nick, f"by {op}: {reason}")


def OnNewReg(op, nick, new_class):
    writer.put("reg", nick, f"by {op}: class {new_class}")


def OnNewBan(op, ip, nick, reason):
    writer.put("ban", nick, f"{ip} by {op}: {reason}")


def show(where, values):
    rows = reader.execute(f"SELECT time, event, nick, text FROM log WHERE {where} "
                          "ORDER BY time DESC LIMIT ?", (*values, MOST_SHOWN)).fetchall()
    if not rows:
        return "Nothing of that kind is in the log."
    return "\n".join(time.strftime("%d.%m. %H:%M", time.localtime(when)) + f" {event} {nick} {text}"
                     for when, event, nick, text in reversed(rows))


@commands.add("log", "[NICK]: the last entries of the log", OPERATOR)
def show_latest(nick, args):
    return show("nick = ?", (storable(args),)) if args else show("1", ())


@commands.add("logfind", "TEXT: the last chat lines with this text in them", OPERATOR)
def find(nick, args):
    if not args:
        raise UsageError
    return show("event = 'chat' AND instr(lower(text), lower(?)) > 0", (storable(args),))


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{writer.queue.qsize()} lines waiting, {writer.left_out} left out",
            }.get(command)


def UnLoad():
    writer.queue.put(None)
    writer.join()
    reader.close()
