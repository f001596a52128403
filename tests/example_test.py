"""An example prints what the comments in its source say.

usage: example_test.py SOURCE PROGRAM [ARGUMENT...]

Each statement that writes to std::cout has its line as a comment behind it, or alone on the next line of the
source; they are in the order of the output. Without an argument it prints its usage.
"""

import pathlib
import re
import subprocess
import sys

source = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
expected = re.findall(r"std::cout <<[^;]*;\s*?(?:\n\s*)?// (.*)", source)
statements = source.count("std::cout")
if not expected or len(expected) != statements:
    sys.exit(f"{sys.argv[1]}: {statements} statements print, but {len(expected)} say what")

usage = subprocess.run(sys.argv[2:3], capture_output=True, text=True, timeout=120)
if usage.returncode != 2 or not usage.stderr.startswith("usage: "):
    sys.exit(f"without an argument it printed {usage.stderr!r}, status {usage.returncode}, and no usage")
result = subprocess.run(sys.argv[2:], capture_output=True, text=True, timeout=120)
if result.returncode != 0 or result.stdout.splitlines() != expected:
    sys.exit(f"it printed {result.stdout!r} (stderr {result.stderr!r}, status {result.returncode}), not {expected}")
print(f"{sys.argv[1]}: printed its {len(expected)} lines")
