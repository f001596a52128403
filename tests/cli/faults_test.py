"""Tests what a script can do to the process of a hub, and what it cannot: each in a process of its own.

In each case the script misbehaves twice, and is reloaded in between. Meanwhile two users chat, and a healthy
script answers: see tests/support/watched_hub.py. The scripts use ctypes where a C library would do the harm,
which nothing in Python guards against.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import fcntl
import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from hub_client import PATIENCE  # noqa: E402
from watched_hub import HubFolder, WatchedHub  # noqa: E402


def listening_port(pid):
    """Returns the port on which a process listens. Its sockets are known by the inodes of its descriptors."""
    folder = pathlib.Path(f"/proc/{pid}")
    own = {os.readlink(link) for link in (folder / "fd").iterdir()}
    for line in (folder / "net/tcp").read_text(encoding="utf-8").splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:  # listens
            return int(fields[1].rpartition(":")[2], 16)
    raise AssertionError("the hub does not listen")


class Faults(WatchedHub):
    def misbehaves(self, *told):
        """The script misbehaves, is reloaded, and misbehaves again. Ann is told this by the script each time."""
        for _ in range(2):
            self.talk()
            self.fault()
            for text in told:
                self.ann.expect(f"<HubBot> {text}$")
            self.talk()
            self.misbehaved(1)
            self.reload()

    def test_a_script_that_tries_everything_ends_nothing(self):
        self.watch("""
import multiprocessing, os, resource, signal, threading
import _interpreters, vh

def limits():
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))

def timer():
    signal.setitimer(signal.ITIMER_REAL, 0.001)

def close_everything():
    refused = []
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        try:
            os.close(descriptor)
        except PermissionError as error:
            refused.append(error)
        except OSError:
            pass  # that of listdir() itself
    raise refused[0]

def handler():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

def spawn_lock():
    multiprocessing.get_context("spawn").Lock()

def small_stack():
    threading.stack_size(32768)
    thread = threading.Thread(target=repr, args=([[]],))
    thread.start()
    thread.join()

TRIES = (os.abort, lambda: os.kill(os.getpid(), 9), lambda: os.killpg(0, 9), lambda: os.closerange(0, 9999),
         lambda: os.dup2(0, 2), lambda: os._exit(1), lambda: os.execv("/bin/true", ["true"]),
         lambda: signal.alarm(1), lambda: signal.raise_signal(9), timer, limits, close_everything, handler,
         _interpreters.create, spawn_lock, small_stack)

def misbehave(nick):
    says, errors = [], []
    for attempt in TRIES:
        try:
            attempt()
            says.append("did")
        except (Exception, SystemExit) as error:
            says.append(type(error).__name__)
            errors.append(error)
    vh.usermc(" ".join(says), nick)
    raise BaseExceptionGroup("refused", errors)
""")
        denied = "PermissionError"
        self.misbehaves(" ".join([*[denied] * 5, "SystemExit", "RuntimeError", *[denied] * 5, "ValueError",
                                  denied, "did", "did"]))
        log = self.end()
        for function in ("os.abort", "os.kill", "os.killpg", "os.closerange", "os.dup2", "signal.alarm",
                         "signal.raise_signal", "signal.setitimer", "resource.setrlimit", "os.close",
                         "signal.signal", "_interpreters.create"):
            self.assertIn(f"{function}() is refused, because the process is not the script's: ", log)

    def test_a_script_cannot_let_the_process_end_later(self):
        self.watch("""# hookline: gil=shared
import faulthandler

def misbehave(nick):
    faulthandler.dump_traceback_later(0.001, exit=True)
""")
        self.misbehaves()
        self.assertIn("faulthandler.dump_traceback_later() is refused, because the process is not the script's: "
                      "leave exit=True out", self.end())

    def test_a_library_that_unblocks_signals_does_not_end_the_hub_without_unload(self):
        self.watch("""
import ctypes, signal

def misbehave(nick):
    mask = ctypes.create_string_buffer(128)
    libc = ctypes.CDLL(None)
    libc.sigemptyset(mask)
    libc.pthread_sigmask(signal.SIG_SETMASK, mask, None)

def UnLoad():
    with open(FOLDER + "/unloaded", "a") as file:
        file.write(f"{faults} ")
""")
        self.misbehaves()
        self.fault()
        self.end()  # by SIGTERM
        self.assertEqual((self.folder / "unloaded").read_text(encoding="utf-8"), "1 1 1 ")

    def test_a_child_that_is_told_to_end_does_not_end_the_hub(self):
        self.watch("""# hookline: gil=main
import multiprocessing, time, vh

def misbehave(nick):
    child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    child.start()
    child.terminate()
    child.join()
    vh.usermc(f"it ended with {child.exitcode}", nick)
""")
        # CPython itself may end the child before, since there are other interpreters (python/cpython#101437).
        self.misbehaves(f"it ended with -({signal.SIGTERM:d}|{signal.SIGABRT:d}|{signal.SIGSEGV:d})")
        self.end()

    def test_it_starts_without_stdin_stdout_and_stderr(self):
        self.faulty("""
import sys

def misbehave(nick):
    for _ in range(100):
        print("x" * 10_000)
        print("x" * 10_000, file=sys.stderr)
""")
        serves = self.folder / "serves"
        os.mkfifo(serves)
        self.script("serves.py", """
def OnTimer(msec):
    open(FOLDER + "/serves", "w").close()
""")
        self.hub = self.start("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", stdout=None, stderr=None)
        with open(serves, encoding="utf-8"):  # opens when the hub serves
            pass
        for descriptor in range(3):
            self.assertEqual(os.readlink(f"/proc/{self.hub.pid}/fd/{descriptor}"), "/dev/null")
        serves.unlink()
        self.greet(listening_port(self.hub.pid))
        self.misbehaves()
        self.end()

    def test_a_stderr_that_nobody_reads_stops_neither_hub_nor_script(self):
        self.watch("""
def misbehave(nick):
    for _ in range(100):
        print("x" * 1_000)
    raise ValueError("x" * 10_000)
""")
        fcntl.fcntl(self.hub.stderr.fileno(), fcntl.F_SETPIPE_SZ, 4096)
        self.misbehaves()
        self.assertIn("ValueError: xxx", self.end())

    def test_the_log_does_not_go_where_a_script_has_put_stderr(self):
        self.watch("""
import ctypes

def misbehave(nick):
    global stranger
    ctypes.CDLL(None).close(2)
    stranger = open(FOLDER + "/stranger", "a")
    raise ValueError(f"for the log, though {stranger.fileno()} is a stranger")
""")
        self.misbehaves()
        log = self.end()
        self.assertIn("ValueError: for the log, though 2 is a stranger", log)
        self.assertEqual((self.folder / "stranger").read_text(encoding="utf-8"), "")

    def test_a_script_cannot_forge_a_line_of_the_log(self):
        self.watch("""
def misbehave(nick):
    raise ValueError("first\\n[2026-01-01 00:00:00.000] [hookline] [error] the hub is on fire\\x1b[2J")
""")
        self.misbehaves()
        log = self.end()
        self.assertIn("on fire\\x1b[2J", log)
        self.assertNotRegex(log, r"(?m)^\[2026-01-01")
        self.assertNotIn("\x1b", log)


class Crashes(HubFolder):
    def crash(self, source, sign):
        self.script("healthy.py", "def OnTimer(msec): pass\n")
        self.script("crashes.py", source)
        hub = self.start()
        _, err = hub.communicate(timeout=PATIENCE)
        # A sanitizer reports a crash, and exits.
        if "Sanitizer" not in err:
            self.assertEqual(hub.returncode, -sign, err)
        return err

    def test_it_names_the_script_that_crashes(self):
        err = self.crash("import ctypes\ndef OnTimer(msec): ctypes.string_at(0)\n", signal.SIGSEGV)
        self.assertRegex(err, r"(?m)^hookline: the process ends by SIGSEGV on thread '.*', while the script "
                              r"'crashes' was running$")

    def test_it_names_the_script_of_a_thread(self):
        err = self.crash("import ctypes, threading\n"
                         "threading.Thread(target=lambda: ctypes.CDLL(None).abort()).start()\n",
                         signal.SIGABRT)
        self.assertIn("SIGABRT", err)
        self.assertIn("while the script 'crashes' was running", err)

    def test_it_names_the_script_that_fills_its_stack(self):
        # CPython does not count the depth of nested iterators.
        err = self.crash("""
def OnTimer(msec):
    nested = iter(())
    for _ in range(1_000_000):
        nested = map(str, nested)
    next(nested, None)
""", signal.SIGSEGV)
        self.assertIn("while the script 'crashes' was running", err)
        self.assertIn("C stack is full", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
