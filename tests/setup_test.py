"""tools/setup.sh asks apt for what this Debian has: the system's Python or what one is built with, the first
of several names, and nothing that may be missing. dpkg and apt are stubs here; nothing is installed.

    setup_test.py SOURCE_DIR
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv[1])
TOOLS = "bash awk sed tr sort cut tail head cat dirname mktemp rm mv mkdir sleep kill nproc id env flock".split()

PACKAGES = """
# a comment
[build]
g++
old-name | new-name
[system-python]
python3-dev >= 3.13
[build-python]
zlib1g-dev
[test]
rare ?
"""
# This is like Debian's, but it believes this test.
APT_CACHE = """#!/bin/bash
shift
for name in "$@"; do
  version=$(sed -n "s/^$name //p" "$STUBS/has")
  if [[ -n $version ]]; then printf '%s:\\n  Installed: (none)\\n  Candidate: %s\\n' "$name" "$version"; fi
done
"""
DPKG_QUERY = """#!/bin/bash
while read -r name version; do echo "$name:amd64 $version installed"; done <"$STUBS/installed"
"""
# Installing python3-dev makes a Python that can be embedded. This test does not build one.
APT_GET = """#!/bin/bash
echo "$*" >>"$STUBS/log"
if [[ $* == *python3-dev* ]]; then mv "$STUBS/python" "$STUBS/bin/python3"; fi
if [[ $* == *zlib1g-dev* ]]; then exit 100; fi
"""
PYTHON = """#!/bin/bash
printf 'EXECUTABLE=%s\\nVERSION=3.13.5\\nLIBRARY=/l\\nINCLUDE=/i\\n' "$0"
"""
NEEDS_ROOT = "this test needs root's rights, as the set-up does when it installs"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@unittest.skipIf(os.geteuid() != 0, NEEDS_ROOT)
class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.stubs = Path(folder.name)
        for tool in ("setup.sh", "find-python.sh", "build-python.sh", "progress.sh"):
            write(self.stubs / "tools" / tool, (SOURCE / "tools" / tool).read_text(encoding="utf-8"))
        write(self.stubs / "tools/packages.txt", PACKAGES)
        bin_folder = self.stubs / "bin"
        for name, text in (("apt-cache", APT_CACHE), ("dpkg-query", DPKG_QUERY), ("apt-get", APT_GET)):
            write(bin_folder / name, text)
        for name in (*TOOLS, "dpkg"):
            (bin_folder / name).symlink_to(shutil.which(name))
        write(self.stubs / "python", PYTHON)
        self.log = self.stubs / "log"
        self.log.write_text("", encoding="utf-8")

    def run_setup(self, *, has, installed=""):
        """Returns the packages that apt was asked to install, or None if it was not asked at all."""
        for name, text in (("has", has), ("installed", installed)):
            lines = [f"{word.replace('=', ' ')}\n" for word in text.split()]
            (self.stubs / name).write_text("".join(lines), encoding="utf-8")
        environment = {"PATH": str(self.stubs / "bin"), "HOME": str(self.stubs), "STUBS": str(self.stubs)}
        run = subprocess.run(["bash", self.stubs / "tools/setup.sh", "build", "test"], env=environment,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.status, self.output = run.returncode, run.stdout
        installs = [line for line in self.log.read_text(encoding="utf-8").splitlines() if " install " in f" {line} "]
        if not installs:
            return None
        [line] = installs
        return [word for word in line.split() if word in PACKAGES.split()]

    def test_a_new_system(self):
        asked = self.run_setup(has="g++=14 new-name=1 python3-dev=3.13.5-1 zlib1g-dev=1")
        self.assertEqual(asked, ["g++", "new-name", "python3-dev"], self.output)
        self.assertEqual(self.status, 0, self.output)

    def test_an_old_system(self):
        asked = self.run_setup(has="g++=12 old-name=1 new-name=1 rare=1 python3-dev=3.11.2-1+b1 zlib1g-dev=1")
        self.assertEqual(asked, ["g++", "old-name", "rare", "zlib1g-dev"], self.output)

    def test_what_is_there_is_not_asked_for(self):
        shutil.move(self.stubs / "python", self.stubs / "bin/python3")
        asked = self.run_setup(has="g++=12 old-name=1 new-name=1", installed="g++=12 new-name=1")
        self.assertIsNone(asked, self.output)
        self.assertEqual((self.status, self.output), (0, ""))

    def test_no_package_lists_yet(self):
        asked = self.run_setup(has="")
        self.assertEqual(asked, ["g++", "old-name", "zlib1g-dev"], self.output)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
