#!/usr/bin/env bash
# Tries the project on a bare Debian: makes a debootstrap root with only make, git and ca-certificates, copies
# this working tree into it, and runs make there.
#
#   tools/clean-room.sh ROOT [--suite bookworm|trixie|sid] [--fresh] [--as-nobody] [make target...]
#
# Without targets it makes run and test. ROOT is a folder outside of the repository. An existing root is used
# again, whatever suite it has; --fresh makes a new one. The suite is bookworm (Debian 12) unless --suite names
# another one. --as-nobody runs make without root's rights. The script itself needs root and debootstrap. At the
# end the root is unmounted but stays; --remove deletes it.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${1:-} in
  '' | -*)
    sed -n '2,/^set /{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    if [[ ${1:-} == --help || ${1:-} == -h ]]; then exit 0; else exit 2; fi
    ;;
esac
root=$1
shift
fresh='' remove='' user=root suite=''
while [[ ${1:-} == --* ]]; do
  case $1 in
    --suite)
      suite=${2:-}
      shift
      ;;
    --fresh) fresh=1 ;;
    --remove) remove=1 ;;
    --as-nobody) user=nobody ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
if (($# == 0)); then set -- run test; fi
case $suite in
  '' | bookworm | trixie | sid) ;;
  *) echo "unknown suite '$suite': it is one of bookworm, trixie and sid" >&2; exit 2 ;;
esac
if [[ $EUID != 0 ]]; then echo "debootstrap and chroot need root." >&2; exit 1; fi
mkdir -p "$root"
root=$(cd "$root" && pwd)
case $root/ in
  /) echo "refusing to use / as the clean room" >&2; exit 2 ;;
  "$source_dir"/*) echo "the clean room must be outside of $source_dir" >&2; exit 2 ;;
esac
if [[ -n $(ls -A "$root") && ! -d $root/debootstrap && ! -e $root/etc/debian_version ]]; then
  echo "$root is neither empty nor a Debian root" >&2
  exit 2
fi

unmount() {
  local point
  for point in dev/shm dev/pts dev proc; do
    if mountpoint -q "$root/$point"; then umount "$root/$point"; fi
  done
}
trap unmount EXIT
unmount
if [[ -n $fresh || -n $remove ]]; then rm -rf --one-file-system "${root:?}"/*; fi
if [[ -n $remove ]]; then rmdir "$root"; exit; fi

# A root keeps the suite with which it was made. If the caller asks for another one, that is an error.
made=$root/root/.clean-room
if [[ -e $made ]]; then
  has=$(<"$made")
  has=${has:-bookworm}
  if [[ -n $suite && $suite != "$has" ]]; then
    echo "$root has $has, not $suite: call this with --fresh, or with another folder." >&2
    exit 2
  fi
  suite=$has
fi
suite=${suite:-bookworm}

in_root() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# --- The root --------------------------------------------------------------------------------------
if [[ ! -e $made ]]; then
  # shellcheck disable=SC2016 # apt fills in the field
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' |
    grep -E '/debian/?$' | head -n 1) || true
  mirror=${mirror:-http://deb.debian.org/debian}
  debootstrap --variant=minbase "$suite" "$root" "$mirror"
  {
    echo "deb $mirror $suite main"
    if [[ $suite != sid ]]; then # sid has neither an updates nor a security suite
      echo "deb $mirror $suite-updates main"
      echo "deb ${mirror%/debian*}/debian-security $suite-security main"
    fi
  } >"$root/etc/apt/sources.list"
  # The settings with which this machine reaches the mirror, such as proxies.
  apt-config dump | grep -E '^Acquire::(http|https|ftp|Check|Retries)' >"$root/etc/apt/apt.conf.d/99host" || true
  # This prevents services from being started in the root.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
fi
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --make-private "$root/dev" # otherwise the two mounts below would appear in the machine's own /dev
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666,mode=620
mount -t tmpfs tmpfs "$root/dev/shm"
if [[ ! -e $made ]]; then
  in_root apt-get -q update
  in_root apt-get -q install -y --no-install-recommends make git ca-certificates
  echo "$suite" >"$made"
fi

# --- The working tree as git sees it, with uncommitted changes ----------------------------------------
# The build folder in the root stays, so that a second call shows what a second make does; --fresh removes it.
# The files get new times there (tar -m). With the times that they have here, some would seem older than
# files that were built from earlier versions of them.
checkout=/srv/hookline
mkdir -p "$root$checkout"
find "$root$checkout" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
git -C "$source_dir" ls-files -coz --exclude-standard |
  tar -C "$source_dir" --null --ignore-failed-read -cf - -T - | tar -C "$root$checkout" -xmf -
in_root chown -R "$user" "$checkout"

# --- make --------------------------------------------------------------------------------------------
for target in "$@"; do
  echo "== clean room: make $target on $suite (as $user)"
  started=$SECONDS
  status=0
  if [[ $user == root ]]; then
    in_root make -C "$checkout" "$target" || status=$?
  else
    in_root setpriv --reuid="$user" --regid=nogroup --clear-groups \
      env HOME=/nonexistent make -C "$checkout" "$target" || status=$?
  fi
  echo "== clean room: make $target on $suite: status $status, $((SECONDS - started)) s"
  if ((status != 0)); then exit "$status"; fi
done
