#!/usr/bin/env bash
# Follows docs/install.md to the letter, as a stranger would: runs its commands, which install hookline into
# /opt/hookline, and builds and runs the projects that it shows in folders outside of the tree. Says how long each
# command took. It needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
guide=docs/install.md

# block TEXT N: prints the Nth block of code after the line with this text.
block() {
  awk -v text="$1" -v wanted="$2" '
    index($0, text) { found = 1; next }
    found && /^```/ { inside = !inside; count += inside; next }
    inside && count == wanted' "$guide"
}

# run_lines TITLE: runs the lines of its input, one after the other.
run_lines() {
  local title=$1 line started
  while IFS= read -r line; do
    printf '== %s: %s\n' "$title" "$line"
    started=$SECONDS
    bash -c "$line" </dev/null
    printf -- '-- %s: %s: %d s\n' "$title" "$line" $((SECONDS - started))
  done
}

# try_project NAME FILE: makes the project that the guide shows, and runs its commands.
try_project() {
  local folder printed
  folder=$(mktemp -d)
  block "<!-- tests/consumers/$1/$2 -->" 1 >"$folder/$2"
  cp tests/consumers/host.cc tests/consumers/script.py "$folder"
  printed=$(block "<!-- tests/consumers/$1/$2 -->" 2 | (cd "$folder" && run_lines "$1") | tee >(cat >&2))
  rm -r "$folder"
  if ! grep -qx "'hello, ann'" <<<"$printed"; then
    echo "The project of $guide that uses $1 did not print 'hello, ann'." >&2
    exit 1
  fi
}

block '## Debian 12 and 13' 1 | run_lines "Debian $(cat /etc/debian_version)"
try_project find_package CMakeLists.txt
try_project pkg_config Makefile
echo "Everything in $guide works as it says."
