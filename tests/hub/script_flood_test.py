"""Tests that a script which sends more than users read does not have them disconnected, and keeps out no other.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from hub_client import PATIENCE, Client  # noqa: E402

HOOKLINE = os.environ["HOOKLINE_BIN"]

CONFIG = """
[listen]
address = "127.0.0.1"
port = 0
[limits]
max_unsent_bytes = 1048576
[store]
path = ""
[scripts]
verdict_deadline = 600
interrupt_after = 0
quarantine_after = 0
[control]
socket = "off"
"""

# Each command sends what it names a hundred times, 100 KB each ("batch": 10,000 lines of 1 KB together), says how
# often all users got it, and waits until somebody opens the pipe "done".
FLOOD = """
import vh
TEXT = "x" * 100_000
SENDS = {
    "all": lambda: vh.SendDataToAll("$Flood " + TEXT, 0, 10),
    "user": lambda: vh.SendDataToUser("$Flood " + TEXT, "ann"),
    "mode": lambda: vh.SendToActive("$Flood " + TEXT),
    "mc": lambda: vh.mc(TEXT),
    "usermc": lambda: vh.usermc(TEXT, "ann"),
    "classmc": lambda: vh.classmc(TEXT, 0, 10),
    "pm": lambda: vh.pm(TEXT, "ann"),
    "pmall": lambda: vh.SendPMToAll(TEXT, "bot", 0, 10),
    "opchat": lambda: vh.SendToOpChat(TEXT),
}


def OnParsedMsgChat(nick, message):
    if message == "long":
        return TEXT


def OnUnknownMsg(nick, data):
    if data == "$Do batch":
        with vh.batch():
            for _ in range(10_000):
                vh.mc(TEXT[:1_000])
    elif data.startswith("$Do "):
        sent = sum(SENDS[data.removeprefix("$Do ")]() for _ in range(100))
        vh.usermc("sent %d" % sent, "ann")
    else:
        return
    open(vh.basedir + "/done", "w").close()
"""

# Says something when it is asked to, and then waits until somebody opens the pipe "said".
HEALTHY = """
import vh


def OnUnknownMsg(nick, data):
    if data == "$Say":
        got = vh.mc("healthy") and vh.pm("to you", "ann")
        vh.mc("all got it: %s" % got)
        open(vh.basedir + "/said", "w").close()
"""


class ScriptFlood(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hookline-test-")
        self.addCleanup(folder.cleanup)
        folder = pathlib.Path(folder.name)
        (folder / "scripts").mkdir()
        self.done = folder / "done"
        self.said = folder / "said"
        os.mkfifo(self.done)
        os.mkfifo(self.said)
        (folder / "scripts" / "flood.py").write_text(FLOOD, encoding="utf-8")
        (folder / "scripts" / "healthy.py").write_text(HEALTHY, encoding="utf-8")
        (folder / "hookline.toml").write_text(
            CONFIG + '[[users]]\nnick = "ann"\npassword = "secret"\nclass = 5\n', encoding="utf-8")
        self.hub = subprocess.Popen([HOOKLINE, "hub", "--config", str(folder / "hookline.toml")],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True)
        self.addCleanup(self.hub.communicate)
        self.addCleanup(self.hub.kill)
        self.port = int(re.search(r":(\d+) ", self.hub.stdout.readline())[1])
        self.ann = self.client("ann", "secret")

    def client(self, nick, password=None):
        client = Client(self.port, nick)
        self.addCleanup(client.close)
        client.log_in(password)
        return client

    def log(self):
        self.hub.send_signal(signal.SIGTERM)
        _, log = self.hub.communicate(timeout=PATIENCE)
        self.assertEqual(self.hub.returncode, 0, log)
        return log

    def test_users_stay_whatever_a_script_sends(self):
        for kind in ("all", "user", "mode", "mc", "usermc", "classmc", "pm", "pmall", "opchat"):
            self.ann.send(f"$Do {kind}|<ann> {kind} is over|")
            with open(self.done, encoding="utf-8"):  # nobody reads what the script sends until it is done
                pass
            sent = int(self.ann.expect(r"<HubBot> sent (\d+)")[1])
            self.assertGreater(sent, 0)
            self.assertLess(sent, 100, f"{kind}: some of it was too much")
            self.ann.expect(f"<ann> {kind} is over")
        log = self.log()
        self.assertIn("flood: it sends more than 1 user(s) read", log)
        self.assertNotIn("disconnected", log)

    def test_a_script_that_floods_keeps_out_no_other_and_operators_are_told(self):
        bob = self.client("bob")
        self.ann.send("$Do batch|")
        with open(self.done, encoding="utf-8"):  # nobody reads what the scripts send until they are done
            pass
        bob.send("$Say|")
        with open(self.said, encoding="utf-8"):
            pass
        self.ann.send("<ann> over|")
        # How many users have no room any more when the first line is left out is up to the system's buffers.
        told = r"\$To: ann From: OpChat \$<HubBot> flood: it sends more than [12] user\(s\) read: 10\d\d bytes"
        self.ann.expect(told)
        self.ann.expect(r"<HubBot> healthy$")
        self.ann.expect(r"\$To: ann From: HubBot \$<HubBot> to you$")
        self.ann.expect(r"<HubBot> all got it: True$")
        self.ann.expect(r"<ann> over$")
        bob.expect(r"<HubBot> healthy$")
        bob.expect(r"<ann> over$")
        log = self.log()
        self.assertNotIn("healthy:", log)
        self.assertNotIn("disconnected", log)
        self.assertLess(log.count("flood: it sends more"), 100, "its notices have a budget")

    def test_a_line_is_not_replaced_by_one_that_no_user_might_send(self):
        self.ann.send("<ann> long|")
        self.ann.expect(r"<ann> long$")
        self.assertIn("longer than max_command_bytes", self.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
