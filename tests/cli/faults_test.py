"""Tests what a script can do to the process of a hub, and what it cannot: each in a process of its own.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11. The scripts use ctypes where a C library
would do the harm, which nothing in Python guards against.
"""

import fcntl
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import unittest

HOOKLINE = os.environ["HOOKLINE_BIN"]
PATIENCE = 120  # seconds; only a test that fails reaches it


def without_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class WithHub(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hookline-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "scripts").mkdir()

    def script(self, name, source):
        source = source.replace("FOLDER", repr(str(self.folder)))
        (self.folder / "scripts" / name).write_text(source, encoding="utf-8")

    def fifo(self, name):
        path = self.folder / name
        os.mkfifo(path)
        return path

    def start(self, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        hub = subprocess.Popen(
            [HOOKLINE, "hub", "--address", "127.0.0.1", "--port", "0",
             "--scripts", str(self.folder / "scripts")],
            stdin=subprocess.DEVNULL, text=True, cwd=self.folder, preexec_fn=without_core, **options)
        self.addCleanup(hub.communicate)
        self.addCleanup(hub.kill)
        return hub

    def port(self, hub):
        return int(re.search(r":(\d+) ", hub.stdout.readline())[1])

    def end(self, hub):
        hub.send_signal(signal.SIGTERM)
        _, err = hub.communicate(timeout=PATIENCE)
        self.assertEqual(hub.returncode, 0, err)
        return err

    def greets(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            return client.recv(6).startswith(b"$Lock ")

class Faults(WithHub):
    def test_a_script_that_tries_everything_ends_nothing(self):
        said = self.fifo("said")
        self.script("healthy.py", """
def UnLoad():
    with open(FOLDER + "/healthy", "w") as file:
        file.write("yes")
""")
        self.script("tries.py", """
import json, multiprocessing, os, resource, signal, socket, subprocess, threading
import _interpreters
def limits():
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
def alarm():
    signal.setitimer(signal.ITIMER_REAL, 0.001)
def close_everything():
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        try:
            os.close(descriptor)
        except OSError as error:
            refused.add(type(error).__name__)
def spawn_lock():
    multiprocessing.get_context("spawn").Lock()
tries = (os.abort, lambda: os.kill(os.getpid(), 9), lambda: os.killpg(0, 9), lambda: os.closerange(0, 9999),
         lambda: signal.alarm(1), alarm, limits, lambda: signal.raise_signal(9), close_everything,
         lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN), _interpreters.create, spawn_lock,
         lambda: threading.stack_size(32768) and threading.Thread(target=print).start())
refused = set()
def OnTimer(msec):
    says = []
    for attempt in tries:
        try:
            attempt()
            says.append("did")
        except Exception as error:
            says.append(type(error).__name__)
    with open(FOLDER + "/said", "w") as file:
        json.dump([says, sorted(refused)], file)
    os.unlink(FOLDER + "/said")
""")
        hub = self.start()
        port = self.port(hub)
        says, refused = json.loads(said.read_text())
        denied = "PermissionError"
        self.assertEqual(says, [denied] * 8 + ["did", "ValueError", denied, "did", "did"])
        self.assertIn(denied, refused)
        self.assertTrue(self.greets(port))
        self.end(hub)
        self.assertEqual((self.folder / "healthy").read_text(), "yes")

    def test_a_library_that_unblocks_signals_does_not_end_the_hub_without_unload(self):
        self.script("unblocks.py", """
import ctypes, signal
mask = ctypes.create_string_buffer(128)
libc = ctypes.CDLL(None)
libc.sigemptyset(mask)
libc.pthread_sigmask(signal.SIG_SETMASK, mask, None)
def UnLoad():
    with open(FOLDER + "/unloaded", "w") as file:
        file.write("yes")
""")
        hub = self.start()
        self.port(hub)
        self.end(hub)
        self.assertEqual((self.folder / "unloaded").read_text(), "yes")

    def test_a_child_that_is_told_to_end_does_not_end_the_hub(self):
        code = self.fifo("code")
        self.script("forks.py", """# hookline: gil=main
import multiprocessing, time
child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
child.start()
child.terminate()
child.join()
def OnTimer(msec):
    with open(FOLDER + "/code", "w") as file:
        file.write(str(child.exitcode))
""")
        hub = self.start()
        port = self.port(hub)
        self.assertEqual(code.read_text(), str(-signal.SIGTERM))
        self.assertTrue(self.greets(port))
        os.unlink(code)
        self.end(hub)

    def test_it_starts_without_stdin_stdout_and_stderr(self):
        done = self.fifo("done")
        self.script("prints.py", """
import sys
for _ in range(100):
    print("x" * 10_000)
    print("x" * 10_000, file=sys.stderr)
def OnTimer(msec):
    open(FOLDER + "/done", "w").close()
""")
        hub = subprocess.Popen(
            ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", HOOKLINE, "hub", "--address", "127.0.0.1",
             "--port", "0", "--scripts", str(self.folder / "scripts")], cwd=self.folder)
        self.addCleanup(hub.wait)
        self.addCleanup(hub.kill)
        with open(done, encoding="utf-8"):  # opens when the script has printed everything
            pass
        for descriptor in range(3):
            self.assertEqual(os.readlink(f"/proc/{hub.pid}/fd/{descriptor}"), "/dev/null")
        done.unlink()
        hub.send_signal(signal.SIGTERM)
        self.assertEqual(hub.wait(PATIENCE), 0)

    def test_a_stderr_that_nobody_reads_stops_neither_hub_nor_script(self):
        done = self.fifo("done")
        self.script("prints.py", """
def OnTimer(msec):
    for _ in range(100):
        print("x" * 1_000)
    open(FOLDER + "/done", "w").close()
    raise ValueError("x" * 10_000)
""")
        hub = self.start()
        fcntl.fcntl(hub.stderr.fileno(), fcntl.F_SETPIPE_SZ, 4096)
        port = self.port(hub)
        for _ in range(3):  # the script prints and fails again and again
            with open(done, encoding="utf-8"):
                pass
            self.assertTrue(self.greets(port))
        done.unlink()
        (self.folder / "done").touch()
        self.end(hub)

    def test_the_log_does_not_go_where_a_script_has_put_stderr(self):
        self.script("closes.py", """
import ctypes
ctypes.CDLL(None).close(2)
stranger = open(FOLDER + "/stranger", "w")
assert stranger.fileno() == 2
raise ValueError("for the log")
""")
        hub = self.start()
        self.port(hub)
        err = self.end(hub)
        self.assertIn("ValueError: for the log", err)
        self.assertNotIn("for the log", (self.folder / "stranger").read_text())

    def test_a_script_cannot_forge_a_line_of_the_log(self):
        self.script("forges.py", """
raise ValueError("first\\n[2026-01-01 00:00:00.000] [hookline] [error] the hub is on fire\\x1b[2J")
""")
        hub = self.start()
        self.port(hub)
        err = self.end(hub)
        self.assertIn("on fire\\x1b[2J", err)
        self.assertNotRegex(err, r"(?m)^\[2026-01-01")
        self.assertNotIn("\x1b", err)


class Crashes(WithHub):
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
