#!/usr/bin/env bash
# Runs the coverage build's tests, JOBS at a time, and prints the line coverage of src/ and include/ by room; fails below
# 85%.
#
#   tools/coverage.sh [JOBS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

least=85
build=$PWD/build/coverage
rm -rf "$build/profiles" # otherwise the counts of earlier runs would be added
# All processes of an executable add their counts to one file.
LLVM_PROFILE_FILE="$build/profiles/%1m.profraw" ctest --preset coverage --parallel "${1:-2}"

llvm-profdata-19 merge --sparse -o "$build/coverage.profdata" "$build"/profiles/*.profraw
objects=("$build/hookline")
for file in "$build"/*.so "$build"/tests/*_test; do objects+=(--object "$file"); done
llvm-cov-19 export --summary-only --instr-profile "$build/coverage.profdata" "${objects[@]}" src include \
  >"$build/coverage.json"
llvm-cov-19 show --format html --output-dir "$build/report" --instr-profile "$build/coverage.profdata" \
  "${objects[@]}" src include
"$(tools/find-python.sh)" -I - "$build/coverage.json" "$PWD" $least <<'PYTHON'
import collections
import json
import pathlib
import sys

report, root, least = json.loads(pathlib.Path(sys.argv[1]).read_text()), sys.argv[2], float(sys.argv[3])
rooms = collections.defaultdict(lambda: [0, 0])
for file in report["data"][0]["files"]:
    path = pathlib.Path(file["filename"])
    room = "/".join(path.relative_to(root).parts[:2])
    for name in (room, "all"):
        rooms[name][0] += file["summary"]["lines"]["covered"]
        rooms[name][1] += file["summary"]["lines"]["count"]
for room, (covered, count) in sorted(rooms.items()):
    print(f"{covered / count:7.1%}  of {count:6} lines  {room}")
covered, count = rooms["all"]
print("build/coverage/report/index.html shows each line")
if 100 * covered < least * count:
    sys.exit(f"Line coverage is {covered / count:.1%}, below {least:g}%.")
PYTHON
