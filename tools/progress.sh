# shellcheck shell=bash
# Other scripts source this file. During a long step it prints a line every few seconds, which says what the
# step does, for how long, and how far it is.

# say TEXT: prints a line, with the seconds since the script started.
say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# with_progress LOG TITLE COMMAND...: runs COMMAND with its output in LOG, and shows TITLE and the log's
# last line every 3 seconds. If COMMAND fails, the log's end is shown and its status returned.
with_progress() {
  local log=$1 title=$2 pid status=0
  shift 2
  say "$title"
  # The command gets a process group of its own, so that an interrupted set-up can end all of it.
  set -m
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  # shellcheck disable=SC2064
  trap "kill -- -$pid 2>/dev/null || true; exit 130" INT TERM HUP
  local next=$((SECONDS + 3))
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS >= next)); then
      # The end of a long line is shown, because compilers have the file there.
      say "$title: $(tail -c 4000 "$log" | tr -s '\r' '\n' |
        awk 'NF { line = $0 } END { n = length(line); print (n > 80 ? "..." substr(line, n - 76) : line) }')"
      next=$((SECONDS + 3))
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM HUP
  if ((status != 0)); then
    say "$title: failed; the end of $log:" >&2
    tail -n 25 "$log" >&2
  fi
  return "$status"
}
