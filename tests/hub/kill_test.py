"""Tests that a hub which is killed while it registers users loses no confirmed one.

Runs with $HOOKLINE_BIN, the executable, and a Python >= 3.11 that has sqlite3.
"""

import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

HOOKLINE = os.environ["HOOKLINE_BIN"]
USERS = 1000

RECORD = 64  # bytes for each user that is confirmed

# Two threads register, so that a commit has several writes. The pipe holds 64 records, so the hub cannot
# finish before the test has read enough to kill it.
SCRIPT = f"""
import fcntl, os, threading, vh
confirmed = os.open(os.path.join(vh.basedir, "confirmed"), os.O_WRONLY)
fcntl.fcntl(confirmed, fcntl.F_SETPIPE_SZ, 4096)
def register(first):
    for number in range(first, {USERS}, 2):
        if vh.AddRegUser("user%d" % number, 1 + number % 3):
            os.write(confirmed, (b"user%d" % number).ljust({RECORD}))
for first in (0, 1):
    threading.Thread(target=register, args=(first,)).start()
"""


class Kill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hookline-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "scripts").mkdir()
        (self.folder / "scripts" / "register.py").write_text(SCRIPT, encoding="utf-8")
        self.config = self.folder / "hookline.toml"
        self.config.write_text('[listen]\naddress = "127.0.0.1"\nport = 0\n', encoding="utf-8")
        os.mkfifo(self.folder / "confirmed")

    def kill_after(self, count):
        """Starts a hub, kills it when this many users are confirmed, and returns all confirmed ones."""
        hub = subprocess.Popen([HOOKLINE, "hub", "--config", str(self.config)],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        self.addCleanup(hub.wait)
        self.addCleanup(hub.kill)
        # A record is written as a whole, and read as a whole, because each read asks for one record.
        with open(self.folder / "confirmed", "rb", buffering=0) as records:
            confirmed = [records.read(RECORD) for _ in range(count)]
            hub.kill()
            confirmed += iter(lambda: records.read(RECORD), b"")
        hub.wait()
        return [record.decode().strip() for record in confirmed]

    def stored(self):
        database = sqlite3.connect(self.folder / "hookline.db")
        try:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            return dict(database.execute("SELECT shown, class FROM hub_registrations"))
        finally:
            database.close()

    def test_what_was_confirmed_is_there(self):
        confirmed = set()
        for count in (1, 150, 300):
            now = self.kill_after(count)
            self.assertGreaterEqual(len(now), count)
            self.assertFalse(confirmed.intersection(now), "registered twice")
            confirmed.update(now)
            stored = self.stored()
            self.assertLessEqual(confirmed, stored.keys())
            self.assertLess(len(stored), USERS, "it was not killed while it registered")
            for nick, user_class in stored.items():
                self.assertEqual(user_class, 1 + int(nick.removeprefix("user")) % 3)


if __name__ == "__main__":
    unittest.main()
