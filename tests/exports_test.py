"""The shared library shows the functions of wrapper.h, and nothing else.

usage: exports_test.py SOURCE_DIR NM LIBRARY
"""

import pathlib
import re
import subprocess
import sys

root, nm, library = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
header = (root / "src" / "wrapper" / "wrapper.h").read_text()
declared = set(re.findall(r"^W_EXPORT [^;(]*?\b(w_\w+)\(", header, re.MULTILINE))
listed = subprocess.run(
    [nm, "-D", "--defined-only", library], capture_output=True, text=True, check=True
)
shown = {line.split()[-1] for line in listed.stdout.splitlines()}
if len(declared) != 21 or shown != declared:
    sys.exit(
        f"declared and not shown: {sorted(declared - shown)}; shown and not declared: "
        f"{sorted(shown - declared)}; {len(declared)} declared"
    )
docs = (root / "docs" / "wrapper.md").read_text()
for name in ("w_SetDeadline", "w_CallFunctionAsync", "w_FindScript", "w_LastError"):
    if name not in docs:
        sys.exit(f"docs/wrapper.md does not know {name}")
print(f"{len(shown)} functions, as in wrapper.h")
