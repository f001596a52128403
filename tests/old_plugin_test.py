"""The example of an old plugin, in C, does what its comments say.

usage: old_plugin_test.py SOURCE_DIR EXAMPLE_OLD_PLUGIN LIBRARY
"""

import pathlib
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
result = subprocess.run(
    [sys.argv[2], sys.argv[3], str(root / "examples" / "old_plugin.py")],
    capture_output=True,
    text=True,
    timeout=120,
)
expected = """\
the script asks for the class of ann
ann says hello: go on
to all: bob, mind your words
bob says spam: blocked
lines by bob: 1
the script calls add_points(bob, 5)
give_points: 15
statistics: {"ann":1,"bob":1}
no such function: function_not_found: script 'old_plugin' has no 'no_such_function'
to all: 1 line(s) by ann
ann says hello again: go on
to all: 1 line(s) by ann
"""
if result.returncode != 0 or result.stdout != expected:
    sys.exit(f"example_old_plugin printed {result.stdout!r} (stderr {result.stderr!r}), not {expected!r}")
print("examples/old_plugin.c prints what it says")
