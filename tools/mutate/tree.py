"""Makes a copy of the sources with all mutants behind switches, and builds its tests."""

import os
import subprocess

from mutate import planting
from mutate.rows import planted_files

VARIABLE = "HOOKLINE_MUTANT"
HEADER = "hookline/detail/mutant.h"
SKIPPED = {".git", "build", ".cache", "data", "__pycache__"}
HEADER_TEXT = f"""// Written by tools/mutate.py.
#pragma once

#include <cstdlib>
#include <cstring>

namespace mutant {{

// Returns true if this process runs with the mutant of that name.
inline bool is_chosen(const char* name) noexcept {{
  static const char* const chosen = std::getenv("{VARIABLE}");
  return chosen != nullptr && std::strcmp(chosen, name) == 0;
}}

}}  // namespace mutant
"""


class BuildFailed(Exception):
    pass


def source_files(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), root)


def copy_file(source, target):
    """Copies a file if it differs; an untouched one keeps its time, so that nothing is compiled again."""
    content = source.read_bytes()
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(source.stat().st_mode)


def make_copy(root, tree, mutants):
    """Writes the sources with all mutants to `tree`. Returns why some do not fit as sentences."""
    texts, problems = planted_files(root, mutants, lambda mutant: f'::mutant::is_chosen("{mutant.name}")')
    present = set(source_files(root))
    for file in present - set(texts):
        copy_file(root / file, tree / file)
    for file, text in texts.items():
        planting.write(tree / file, f'#include "{HEADER}"\n#line 1\n{text}')
    planting.write(tree / "include" / HEADER, HEADER_TEXT)
    for file in set(source_files(tree)) - present - {f"include/{HEADER}"}:
        (tree / file).unlink()
    return problems


def targets(root, rooms):
    """Returns the test executables of the rooms, and the programs that tests run."""
    alone = {line.split()[1].split("/")[0] for line in (root / "tests" / "alone.txt").read_text().splitlines()
             if line.startswith("executable ")}
    named = [f"{room}_test" for room in rooms] + [f"{room}_alone_test" for room in rooms if room in alone]
    return named + (["hookline"] if {"cli", "hub"} & set(rooms) else [])


def build(tree, rooms, log_path):
    """Configures and builds the tests of the rooms in `tree`/build/debug, where the compiler's cache finds what the
    debug build has compiled, too. Its output goes to a log."""
    steps = [["cmake", "--preset", "debug", "-DHOOKLINE_UNITY=ON", "-DHOOKLINE_BUILD_BENCH=OFF", "--log-level=WARNING"],
             ["cmake", "--build", "--preset", "debug", "--target", *targets(tree, rooms)]]
    with log_path.open("w") as log:
        for step in steps:
            if subprocess.run(step, cwd=tree, stdout=log, stderr=subprocess.STDOUT, check=False).returncode != 0:
                raise BuildFailed(f"{' '.join(step[:4])} failed; the end of {log_path}:\n"
                                  + "\n".join(log_path.read_text().splitlines()[-30:]))
    return tree / "build" / "debug"
