"""Checks that the rooms, and the folders within a room, include only what docs/architecture.md allows.

    rooms_test.py SOURCE_DIR

It is strict and simple: every #include of src/ is either a room's header, a Python header, or something else.
A room's header must be written from src/ or include/ ("marshal/json.h", "hookline/value.h"), so that no relative
path slips by.
"""

import re
import sys
from pathlib import Path

# Room -> the rooms whose headers it may include, besides its own.
MAY_INCLUDE = {
    "marshal": set(),
    "interp": {"marshal"},
    "dispatch": {"marshal"},
    "plugin": {"marshal", "interp", "dispatch"},
    "verlihub": {"marshal", "dispatch", "plugin"},
    "hub": {"marshal", "dispatch", "plugin", "verlihub"},
    "wrapper": {"marshal", "dispatch", "plugin", "verlihub"},
    "cli": {"marshal", "plugin", "verlihub", "hub"},
}
# Room -> its sub-folders, the lowest first. A file may include headers of its own folder and of lower ones.
# Files that lie directly in the room are above all of them. A room without a row is not checked.
LAYERS = {
    "dispatch": ["base", "wait", "exec", "call", "future", "mailbox", "submit", "worker", "stream"],
    "plugin": ["types", "functions", "module", "event", "script", "reference"],
    "hub": [
        "base", "nmdc", "config", "net", "store", "users", "scripts", "session", "commands", "control", "vh",
    ],
}
# The public headers lie in include/hookline; each belongs to a room as much as if it lay there. Those that are not
# named here belong to plugin.
PUBLIC_ROOM = {
    "marshal": {
        "convert.h", "error.h", "value.h", "detail/convert_containers.h", "detail/convert_enums.h",
        "detail/convert_fields.h", "detail/convert_scalars.h", "detail/converter.h", "detail/value_path.h",
        # Plain data that interp and dispatch need: options of a script's Python, and of its mailbox.
        "options.h",
    },
    "dispatch": {
        "clock.h", "future.h", "loop.h", "stats.h", "stream.h", "uv.h",
        "detail/block_pool.h", "detail/deadline.h", "detail/future_core.h", "detail/future_jobs.h", "detail/future_state.h",
        "detail/parker_ref.h", "detail/result_space.h",
    },
}
# The rooms that any server may use, and the words that belong to hubs only.
NEUTRAL = {"marshal", "interp", "dispatch", "plugin"}
HUB_WORDS = re.compile(r"verlihub|nmdc|my_?info|\bhubs?\b|\bkHub|\bvh\b|\bvh_|\bVh[A-Z]|kVh"
                       r"|CallDynamicFunction|name_and_version|\bmyid\b", re.IGNORECASE)
# The rooms that know CPython. The others must not see it even through a header of these.
KNOWS_PYTHON = {"marshal", "interp", "plugin"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
ANY_INCLUDE = re.compile(r"^\s*#\s*(?:include|include_next|import)\b", re.MULTILINE)
PYTHON_HEADER = re.compile(r"(^|/)(Python\.h|pyconfig\.h|structmember\.h|cpython/.*|internal/pycore.*)$")


def includes_of(path):
    """Yields (line number, header, is quoted)."""
    text = path.read_text(encoding="utf-8")
    found = list(INCLUDE.finditer(text))
    if len(found) != len(ANY_INCLUDE.findall(text)):
        raise SystemExit(f"{path}: an #include that is not <...> or \"...\" cannot be checked")
    for match in found:
        yield text.count("\n", 0, match.start(2)) + 1, match[2], match[1] == '"'


def sources(room_dir):
    return sorted(p for p in room_dir.rglob("*") if p.suffix in {".cc", ".h", ".inc", ".cpp", ".hpp"})


def room_of(name):
    """Returns the room of a file, by its name from src/ or include/."""
    folder, _, rest = name.partition("/")
    if folder != "hookline":
        return folder
    if rest.startswith("verlihub/"):
        return "verlihub"
    return next((room for room, headers in PUBLIC_ROOM.items() if rest in headers), "plugin")


def may_include(room, header):
    """Public headers of the rooms below are for everyone above; other headers for the rooms that MAY_INCLUDE lists."""
    other = room_of(header)
    if other == room or other in MAY_INCLUDE[room]:
        return True
    return header.startswith("hookline/") and any(may_include(below, header) for below in MAY_INCLUDE[room])


def layer_of(name):
    """Returns the height of a file in its room, or None if the room has no layers, the file is public, or LAYERS does
    not list its folder."""
    room, *folders = name.split("/")[:-1]
    layers = LAYERS.get(room)
    if layers is None or (folders and folders[0] not in layers):
        return None
    return layers.index(folders[0]) if folders else len(layers)


def check_layers(edges):
    """Says which file of a room includes a header of a higher folder."""
    problems = []
    for name, includes in edges.items():
        room = name.split("/")[0]
        if room not in LAYERS:
            continue
        height = layer_of(name)
        if height is None:
            problems.append(f"src/{name}: LAYERS does not list this folder of {room}")
            continue
        for line, header in includes:
            other = layer_of(header) if header.split("/")[0] == room else None
            if other is not None and other > height:
                problems.append(f"src/{name}:{line}: must not include {header}, which lies in a higher folder")
    return problems


def check_words(base, path):
    """Says where a file that any server may use speaks of Verlihub or its protocol."""
    name = path.relative_to(base).as_posix()
    if room_of(name) not in NEUTRAL:
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [f"{path}:{number}: must not say {found[0]}" for number, line in enumerate(lines, 1)
            if (found := HUB_WORDS.search(line))]


def check(root):
    src, public = root / "src", root / "include"
    problems = []
    uses_python = set()  # headers that include Python.h themselves
    for stray in sorted(src.iterdir()):
        if stray.name not in MAY_INCLUDE:
            problems.append(f"{stray}: not a room; rooms are {', '.join(MAY_INCLUDE)}")

    edges = {}  # header or source, from src/ or include/ -> [(line, header)]
    for base, folder in [*((src, room) for room in MAY_INCLUDE), (public, "hookline")]:
        for path in sources(base / folder):
            name = path.relative_to(base).as_posix()
            room = room_of(name)
            edges[name] = []
            problems += check_words(base, path)
            for line, header, quoted in includes_of(path):
                where = f"{path}:{line}: "
                target = header.split("/")[0]
                if PYTHON_HEADER.search(header):
                    uses_python.add(name)
                    if room not in KNOWS_PYTHON or base == public:
                        problems.append(f"{where}{room} must not include {header}")
                elif (target in MAY_INCLUDE or target == "hookline") and "/" in header:
                    edges[name].append((line, header))
                    if not may_include(room, header):
                        problems.append(f"{where}{room} must not include {header}")
                    if base == public and target != "hookline":
                        problems.append(f"{where}a public header must not include {header}")
                    if not (src / header).is_file() and not (public / header).is_file():
                        problems.append(f"{where}there is no {header} in src/ or include/")
                elif quoted:
                    problems.append(f'{where}"{header}" must be written from src/ or include/ ("room/header.h")')

    problems += check_layers(edges)

    # Python must not come through the back door, for example by a header of marshal that includes Python.h.
    for name in edges:
        room = room_of(name)
        if room in KNOWS_PYTHON:
            continue
        seen, todo = set(), [name]
        while todo:
            for _, header in edges.get(todo.pop(), []):
                if header not in seen:
                    seen.add(header)
                    todo.append(header)
        for header in sorted(seen & uses_python):
            problems.append(f"src/{name}: reaches Python.h through {header}")
    return problems, len(edges)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    problems, count = check(Path(sys.argv[1]))
    for problem in problems:
        print(problem)
    print(f"{count} files, {len(problems)} violations")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
