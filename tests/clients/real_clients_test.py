"""Tests `hookline hub` with two real clients, ncdc and eiskaltdcpp-daemon.

    real_clients_test.py [HOOKLINE]        (default: $HOOKLINE_BIN)

They log in, chat with each other, exchange private messages, and leave. The test reads what each client
received from its logs, and what the hub saw from a script. Everything is on the loopback, and all state is
in a folder that is deleted with the test. The exit code 77 says that the test was skipped.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

NEEDED = ("ncdc", "eiskaltdcpp-daemon", "tmux")
PATIENCE = 60  # seconds for each wait; only a test that fails reaches it
ALL_PATIENCE = 200  # for all of them together, so that CTest need not kill us
STARTED = time.monotonic()

# Writes each event that the hub tells its scripts as a line with a JSON array.
WITNESS = '''
import json

NOTES = open({path!r}, "w", buffering=1, encoding="utf-8", errors="surrogateescape")


def note(*what):
    NOTES.write(json.dumps(what) + "\\n")


def OnUserLogin(nick):
    note("login", nick)


def OnUserLogout(nick):
    note("logout", nick)


def OnParsedMsgChat(nick, message):
    note("chat", nick, message)


def OnParsedMsgPM(nick, message, to_nick):
    note("pm", nick, message, to_nick)
'''

EISKALT_SETTINGS = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<DCPlusPlus><Settings>
<Nick type="string">{nick}</Nick>
<BindAddress type="string">127.0.0.1</BindAddress>
<IncomingConnections type="int">3</IncomingConnections>
<AutoDetectIncomingConnection type="int">0</AutoDetectIncomingConnection>
<UseDHT type="int">0</UseDHT>
<LogMainChat type="int">1</LogMainChat>
<LogPrivateChat type="int">1</LogPrivateChat>
</Settings></DCPlusPlus>
"""


def wait_for(what, condition):
    """Polls until the condition returns something true, and returns that."""
    deadline = min(time.monotonic() + PATIENCE, STARTED + ALL_PATIENCE)
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not in time")
        time.sleep(0.1)


def read(path):
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def process(command, log, **options):
    """Runs a process in a group of its own, and ends it with the block."""
    with open(log, "wb") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=output,
                                 start_new_session=True, **{"stdout": output, **options})
    try:
        yield child
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
                break


class Hub:
    """Runs the hub under test, with the example scripts and a witness."""

    def __init__(self, stack, binary, source, home):
        scripts = home / "scripts"
        shutil.copytree(source / "examples" / "demo", scripts)
        self.notes = home / "notes"
        self.log = home / "hub.log"
        (scripts / "witness.py").write_text(WITNESS.format(path=str(self.notes)), encoding="utf-8")
        command = [binary, "hub", "--address", "127.0.0.1", "--port", "0", "--scripts", scripts,
                   "--log-level", "debug"]
        out = home / "hub.out"
        output = stack.enter_context(open(out, "wb"))
        self.process = stack.enter_context(process(command, self.log, cwd=home, stdout=output))
        line = wait_for("the hub's first line",
                        lambda: re.search(r"on 127\.0\.0\.1:(\d+) .*\n", read(out)))
        assert "4 scripts" in line[0], line[0]
        self.port = int(line[1])

    def seen(self):
        return [json.loads(line) for line in read(self.notes).splitlines(keepends=True)
                if line.endswith("\n")]

    def wait_until_seen(self, *note):
        wait_for(f"the hub sees {note}", lambda: list(note) in self.seen())


class Ncdc:
    """Runs a terminal program. The test types at it, and reads it, through tmux."""

    nick = "alice"

    def __init__(self, stack, home, port):
        self.home = home / "ncdc"
        self.home.mkdir()
        self.tmux = ["tmux", "-f", "/dev/null", "-S", str(home / "tmux")]
        # This is our own tmux server, which ends with its only session.
        stack.callback(subprocess.run, [*self.tmux, "kill-server"], stderr=subprocess.DEVNULL)
        environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "screen"}
        subprocess.run([*self.tmux, "new-session", "-d", "-x", "200", "-y", "50",
                        "ncdc", "-c", str(self.home), "-n"], check=True, env=environment)
        wait_for("ncdc starts", lambda: "ncdc" in self.screen())
        self.type(f"/set nick {self.nick}")
        self.type("/set show_joinquit true")
        self.type(f"/open h dchub://127.0.0.1:{port}")

    def screen(self):
        return subprocess.run([*self.tmux, "capture-pane", "-p"], stdout=subprocess.PIPE, text=True,
                              errors="replace", check=False).stdout

    def type(self, line):
        subprocess.run([*self.tmux, "send-keys", "-l", line], check=True)
        subprocess.run([*self.tmux, "send-keys", "Enter"], check=True)

    def chat(self):
        return read(self.home / "logs" / "#h.log")

    def private(self, nick):
        return read(self.home / "logs" / f"~{nick}.log")

    def everything(self):
        return "".join(read(path) for path in (self.home / "logs").glob("*.log"))

    def is_running(self):
        return subprocess.run([*self.tmux, "has-session"], stderr=subprocess.DEVNULL,
                              check=False).returncode == 0


class Eiskalt:
    """Runs a daemon with a JSON-RPC interface."""

    nick = "bob"

    def __init__(self, stack, home, port):
        self.home = home / "eiskalt"
        config = self.home / "config"
        config.mkdir(parents=True)
        (self.home / "local").mkdir()
        # The file is written before the first start, because with its own settings the daemon would listen on
        # every address.
        (config / "DCPlusPlus.xml").write_text(EISKALT_SETTINGS.format(nick=self.nick))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.rpc_port = free.getsockname()[1]
        self.url = f"dchub://127.0.0.1:{port}"
        command = ["eiskaltdcpp-daemon", "-v", "-c", config, "-l", self.home / "local",
                   "-P", str(self.rpc_port), "-L", "127.0.0.1"]
        self.process = stack.enter_context(
            process(command, home / "eiskalt.log", env={**os.environ, "HOME": str(self.home)}))
        wait_for("the daemon answers", self.answers)
        self.ask("hub.add", huburl=self.url, enc="UTF-8")

    def ask(self, method, **params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        request = urllib.request.Request(f"http://127.0.0.1:{self.rpc_port}/", body.encode(),
                                         {"Content-Type": "application/json"})
        # There is no proxy, because everything is on the loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=20) as response:
            return json.load(response)["result"]

    def answers(self):
        with contextlib.suppress(OSError):
            return self.ask("show.version")
        return None

    def chat(self):
        """Returns its log of the main chat."""
        return self.logs("CHAT")

    def private(self):
        return self.logs("PM")

    def everything(self):
        return self.logs("*")

    def logs(self, kind):
        return "".join(read(path) for path in self.home.glob(f"local/Logs/{kind}/**/*.log"))


def meet(hub, ncdc, eiskalt):
    hub.wait_until_seen("login", ncdc.nick)
    hub.wait_until_seen("login", eiskalt.nick)
    wait_for("ncdc sees the other join", lambda: f"{eiskalt.nick} has joined" in ncdc.chat())
    for client in (ncdc, eiskalt):
        greeting = f"<HubBot> Welcome, {client.nick}!"
        wait_for("the script's greeting", lambda: greeting in client.everything())


def chat(hub, ncdc, eiskalt):
    ncdc.type("hello from ncdc, this costs $5")
    hub.wait_until_seen("chat", ncdc.nick, "hello from ncdc, this costs &#36;5")
    wait_for("eiskalt reads ncdc's line",
             lambda: "<alice> hello from ncdc, this costs $5" in eiskalt.chat())

    eiskalt.ask("hub.say", huburl=eiskalt.url, message="grüße from eiskalt")
    hub.wait_until_seen("chat", eiskalt.nick, "grüße from eiskalt")
    wait_for("ncdc reads eiskalt's line", lambda: "<bob> grüße from eiskalt" in ncdc.chat())


def filter_words(hub, ncdc, eiskalt):
    """A blocked line reaches nobody, and a softened one everybody. The next line says when to check."""
    eiskalt.ask("hub.say", huburl=eiskalt.url, message="buy spamword now")
    eiskalt.ask("hub.say", huburl=eiskalt.url, message="oh darn")
    wait_for("ncdc reads the softened line", lambda: "<bob> oh ****" in ncdc.chat())
    hub.wait_until_seen("chat", eiskalt.nick, "buy spamword now")
    assert "buy spamword" not in ncdc.chat(), ncdc.chat()


def talk_in_private(hub, ncdc, eiskalt):
    ncdc.type("/msg bob a secret from ncdc")
    hub.wait_until_seen("pm", ncdc.nick, "a secret from ncdc", eiskalt.nick)
    wait_for("eiskalt reads the message", lambda: "<alice> a secret from ncdc" in eiskalt.private())

    eiskalt.ask("hub.pm", huburl=eiskalt.url, nick=ncdc.nick, message="a secret from eiskalt")
    hub.wait_until_seen("pm", eiskalt.nick, "a secret from eiskalt", ncdc.nick)
    wait_for("ncdc reads the message", lambda: "<bob> a secret from eiskalt" in ncdc.private("bob"))
    for client in (ncdc, eiskalt):
        assert "secret" not in client.chat(), "a private message is in the main chat"


def leave(hub, ncdc, eiskalt):
    eiskalt.ask("hub.del", huburl=eiskalt.url)
    hub.wait_until_seen("logout", eiskalt.nick)
    ncdc.type("/quit")
    hub.wait_until_seen("logout", ncdc.nick)
    wait_for("ncdc ends", lambda: not ncdc.is_running())
    eiskalt.ask("daemon.stop")
    hub.process.send_signal(signal.SIGTERM)
    assert hub.process.wait(PATIENCE) == 0, "the hub did not end cleanly"


def run(binary, source, home):
    with contextlib.ExitStack() as stack:
        hub = Hub(stack, binary, source, home)
        ncdc = Ncdc(stack, home, hub.port)
        eiskalt = Eiskalt(stack, home, hub.port)
        try:
            for step in (meet, chat, filter_words, talk_in_private, leave):
                step(hub, ncdc, eiskalt)
                print(f"ok: {step.__name__}", flush=True)
        except BaseException:
            print("the hub saw:", *hub.seen(), sep="\n  ")
            print("the hub's log:\n" + read(hub.log))
            print("ncdc's screen:\n" + ncdc.screen())
            print("ncdc's chat:\n" + ncdc.chat())
            print("eiskalt's logs:\n" + eiskalt.everything())
            raise


def main():
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        print(f"SKIPPED: {', '.join(missing)} not installed: apt install {' '.join(NEEDED)}")
        return 77
    binary = sys.argv[1] if len(sys.argv) > 1 else os.environ["HOOKLINE_BIN"]
    source = pathlib.Path(__file__).resolve().parent.parent.parent
    # CTest sends SIGTERM when it gives up. End as if interrupted, so that no process is left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="hookline-clients-") as home:
        run(os.path.abspath(binary), source, pathlib.Path(home))
    print("passed: login, chat and private messages both ways, filtered words, leaving")
    return 0


if __name__ == "__main__":
    sys.exit(main())
