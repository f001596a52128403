"""A hub in a process of its own, with a script that misbehaves and people who would notice.

Beside the script there are a healthy one, two users, Ann and Bob, and an operator, Op. Needs $HOOKLINE_BIN.
"""

import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

from hub_client import PATIENCE, Client

HOOKLINE = os.environ["HOOKLINE_BIN"]

CONFIG = """
[listen]
address = "127.0.0.1"
port = 0
[store]
path = ""
[control]
socket = "off"
[[users]]
nick = "Op"
password = "secret"
class = 5
[scripts]
"""

# A test that wants these limits sets them. Otherwise a machine that is busy must not make a script late.
SCRIPTS = {"verdict_deadline": 600, "interrupt_after": 0, "quarantine_after": 0, "load_patience": 600,
           "load_limit": 0}

HEALTHY = """
import vh

seen = 0


def OnParsedMsgChat(nick, message):
    global seen
    seen += message.startswith("line ")


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    if command != "healthy":
        return 1
    vh.usermc(f"the healthy script has seen {seen} lines", nick)
    return 0


def UnLoad():
    with open(vh.basedir + "/healthy", "w") as file:
        file.write("yes")
"""

# Comes after a script that defines misbehave(nick).
FAULTY = """
import vh

faults = 0


def OnParsedMsgChat(nick, message):
    global faults
    if message == "fault":
        faults += 1
        return misbehave(nick)


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    if command != "faulty":
        return 1
    vh.usermc(f"the faulty script has misbehaved {faults} times", nick)
    return 0
"""


def without_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class HubFolder(unittest.TestCase):
    """Has a folder with scripts, and starts hubs in it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hookline-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "scripts").mkdir()
        self.configure()

    def configure(self, **scripts):
        """Sets keys of [scripts]."""
        lines = [f"{key} = {value}\n" for key, value in {**SCRIPTS, **scripts}.items()]
        (self.folder / "hookline.toml").write_text(CONFIG + "".join(lines), encoding="utf-8")

    def script(self, name, source):
        source = source.replace("FOLDER", repr(str(self.folder)))
        (self.folder / "scripts" / name).write_text(source, encoding="utf-8")

    def start(self, *wrapper, **options):
        """Starts a hub, by the command `wrapper` if there is one."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        hub = subprocess.Popen([*wrapper, HOOKLINE, "hub"], stdin=subprocess.DEVNULL, text=True,
                               cwd=self.folder, preexec_fn=without_core, **options)
        self.addCleanup(self.forget, hub)
        return hub

    @staticmethod
    def forget(hub):
        """Ends the hub if the test has not. Prints its log if it has crashed, which the test need not have seen."""
        crashed = hub.poll() is not None and hub.stderr and not hub.stderr.closed
        hub.kill()
        hub.wait()
        if crashed:
            print(f"the hub ended with {hub.returncode}:\n{hub.stderr.read()}", file=sys.stderr)
        for stream in filter(None, (hub.stdout, hub.stderr)):
            stream.close()


class WatchedHub(HubFolder):
    def faulty(self, source):
        self.script("healthy.py", HEALTHY)
        self.script("faulty.py", source + FAULTY)

    def watch(self, source, **options):
        """Starts a hub with a script that defines misbehave(nick), and lets everybody log in."""
        self.faulty(source)
        self.hub = self.start(**options)
        self.greet(int(re.search(r":(\d+) ", self.hub.stdout.readline())[1]))

    def greet(self, port):
        self.sent = []
        self.ann, self.bob, self.op = self.everyone = [Client(port, nick) for nick in ("Ann", "Bob", "Op")]
        for client in self.everyone:
            self.addCleanup(client.close)
            client.log_in("secret" if client is self.op else None)

    def talk(self):
        """Lets both users send a line. Everybody gets it, and the healthy script sees it and answers."""
        for sender in (self.ann, self.bob):
            number = len(self.sent) + 1
            self.sent.append(f"<{sender.nick}> line {number}")
            sender.chat(f"line {number}")
            for client in self.everyone:
                client.expect(re.escape(self.sent[-1]) + "$")
        for client in self.everyone:
            client.chat("+healthy")
            client.expect(rf"<HubBot> the healthy script has seen {len(self.sent)} lines$")

    def fault(self):
        """Lets the script misbehave in a hook that sees a line of Ann's, which everybody gets."""
        self.ann.chat("fault")
        for client in self.everyone:
            client.expect("<Ann> fault$")

    def operate(self, command, answer):
        """Lets the operator give a command. Returns the match of the answer."""
        self.op.chat(command)
        return self.op.expect("<HubBot> " + answer)

    def told(self, notice):
        """Waits until the operators are told this of the script. Returns the match."""
        return self.op.expect(rf"\$To: Op From: OpChat \$<HubBot> faulty: {notice}")

    def misbehaved(self, times):
        """The faulty script answers, and knows how often it has misbehaved since it was loaded."""
        self.op.chat("+faulty")
        self.op.expect(f"<HubBot> the faulty script has misbehaved {times} times$")

    def reload(self):
        """The operator reloads the script, which then runs from the beginning."""
        self.operate("!pyreload faulty", "'faulty' is reloaded")
        self.misbehaved(0)
        self.talk()

    def end(self, code=0):
        """Ends the hub. Everybody has got each line once and in order. Returns the log."""
        self.hub.send_signal(signal.SIGTERM)
        _, log = self.hub.communicate(timeout=PATIENCE)
        self.assertEqual(self.hub.returncode, code, log)
        for client in self.everyone:
            self.assertEqual(client.lines, self.sent, client.nick)
        self.assertEqual((self.folder / "healthy").read_text(encoding="utf-8"), "yes")
        return log
