"""The hosts in examples/*/ do what they are for, with their own scripts.

usage: hosts_test.py SOURCE_DIR HOST PROGRAM

HOST is the name of the folder. Each host also prints its help, and one sentence for each mistake.
"""

import contextlib
import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

root, host, program = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
folder = root / "examples" / host
TIMEOUT = 120


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"{host}: {what}:\n{got}\nbut should be:\n{wanted}")


def run(*args):
    return subprocess.run([program, *map(str, args)], capture_output=True, text=True, timeout=TIMEOUT)


def output_of(*args, may_log=None):
    """Returns what the host prints. Each line that it logs must match `may_log`."""
    result = run(*args)
    others = [line for line in result.stderr.splitlines() if not (may_log and re.search(may_log, line))]
    check(f"the status and stderr of {args}", (result.returncode, others), (0, []))
    return result.stdout


def check_command_line():
    shown = output_of("--help")
    if f"usage: {pathlib.Path(program).name} [OPTION...] SCRIPT" not in shown:
        sys.exit(f"{host}: --help printed {shown!r}")
    option = re.search(r"(--\S+) N", shown)[1]
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        print("import sys, " + "no_such_module", file=script, flush=True)
        for args, status, wanted in (
            ([], 2, "a script is missing"),
            (["--nix", "a.py"], 2, "there is no option --nix"),
            ([option, "many", "a.py"], 2, rf"{option} needs a whole number from \d+ to \d+"),
            ([option], 2, rf"{option} needs a whole number from \d+ to \d+"),
            (["a.py", "b.py"], 2, "there can be only one script"),
            (["/no/such/script.py"], 1, "script_not_found: no readable script at /no/such/script.py"),
            ([script.name], 1, "script_raised: ModuleNotFoundError: No module named 'no_such_module'"),
        ):
            result = run(*args)
            if result.returncode != status or result.stdout or not re.search(wanted, result.stderr.splitlines()[0]):
                sys.exit(f"{host} {args} printed {result.stdout!r}, {result.stderr!r}, status {result.returncode}")


def test_game_server():
    # A generous deadline, so that only the answers that must be late are late. One tick waits for it.
    told = r"on_chat has not answered within 0\.5 s|on_chat has ended after .* s"
    played = output_of("--deadline-ms", 500, "--tick-ms", 2, folder / "rules.py", may_log=told)
    if not re.fullmatch(GAME, played):
        sys.exit(f"{host}: the game was {played!r}, but should match {GAME!r}")
    # A script that waits for a tick after the last one does not keep the game from ending.
    ended = run("--ticks", 6, "--tick-ms", 1, "--deadline-ms", 100, folder / "rules.py")
    check("its status", ended.returncode, 0)
    if "the game has ended" not in ended.stderr:
        sys.exit(f"{host}: a script still waits for the next tick: {ended.stderr!r}")
    # Without hooks all moves are as wished, and the lines as they were.
    with tempfile.TemporaryDirectory() as scripts:
        script = pathlib.Path(scripts) / "nothing.py"
        script.write_text("")
        free = output_of("--ticks", 7, "--tick-ms", 1, script)
    check("the game without rules", free.splitlines()[:5], [
        "ann: hello, noobs", "bob: buy gold at example.com", "cid: !where", "dee: !race",
        "7 ticks, 28 moves: 0 changed, 0 blocked"])


def test_telemetry():
    check("the summary", output_of(folder / "collector.py"), TELEMETRY)
    # More than the mailbox holds: the devices wait, and nothing is lost.
    many = output_of("--devices", 3, "--batches", 500, "--samples", 2, folder / "collector.py")
    check("the counts", many.splitlines()[0], "3 devices, 3000 samples")
    check("what was missed", [line for line in many.splitlines() if line.startswith("collector:")],
          ["collector: 0 events missed, 0 errors"])


class Filter:
    """A filter that listens. After the block it has ended, and `output` has what it printed."""

    def __init__(self, *args):
        self.process = subprocess.Popen([program, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        first = self.process.stdout.readline()
        if not (found := re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", first)):
            sys.exit(f"{host} printed {first!r}{self.process.communicate(timeout=TIMEOUT)}")
        self.port = int(found[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.process.kill()
        self.output, self.errors = self.process.communicate(timeout=TIMEOUT)

    def connect(self):
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT))

    def post(self, path, body, **headers):
        with self.connect() as connection:
            return post(connection, path, body, headers)

    def send_raw(self, *parts):
        """Sends bytes in parts, and returns all that comes back until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for part in parts:
                connection.sendall(part)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def post(connection, path, body, headers=None):
    connection.request("POST", path, body, headers or {"Content-Type": "text/plain"})
    response = connection.getresponse()
    return response.status, response.read()


def test_http_filter():
    requests = 0

    def expect(what, got, *wanted):
        nonlocal requests
        requests += len(wanted)
        check(what, got, wanted[0] if len(wanted) == 1 else list(wanted))

    head = b"POST / HTTP/1.1\r\nContent-Type: text/plain\r\n"
    with Filter("--requests", 18, folder / "filter.py") as server:
        expect("accepted", server.post("/a", b"hello"), (200, b"hello"))
        expect("any bytes", server.post("/a", bytes(range(256))), (200, bytes(range(256))))
        expect("no body", server.post("/a", b""), (200, b""))
        expect("changed", server.post("/a", b"user=ann&password=x1&n=2"), (200, b"user=ann&password=***&n=2"))
        expect("rejected", server.post("/b", b"best CASINO", **{"Content-Type": "text/plain", "User-Agent": "bot/1"}), (403, b"this looks like spam"))
        expect("a header", server.post("/a", b"GIF89a", **{"CONTENT-TYPE": "image/gif"}),
               (403, b"only text can be posted"))
        large = b"x" * 1_000_000
        expect("large", server.post("/a", large), (200, large))
        with server.connect() as connection:  # which is kept
            expect("kept", [post(connection, "/a", b"1"), post(connection, "/a", b"2")], (200, b"1"), (200, b"2"))
        answer = server.send_raw(head + b"Content-Length: 3\r\n\r\nab", b"c" + head + b"Content-Le",
                                 b"ngth: 2\r\nConnection: close\r\n\r\nde")
        expect("requests in parts, one behind the other", re.findall(rb"\r\n\r\n(abc|de)", answer), b"abc", b"de")
        for raw, status in (
            (b"GET / HTTP/1.1\r\n\r\n", b"405"),
            (b"nonsense\r\n\r\n", b"400"),
            (head + b"no colon\r\n\r\n", b"400"),
            (head + b"Content-Length: -1\r\n\r\n", b"400"),
            (head + b"\r\n", b"411"),
            (head + b"Content-Length: 1048577\r\n\r\n", b"413"),
            (head + b"X: " + b"x" * 17_000, b"431"),
        ):
            expect(raw[:60], server.send_raw(raw).split(b" ")[1], status)
    check("how many requests there were", requests, 18)
    check("its status", (server.process.returncode, server.errors), (0, ""))
    check("what it printed", server.output,
          "spam on /b, from bot/1\n200: 9\n400: 3\n403: 2\n405: 1\n411: 1\n413: 1\n431: 1\n")
    test_scripts_that_do_not_answer()


STUCK = """
def on_post(path, headers, body):
    if path == "/raise":
        raise ValueError("no idea")
    if path == "/odd":
        return 7.5  # has no meaning
    if path == "/false":
        return False
    if path == "/wait":
        open(headers["gate"]).read()
"""


def test_scripts_that_do_not_answer():
    with tempfile.TemporaryDirectory() as scripts:
        gate = os.path.join(scripts, "gate")
        os.mkfifo(gate)
        script = pathlib.Path(scripts) / "stuck.py"
        script.write_text(STUCK)
        with Filter("--deadline-ms", 500, script) as server:
            check("False", server.post("/false", b"a"), (403, b"rejected"))
            check("an exception", server.post("/raise", b"a"), (503, b"a script has not answered"))
            check("a result without a meaning", server.post("/odd", b"a"), (200, b"a"))
            # The client of a request that is undecided may go.
            with server.connect() as connection:
                connection.request("POST", "/wait", b"a", {"gate": gate})
                check("a late answer", server.post("/", b"a"), (503, b"a script has not answered"))
            with open(gate, "w"):
                pass  # the script goes on, and looks at what waits
            # Until the late call has ended, nobody waits for the script.
            later = (503, b"a script has not answered")
            until = time.monotonic() + 60
            while later[0] == 503 and time.monotonic() < until:
                later = server.post("/", b"b")
            check("a later request", later, (200, b"b"))
            server.process.send_signal(signal.SIGTERM)
        check("its status after SIGTERM", server.process.returncode, 0)
        logged = server.errors
        if "ValueError: no idea" not in logged or "returned 7.5, which on_post has no meaning for" not in logged:
            sys.exit(f"{host} logged {logged!r}")
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
            result = run("--port", taken.getsockname()[1], script)
        check("a port that is taken", (result.returncode, result.stdout), (1, ""))
        if not re.fullmatch(r"cannot listen on port \d+: Address already in use\n", result.stderr):
            sys.exit(f"{host} printed {result.stderr!r}")


# Until the call that was late has ended, nobody waits for the script, and players stay where they are. How many
# ticks that takes depends on the machine.
GAME = r"""ann: hello, friends
\* cid is at 68.0, 33.0
dee: !race \(not checked in time\)
tick 6: 4 moves were not decided in time, so these players stay
(?:tick \d+: \d moves were not decided in time, so these players stay
)*\* the race begins in tick 7
(?:tick \d+: \d moves were not decided in time, so these players stay
)*40 ticks, 160 moves: \d changed, \d+ blocked
(?:\w+ is at [\d.]+, [\d.]+
){4}"""
TELEMETRY = """\
4 devices, 4000 samples
load: 2000 samples, 0 to 99, mean 49.5
temperature: 2000 samples, 20 to 44.75, mean 32.375
collector: 0 events missed, 0 errors
alert: device-1 is hot, since 550 ms
alert: device-2 is hot, since 390 ms
alert: device-3 is hot, since 370 ms
alert: device-4 is hot, since 210 ms
"""

check_command_line()
globals()[f"test_{host}"]()
# A host of this kind needs nothing of a hub.
for source in folder.iterdir():
    if re.search("verlihub|hub/|nmdc", source.read_text(encoding="utf-8"), re.IGNORECASE):
        sys.exit(f"{source}: an example of another server than a hub needs nothing of one")
print(f"{host}: it does what it is for")
