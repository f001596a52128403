"""The code in the README is the code in examples/, and what it prints is what the README says. Its figures are those of
docs/benchmarks.md.

usage: readme_test.py SOURCE_DIR EXAMPLE_EMBED
"""

import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
readme = (root / "README.md").read_text(encoding="utf-8")
blocks = re.findall(r"<!-- (examples/\S+) -->\n```\w+\n(.*?)```\n", readme, re.DOTALL)
if len(blocks) != 2:
    sys.exit(f"README.md has {len(blocks)} blocks that name their example, not 2")
for name, code in blocks:
    if code != (root / name).read_text(encoding="utf-8"):
        sys.exit(f"README.md shows another {name} than there is: copy the file into its block")

result = subprocess.run(
    [sys.argv[2], str(root / "examples" / "greeter.py")],
    capture_output=True,
    text=True,
    timeout=120,
)
expected = [line.split("// ")[1] for line in blocks[1][1].splitlines() if "std::cout" in line]
if result.returncode != 0 or result.stdout.splitlines() != expected:
    sys.exit(f"example_embed printed {result.stdout!r} (stderr {result.stderr!r}), not {expected}")
sys.path.insert(0, str(root / "tools"))
from bench import readme as figures  # noqa: E402

page = (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
if readme != figures.with_figures(readme, page):
    sys.exit("README.md has other figures than docs/benchmarks.md: run tools/bench/readme.py .")
print("README.md: both examples are as they are in examples/, and print what it says")
