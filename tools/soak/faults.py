"""The table of what a script can do wrong, and the scripts that do it.

A row says what the script runs, and when: in a hook, while it is imported, or while it is unloaded. No row
blocks a line on purpose, so every line of a user is owed to all users. What nothing can interrupt ends by
itself after SECONDS, which each script has, so that the soak can tell threads that were left behind from
those that leak.
"""

import dataclasses
import os
import random

# How often a script misbehaves when it is given the chance.
CHAT_CHANCE = 0.04
TIMER_CHANCE = 0.3


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    when: str  # "chat", "timer", "import", "unload"; "load": it is no script, and cannot be loaded
    code: str  # the body of a function; `message` is the chat line, "" elsewhere
    setup: str = ""  # runs when the script is imported
    gil: str = ""  # how it has to share the lock of its interpreter; any way if it is empty
    partner: str = ""  # the source of a second script, which is loaded together with this one
    file: str = ""  # the name of its file, if that matters
    # Takes memory until there is none: its interpreter has to be one whose memory can be limited.
    is_hog: bool = False
    # Lines of users may be lost because of it: it is only chosen by name, to see that the soak notices.
    is_planted: bool = False


# C code that keeps the interpreter's lock for some seconds. It ends by itself, because a thread that computes
# for ever takes a core from the hub for as long as the soak lasts.
SUM = "sum(range(2 * 10**8))"
REGEX = "import re\nre.match('(a|a)*$', 'a' * 24 + 'b')"
# Ends itself too, though not by an exception that interrupts it.
STUBBORN = """
import time
end = time.monotonic() + SECONDS / 3
while time.monotonic() < end:
    try:
        while time.monotonic() < end:
            pass
    except BaseException:
        pass
"""
HOG = "kept.append([])\nwhile True:\n    kept[-1].append(bytearray(1 << 20))"
SMALL_HOG = "while True:\n    kept.append([{}])"
KEPT = "kept = []"
FOR_EVER = "import time\ntime.sleep(10**6)"
THREADS = "import threading, time"
# It asks all others, also those that wait for its answer.
ASKS_BACK = """
def OnScriptQuery(command, data, recipient, sender):
    if command == 'circle':
        return str(vh.ScriptQuery('circle', data))
"""
LIMITS = """
import resource
for name in ('AS', 'CORE', 'CPU', 'DATA', 'FSIZE', 'MEMLOCK', 'NPROC', 'RSS', 'STACK'):
    try:
        resource.setrlimit(getattr(resource, 'RLIMIT_' + name), (0, 0))
    except PermissionError:
        pass
"""
# CPython starts a process for the lock. It would stay when the interpreter ends, and a descriptor with it.
SPAWN_LOCK = """
import multiprocessing, multiprocessing.resource_tracker
multiprocessing.get_context('spawn').Lock()
multiprocessing.resource_tracker._resource_tracker._stop()
"""
NESTED = """
import itertools
wrap = random.choice((zip, enumerate, itertools.chain, lambda inner: map(repr, inner),
                      lambda inner: filter(None, inner)))
nested = iter(())
for _ in range(100_000):
    nested = wrap(nested)
next(nested, None)
"""
# Its file has the name of a module of the standard library, which its neighbours import.
SHADOWS = "import calendar, queue\nqueue.Queue().put(calendar.monthrange(2026, 1))"
SEND = "vh.SendDataToAll('$Soak ' + 'x' * {size} + '|', 0, 10)"

FAULTS = (
    # Code that does not return.
    Fault("loop", "chat", "while True:\n    pass"),
    Fault("loop_that_catches", "chat", "while True:\n    try:\n        pass\n    except Exception:\n        pass"),
    Fault("loop_that_catches_all", "chat", STUBBORN),
    Fault("sleep", "chat", FOR_EVER),
    Fault("lock", "chat", "lock = threading.Lock()\nlock.acquire()\nlock.acquire(timeout=SECONDS)",
          THREADS),
    Fault("queue", "chat", "import queue\nqueue.Queue().get()"),
    Fault("event", "chat", "threading.Event().wait()", THREADS),
    Fault("socket", "chat", "import socket\nleft, right = socket.socketpair()\n"
          "left.settimeout(SECONDS)\nleft.recv(1)"),
    Fault("child", "chat", "import subprocess\nsubprocess.run(['sleep', str(SECONDS)])"),
    Fault("gil_sum", "chat", SUM),
    Fault("gil_regex", "chat", REGEX),
    Fault("timer_loop", "timer", "while True:\n    pass"),
    Fault("timer_sleep", "timer", FOR_EVER),
    Fault("timer_gil", "timer", SUM),
    Fault("asyncio", "chat", "import asyncio\nasyncio.run(asyncio.Event().wait())"),
    Fault("asyncio_loop", "chat", "import asyncio\nasync def spin():\n    while True:\n        pass\n"
          "asyncio.run(spin())"),
    Fault("asks_all", "chat", "vh.ScriptQuery('soak', message)",
          "def OnScriptQuery(command, data, recipient, sender):\n    while True:\n        pass"),
    Fault("circle", "chat", "vh.ScriptQuery('circle', message)", ASKS_BACK, partner="import vh\n" + ASKS_BACK),
    # Exceptions.
    Fault("exception", "chat", "raise ValueError('soak ' * 3)"),
    Fault("base_exception", "chat", "class Odd(BaseException):\n    pass\nraise Odd()"),
    Fault("system_exit", "chat", "import sys\nsys.exit(3)"),
    Fault("keyboard_interrupt", "chat", "raise KeyboardInterrupt"),
    Fault("generator_exit", "chat", "raise GeneratorExit"),
    Fault("large_exception", "chat", "raise ValueError('x' * 20_000_000)"),
    Fault("hanging_exception", "chat",
          "end = clock() + SECONDS\nclass Odd(Exception):\n    def __str__(self):\n"
          "        while clock() < end:\n            pass\n"
          "        return 'odd'\nraise Odd()"),
    Fault("recursion", "chat", "def down():\n    return down() + 1\ndown()"),
    Fault("deep_repr", "chat", "deep = []\nfor _ in range(300_000):\n    deep = [deep]\nrepr(deep)"),
    Fault("nested_iterators", "chat", NESTED),
    # Memory and output.
    Fault("hog", "chat", HOG, KEPT, is_hog=True),
    Fault("small_hog", "chat", SMALL_HOG, KEPT, is_hog=True),
    Fault("huge_object", "chat", "kept.append(b'x' * 10**11)", KEPT, is_hog=True),
    Fault("hog_that_catches", "chat", "try:\n    while True:\n        kept.append(bytearray(1 << 16))\n"
          "except MemoryError:\n    pass", KEPT, is_hog=True),
    Fault("prints", "chat", "print('x' * 5_000_000)"),
    Fault("prints_lines", "chat", "import sys\nfor _ in range(20_000):\n    print('x' * 200, file=sys.stderr)"),
    Fault("prints_controls", "chat", "print('\\x1b[2J\\r[hookline] [error] forged\\n' * 10)"),
    Fault("descriptors", "chat", "for _ in range(50):\n    kept.append(open('/dev/null', 'rb'))", KEPT),
    Fault("sockets", "chat", "import socket\nfor _ in range(20):\n    kept.append(socket.socketpair())", KEPT),
    # Threads.
    Fault("thread", "chat", "threading.Thread(target=time.sleep, args=(SECONDS,)).start()", THREADS),
    Fault("daemon_thread", "chat", "threading.Thread(target=time.sleep, args=(SECONDS,), daemon=True).start()",
          THREADS),
    Fault("waiting_thread", "chat", "threading.Thread(target=threading.Event().wait).start()", THREADS),
    Fault("busy_thread", "chat",
          "def work():\n    end = time.monotonic() + 5\n    while time.monotonic() < end:\n        pass\n"
          "threading.Thread(target=work, daemon=True).start()", THREADS),
    Fault("asyncio_thread", "chat",
          "import asyncio\nloop = asyncio.new_event_loop()\n"
          "threading.Thread(target=loop.run_forever).start()", THREADS),
    Fault("many_threads", "chat",
          "for _ in range(20):\n    threading.Thread(target=time.sleep, args=(3,)).start()", THREADS),
    Fault("sending_thread", "chat",
          "def work():\n    for number in range(500):\n        vh.GetUsersCount()\n"
          "        vh.usermc('thread', 'nobody')\nthreading.Thread(target=work).start()", THREADS),
    # Loading.
    Fault("import_loop", "import", "while True:\n    pass"),
    Fault("import_sleep", "import", FOR_EVER),
    Fault("import_gil", "import", SUM),
    Fault("import_raises", "import", "raise ValueError('soak')"),
    Fault("import_exits", "import", "import sys\nsys.exit(0)"),
    Fault("import_ends", "import", "import os\nos._exit(7)"),
    Fault("import_misses", "import", "import module_that_is_missing"),
    Fault("import_hog", "import", HOG, KEPT, is_hog=True),
    Fault("syntax_error", "import", "pass", "def def"),
    Fault("import_asyncio_ssl", "import", "import asyncio, json, sqlite3, ssl"),
    Fault("queue_file", "chat", SHADOWS, file="queue.py"),
    Fault("calendar_file", "chat", SHADOWS, file="calendar.py"),
    Fault("fifo", "load", ""),
    Fault("loop_of_links", "load", ""),
    # Unloading.
    Fault("unload_loop", "unload", "while True:\n    pass"),
    Fault("unload_sleep", "unload", FOR_EVER),
    Fault("unload_gil", "unload", SUM),
    Fault("unload_raises", "unload", "raise ValueError('soak')"),
    Fault("unload_exits", "unload", "import sys\nsys.exit(4)"),
    Fault("atexit_sleep", "import", "import atexit, time\natexit.register(time.sleep, SECONDS)"),
    Fault("del_sleep", "import", "pass",
          "class Kept:\n    def __del__(self):\n        import time\n        time.sleep(SECONDS)\nkept = Kept()"),
    # The process.
    Fault("os_exit", "chat", "import os\nos._exit(5)"),
    Fault("os_abort", "chat", "import os\nos.abort()"),
    Fault("os_kill", "chat", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    Fault("raise_signal", "chat", "import signal\nsignal.raise_signal(signal.SIGTERM)"),
    Fault("alarm", "chat", "import signal\nsignal.alarm(1)"),
    Fault("interval_timer", "chat", "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.1)"),
    Fault("close_stderr", "chat", "import os\nos.close(2)"),
    Fault("close_all", "chat", "import os\nos.closerange(3, 10_000)"),
    Fault("replace_stderr", "chat", "import os\nnull = os.open('/dev/null', os.O_WRONLY)\ntry:\n    os.dup2(null, 2)\nfinally:\n    os.close(null)"),
    Fault("no_files", "chat", "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))"),
    Fault("other_limits", "chat", LIMITS),
    Fault("spawn_lock", "chat", SPAWN_LOCK),
    Fault("exit_later", "chat", "import faulthandler\nfaulthandler.dump_traceback_later(0.01, exit=True)",
          gil="shared"),
    Fault("small_stacks", "chat", "threading.stack_size(32768)\n"
          "threading.Thread(target=repr, args=([[]],)).start()", THREADS),
    Fault("exec", "chat", "import os\nos.execv('/bin/true', ['true'])"),
    Fault("fork", "chat", "import os\nif os.fork() == 0:\n    os._exit(0)"),
    Fault("interpreters", "chat", "import _interpreters\n_interpreters.create()"),
    # What a script gives to the hub.
    Fault("bad_result", "chat", "return random.choice([object(), [[]], {1: 2}, ('a',), ('a', 'b', 'c'), "
          "lambda: 0, 1.5, ((), 1), (None, None), random])"),
    Fault("endless_result", "chat", "endless = []\nendless.append(endless)\nreturn endless"),
    Fault("endless_stream", "chat", "def endless():\n    while True:\n        yield message\nreturn endless()"),
    Fault("deep_result", "chat", "deep = []\nfor _ in range(10_000):\n    deep = [deep]\nreturn deep"),
    Fault("shared_result", "chat", "return ['x' * 10**6] * 10**6"),
    Fault("large_argument", "chat", "vh.mc('x' * 10**8)"),
    Fault("large_batch", "chat", "with vh.batch():\n    for _ in range(100):\n"
          "        vh.usermc('x' * 10**6, 'nobody')"),
    Fault("large_line", "chat", "return message + ' ' + 'x' * 100_000"),
    Fault("huge_line", "chat", "return message + ' ' + 'x' * 10_000_000"),
    Fault("large_sends", "chat", "for _ in range(40):\n    " + SEND.format(size=1_000_000)),
    Fault("many_sends", "chat", "for _ in range(5_000):\n    vh.mc('flood')"),
    Fault("batch", "chat", "with vh.batch():\n    for _ in range(10_000):\n        vh.mc('flood')"),
    Fault("bad_calls", "chat", "for wrong in ((), (1,), (None, None, None), ('x' * 1_000_000, 'y')):\n"
          "    try:\n        vh.SendDataToAll(*wrong)\n    except Exception:\n        pass\n"
          "vh.SetConfig('soak', 'x', 'y' * 100_000)"),
    Fault("stopper", "chat", "vh.CloseConnection('nobody')\nvh.Topic('x' * 10_000)"),
    # The soak has to fail with these.
    Fault("planted_drop", "chat", "return 0", is_planted=True),
    Fault("planted_crash", "chat", "import ctypes\nctypes.string_at(0)", is_planted=True),
)

BY_NAME = {fault.name: fault for fault in FAULTS}


def indented(code, by):
    return "".join(f"{by}{line}\n" for line in code.strip("\n").splitlines())


def header(fault, dice):
    """Chooses how the script shares the lock of its interpreter. Most do not."""
    if fault.gil:
        return f"# hookline: gil={fault.gil}\n"
    roll = dice.random()
    if fault.is_hog or roll < 0.8:
        return ""
    return "# hookline: gil=shared\n" if roll < 0.95 else "# hookline: gil=main\n"


def note(fired, fault, when):
    """Adds the kind of a fault and the time to the file `fired`, as scripts do."""
    with open(fired, "a", encoding="utf-8") as file:
        file.write(f"{fault.name} {when:.3f}\n")


def write(path, fault, seed, fired, seconds):
    """Writes the file of a script, or what is no script."""
    if fault.name == "fifo":
        os.mkfifo(path)
    elif fault.name == "loop_of_links":
        path.symlink_to(path.name)
    else:
        path.write_text(script(fault, seed, fired, seconds), encoding="utf-8")


def script(fault, seed, fired, seconds):
    """Returns the source of a script. It adds its kind and the time to the file `fired` before it misbehaves."""
    note = f"    with open({str(fired)!r}, 'a') as file:\n        file.write('{fault.name} %.3f\\n' % clock())\n"
    lines = [f"{header(fault, random.Random(seed))}import random, vh\nfrom time import monotonic as clock\n"
             f"dice = random.Random({seed})\nSECONDS = {seconds}\n{fault.setup}\n\n"
             f"def misbehave(message):\n{note}{indented(fault.code, '    ')}\n"]
    if fault.when == "import":
        lines.append("misbehave('')\n")
    if fault.when == "unload":
        lines.append("def UnLoad():\n    misbehave('')\n")
    if fault.when == "timer":
        lines.append(f"def OnTimer(msec):\n    if dice.random() < {TIMER_CHANCE}:\n        misbehave('')\n")
    if fault.when == "chat":
        lines.append(f"def OnParsedMsgChat(nick, message):\n    if dice.random() < {CHAT_CHANCE}:\n"
                     "        return misbehave(message)\n"
                     f"def OnParsedMsgPM(nick, message, to_nick):\n    if dice.random() < {CHAT_CHANCE}:\n"
                     "        misbehave(message)\n"
                     f"def OnUserLogin(nick):\n    if dice.random() < {CHAT_CHANCE}:\n"
                     "        misbehave('')\n")
    return "\n".join(lines)


# Counts the lines that it sees, and says so. It never misbehaves, so it must answer all the time.
HEALTHY = """
import vh

seen = 0


def OnParsedMsgChat(nick, message):
    global seen
    seen += message.startswith("#c")


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    if not command.startswith("alive"):
        return 1
    vh.usermc(f"{command} {seen}", nick)
    return 0
"""
