"""Runs clang-tidy over the files of compile_commands.json except the tests, and skips unchanged files.

    tidy.py BUILD_DIR [--each | --files FILE...]

clang-tidy spends most of its time on the headers of a file, so by default it reads several files together
(unity.py says which), which takes a fifth of the time. It then finds less: a few checks ignore included files,
and the analyzer, which does so, too, is left out. With --each it reads every file alone, with all checks. With
--files it does the same for these files, in this order, as many as it can begin in FILES_BUDGET seconds.

A file or group without findings is remembered in hookline's cache, beside the Python that set-up may have
built, with a hash of everything that the result depends on: the file and each header that it includes, its
compile command, the .clang-tidy files, and clang-tidy itself. The hash uses paths relative to the checkout, so
that it is also valid for a fresh clone.
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

sys.path.insert(0, str(Path(__file__).resolve().parent))
import unity  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CLANG_TIDY = "clang-tidy-19"
# The build reports GCC's warnings, and clang does not know all of GCC's flags.
ARGUMENTS = ["--quiet", "--extra-arg=-w"]
# The analyzer stops analysing a function after this number of states. With the default, which is ten times as
# many, it takes as long as all other checks together, and has found nothing more.
ARGUMENTS += [f"--extra-arg={word}" for word in "-Xclang -analyzer-config -Xclang max-nodes=20000".split()]
# The checks for a group. It includes .cc files by design.
GROUP_CHECKS = "--checks=-clang-analyzer-*,-bugprone-suspicious-include"
# This is larger than the compiler's, because most of the time is spent on headers.
GROUP_SIZE = 40
FILES_BUDGET = 180
FOLDERS = ("include", "src", "tests", "bench", "examples")


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
    """Returns a hash of everything that the results of all files depend on."""
    version = subprocess.run([CLANG_TIDY, "--version"], check=True, capture_output=True).stdout
    state = hashlib.sha256(version + repr([ARGUMENTS, GROUP_CHECKS]).encode())
    for config in [ROOT / ".clang-tidy", *sorted(c for f in FOLDERS for c in (ROOT / f).rglob(".clang-tidy"))]:
        state.update(f"{relative(str(config))} {file_hash(config)}\n".encode())
    return state.hexdigest()


def result_key(entry, headers):
    state = hashlib.sha256(f"{tool_hash()}\n{relative(entry['command'])}\n".encode())
    for path in [entry["file"], *entry.get("members", []), *headers]:
        state.update(f"{relative(str(path))} {file_hash(str(path))}\n".encode())
    return state.hexdigest()


def grouped(entries, build_dir):
    """Replaces the entries of the members of each group by one entry, whose file includes theirs."""
    entries = dict(entries)
    folder = build_dir / "tidy"
    folder.mkdir(exist_ok=True)
    for name, groups in unity.all_groups(ROOT, GROUP_SIZE).items():
        for number, members in enumerate(groups):
            of_members = [entries.pop(str(m), None) for m in members]
            if None in of_members:  # the group has tests, or files that this build omits
                continue
            path = folder / f"{name.replace('/', '_')}_{number}.cc"
            text = "".join(f'#include "{m}"\n' for m in members)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
            entry = of_members[0]
            entries[str(path)] = {
                "file": str(path), "directory": entry["directory"], "members": members,
                "command": entry["command"].replace(entry["file"], str(path))}
    return entries


def headers_of(entry):
    """Returns every header that the file includes, including those of the system."""
    command = shlex.split(entry["command"])
    if "-o" in command:
        at = command.index("-o")
        del command[at : at + 2]
    command = [c for c in command if c not in ("-c", "-MD")] + ["-M"]
    rule = subprocess.run(command, cwd=entry["directory"], check=True, capture_output=True, text=True)
    paths = shlex.split(rule.stdout.split(":", 1)[1].replace("\\\n", " "))
    return sorted({os.path.normpath(Path(entry["directory"], p)) for p in paths} - {entry["file"]})


def check(entry, stamp_dir, build_dir, with_groups):
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
        key = result_key(entry, headers)  # made before the run, in case the file is edited meanwhile
    except subprocess.CalledProcessError as error:
        return False, error.stderr, time.monotonic() - started
    checks = [GROUP_CHECKS] if with_groups else []
    run = subprocess.run(
        [CLANG_TIDY, "-p", str(build_dir), *ARGUMENTS, *checks, entry["file"]],
        capture_output=True, text=True, check=False)
    if run.returncode == 0 and not run.stdout.strip():
        stamp.write_text(json.dumps({"key": key, "headers": [relative(h) for h in headers]}))
        return False, "", time.monotonic() - started
    # stderr counts warnings in foreign headers, so it is only shown if there is no other output.
    return False, run.stdout.strip() or run.stderr, time.monotonic() - started


def main():
    if len(sys.argv) < 2 or sys.argv[2:3] not in ([], ["--each"], ["--files"]):
        raise SystemExit(__doc__)
    build_dir = Path(sys.argv[1]).resolve()
    with_groups = len(sys.argv) == 2
    entries = {e["file"]: e for e in json.loads((build_dir / "compile_commands.json").read_text())
               # The simulation compiles sources of src/ once more, with other flags.
               if not e["file"].startswith(str(ROOT / "tests")) and "simulate/replace.h" not in e["command"]}
    deadline = None
    if with_groups:
        entries = grouped(entries, build_dir)
        # clang-tidy reads flags only from a compile_commands.json, and the build's has no groups.
        build_dir = build_dir / "tidy"
        (build_dir / "compile_commands.json").write_text(json.dumps(
            [{k: e[k] for k in ("file", "directory", "command")} for e in entries.values()]))
    elif sys.argv[2] == "--files":
        wanted = [str(ROOT / name) for name in sys.argv[3:]]
        entries = {name: entries[name] for name in wanted if name in entries}
        deadline = time.monotonic() + FILES_BUDGET
    stamp_dir = stamp_folder() / ("groups" if with_groups else "files")
    stamp_dir.mkdir(parents=True, exist_ok=True)

    started = time.monotonic()
    dirty = remembered = done = left = 0

    def check_in_time(entry):
        if deadline is not None and time.monotonic() > deadline:
            return None
        return check(entry, stamp_dir, build_dir, with_groups)

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        # The longest come first, so that all cores finish at about the same time.
        order = sorted(entries.values(), key=lambda e: -len(e.get("members", [])))
        runs = {pool.submit(check_in_time, e): e for e in order}
        for run in concurrent.futures.as_completed(runs):
            result = run.result()
            if result is None:
                left += 1
                continue
            was_remembered, output, seconds = result
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
    if left:
        print(f"clang-tidy: there was no time for {left} more files, which are left to `make check`")
    what = "groups and files" if with_groups else "files"
    print(f"clang-tidy: {done} {what}, {remembered} unchanged since they were clean, {dirty} with findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
