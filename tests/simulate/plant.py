"""Puts the bugs of planted.toml into copies of the sources, each behind a switch, and lists them for C++.

usage: plant.py SOURCE_DIR OUTPUT_DIR

Writes the files that have bugs to OUTPUT_DIR/src and OUTPUT_DIR/include, and removes all others there. The list is
OUTPUT_DIR/tests/simulate/planted_bugs.h. A bug whose `old` does not occur exactly once gets the number 0, and the test
simulate/planted fails, so that the table follows the sources.
"""

import pathlib
import sys
import tomllib


def planted(bug, number):
    """Returns what replaces the bug's `old`."""
    ask = f"::simulate::planted({number})"
    old, new = bug["old"], bug["new"]
    match bug.get("how", "statement"):
        case "raw":
            return new.replace("PLANTED", ask)
        case "expression":
            return f"({ask} ? ({new}) : ({old}))"
        case "statement":
            return f"if ({ask}) {{ {new} }} else {{ {old} }}"
        case how:
            sys.exit(f"planted.toml: {bug['name']}: there is no how = {how!r}")


def write(path, text):
    """Writes a file, unless it is as it should be: then nothing is compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main(source, output):
    bugs = tomllib.loads((source / "tests/simulate/planted.toml").read_text())["bug"]
    texts = {}
    rows = ""
    for number, bug in enumerate(bugs, 1):
        text = texts.setdefault(bug["file"], (source / bug["file"]).read_text())
        if (count := text.count(bug["old"])) == 1:
            texts[bug["file"]] = text.replace(bug["old"], planted(bug, number))
        else:
            print(f"planted.toml: {bug['name']}: `old` occurs {count} times in {bug['file']}, and not once")
            number = 0
        rows += f'      {{{number}, "{bug["name"]}", "{bug["what"]}"}},\n'
    for file, text in texts.items():
        write(output / file, text)
    for folder in ("src", "include"):
        for path in (output / folder).rglob("*"):
            if path.is_file() and str(path.relative_to(output)) not in texts:
                path.unlink()  # it has no bug any more
    write(output / "tests/simulate/planted_bugs.h", f"""// Written by tests/simulate/plant.py.
#pragma once

#include <array>
#include <span>

#include "tests/simulate/planted.h"

namespace simulate {{

inline std::span<const Bug> planted_bugs() {{
  static constexpr std::array<Bug, {len(bugs)}> kBugs{{{{
{rows}  }}}};
  return kBugs;
}}

}}  // namespace simulate
""")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
