"""Tests the soak itself: a short one passes, and one in which a line is lost, or the hub dies, fails.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from soak import faults  # noqa: E402
from soak.client import lock_to_key  # noqa: E402
from soak.ledger import Ledger  # noqa: E402


class LedgerTest(unittest.TestCase):
    def setUp(self):
        self.now = 0.0
        self.ledger = Ledger(lambda: self.now, late_after=1.0)
        self.stream = self.ledger.stream("chat")
        self.inbox = self.ledger.inbox("ann")

    def send(self, count):
        return [self.stream.send() for _ in range(count)]

    def test_each_line_once_and_in_order_is_fine(self):
        self.inbox.is_there([self.stream])
        for number in self.send(3):
            self.inbox.receive(self.stream, number)
        self.assertEqual((self.ledger.received, self.ledger.lost, self.ledger.repeated), (3, 0, 0))
        self.assertEqual(self.inbox.missing(self.stream, 3), 0)

    def test_a_gap_is_lost(self):
        self.inbox.is_there([self.stream])
        self.send(4)
        self.inbox.receive(self.stream, 0)
        self.inbox.receive(self.stream, 3)
        self.assertEqual(self.ledger.lost, 2)

    def test_the_first_lines_are_lost_if_they_were_sent_after_the_receiver_was_there(self):
        self.send(5)
        self.inbox.is_there([self.stream])
        self.send(3)
        self.inbox.receive(self.stream, 7)
        self.assertEqual(self.ledger.lost, 2)

    def test_what_was_sent_before_the_receiver_was_there_is_not_owed(self):
        self.send(5)
        self.inbox.receive(self.stream, 3)
        self.inbox.is_there([self.stream])
        self.inbox.receive(self.stream, 4)
        self.assertEqual(self.ledger.lost, 0)
        self.assertEqual(self.inbox.missing(self.stream, 5), 0)

    def test_a_stream_that_begins_later_is_owed_from_its_first_line(self):
        self.inbox.is_there([])
        self.send(2)
        self.inbox.receive(self.stream, 1)
        self.assertEqual(self.ledger.lost, 1)

    def test_twice_and_out_of_order_are_seen(self):
        self.inbox.is_there([self.stream])
        self.send(3)
        for number in (0, 0, 2, 1):
            self.inbox.receive(self.stream, number)
        self.assertEqual((self.ledger.lost, self.ledger.repeated), (1, 2))

    def test_what_is_missing_at_the_end_is_counted(self):
        self.inbox.is_there([self.stream])
        self.send(5)
        self.inbox.receive(self.stream, 0)
        self.assertEqual(self.inbox.missing(self.stream, 5), 4)

    def test_late_lines_are_counted(self):
        self.inbox.is_there([self.stream])
        self.send(2)
        self.now = 0.5
        self.inbox.receive(self.stream, 0)
        self.now = 2.0
        self.inbox.receive(self.stream, 1)
        self.assertEqual((self.ledger.late, self.ledger.slowest), (1, 2.0))


class TableTest(unittest.TestCase):
    def test_each_fault_is_a_script(self):
        for fault in faults.FAULTS:
            with self.subTest(fault.name):
                source = faults.script(fault, 1, "/nowhere/fired", 1)
                if fault.name == "syntax_error":
                    self.assertRaises(SyntaxError, compile, source, fault.name, "exec")
                else:
                    compile(source, fault.name, "exec")

    def test_names_are_different(self):
        self.assertEqual(len(faults.BY_NAME), len(faults.FAULTS))

    def test_the_key_is_that_of_the_protocol(self):
        self.assertEqual(
            lock_to_key(b"LegacyLockNoExt0123456789abcdefgh").hex(),
            "6492202f2544434e303936252f20a15332c0805212a2d3c04410301070103010f01085301070103010f0")


class SoakTest(unittest.TestCase):
    def soak(self, minutes, *options):
        """Returns the exit status, what it has printed, and its results."""
        with tempfile.TemporaryDirectory(prefix="hookline-test-") as folder:
            output = pathlib.Path(folder) / "soak.json"
            run = subprocess.run(
                [sys.executable, "-I", str(ROOT / "tools" / "soak.py"), os.environ["HOOKLINE_BIN"],
                 "--minutes", str(minutes), "--seconds", "5", "--patience", "10", "--output", str(output), *options],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "TMPDIR": folder})
            print(run.stdout)
            return run.returncode, run.stdout, json.loads(output.read_text(encoding="utf-8"))

    def test_a_short_one_loses_nothing(self):
        status, output, results = self.soak(20 / 60)
        self.assertEqual(status, 0, output)
        self.assertEqual((results["lost"], results["problems"]), (0, []))
        self.assertGreater(results["survived"], 0)
        self.assertGreater(results["deliveries"], results["lines"])
        self.assertIn(results["exit_code"], (0, 3))

    def test_it_notices_lines_that_are_lost(self):
        status, output, results = self.soak(5 / 60, "--kinds", "planted_drop")
        self.assertEqual(status, 1, output)
        self.assertGreater(results["lost"], 0)

    def test_it_notices_that_the_hub_has_died(self):
        status, output, results = self.soak(60 / 60, "--kinds", "planted_crash")
        self.assertEqual(status, 1, output)
        self.assertIn("SIGSEGV", output)
        self.assertEqual(results["survived"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
