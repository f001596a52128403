"""Writes the add_test() calls for the cases of a GoogleTest executable, one for each file.

    list_tests.py ROOM EXECUTABLE ROOT

The cases of a file run in one process, except those that tests/alone.txt lists. With HOOKLINE_EACH_CASE in
the environment each case has its own process.
"""

import fnmatch
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# These took longest when they were measured. They come first, so that nothing waits for them at the end.
LONGEST = {"plugin/failing_load_test", "hub/vh_table_test", "plugin/ladder_test", "wrapper/growth_test",
           "scripts/soak_test", "plugin/failing_late_test", "interp/daemon_threads_test", "hub/hook_table_test",
           "plugin/circle_test", "plugin/start_stop_test", "hub/start_stop_test", "plugin/reload_growth_test",
           "interp/interrupter_test"}


def listed_cases(executable):
    """Returns [(file stem, suite, case)], in the order of the files."""
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "cases.json"
        try:
            subprocess.run([executable, "--gtest_list_tests", f"--gtest_output=json:{listing}"],
                           check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"The cases of {executable} cannot be listed: {error}")
        suites = json.loads(listing.read_text())["testsuites"]
    return [(Path(case["file"]).stem, suite["name"], case["name"])
            for suite in suites for case in suite["testsuite"]]


def alone_patterns(room, root):
    patterns = []
    for line in (root / "tests" / "alone.txt").read_text().splitlines():
        words = line.split()
        if words[:1] == ["case"] and words[1].startswith(room + "/"):
            patterns.append(words[1])
    return patterns


def add_test(name, executable, gtest_filter, room, root, properties):
    print(f'add_test([==[{name}]==] "{executable}" "--gtest_filter={gtest_filter}" --gtest_color=no)')
    print(f'set_tests_properties([==[{name}]==] PROPERTIES LABELS {room} '
          f'WORKING_DIRECTORY "{root}" {properties})')


def main():
    room, executable, root = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    each = os.environ.get("HOOKLINE_EACH_CASE") is not None
    patterns = alone_patterns(room, root)
    files = {}
    for stem, suite, case in listed_cases(executable):
        name = f"{room}/{stem}/{suite}.{case}"
        if each or any(fnmatch.fnmatchcase(name, p) for p in patterns):
            add_test(name, executable, f"{suite}.{case}", room, root,
                     'TIMEOUT 300 SKIP_REGULAR_EXPRESSION "\\\\[  SKIPPED \\\\]"')
        else:
            files.setdefault(stem, {}).setdefault(suite, []).append(case)
    for stem, suites in files.items():
        cases = [f"{suite}.{case}" for suite, names in suites.items() for case in names]
        name = f"{room}/{stem}"
        cost = 2000 if name in LONGEST else len(cases)
        add_test(name, executable, ":".join(cases), room, root, f"TIMEOUT 600 COST {cost}")


if __name__ == "__main__":
    main()
