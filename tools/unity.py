"""Says which source files can be compiled together: the groups of the unity builds, and clang-tidy's.

    unity.py ROOT [FILE.cmake]

A compilation spends most of its time on headers, which files that are compiled together read only once. Such
files share one scope, so a local name of one file must not be used in another. This program reads each file
roughly (without comments and strings, and without preprocessing) and keeps files apart if in doubt, so that
nobody has to know the names in other files. A file that fits into no group is compiled alone.
"""

import re
import sys
from pathlib import Path

# The largest number of files in a group. A few groups per folder keep all cores busy, and each compiler needs
# less than 2 GB.
GROUP_SIZE = 14

NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)
MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|->|::|[^\s\w]")
NOT_NAMES = {"alignas", "decltype", "noexcept", "requires", "static_assert"}
TYPE_WORDS = {"struct", "class", "enum", "union", "concept"}


def declared_name(tokens):
    """Returns the name that a declaration at namespace scope introduces, or None."""
    if "operator" in tokens or not tokens:
        return None
    if tokens[0] == "using":
        return tokens[1] if len(tokens) > 2 and tokens[2] == "=" else None
    if tokens[0] == "template":  # the rest follows the bracket that closes the first one
        depth = 0
        for at, token in enumerate(tokens):
            depth += (token == "<") - (token == ">")
            if token == ">" and depth == 0:
                return declared_name(tokens[at + 1 :])
        return None
    if tokens[0] in TYPE_WORDS:
        names = [t for t in tokens[1:] if re.match(r"[A-Za-z_]", t) and t not in TYPE_WORDS]
        return names[0] if names else None
    for at, token in enumerate(tokens):
        if token in ("(", "=", "[") or at == len(tokens) - 1:
            name = tokens[at - 1] if token in ("(", "=", "[") else token
            if at > 1 and tokens[at - 2] == "::" and token in ("(", "=", "["):
                return None  # a member that is defined outside of its class
            return name if re.match(r"[A-Za-z_]", name) else None
    return None


class Source:
    """The names that a file declares for itself and for others, and the words that it uses."""

    def __init__(self, path):
        whole = path.read_text(encoding="utf-8")
        self.includes = INCLUDE.findall(whole)
        text = NOISE.sub(lambda m: " " if m[0].startswith("/") else '""', whole)
        self.local = set(MACRO.findall(text))
        self.constants = set()  # also local, unless a header declares them
        self.shared = set()
        tokens = TOKEN.findall(DIRECTIVE.sub("", text))
        self.words = {t for before, t in zip([""] + tokens, tokens)
                      if before not in (".", "->", "::") and (t[0].isalpha() or t[0] == "_")}
        self.words |= self.local
        scopes, statement, nested = [], [], 0
        for token in tokens:
            if nested:  # names in a body or in parentheses are not visible outside
                nested += (token in "{(") - (token in "})")
                continue
            if token == "{":
                if "namespace" in statement and "using" not in statement:
                    scopes.append(statement[-1] == "namespace")
                    statement = []
                else:
                    self._note(statement, any(scopes))
                    statement, nested = [], 1
            elif token == "}":
                if scopes:
                    scopes.pop()
                statement = []
            elif token == ";":
                self._note(statement, any(scopes))
                statement = []
            else:
                statement.append(token)
                if token == "(":
                    nested = 1

    def _note(self, statement, unnamed):
        while statement[:1] == ["["]:  # attributes
            statement = statement[statement.index("]") + 2 :] if "]" in statement else []
        name = declared_name(statement)
        if name is None or name in NOT_NAMES or (name.isupper() and "(" in statement):
            return  # TEST_F(...), which is not a declaration with its name
        words = set(statement)
        if unnamed or "static" in words:
            self.local.add(name)
        elif words & {"const", "constexpr"} and not words & {"extern", "inline", "("}:
            self.constants.add(name)
        else:
            self.shared.add(name)


class Headers:
    """Knows which names a file sees in the project's headers, those that it includes and those that these include."""

    def __init__(self, root):
        self.folders = [root / "src", root / "include", root]
        self.sources = {}  # path: Source, or None if there is no such file

    def source(self, path):
        if path not in self.sources:
            self.sources[path] = Source(path) if path.is_file() else None
        return self.sources[path]

    def names_seen(self, path, source):
        names, seen, todo = set(), set(), [(path.parent, source)]
        while todo:
            folder, source = todo.pop()
            for include in source.includes:
                for header in (base / include for base in (folder, *self.folders)):
                    if header not in seen and self.source(header):
                        seen.add(header)
                        names |= self.source(header).shared
                        todo.append((header.parent, self.source(header)))
        return names


def group(paths, headers, size):
    """Returns lists of the paths that may be compiled together."""
    sources = {path: Source(path) for path in paths}
    groups = []
    for path, source in sources.items():
        seen = headers.names_seen(path, source)
        source.local |= source.constants - seen
        if source.local & seen:
            continue  # it has a local name that its headers use, too
        source.words |= seen
        for members in groups:
            if len(members) < size and not any(
                    source.local & sources[m].words or sources[m].local & source.words for m in members):
                members.append(path)
                break
        else:
            groups.append([path])
    return [g for g in groups if len(g) > 1]


def files_alone(root):
    """Returns the tests that are not in the executable of their room (tests/alone.txt)."""
    lines = (root / "tests/alone.txt").read_text(encoding="utf-8").splitlines()
    return {root / "tests" / f"{line.split()[1]}.cc" for line in lines if line.startswith("executable ")}


def all_groups(root, size=GROUP_SIZE):
    """Returns {folder relative to root: [[path, ...], ...]} for the rooms, their tests, and the benchmarks. A group
    is part of one executable."""
    headers, groups, alone = Headers(root), {}, files_alone(root)
    for folder in sorted([*root.glob("src/*/"), *root.glob("tests/*/"), root / "bench"]):
        paths = [p for p in sorted(folder.rglob("*.cc")) if p.name != "main.cc"]
        groups[str(folder.relative_to(root))] = [
            members for is_alone in (False, True)
            for members in group([p for p in paths if (p in alone) == is_alone], headers, size)]
    return groups


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    lines = []
    for folder, groups in all_groups(Path(sys.argv[1]).absolute()).items():
        for number, members in enumerate(groups):
            name = f"{folder.replace('/', '_')}_{number}"
            paths = " ".join(f'"{path}"' for path in members)
            lines += [f"list(APPEND HOOKLINE_GROUPS {name})", f"set(HOOKLINE_GROUP_{name} {paths})"]
    text = "\n".join(lines) + "\n"
    if len(sys.argv) == 2:
        print(text, end="")
    elif not Path(sys.argv[2]).exists() or Path(sys.argv[2]).read_text() != text:
        Path(sys.argv[2]).write_text(text)


if __name__ == "__main__":
    main()
