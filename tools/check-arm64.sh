#!/usr/bin/env bash
# Compiles the files that do not need CPython for ARM64, with Debian's cross compiler: all of dispatch and its
# tests, and the files of marshal and its tests that do not include Python.h. Runs the tests under qemu.
#
#   tools/check-arm64.sh [GTEST_FILTER]
#
# Downloads libuv and GoogleTest for ARM64 from this Debian's own mirror into hookline's cache. The dpkg and the
# apt lists of this machine do not change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/progress.sh
source tools/progress.sh
# shellcheck source=tools/own-apt.sh
source tools/own-apt.sh
# qemu emulates each thread with one thread, and is slow, so tests that load the machine are left out, and those that
# measure real time or race with it. The other tests of timers move a clock themselves, and those of spinning count.
timing=FutureGet.SurvivesTimeoutsThatRaceWithTheResult:Value.ComparesLargeSetsInReasonableTime
filter=${1:--*Stress*:Allocation*:$timing}

cache=${HOOKLINE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/hookline}
# shellcheck disable=SC2016 # apt fills in the fields
read -r mirror suite < <(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
  'Created-By: Packages' 'Component: main' | grep -E '/debian/? ' | grep -vE -- '-(updates|backports)')
sysroot=$cache/arm64-$suite
mkdir -p "$cache"

# Downloads and unpacks into a temporary folder, and then renames it, so that an interrupted download does not
# leave an incomplete sysroot.
make_sysroot() {
  mkdir -p "$work/root"
  own_apt "$work/apt" \
    "deb [arch=arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" \
    'APT::Architecture "arm64";' 'APT::Architectures { "arm64"; };'
  apt-get -q update
  (cd "$work" && apt-get -q download libuv1-dev libgtest-dev libgmock-dev)
  local deb
  for deb in "$work"/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  mv -T "$work/root" "$sysroot"
}
if [[ ! -d $sysroot ]]; then
  work=$(mktemp -d "$cache/arm64.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  with_progress "$work/log" "Fetching libuv and GoogleTest for ARM64 from $mirror" make_sysroot
fi

cmake -S tools/arm64 -B build/arm64 -G Ninja --log-level=WARNING -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ \
  -DARM64_SYSROOT="$sysroot" >/dev/null
cmake --build build/arm64
for room in marshal dispatch; do
  say "the tests of $room, under qemu"
  qemu-aarch64 -L /usr/aarch64-linux-gnu "build/arm64/${room}_test" --gtest_brief=1 --gtest_filter="$filter"
done
