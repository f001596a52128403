#!/usr/bin/env bash
# Checks or rewrites the C++ files.
#
#   lint.sh check   fails if clang-format or clang-tidy finds anything, or if a public header does not compile alone
#                   with clang; clang-tidy reads the files that have changed
#   lint.sh groups  does the same, and clang-tidy also reads all files in groups, without its slow checks
#   lint.sh each    does the same, and clang-tidy applies all its checks to every file
#   lint.sh format  rewrites the files in the project's format
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folders=()
for folder in include src tests bench examples; do
  if [[ -d $folder ]]; then folders+=("$folder"); fi
done
mapfile -t files < <(find "${folders[@]}" -name '*.cc' -o -name '*.h' | sort)

# Prints the .cc file that shows clang-tidy the given one: itself, or for a header the .cc file of its name, or else
# the first one that includes it. Prints nothing for other files.
shown_by() {
  local file=$1 name
  case $file in
    src/*.cc | bench/*.cc | examples/*.cc) if [[ -f $file ]]; then echo "$file"; fi ;;
    include/*.h | src/*.h | bench/*.h)
      if [[ -f ${file%.h}.cc ]]; then
        echo "${file%.h}.cc"
      else
        name=${file#include/} name=${name#src/}
        grep -rlF --include='*.cc' "#include \"$name\"" src bench examples | sort | head -n 1 || true
      fi
      ;;
  esac
}

# Prints what shows the files that differ from main, or from main of a day ago if this is main, the newest first.
# Prints nothing without git.
changed() {
  local base since
  base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null) || return 0
  since=("$base..HEAD")
  if [[ $base == "$(git rev-parse HEAD)" ]]; then since=(--since='1 day ago' HEAD); fi
  {
    git diff --name-only HEAD
    git log --format= --name-only "${since[@]}"
  } | awk '!seen[$0]++' | while read -r file; do shown_by "$file"; done | awk '!seen[$0]++' || true
}

if [[ ${1:-check} == format ]]; then
  clang-format-19 -i "${files[@]}"
  exit
fi
clang-format-19 --dry-run -Werror "${files[@]}"
echo "clang-format: ${#files[@]} files are clean"
python=$(tools/find-python.sh)
# The test install/headers_clang++-19 does the same where clang is installed before the tests run, as it is not in CI.
"$python" -I tests/headers_test.py . compile clang++-19 -std=c++23
tidy=("$python" -I tools/tidy.py build/bench)
if [[ ${1:-check} == each ]]; then
  "${tidy[@]}" --each
  exit
fi
if [[ ${1:-check} == groups ]]; then "${tidy[@]}"; fi
mapfile -t changed < <(changed)
if ((${#changed[@]} > 0)); then "${tidy[@]}" --files "${changed[@]}"; fi
