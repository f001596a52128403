"""libhookline.so exports what the public headers declare: all of it, and nothing else.

usage: library_exports_test.py SOURCE_DIR NM LIBRARY
"""

import pathlib
import re
import subprocess
import sys

root, nm, library = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
COMMENT = re.compile(r"//[^\n]*|\"(?:\\.|[^\"\\\n])*\"")
TYPE = re.compile(r"^(?:class|struct) (?:\[\[[^\]]*\]\] )?(\w+)[^;{]*\{", re.MULTILINE)
KIND = re.compile(r"^(?:vtable|VTT|typeinfo name|typeinfo|guard variable|(?:non-virtual|virtual) thunk) (?:for|to) ")

text = "\n".join(COMMENT.sub("", path.read_text(encoding="utf-8")) for path in (root / "include").rglob("*.h"))
words = set(re.findall(r"\w+", text))
types = set(TYPE.findall(text))


def symbols(*options):
    """Yields (kind, name) of each symbol that is defined, demangled. Leaves out clones of functions."""
    listed = subprocess.run(
        [nm, "--defined-only", "--demangle", *options, library], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        _, kind, name = line.split(" ", 2)
        if "[clone" not in name:
            yield kind, name


def qualified(name):
    """Returns the plain name, such as hookline::detail::Pool::take of
    "hookline::Result<int> hookline::detail::Pool<long>::take(int) const"."""
    name = KIND.sub("", name).replace("(anonymous namespace)", "{anonymous}")
    name = re.sub(r"operator(?:\(\)|<=>|<<?=?|>>?=?|->\*?)", "operator", name)
    depth, plain = 0, ""
    for letter in name:
        depth += letter in "<("
        plain += letter if depth == 0 else ""
        depth -= letter in ">)"
    parts = [part for part in plain.split() if part.startswith("hookline::")]
    return parts[-1] if parts else plain


def owner(name):
    """Returns the class or function at namespace scope that a qualified name belongs to."""
    parts = name.split("::")[1:]
    return parts[1] if parts[0] == "detail" and len(parts) > 1 else parts[0]


# The private parts of public classes, which their headers only declare.
PRIVATE = re.compile("::(Impl|State)::")

problems = []
exported = {name for _, name in symbols("--dynamic")}
for name in sorted(exported):
    plain = qualified(name)
    if not plain.startswith("hookline::"):
        problems.append(f"exports {name}, which is not ours")
    elif owner(plain).removesuffix("[abi:cxx11]") not in words or PRIVATE.search(plain):
        problems.append(f"exports {name}, which no public header declares")
# This looks at functions of public classes that only the library defines: neither templates nor lambdas.
for kind, name in symbols():
    plain = qualified(name)
    if kind == "t" and name not in exported and name.startswith(plain + "(") and "{" not in name:
        if plain.startswith("hookline::") and not PRIVATE.search(plain) and owner(plain) in types:
            problems.append(f"does not export {name}, which a public header declares")
if len(exported) < 100:
    problems.append(f"exports {len(exported)} symbols only")
if problems:
    sys.exit("\n".join(problems))
print(f"{len(exported)} symbols, all of public headers")
