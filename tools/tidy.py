"""Runs clang-tidy over the files of compile_commands.json but for the tests, and skips what has not changed.

    tidy.py BUILD_DIR

clang-tidy takes seconds per file. A file that was clean is remembered, in hookline's cache beside the
Python that set-up may have built, with a hash over everything that its result depends on: the file and
each header that it includes, its compile command, the .clang-tidy files, and clang-tidy itself. Paths
count relative to the checkout, so that a fresh clone profits too.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLANG_TIDY = "clang-tidy-19"
# GCC's warnings are the build's business, and clang does not know all of its flags.
ARGUMENTS = ["--quiet", "--extra-arg=-w"]
# The analyzer gives a function up after so many states. With ten times as many, its default, it takes as
# long as all other checks together, and has found nothing more.
ARGUMENTS += [f"--extra-arg={word}" for word in "-Xclang -analyzer-config -Xclang max-nodes=20000".split()]


def relative(text):
    return text.replace(str(ROOT), ".")


def stamp_folder():
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("HOOKLINE_CACHE") or Path(cache) / "hookline") / "tidy"


@functools.cache
def file_hash(path):
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return "absent"


@functools.cache
def tool_hash():
    """What is the same for every file."""
    version = subprocess.run([CLANG_TIDY, "--version"], check=True, capture_output=True).stdout
    state = hashlib.sha256(version + Path(__file__).read_bytes())
    for config in [ROOT / ".clang-tidy", *sorted(ROOT.glob("*/**/.clang-tidy"))]:
        state.update(f"{relative(str(config))} {file_hash(config)}\n".encode())
    return state.hexdigest()


def result_key(entry, headers):
    state = hashlib.sha256(f"{tool_hash()}\n{relative(entry['command'])}\n".encode())
    for path in [entry["file"], *headers]:
        state.update(f"{relative(path)} {file_hash(path)}\n".encode())
    return state.hexdigest()


def headers_of(entry):
    """Every header that the file includes, the system's too."""
    command = shlex.split(entry["command"])
    if "-o" in command:
        at = command.index("-o")
        del command[at : at + 2]
    command = [c for c in command if c not in ("-c", "-MD")] + ["-M"]
    rule = subprocess.run(command, cwd=entry["directory"], check=True, capture_output=True, text=True)
    paths = shlex.split(rule.stdout.split(":", 1)[1].replace("\\\n", " "))
    return sorted({str(Path(entry["directory"], p)) for p in paths} - {entry["file"]})


def check(entry, stamp_dir, build_dir):
    """Returns (was remembered, output if not clean, seconds)."""
    stamp = stamp_dir / (os.path.relpath(entry["file"], ROOT).replace("/", "+") + ".json")
    try:
        known = json.loads(stamp.read_text())
        headers = [h.replace("./", f"{ROOT}/", 1) if h.startswith("./") else h for h in known["headers"]]
        if known["key"] == result_key(entry, headers):
            return True, "", 0.0
    except (OSError, ValueError, KeyError):
        pass
    started = time.monotonic()
    try:
        headers = headers_of(entry)
        key = result_key(entry, headers)  # before the run: a file that is edited meanwhile is not clean
    except subprocess.CalledProcessError as error:
        return False, error.stderr, time.monotonic() - started
    run = subprocess.run(
        [CLANG_TIDY, "-p", str(build_dir), *ARGUMENTS, entry["file"]],
        capture_output=True, text=True, check=False)
    if run.returncode == 0 and not run.stdout.strip():
        stamp.write_text(json.dumps({"key": key, "headers": [relative(h) for h in headers]}))
        return False, "", time.monotonic() - started
    # stderr counts warnings in headers that are not ours; it is of interest only without other output.
    return False, run.stdout.strip() or run.stderr, time.monotonic() - started


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    build_dir = Path(sys.argv[1]).resolve()
    entries = {e["file"]: e for e in json.loads((build_dir / "compile_commands.json").read_text())
               if not e["file"].startswith(str(ROOT / "tests"))}
    stamp_dir = stamp_folder()
    stamp_dir.mkdir(parents=True, exist_ok=True)

    started = time.monotonic()
    dirty = remembered = done = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        runs = {pool.submit(check, e, stamp_dir, build_dir): e for e in entries.values()}
        for run in concurrent.futures.as_completed(runs):
            was_remembered, output, seconds = run.result()
            done += 1
            remembered += was_remembered
            if was_remembered:
                continue
            name = os.path.relpath(runs[run]["file"], ROOT)
            print(f"[{time.monotonic() - started:4.0f} s] {done}/{len(entries)} {name} ({seconds:.1f} s)",
                  flush=True)
            if output:
                dirty += 1
                print(output, flush=True)
    print(f"clang-tidy: {len(entries)} files, {remembered} unchanged since they were clean, "
          f"{dirty} with findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
