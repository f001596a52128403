"""cmake/Findconcurrentqueue.cmake finds moodycamel's header in each place where distributions have it.

    concurrentqueue_test.py SOURCE_DIR CMAKE
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, CMAKE = Path(sys.argv[1]), sys.argv[2]

# This is like Debian 13's: the include folder is the one above moodycamel/.
CONFIG = """
add_library(concurrentqueue::concurrentqueue INTERFACE IMPORTED)
set_target_properties(concurrentqueue::concurrentqueue PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}/../../../include/concurrentqueue/")
"""


def configure(prefix, build):
    """Returns CMake's status and output."""
    run = subprocess.run(
        [CMAKE, "-S", SOURCE / "tests/cmake/concurrentqueue", "-B", build, "-G", "Ninja",
         f"-DMODULES={SOURCE / 'cmake'}", f"-DCMAKE_PREFIX_PATH={prefix}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return run.returncode, run.stdout


class ConcurrentQueue(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix, self.build = Path(folder.name) / "prefix", Path(folder.name) / "build"
        self.prefix.mkdir()

    def add(self, name, text=""):
        path = self.prefix / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    def expect_header_in(self, folder):
        status, output = configure(self.prefix, self.build)
        self.assertEqual(status, 0, output)
        [line] = [line for line in output.splitlines() if "FOLDERS=" in line]
        self.assertIn(str(self.prefix / folder), line.split("=", 1)[1].split(";"))

    def test_debian_12(self):
        self.add("include/concurrentqueue/concurrentqueue.h")
        self.expect_header_in("include/concurrentqueue")

    def test_debian_13(self):
        self.add("include/concurrentqueue/moodycamel/concurrentqueue.h")
        self.add("lib/cmake/concurrentqueue/concurrentqueueConfig.cmake", CONFIG)
        self.expect_header_in("include/concurrentqueue/moodycamel")

    def test_header_alone(self):
        self.add("include/concurrentqueue.h")
        self.expect_header_in("include")

    def test_nowhere(self):
        status, output = configure(self.prefix, self.build)
        self.assertNotEqual(status, 0)
        self.assertIn("package libconcurrentqueue-dev", output)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
