#!/usr/bin/env bash
# lint.sh check: clang-format and clang-tidy must find nothing.   lint.sh format: rewrite the files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folders=()
for folder in src tests bench examples; do
  if [[ -d $folder ]]; then folders+=("$folder"); fi
done
mapfile -t files < <(find "${folders[@]}" -name '*.cc' -o -name '*.h' | sort)

if [[ ${1:-check} == format ]]; then
  clang-format-19 -i "${files[@]}"
  exit
fi
clang-format-19 --dry-run -Werror "${files[@]}"
echo "clang-format: ${#files[@]} files are clean"
"$(tools/find-python.sh)" -I tools/tidy.py build/release
