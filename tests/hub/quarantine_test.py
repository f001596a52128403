"""Tests a script that is stuck in C again and again: it is left behind, and not run any more after some times.

Its threads never return, so the hub is a process of its own. It must end all the same.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from watched_hub import WatchedHub  # noqa: E402

# Nothing in Python can interrupt this, and it takes hours.
STUCK = """
def misbehave(nick):
    sum(range(10**12))
"""


class Quarantine(WatchedHub):
    def test_a_script_that_is_stuck_too_often_is_not_run_until_it_is_loaded_again(self):
        self.configure(verdict_deadline=0.1, quarantine_after=1, quarantines=1, end_patience=2)
        self.watch(STUCK)
        self.talk()
        self.fault()
        self.told("OnParsedMsgChat has not answered within 0.1 s")
        self.told("it has not returned, and runs again from the beginning: it was stuck in OnParsedMsgChat")
        self.talk()
        self.misbehaved(0)

        self.fault()
        self.told("it has not returned 2 times, and is not run any more: it was stuck in OnParsedMsgChat")
        self.talk()
        self.operate("!pylist", r"Scripts: 1\W+\d+ healthy")
        self.operate("!pyload faulty", "'faulty' is loaded")
        self.misbehaved(0)
        self.reload()
        self.assertRegex(self.end(3), "the hub ends without scripts .*: .*faulty, faulty")


if __name__ == "__main__":
    unittest.main(verbosity=2)
