#!/usr/bin/env bash
# Runs the coverage build's tests and prints the line coverage of src/ and include/; fails below 85%.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find build/coverage -name '*.gcda' -delete # otherwise the counts of earlier runs would be added
ctest --preset coverage
mkdir -p build/coverage/report
# clang wrote the counts, so that clang's own gcov reads them.
gcovr --gcov-executable 'llvm-cov-19 gcov' --root . --filter 'src/' --filter 'include/' build/coverage -j "$(nproc)" --exclude-unreachable-branches \
  --exclude-throw-branches --html-details build/coverage/report/index.html --txt --print-summary \
  --fail-under-line 85
