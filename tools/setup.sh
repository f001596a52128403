#!/usr/bin/env bash
# Makes sure that what the given groups of tools/packages.txt need is there, and a CPython >= 3.13.
#
#   tools/setup.sh build [test|lint|coverage|valgrind|fuzz]...
#
# Asks nothing. When nothing is missing it only looks (under a second, and no apt call); that is also why
# there is no stamp to go stale. What is missing it installs as root, or names in one sentence.
set -euo pipefail

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/progress.sh
source "$tools/progress.sh"

# Prints the packages of the given groups that are not installed.
missing_of() {
  local groups=" $* " names
  mapfile -t names < <(awk -v groups="$groups" '
    /^\[/ { group = substr($0, 2, length($0) - 2); next }
    /^[^#]/ && index(groups, " " group " ") { print $1 }' "$tools/packages.txt")
  comm -23 <(printf '%s\n' "${names[@]}" | sort) <(
    dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' "${names[@]}" 2>/dev/null |
      awk '$2 == "installed" { sub(/:.*/, "", $1); print $1 }' | sort)
}

if ! command -v dpkg-query >/dev/null; then
  echo "hookline's set-up needs Debian 12 or later; elsewhere install what tools/packages.txt lists" \
    "and call cmake yourself." >&2
  exit 1
fi

# A python that was named but cannot be used is an error, not a reason to build another one.
if [[ -n ${HOOKLINE_PYTHON:-} ]]; then "$tools/find-python.sh" >/dev/null; fi
groups=("$@")
python=$("$tools/find-python.sh" 2>/dev/null) || groups+=(python)

mapfile -t missing < <(missing_of "${groups[@]}")
if ((${#missing[@]} > 0)); then
  if [[ $EUID != 0 ]]; then
    also=
    if [[ -z $python ]]; then also=" (some of them to build CPython 3.13, as none >= 3.13 was found)"; fi
    echo "hookline needs packages that only root can install$also: run" \
      "'apt-get install --no-install-recommends ${missing[*]}' as root, then try again." >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  logs=$(mktemp -d)
  trap 'rm -rf "$logs"' EXIT
  # A third party's source that cannot be reached does not matter; if Debian's cannot, the install says so.
  with_progress "$logs/update.log" "apt-get update" \
    apt-get -q -o Acquire::Retries=3 update ||
    say "apt-get update had errors; trying with the package lists that there are"
  with_progress "$logs/install.log" "Installing ${#missing[@]} packages" \
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    -o Acquire::Retries=3 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    "${missing[@]}"
fi

if [[ -z $python ]]; then
  "$tools/build-python.sh"
  "$tools/find-python.sh" >/dev/null
fi
