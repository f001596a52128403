#!/usr/bin/env bash
# Runs each fuzz harness for the given number of seconds. The first finding ends it with an error, and is kept
# in build/fuzz/findings. Seeds may be committed in tests/fuzz/corpus/<harness>/, and dictionaries as
# tests/fuzz/<harness>.dict. Inputs that libFuzzer finds itself are kept in build/fuzz/corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-60}
shopt -s nullglob

# clang's runtime has no symbolizer of its own, and without addr2line the suppressions match nothing.
export ASAN_OPTIONS=allow_addr2line=1:detect_stack_use_after_return=1
export LSAN_OPTIONS=suppressions=$PWD/tests/suppressions/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1:suppressions=$PWD/tests/suppressions/ubsan.supp

harnesses=(build/fuzz/fuzz/*_fuzz)
if ((${#harnesses[@]} == 0)); then
  echo "There is no fuzz harness in build/fuzz/fuzz." >&2
  exit 1
fi
mkdir -p build/fuzz/findings
for harness in "${harnesses[@]}"; do
  name=$(basename "$harness")
  echo "== $name, $seconds s"
  mkdir -p "build/fuzz/corpus/$name"
  options=(-max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 -print_final_stats=1
    -artifact_prefix="build/fuzz/findings/$name-")
  if [[ -f tests/fuzz/$name.dict ]]; then options+=(-dict="tests/fuzz/$name.dict"); fi
  # New inputs are written to the first folder; the committed seeds are only read.
  corpora=("build/fuzz/corpus/$name")
  if [[ -d tests/fuzz/corpus/$name ]]; then corpora+=("tests/fuzz/corpus/$name"); fi
  "$harness" "${options[@]}" "${corpora[@]}"
done
echo "${#harnesses[@]} harnesses, no findings"
