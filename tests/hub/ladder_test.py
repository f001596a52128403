"""Tests scripts that do not return, in a hub of their own: each step of the ladder, and what operators are told.

A thread that is stuck in C never returns, and the hub must end all the same.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from watched_hub import WatchedHub  # noqa: E402

LOOP = """
def misbehave(nick):
    while True:
        pass
"""

# Nothing in Python can interrupt this, and it takes hours.
STUCK = """
def misbehave(nick):
    sum(range(10**12))
"""

LATE = r"OnParsedMsgChat has not answered within 0\.1 s: the script is not waited for"


class Ladder(WatchedHub):
    def test_a_loop_is_interrupted(self):
        self.configure(verdict_deadline=0.1, interrupt_after=1)
        self.watch(LOOP)
        for times in (1, 2):
            self.talk()
            self.fault()
            self.told(LATE)
            self.talk()  # nobody waits for the script
            self.told(r"it was interrupted, because one call ran longer than 1s:.*misbehave")
            self.told("OnParsedMsgChat has ended after .* s: the script is waited for again")
            self.misbehaved(times)
        self.reload()
        log = self.end()
        self.assertIn("faulty: it was interrupted", log)
        self.assertNotIn("healthy: it", log)

    def test_a_reload_that_hangs_leaves_the_old_code_running(self):
        self.watch("def misbehave(nick): pass\n")
        self.talk()
        self.fault()
        works = (self.folder / "scripts" / "faulty.py").read_text(encoding="utf-8")
        hangs = self.folder / "hangs"
        os.mkfifo(hangs)
        self.script("faulty.py", """
with open(FOLDER + "/hangs") as file:
    file.read()
raise ValueError("it does not hang any more")
""")
        self.op.chat("!pyreload faulty")
        with open(hangs, "w", encoding="utf-8"):  # opens when the new code is there
            self.talk()
            self.misbehaved(1)
        self.op.expect("<HubBot> 'faulty' was not reloaded: .*it does not hang any more")
        self.misbehaved(1)
        self.script("faulty.py", works)
        self.talk()
        self.reload()
        self.assertIn("faulty was not reloaded", self.end())

    def test_a_script_that_is_stuck_too_often_is_not_run_until_it_is_loaded_again(self):
        self.configure(verdict_deadline=0.1, quarantine_after=1, quarantines=1, end_patience=2)
        self.watch(STUCK)
        self.talk()
        self.fault()
        self.told(LATE)
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
