#!/usr/bin/env bash
# Compiles everything with each supported compiler, in each of CMake's build types that a project which embeds
# hookline may use. Warnings are errors. It does not run anything.
#
#   tools/check-builds.sh [COMPILER:TYPE]...      for example g++:Release clang++-19:Debug; default: all six
#
# The builds stay in build/builds/, so that a second call only compiles what has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/progress.sh
source tools/progress.sh

if (($# == 0)); then
  for compiler in g++ clang++-19; do
    for type in Debug RelWithDebInfo Release; do set -- "$@" "$compiler:$type"; done
  done
fi
for build in "$@"; do
  compiler=${build%:*} type=${build##*:}
  folder=build/builds/$compiler-$type
  say "$("$compiler" --version | head -n 1), $type"
  cmake -S . -B "$folder" -G Ninja --log-level=WARNING -DCMAKE_BUILD_TYPE="$type" -DHOOKLINE_UNITY=ON \
    -DCMAKE_CXX_COMPILER="$compiler" >/dev/null
  cmake --build "$folder"
done
say "$# builds without a warning"
