#!/usr/bin/env bash
# Prints the path of a CPython that hookline can embed, or one sentence on stderr and exit status 1.
#
#   tools/find-python.sh                 searches $HOOKLINE_PYTHON, the system, pyenv, and the cached build
#   tools/find-python.sh --describe EXE  checks EXE and prints what CMake needs, one KEY=VALUE on each line
#
# A CPython can be embedded if it has version 3.13 or later, the GIL, a shared libpython and the C headers.
set -euo pipefail

# This runs inside the candidate, isolated (-I) and without site (-S), so that neither the environment nor a
# sitecustomize affects it. It looks in two places because Debian's multiarch puts libpython below LIBDIR.
probe='
import os, sys, sysconfig
version = "%d.%d.%d" % sys.version_info[:3]
def refuse(why):
    sys.exit("CPython " + version + " at " + sys.executable + " " + why)
if sys.implementation.name != "cpython":
    sys.exit(sys.executable + " is not CPython")
if sys.version_info < (3, 13):
    refuse("is older than 3.13")
var = sysconfig.get_config_var
if var("Py_GIL_DISABLED"):
    refuse("is a free-threaded build, which has another ABI")
if not var("Py_ENABLE_SHARED"):
    refuse("has no shared libpython (it was built without --enable-shared)")
name = var("INSTSONAME") or var("LDLIBRARY")
places = [var("LIBDIR"), os.path.join(var("LIBDIR"), var("MULTIARCH") or "")]
library = next((p for p in (os.path.join(d, name) for d in places) if os.path.exists(p)), None)
include = sysconfig.get_path("include")
if library is None:
    refuse("has no " + name + " (its development package is missing)")
if not os.path.exists(os.path.join(include, "Python.h")):
    refuse("has no Python.h (its development package is missing)")
print("EXECUTABLE=" + os.path.realpath(sys.executable))
print("VERSION=" + version)
print("LIBRARY=" + os.path.normpath(library))
print("INCLUDE=" + include)
'

describe() { "$1" -I -S -c "$probe"; }

# Prints the real executable of a candidate that can be used, and nothing for another one.
accept() {
  local answer
  answer=$(describe "$1" 2>/dev/null) || return 1
  sed -n 's/^EXECUTABLE=//p' <<<"$answer"
}

if [[ ${1:-} == --describe ]]; then
  describe "$2"
  exit
fi

# An explicit choice is never replaced silently by another one.
if [[ -n ${HOOKLINE_PYTHON:-} ]]; then
  if accept "$HOOKLINE_PYTHON"; then exit 0; fi
  why=$(describe "$HOOKLINE_PYTHON" 2>&1 >/dev/null | tail -n 1) || true
  echo "HOOKLINE_PYTHON=$HOOKLINE_PYTHON cannot be used: ${why:-it does not run}." >&2
  exit 1
fi

newest_first() { sort -rV; }

candidates() {
  # Of the system's Pythons the plain name comes last, because a name with a version is more specific. pyenv's
  # shims are on the PATH, too, but they run the version that is selected in this folder. So they are left out,
  # and pyenv's real versions follow below.
  local dir
  IFS=: read -ra dirs <<<"$PATH"
  for dir in "${dirs[@]}"; do
    [[ $dir == */shims ]] || compgen -G "$dir/python3.[1-9][0-9]" || true
  done | awk -F/ '{print $NF "\t" $0}' | sort -rV -s -k1,1 | cut -f2
  for dir in "${dirs[@]}"; do
    if [[ $dir != */shims && -x $dir/python3 ]]; then echo "$dir/python3"; fi
  done

  local pyenv_root=${PYENV_ROOT:-}
  if [[ -z $pyenv_root ]] && command -v pyenv >/dev/null; then pyenv_root=$(pyenv root); fi
  if [[ -z $pyenv_root ]]; then pyenv_root=${HOME:-/nonexistent}/.pyenv; fi
  compgen -G "$pyenv_root/versions/3.*/bin/python3" | newest_first || true

  "$(dirname "${BASH_SOURCE[0]}")/build-python.sh" --print-prefix | sed 's|$|/bin/python3|'
}

while read -r candidate; do
  if [[ -x $candidate ]] && accept "$candidate"; then exit 0; fi
done < <(candidates)

echo "No CPython >= 3.13 with a shared libpython and headers was found: run 'make setup'," \
  "or name one with HOOKLINE_PYTHON=/path/to/python3." >&2
exit 1
