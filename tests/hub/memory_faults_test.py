"""Tests a hub in which a script keeps all memory that it gets, with a limit of its own and with one for all.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from watched_hub import WatchedHub  # noqa: E402

# Two MiB are left in the end, so that small things still work.
HOG = """
kept = []

def misbehave(nick):
    try:
        while True:
            kept.append(bytearray(1 << 20))
    finally:
        del kept[-2:]
"""

# Nothing is left.
SMALL_HOG = """
kept = []

def misbehave(nick):
    while True:
        kept.append([])
"""

# The error does not end the call.
STUBBORN = """
import vh

def misbehave(nick):
    kept = []
    try:
        while True:
            kept.append(bytearray(1 << 20))
    except MemoryError:
        vh.usermc(f"it got {len(kept)} MiB", nick)
"""


class MemoryFaults(WatchedHub):
    def misbehaves(self):
        """The script takes all memory, twice, and the operator can see that."""
        for _ in range(2):
            self.talk()
            self.fault()
            self.talk()
        self.assertGreater(self.memory(), 48)
        self.operate("!pystats faulty", r"faulty: calls .*, errors [2-9].*last error .*MemoryError")

    def memory(self):
        """Returns the MiB that the script holds, as the operator is shown."""
        return int(self.operate("!pystats faulty", r"faulty: calls .*, memory (\d+) MiB \(peak \d+")[1])

    def test_a_script_at_its_limit_gets_an_error_and_can_be_reloaded(self):
        self.configure(memory_limit=64)
        for source in (HOG, SMALL_HOG):
            self.watch(source)
            self.misbehaves()
            self.assertLessEqual(self.memory(), 64)
            self.reload()
            self.assertLess(self.memory(), 32)
            log = self.end()
            self.assertIn("faulty: OnParsedMsgChat: script_raised: MemoryError", log)
            self.assertNotIn("healthy: ", log)

    def test_a_script_that_catches_the_error_goes_on(self):
        self.configure(memory_limit=64)
        self.watch(STUBBORN)
        for times in (1, 2):
            self.talk()
            self.fault()
            self.assertGreater(int(self.ann.expect(r"<HubBot> it got (\d+) MiB")[1]), 32)
            self.misbehaved(times)
        self.reload()
        self.assertNotIn("MemoryError", self.end())

    def test_a_script_that_takes_what_all_may_hold_is_told_and_can_be_loaded_again(self):
        self.configure(memory_total=96)
        self.watch(HOG)
        self.misbehaves()
        self.misbehaved(2)
        # There is no memory for new code beside the old one, which goes on.
        self.operate("!pyreload faulty", "'faulty' was not reloaded")
        self.misbehaved(2)
        self.talk()
        self.operate("!pyunload faulty", "'faulty' is unloaded")
        self.operate("!pyload faulty", "'faulty' is loaded")
        self.misbehaved(0)
        self.assertLess(self.memory(), 32)
        self.talk()
        self.reload()
        log = self.end()
        self.assertIn("faulty: OnParsedMsgChat: script_raised: MemoryError", log)
        self.assertNotIn("healthy: ", log)


if __name__ == "__main__":
    unittest.main(verbosity=2)
