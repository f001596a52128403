"""Tests what only a process of its own can show: signals, exit codes, stdout apart from stderr, scripts
that do not return.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import unittest

HOOKLINE = os.environ["HOOKLINE_BIN"]
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = 120  # seconds; only a test that fails reaches it


def run(*arguments, **options):
    return subprocess.run([HOOKLINE, *map(str, arguments)], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=PATIENCE, check=False, **options)


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hookline-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def script(self, name, source):
        path = self.folder / name
        path.write_text(source, encoding="utf-8")
        return path


class Hub(WithFolder):
    def start(self, *arguments):
        command = [HOOKLINE, "hub", "--address", "127.0.0.1", "--port", "0", *arguments]
        hub = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, cwd=self.folder)
        self.addCleanup(hub.communicate)
        self.addCleanup(hub.kill)
        return hub

    def end(self, hub, sign):
        hub.send_signal(sign)
        out, err = hub.communicate(timeout=PATIENCE)
        self.assertEqual(hub.returncode, 0, err)
        return out, err

    def test_starts_without_a_configuration_and_ends_with_a_signal(self):
        for sign in (signal.SIGTERM, signal.SIGINT):
            hub = self.start()
            line = hub.stdout.readline()
            self.assertRegex(line, r"^hookline: hub on 127\.0\.0\.1:\d+ with no scripts$")
            out, err = self.end(hub, sign)
            self.assertEqual(out, "")
            self.assertIn("hub ended", err)

    def test_its_line_names_port_and_scripts(self):
        hub = self.start("--scripts", SOURCE / "examples" / "demo")
        line = hub.stdout.readline()
        self.assertIn("3 scripts: flood_guard, welcome_stats, word_filter", line)
        port = int(re.search(r":(\d+) ", line)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            self.assertTrue(client.recv(6).startswith(b"$Lock "))
            self.end(hub, signal.SIGTERM)

    def test_what_scripts_print_is_not_on_stdout(self):
        self.script("talks.py", "print('hello from the script', flush=True)\n")
        hub = self.start("--scripts", self.folder)
        self.assertIn("1 script: talks", hub.stdout.readline())
        out, err = self.end(hub, signal.SIGTERM)
        self.assertEqual(out, "")
        self.assertIn("hello from the script", err)

    def test_a_script_that_does_not_load_is_left_out(self):
        self.script("bad.py", "x = (\n")
        self.script("good.py", "")
        hub = self.start("--scripts", self.folder)
        self.assertIn("1 script: good (1 failed to load)", hub.stdout.readline())
        _, err = self.end(hub, signal.SIGTERM)
        self.assertIn("bad.py", err)
        self.assertIn("line 1", err)

    def test_a_second_signal_does_not_wait_for_scripts(self):
        ready = self.folder / "ready"
        os.mkfifo(ready)
        self.script("hangs.py", f"""
def OnTimer(msec):
    open({str(ready)!r}, "w").close()
    while True:
        pass
""")
        hub = self.start("--scripts", self.folder)
        hub.stdout.readline()
        with open(ready, encoding="utf-8"):  # opens when the script is in its loop
            pass
        # These are of two kinds, because two of one kind may arrive as one.
        hub.send_signal(signal.SIGTERM)
        hub.send_signal(signal.SIGINT)
        self.assertEqual(hub.wait(PATIENCE), 1)

    def test_a_script_that_does_not_return_is_left_behind(self):
        ready = self.folder / "ready"
        os.mkfifo(ready)
        self.script("hookline.toml", "[scripts]\nend_patience = 0.1\n")
        (self.folder / "scripts").mkdir()
        for source in (f"def OnTimer(msec):\n    open({str(ready)!r}, 'w').close()\n    while True: pass\n",
                       f"def UnLoad():\n    while True: pass\n"
                       f"def OnTimer(msec): open({str(ready)!r}, 'w').close()\n"):
            self.script("scripts/hangs.py", source)
            hub = self.start()
            hub.stdout.readline()
            with open(ready, encoding="utf-8"):  # opens when OnTimer runs
                pass
            hub.send_signal(signal.SIGTERM)
            _, err = hub.communicate(timeout=PATIENCE)
            self.assertEqual(hub.returncode, 3, err)
            self.assertRegex(err, r"the hub ends without scripts .*: hangs")
            self.assertIn("hub ended", err)

    def test_the_log_is_complete_in_a_file_when_a_script_is_left_behind(self):
        self.script("hookline.toml", "[scripts]\nend_patience = 0.1\nload_patience = 0.1\n")
        (self.folder / "scripts").mkdir()
        self.script("scripts/hangs.py", "while True: pass\n")
        log = self.folder / "log"
        with open(log, "w", encoding="utf-8") as file:
            hub = subprocess.Popen([HOOKLINE, "hub", "--address", "127.0.0.1", "--port", "0"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file,
                                   text=True, cwd=self.folder)
        self.addCleanup(hub.communicate)
        self.addCleanup(hub.kill)
        hub.stdout.readline()
        hub.send_signal(signal.SIGTERM)
        self.assertEqual(hub.wait(PATIENCE), 3)
        self.assertRegex(log.read_text(encoding="utf-8"),
                         r"(?s)the hub ends without scripts .*: hangs.*hub ended")

    def test_a_script_that_hangs_in_its_import_does_not_keep_it_from_serving(self):
        self.script("hookline.toml", "[scripts]\nend_patience = 0.1\nload_patience = 0.1\n")
        (self.folder / "scripts").mkdir()
        self.script("scripts/hangs.py", "while True: pass\n")
        hub = self.start()
        line = hub.stdout.readline()
        self.assertIn("with no scripts (1 still loading)", line)
        port = int(re.search(r":(\d+) ", line)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            self.assertTrue(client.recv(6).startswith(b"$Lock "))
        hub.send_signal(signal.SIGTERM)
        _, err = hub.communicate(timeout=PATIENCE)
        self.assertEqual(hub.returncode, 3, err)

    def test_a_script_may_end_it_with_an_exit_code(self):
        self.script("ends.py", "import vh\ndef OnTimer(): vh.StopHub(42)\n")
        hub = self.start("--scripts", self.folder)
        _, err = hub.communicate(timeout=PATIENCE)
        self.assertEqual(hub.returncode, 42, err)
        self.assertIn("hub ended", err)

    def test_ctl_finds_the_hub_of_a_configuration_that_watches_its_scripts(self):
        config = self.script("hookline.toml", "")
        (self.folder / "scripts").mkdir()
        self.script("scripts/one.py", "print('first', flush=True)\n")
        hub = self.start("--config", config, "--watch")
        self.assertIn("1 script: one", hub.stdout.readline())
        socket_file = self.folder / "hookline.sock"
        self.assertEqual(stat.S_IMODE(socket_file.stat().st_mode), 0o600)
        self.assertTrue(stat.S_ISSOCK(socket_file.stat().st_mode))

        def wait_for(text):
            for line in hub.stderr:
                if text in line:
                    return
            self.fail(f"the hub ended without {text!r}")

        self.script("scripts/one.py", "print('second', flush=True)\n")
        wait_for("second")
        wait_for("reloaded")
        for arguments, expected in ((("reload", "one"), r"^'one' is reloaded\.$"),
                                    (("stats", "one"), r"^one: calls 0, errors 0"),
                                    (("log", "debug"), r"^debug$"),
                                    (("log",), r"^debug$"),
                                    (("list",), r"^0 one: .*one\.py, hooks 0$")):
            # This runs in another folder: the configuration says where the socket is.
            done = run("ctl", *arguments, "--config", config, cwd="/")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout.splitlines()[0], expected)
        self.end(hub, signal.SIGTERM)
        self.assertFalse(socket_file.exists())

    def test_a_geoip_database_that_cannot_be_read_is_said(self):
        config = self.script("hub.toml", "[geoip]\ncity = 'none.mmdb'\n")
        done = run("hub", "--config", config)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^hookline: \[geoip\] city: .*none\.mmdb cannot be read as a MaxMind database: "
                                      r".*; name an \.mmdb file, or leave the key out\n$")

    def test_a_port_that_is_taken_is_said(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = run("hub", "--address", "127.0.0.1", "--port", port, cwd=self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn(str(port), result.stderr)
        self.assertEqual(result.stdout, "")


class Demo(WithFolder):
    def test_json_has_stdout_for_itself(self):
        self.script("talks.py", "def OnParsedMsgChat(nick, message): print('seen')\n")
        result = run("demo", "--messages", 300, "--clients", 3, "--json", "--scripts", self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["delivered"], 300)
        self.assertIn("seen", result.stderr)
        self.assertNotIn("lines decided", result.stderr)

    def test_finds_the_example_scripts_from_anywhere(self):
        # The files lie as in an installation.
        installed = self.folder / "bin" / "hookline"
        installed.parent.mkdir()
        shutil.copy2(HOOKLINE, installed)
        shutil.copytree(SOURCE / "examples" / "demo", self.folder / "share/hookline/demo")
        command = [installed, "demo", "--messages", "300", "--clients", "3", "--json"]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, capture_output=True,
                                timeout=PATIENCE, check=False, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["script_count"], 300)

    def test_a_stall_is_an_error_that_says_what_is_missing(self):
        self.script("hangs.py", """
def OnParsedMsgChat(nick, message):
    while message.startswith("#1:20 "):
        pass
""")
        result = run("demo", "--messages", 300, "--clients", 3, "--stall", 2,
                     "--scripts", self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn("nothing has moved for 2 s", result.stderr)
        self.assertRegex(result.stderr, r"demo1 waits for the decision on its lines \d+ to \d+")
        self.assertEqual(result.stdout, "")


class Call(WithFolder):
    def test_stdout_has_the_result_only(self):
        path = self.script("s.py", "import os\nprint('loading')\n"
                                   "def f(x):\n    print('called')\n    return [x]\n")
        result = run("call", path, "f", '"é"')
        self.assertEqual((result.returncode, result.stdout), (0, '["é"]\n'))
        self.assertIn("loading", result.stderr)
        self.assertIn("called", result.stderr)

    def test_a_function_that_does_not_return_is_given_up(self):
        path = self.script("s.py", "def f():\n    while True: pass\n")
        result = run("call", path, "f", "--timeout", 1)
        self.assertEqual(result.returncode, 1)
        self.assertIn("in time", result.stderr)

    def test_a_script_that_does_not_load_in_time_is_given_up(self):
        path = self.script("s.py", "while True: pass\n")
        result = run("call", "--timeout", 1, path, "f")
        self.assertEqual(result.returncode, 1)
        self.assertIn("s.py was not loaded in time", result.stderr)


class Everything(unittest.TestCase):
    def test_a_closed_stdout_is_no_crash(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        try:
            result = subprocess.run([HOOKLINE, "--help"], stdout=write_end, stderr=subprocess.PIPE,
                                    timeout=PATIENCE, check=False)
        finally:
            os.close(write_end)
        self.assertGreaterEqual(result.returncode, 0, "ended by a signal")


if __name__ == "__main__":
    unittest.main(verbosity=2)
