"""Runs the tests that CTest lists, one at a time, with or without a mutant."""

import dataclasses
import json
import os
import signal
import subprocess
import threading
import time

from mutate.tree import VARIABLE

PATIENCE = 20  # seconds; a test that takes longer than this and five times its usual time hangs
FIRST_PATIENCE = 600


@dataclasses.dataclass(frozen=True)
class Test:
    name: str
    room: str
    command: tuple[str, ...]
    folder: str
    environment: tuple[str, ...]
    skips: int | None


@dataclasses.dataclass(frozen=True)
class Outcome:
    how: str  # passed, failed, crashed, hung
    seconds: float
    output: str = ""


def parse(listing, rooms):
    """Returns the tests of the rooms from CTest's JSON."""
    tests = []
    for entry in listing["tests"]:
        values = {item["name"]: item["value"] for item in entry.get("properties", ())}
        room = entry["name"].partition("/")[0]
        if room in rooms and "command" in entry:
            tests.append(Test(entry["name"], room, tuple(entry["command"]), values.get("WORKING_DIRECTORY", "."),
                              tuple(values.get("ENVIRONMENT", ())), values.get("SKIP_RETURN_CODE")))
    return tests


def listed(build, rooms):
    output = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True, capture_output=True)
    return parse(json.loads(output.stdout), rooms)


def run(test, mutant, patience):
    """Runs a test with the mutant of that name; "": none. A test that hangs is ended with all that it started."""
    environment = {**os.environ, "GTEST_FAIL_FAST": "1", "GTEST_BRIEF": "1", "GTEST_COLOR": "no", VARIABLE: mutant}
    environment |= dict(text.split("=", 1) for text in test.environment)
    start = time.monotonic()
    with subprocess.Popen(test.command, cwd=test.folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as process:
        try:
            output, _ = process.communicate(timeout=patience)
            status = process.returncode
        except subprocess.TimeoutExpired:
            output, status = b"", None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # it may have left children behind
            except ProcessLookupError:
                pass
    seconds = time.monotonic() - start
    if status is None:
        return Outcome("hung", seconds)
    if status in (0, test.skips):
        return Outcome("passed", seconds)
    return Outcome("crashed" if status < 0 else "failed", seconds, output.decode(errors="replace")[-4000:])


class Suite:
    """The tests, and whether and how fast each passes without a mutant, which is tried before a test judges one.

    Thread safety: all methods from any thread.
    """

    def __init__(self, tests, run_test=run):
        self.tests = {test.name: test for test in tests}
        self._run = run_test
        self._usual = {}
        self._mutex = threading.Lock()
        self._locks = {}

    def usual(self, test):
        """Returns how the test ends without a mutant. Runs it if that is not known yet."""
        with self._mutex:
            lock = self._locks.setdefault(test.name, threading.Lock())
        with lock:
            if test.name not in self._usual:
                outcome = self._run(test, "", FIRST_PATIENCE)
                if outcome.how != "passed":
                    outcome = self._run(test, "", FIRST_PATIENCE)
                self._usual[test.name] = outcome
            return self._usual[test.name]

    def broken(self):
        """Returns the names of the tests that failed without a mutant, which judge nothing."""
        with self._mutex:
            return sorted(name for name, outcome in self._usual.items() if outcome.how != "passed")

    def order(self, mutant, above):
        """Yields the tests that may notice a mutant: those that its row names, its room's, those of rooms above."""
        named = [self.tests[name] for name in mutant.tests if name in self.tests]
        yield from named
        for room in (mutant.room, *above):
            others = [test for test in self.tests.values() if test.room == room and test not in named]
            yield from sorted(others, key=lambda test: (test.name not in self._usual, self._known_seconds(test)))

    def _known_seconds(self, test):
        return self._usual[test.name].seconds if test.name in self._usual else 0

    def judge(self, mutant, above=()):
        """Returns (the test that notices the mutant, its Outcome), or None if all tests pass."""
        for test in self.order(mutant, above):
            usual = self.usual(test)
            if usual.how != "passed":
                continue
            patience = PATIENCE + 5 * usual.seconds
            outcome = self._run(test, mutant.name, patience)
            if outcome.how != "passed" and test.name not in mutant.tests:
                # A test that nobody expected to fail may just be unreliable.
                outcome = self._run(test, mutant.name, patience)
            if outcome.how != "passed":
                return test, outcome
        return None
