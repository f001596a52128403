#!/usr/bin/env bash
# Installs the packages of the given groups of tools/packages.txt, and finds or builds a CPython >= 3.13.
#
#   tools/setup.sh build [test|sanitize|docs|lint|valgrind|fuzz|arm64]...
#
# It asks no questions. If nothing is missing, it takes less than a second, so it needs no stamp file that
# could become outdated. It installs missing packages as root, and otherwise names them in one sentence.
#
# It uses any CPython that tools/find-python.sh accepts. If there is none, it installs the distribution's own if
# that is new enough, and otherwise tools/build-python.sh builds one from source.
set -euo pipefail

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/progress.sh
source "$tools/progress.sh"

# --- tools/packages.txt ------------------------------------------------------------------------------
# A spec is a line of that file: "name | name >= version ?", where the last two parts are optional.

# Prints the specs of the given groups.
specs_of() {
  awk -v groups=" $* " '
    /^\[/ { group = substr($0, 2, length($0) - 2); next }
    /^[^#]/ && index(groups, " " group " ") { sub(/ *#.*/, ""); print }' "$tools/packages.txt"
}
names_of() { sed -E 's/ *\?$//; s/ *>=.*//; s/\|/ /g' <<<"$1"; }
least_version_of() { sed -nE 's/ *\?$//; s/.*>= *//p' <<<"$1"; }
is_optional() { [[ $1 == *\? ]]; }

declare -A installed=() candidate=() # name -> version

look_installed() {
  local name version status
  while read -r name version status; do
    # shellcheck disable=SC2034 # choose() reads it by name
    if [[ $status == installed ]]; then installed[${name%%:*}]=$version; fi
  done < <(dpkg-query -W -f '${binary:Package} ${Version} ${db:Status-Status}\n' "$@" 2>/dev/null)
}

# Fills `candidate` with the versions that apt would install, according to the present package lists.
look_candidates() {
  local name version
  candidate=()
  while read -r name version; do
    # shellcheck disable=SC2034 # choose() reads it by name
    if [[ $version != '(none)' ]]; then candidate[$name]=$version; fi
  done < <(LC_ALL=C apt-cache policy "$@" 2>/dev/null |
    awk '/^[^ ].*:$/ { name = substr($0, 1, length($0) - 1) } $1 == "Candidate:" { print name, $2 }')
}

# choose SPEC installed|candidate: prints the name of the first alternative that is good enough.
choose() {
  local -n versions=$2
  local name least
  least=$(least_version_of "$1")
  for name in $(names_of "$1"); do
    if [[ -n ${versions[$name]:-} ]] &&
      { [[ -z $least ]] || dpkg --compare-versions "${versions[$name]}" ge "$least"; }; then
      echo "$name"
      return
    fi
  done
  return 1
}

# --- The missing packages ----------------------------------------------------------------------------
if ! command -v dpkg-query >/dev/null; then
  echo "hookline's set-up needs Debian 12 or later; elsewhere install what tools/packages.txt lists" \
    "and call cmake yourself." >&2
  exit 1
fi

# If HOOKLINE_PYTHON cannot be used, that is an error, and no other Python is built.
if [[ -n ${HOOKLINE_PYTHON:-} ]]; then "$tools/find-python.sh" >/dev/null; fi
python=$("$tools/find-python.sh" 2>/dev/null) || python=

mapfile -t specs < <(specs_of "$@")
mapfile -t python_specs < <(specs_of system-python)
mapfile -t build_specs < <(specs_of build-python)
mapfile -t names < <(for spec in "${specs[@]}" "${python_specs[@]}" "${build_specs[@]}"; do
  names_of "$spec" | tr -s ' ' '\n'
done)
look_installed "${names[@]}"

pending=() # specs that no installed package satisfies
for spec in "${specs[@]}"; do
  choose "$spec" installed >/dev/null || pending+=("$spec")
done

# Fills `missing` with the packages to install, according to the package lists.
decide() {
  local spec name wanted=("${pending[@]}")
  missing=() build_python=
  look_candidates "${names[@]}"
  if [[ -z $python ]]; then
    for spec in "${python_specs[@]}"; do
      choose "$spec" candidate >/dev/null || build_python=1
    done
    local group=("${python_specs[@]}")
    if [[ -n $build_python ]]; then group=("${build_specs[@]}"); fi
    for spec in "${group[@]}"; do
      choose "$spec" installed >/dev/null || wanted+=("$spec")
    done
  fi
  for spec in "${wanted[@]}"; do
    # Without package lists no package has a candidate; then apt is asked for the first name.
    if name=$(choose "$spec" candidate); then
      missing+=("$name")
    elif ! is_optional "$spec"; then
      read -r name _ <<<"$(names_of "$spec")"
      missing+=("$name")
    fi
  done
}

missing=() build_python=
if ((${#pending[@]} > 0)) || [[ -z $python ]]; then decide; fi

# --- Installing them ---------------------------------------------------------------------------------
if ((${#missing[@]} > 0)); then
  if [[ $EUID != 0 ]]; then
    also=
    if [[ -n $build_python ]]; then also=" (some of them to build CPython 3.13, as none >= 3.13 was found)"; fi
    echo "hookline needs packages that only root can install$also: run" \
      "'apt-get install --no-install-recommends ${missing[*]}' as root, then try again." >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  logs=$(mktemp -d)
  trap 'rm -rf "$logs"' EXIT
  # It does not matter if a third party's source cannot be reached. If Debian's cannot, the installation fails.
  with_progress "$logs/update.log" "apt-get update" \
    apt-get -q -o Acquire::Retries=3 update ||
    say "apt-get update had errors; trying with the package lists that there are"
  decide # again, with the new package lists
  with_progress "$logs/install.log" "Installing ${#missing[@]} packages" \
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    -o Acquire::Retries=3 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    "${missing[@]}"
fi

if [[ -z $python ]]; then
  if [[ -n $build_python ]]; then "$tools/build-python.sh"; fi
  "$tools/find-python.sh" >/dev/null
fi
