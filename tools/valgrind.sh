#!/usr/bin/env bash
# Runs a selection of the release build's tests under memcheck. The release build is the one that ships, and
# three times as fast as a build without optimisation. Invalid accesses, uninitialised reads and definite leaks
# are fatal; tests/suppressions/valgrind.supp lists those of other projects.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shopt -s nullglob

# Each line has a pattern of executables in build/release/tests and a --gtest_filter. memcheck runs one thread
# at a time and 20-50 times slower, so the selection omits tests that measure time or load a machine. It also
# omits tests that count allocations, which memcheck replaces, start a thousand threads, or try ten thousand
# random values. ASan and TSan run them all.
selection='
marshal_*   *-*Property*
dispatch_*  *-*Stress*:*Soak*:*Many*:*Time*:*Deadline*:*Spin*:Allocation*:*Stray*:*Slot*:*Swap*
interp_*    *-*Stress*:*Soak*:*Many*:*Time*:*Deadline*:*Interrupt*:*Busy*
plugin_test Merge.*:ReadAnswer.*:Events.*:ModuleTest.*:Loading.*:Waiting.*
verlihub_*  *
'

export HOOKLINE_STRESS_SCALE=0.01

count=0
while read -r pattern filter; do
  [[ -n $pattern ]] || continue
  for binary in build/release/tests/$pattern; do
    count=$((count + 1))
    echo "== $(basename "$binary") $filter"
    started=$SECONDS
    valgrind --quiet --error-exitcode=99 --max-threads=1500 --leak-check=full --show-leak-kinds=definite \
      --errors-for-leak-kinds=definite --num-callers=30 --fair-sched=yes --child-silent-after-fork=yes \
      --suppressions=tests/suppressions/valgrind.supp --gen-suppressions=all \
      "$binary" --gtest_filter="$filter" --gtest_brief=1
    echo "   $((SECONDS - started)) s"
  done
done <<<"$selection"
if ((count == 0)); then
  echo "No test executable matches the selection." >&2
  exit 1
fi
echo "memcheck: $count test executables, no errors"
