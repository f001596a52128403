"""examples/streams.cc prints what it is meant to.

usage: streams_example_test.py SOURCE_DIR EXAMPLE_STREAMS
"""

import pathlib
import subprocess
import sys

EXPECTED = """\
10
9
8
1
'mailbox'
PUMP MAILBOX LANE
585: cancelled: the stream was closed
"""

script = pathlib.Path(sys.argv[1]) / "examples" / "streams.py"
result = subprocess.run([sys.argv[2], str(script)], capture_output=True, text=True, timeout=120)
lines = [line.rstrip() for line in result.stdout.splitlines()]
if result.returncode != 0 or lines != EXPECTED.splitlines():
    sys.exit(f"example_streams printed {result.stdout!r} (stderr {result.stderr!r}), not {EXPECTED!r}")
