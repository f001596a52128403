"""The public headers compile alone, and include little.

usage: headers_test.py SOURCE_DIR include
       headers_test.py SOURCE_DIR compile CXX FLAG...

`include` reads the #include lines: the headers need nothing but the standard library and each other, uv.h also
needs libuv, and asio.h needs Asio, which no other header includes; the closure of script_host.h stays small; docs/host.md
lists the headers; version.h has the version of CMakeLists.txt. `compile` compiles each header of include/hookline alone,
with more warnings than any user has on, all of them errors; asio.h only where there is Asio. It also compiles calls
without the header that they need, which have to fail there and name it, and not when the program is linked.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
folder = root / "include"
# Including the main header may cost this much. We tighten it whenever it costs less.
MOST_HEADERS, MOST_LINES = 6, 1100
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"]
# What script_host.h declares, and the header that defines it.
NEEDS = {
    '(void)scripts.call<long>("a", "f", {});': "typed_call",
    '(void)scripts.function<long()>("a", "f");': "typed_call",
    'scripts.def("f", [] { return 1; });': "function",
    "(void)scripts.decide_on_loop(hook, {}, [](const hookline::Decision&) {});": "typed_hook",
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def public():
    return sorted([*folder.glob("hookline/*.h"), *folder.glob("hookline/verlihub/*.h")])


def closure(header):
    """Returns the header, and all of ours that it includes, directly or not."""
    seen, todo = set(), [header]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for _, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if (folder / name).is_file():
                todo.append(folder / name)
    return seen


def check_includes():
    problems = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        for quote, included in INCLUDE.findall(path.read_text(encoding="utf-8")):
            ours = (folder / included).is_file()
            standard = quote == "<" and re.fullmatch(r"[a-z_]+", included)
            libuv = name == "hookline/uv.h" and included == "uv.h"
            asio = name == "hookline/asio.h" and quote == "<" and re.fullmatch(r"asio/\w+\.hpp", included)
            if not (ours or standard or libuv or asio):
                problems.append(f"include/{name} must not include {included}")
    for path in sorted(folder.rglob("*.h")):
        if path.name != "asio.h" and folder / "hookline" / "asio.h" in closure(path):
            problems.append(f"{path.relative_to(root)} must not include hookline/asio.h")
    used = set().union(*(closure(header) for header in public()))
    for path in sorted(set(folder.rglob("*.h")) - used):
        problems.append(f"{path.relative_to(root)} is not included by any public header")

    page = (root / "docs" / "host.md").read_text(encoding="utf-8")
    table = re.search(r"^## Headers\n(.*?)^## ", page, re.MULTILINE | re.DOTALL)[1]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([\w/]+\.h)`", row)}
    there = {path.name for path in folder.glob("hookline/*.h")}
    problems += [f"docs/host.md: the table of headers has no {name}" for name in sorted(there - listed)]
    problems += [f"docs/host.md: there is no header {name}" for name in sorted(listed - there)]

    version = re.search(r"project\(hookline VERSION ([\d.]+)", (root / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
    if f'#define HOOKLINE_VERSION "{version}"' not in (folder / "hookline" / "version.h").read_text(encoding="utf-8"):
        problems.append(f"include/hookline/version.h is not of version {version}, as CMakeLists.txt says")

    headers = closure(folder / "hookline" / "script_host.h")
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in headers)
    print(f"script_host.h includes {len(headers)} headers with {lines} lines, itself among them")
    if len(headers) > MOST_HEADERS or lines > MOST_LINES:
        problems.append(f"that is more than {MOST_HEADERS} headers or {MOST_LINES} lines")
    return problems


def compile_alone(command):
    def compiled(text):
        return subprocess.run(
            [*command, *WARNINGS, f"-I{folder}", "-fsyntax-only", "-x", "c++", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )

    def not_told(use):
        result = compiled("#include <hookline/script_host.h>\n"
                          f"void use(hookline::ScriptHost& scripts, hookline::Hook hook) {{ (void)hook; {use} }}\n")
        named = f"include_hookline_{NEEDS[use]}_h"
        if result.returncode == 0 or named not in result.stderr:
            return f"{use} compiles without hookline/{NEEDS[use]}.h, or the error does not name it:\n{result.stderr}"
        return None

    def problem(header):
        name = header.relative_to(folder).as_posix()
        # It is included twice, which shows a header without an include guard.
        text = f"#include <{name}>\n#include <{name}>\n"
        if name == "hookline/asio.h":
            text = f"#if __has_include(<asio/version.hpp>)\n{text}#endif\n"
        result = compiled(text)
        return f"{name}:\n{result.stderr}" if result.returncode != 0 else None

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [found for found in (*pool.map(problem, public()), *pool.map(not_told, NEEDS)) if found]


problems = check_includes() if sys.argv[2] == "include" else compile_alone(sys.argv[3:])
if problems:
    sys.exit("\n".join(problems))
print(f"{len(public())} headers: {' '.join(sys.argv[2:])}")
