"""Does what docs/tutorial.md says, and compares what is printed with what the page shows.

usage: tutorial_test.py SOURCE_DIR CMAKE BUILD_DIR

The line above each code block says what the block is:

    <!-- file: NAME -->            a file of the reader's folder
    <!-- edit: NAME -->            a change of one: its lines begin with '+', '-' or ' ', and stand in the file once
    <!-- run -->                   commands, which begin with '$ ', and what they print. Lines that begin with '> ' are
                                   typed into the last one. A block without a '$ ' is typed into the one that still runs
    <!-- as in docs/install.md --> commands that stand there too, in place of which this test installs BUILD_DIR

What cmake prints is not compared. /opt/hookline is the folder into which the test installs.
"""

import hashlib
import os
import pathlib
import re
import selectors
import shutil
import subprocess
import sys
import tempfile
import time

source, cmake, built = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
page = (source / "docs" / "tutorial.md").read_text(encoding="utf-8")
# The folder is the same every time, so that the compiler cache knows the paths.
work = pathlib.Path(tempfile.gettempdir(), "hookline-tutorial-" + hashlib.sha256(bytes(built)).hexdigest()[:12])
folder, prefix = work / "game", work / "prefix"
BLOCK = re.compile(r"^([^\n]*)\n```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"<!-- (?:(file|edit): (\S+)|(run)|(as in docs/install\.md)) -->")
PROMPT = "> "
PATIENCE = 120  # seconds, after which a program that prints nothing has failed

environment = {name: value for name, value in os.environ.items()
               if not name.startswith("HOOKLINE_") and name not in ("CMAKE_PREFIX_PATH", "LD_LIBRARY_PATH")}
environment["PATH"] = f"{prefix / 'bin'}:{pathlib.Path(cmake).parent}:{os.environ['PATH']}"
environment["CMAKE_GENERATOR"] = "Ninja"
if ccache := shutil.which("ccache"):
    environment["CMAKE_CXX_COMPILER_LAUNCHER"] = ccache


class Session:
    """A program that asks for a line by its prompt."""

    running = []

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(["bash", "-c", "exec " + command], cwd=folder, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        Session.running.append(self)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.until_prompt()

    def until_prompt(self):
        """Returns what the program prints before it asks for the next line."""
        printed = b""
        while printed != PROMPT.encode() and not printed.endswith(("\n" + PROMPT).encode()):
            if not self.selector.select(PATIENCE):
                sys.exit(f"{self.command}: printed {printed!r}, and then nothing")
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                sys.exit(f"{self.command}: ended after {printed!r}")
            printed += more
        return printed.decode().removesuffix(PROMPT)

    def type(self, line):
        self.process.stdin.write((line + "\n").encode())
        return self.until_prompt()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        rest, _ = self.process.communicate(timeout=PATIENCE)
        Session.running.remove(self)
        if self.process.returncode != 0 or rest:
            sys.exit(f"{self.command}: ended with {self.process.returncode}, and printed {rest.decode()!r}")


def expect(what, printed, wanted):
    if printed != wanted:
        sys.exit(f"{what}\nprints:\n{printed}\nThe page says:\n{wanted}")


def edit(name, change):
    """Replaces the lines that the change keeps or removes by those that it keeps or adds."""
    lines = change.splitlines(keepends=True)
    if any(line[0] not in "+- " for line in lines):
        sys.exit(f"a change of {name} has a line that begins with none of '+', '-' and ' ':\n{change}")
    old, new = ("".join(line[1:] for line in lines if line[0] in kinds) for kinds in ("- ", "+ "))
    path = folder / name
    text = path.read_text(encoding="utf-8")
    if ("\n" + text).count("\n" + old) != 1:
        sys.exit(f"{name} does not have these lines exactly once:\n{old}")
    path.write_text(("\n" + text).replace("\n" + old, "\n" + new)[1:], encoding="utf-8")


def run(command):
    """Runs a command and returns what it prints."""
    began = time.monotonic()
    result = subprocess.run(["bash", "-c", command.replace("/opt/hookline", str(prefix))], cwd=folder, env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(f"{time.monotonic() - began:6.1f} s  {command}", flush=True)
    if result.returncode != 0:
        sys.exit(result.stdout)
    return result.stdout


def run_block(block, session):
    """Does what a block of commands says. Returns the session that goes on, or None."""
    steps = re.split(r"^(?=\$ |> )", block, flags=re.MULTILINE)[1:]
    for i, step in enumerate(steps):
        first, _, wanted = step.partition("\n")
        kind, text = first[:2], first[2:]
        if kind == PROMPT:
            if session is None:
                sys.exit(f"{first!r} is typed, but nothing runs")
            expect(first, session.type(text), wanted)
            continue
        if session is not None:
            session.end()
            session = None
        if i + 1 < len(steps) and steps[i + 1].startswith(PROMPT):
            session = Session(text)
        else:
            printed = run(text)
            if not text.startswith("cmake "):
                expect(first, printed, wanted)
    return session


def main():
    shutil.rmtree(work, ignore_errors=True)
    folder.mkdir(parents=True)
    for component in ("core", "hub"):
        run(f"cmake --install {built} --prefix {prefix} --component {component}")
    session = None
    blocks = list(BLOCK.finditer(page))
    for block in blocks:
        above, _, text = block.groups()
        marker = MARKER.fullmatch(above)
        if marker is None:
            sys.exit(f"the line {above!r} stands above a block, and does not say what the block is")
        kind, name, is_run, _ = marker.groups()
        if kind == "file":
            (folder / name).write_text(text, encoding="utf-8")
        elif kind == "edit":
            edit(name, text)
        elif is_run:
            session = run_block(text, session)
        elif text not in (source / "docs" / "install.md").read_text(encoding="utf-8"):
            sys.exit(f"docs/install.md does not have these commands:\n{text}")
    if session is not None:
        session.end()
    if len(blocks) != page.count("\n```") / 2:
        sys.exit("docs/tutorial.md has a block that does not begin and end like the others")
    print(f"docs/tutorial.md: {len(blocks)} blocks do what the page says")


try:
    main()
finally:
    for left in Session.running:
        left.kill()
    shutil.rmtree(work, ignore_errors=True)
