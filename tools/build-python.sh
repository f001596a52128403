#!/usr/bin/env bash
# Builds Debian trixie's CPython 3.13 into a prefix of its own, for machines whose distribution only has an
# older one. It does not need root (the packages that it needs are the group "build-python" of
# tools/packages.txt), and does not touch the machine's apt sources: it reads trixie's index with its own lists.
#
#   tools/build-python.sh                 builds, unless it was built before; shows the progress
#   tools/build-python.sh --print-prefix  prints the path of the prefix
set -euo pipefail

cache=${HOOKLINE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/hookline}
prefix=$cache/python-3.13
if [[ ${1:-} == --print-prefix ]]; then
  echo "$prefix"
  exit
fi

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/progress.sh
source "$tools/progress.sh"
# shellcheck source=tools/own-apt.sh
source "$tools/own-apt.sh"
is_there() { "$tools/find-python.sh" --describe "$prefix/bin/python3" >/dev/null 2>&1; }
if is_there; then exit 0; fi

if ! mkdir -p "$cache" 2>/dev/null || [[ ! -w $cache ]]; then
  echo "No CPython >= 3.13 was found, and one cannot be built because $cache is not writable:" \
    "set HOOKLINE_CACHE to a folder that is, or HOOKLINE_PYTHON to a python3 >= 3.13." >&2
  exit 1
fi

# If two set-ups run at the same time, only one of them builds.
exec 9>"$cache/build-python.lock"
flock -n 9 || { say "waiting for another build of Python"; flock 9; }
if is_there; then exit 0; fi

say "No CPython >= 3.13 was found: building Debian trixie's, once"
work=$(mktemp -d "$cache/build-python.XXXXXX")
trap 'rm -rf "$work"' EXIT
log=$cache/build-python.log
jobs=$(nproc)

# --- The source, through separate apt lists --------------------------------------------------------
# It comes from the mirror of this machine's own Debian packages, so that a proxy or a local mirror is used.
# shellcheck disable=SC2016 # apt fills in the fields
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 2>/dev/null |
  grep -E '/debian/?$' | head -n 1) || true
mirror=${mirror:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
own_apt "$work/apt" "deb-src [signed-by=$keyring] ${mirror%/} trixie main"
fetch() { (cd "$work" && apt-get -q source --download-only -t trixie python3.13); }
with_progress "$log" "Python 1/5: reading trixie's source index from $mirror" apt-get -q update
with_progress "$log" "Python 2/5: downloading the source of python3.13" fetch
unset APT_CONFIG
with_progress "$log" "Python 3/5: unpacking" dpkg-source -x "$work"/python3.13_*.dsc "$work/source"

# --- Configure, compile, install -------------------------------------------------------------------
# PGO and LTO are off, because they take ten times as long. -O2 is what Debian's own packages have; CPython's -O3
# with full debug information takes a quarter longer. The rpath is needed to run $prefix/bin/python3; it is passed as
# LDFLAGS_NODIST, because Debian's patches drop configure's LDFLAGS.
configure() {
  mkdir "$work/build" && cd "$work/build" &&
    "$work/source/configure" --prefix="$prefix" --enable-shared --without-static-libpython \
      --disable-test-modules --without-ensurepip OPT="-DNDEBUG -g1 -O2 -Wall" LDFLAGS_NODIST="-Wl,-rpath,$prefix/lib"
}
compile() { make -C "$work/build" -j"$jobs"; }
install_staged() { make -C "$work/build" -j"$jobs" install DESTDIR="$work/stage"; }
# Imports the modules that scripts of a hub expect. If a -dev package is missing, the build omits one silently.
try_modules() {
  PYTHONHOME=$stage LD_LIBRARY_PATH=$stage/lib "$stage/bin/python3" -c \
    'import asyncio, bz2, ctypes, datetime, hashlib, lzma, sqlite3, ssl, uuid, zlib'
}
with_progress "$log" "Python 4/5: configuring" configure
with_progress "$log" "Python 5/5: compiling with $jobs jobs (a few minutes)" compile
with_progress "$log" "Python 5/5: installing into $prefix" install_staged
# The build is installed elsewhere, tried there, and moved into place in one step, so that an interrupted build
# does not leave an incomplete prefix.
stage=$work/stage$prefix
with_progress "$log" "Python 5/5: trying its modules" try_modules
rm -rf "$prefix"
mv -T "$stage" "$prefix"
"$tools/find-python.sh" --describe "$prefix/bin/python3" >/dev/null
say "Python $("$prefix/bin/python3" -I -c 'import platform; print(platform.python_version())') is in $prefix"
