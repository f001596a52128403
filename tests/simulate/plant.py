"""Puts the bugs of planted.toml into copies of the sources, each behind a switch, and lists them for C++.

usage: plant.py SOURCE_DIR OUTPUT_DIR

Writes the files that have bugs to OUTPUT_DIR/src and OUTPUT_DIR/include, and removes all others there. The list is
OUTPUT_DIR/tests/simulate/planted_bugs.h. A bug whose `old` does not occur exactly once gets the number 0, and the test
simulate/planted fails, so that the table follows the sources.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from mutate import planting  # noqa: E402


def main(source, output):
    bugs = planting.read_table(source / "tests/simulate/planted.toml", "bug")
    numbers = {bug["name"]: number for number, bug in enumerate(bugs, 1)}
    texts = {}
    for file in dict.fromkeys(bug["file"] for bug in bugs):
        texts[file], unfit = planting.plant([bug for bug in bugs if bug["file"] == file], (source / file).read_text(),
                                            lambda bug: f"::simulate::planted({numbers[bug['name']]})")
        for bug, why in unfit:
            print(f"planted.toml: {bug['name']}: {why}")
            numbers[bug["name"]] = 0
    rows = "".join(f'      {{{numbers[bug["name"]]}, "{bug["name"]}", "{bug["what"]}"}},\n' for bug in bugs)
    for file, text in texts.items():
        planting.write(output / file, text)
    for folder in ("src", "include"):
        for path in (output / folder).rglob("*"):
            if path.is_file() and str(path.relative_to(output)) not in texts:
                path.unlink()  # it has no bug any more
    planting.write(output / "tests/simulate/planted_bugs.h", f"""// Written by tests/simulate/plant.py.
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


main(Path(sys.argv[1]), Path(sys.argv[2]))
