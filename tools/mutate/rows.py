"""Reads tests/mutants/<room>.toml, which lists the faults of each room."""

import dataclasses

from mutate import planting

# The rooms, lowest first, and those that build on each.
ABOVE = {
    "marshal": ("interp", "dispatch", "plugin", "verlihub", "hub", "wrapper", "cli"),
    "interp": ("plugin", "verlihub", "hub", "wrapper", "cli"),
    "dispatch": ("plugin", "verlihub", "hub", "wrapper", "cli"),
    "plugin": ("verlihub", "hub", "wrapper", "cli"),
    "verlihub": ("hub", "wrapper", "cli"),
    "hub": ("cli",),
    "wrapper": (),
    "cli": (),
}
ROOMS = tuple(ABOVE)
HOW = ("statement", "expression", "raw")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A fault, and the tests that are expected to notice it."""

    room: str
    name: str
    file: str
    what: str
    tests: tuple[str, ...]
    fault: dict


def room_rows(root, room):
    path = root / "tests" / "mutants" / f"{room}.toml"
    return planting.read_table(path, "mutant") if path.exists() else []


def read(root):
    """Returns all mutants, and what is wrong with the table as sentences."""
    mutants, problems, names = [], [], set()
    for room in ROOMS:
        for row in room_rows(root, room):
            where = f"tests/mutants/{room}.toml: {row.get('name', '?')}"
            missing = [key for key in ("name", "file", "old", "new", "what") if key not in row]
            unknown = set(row) - {"name", "file", "old", "new", "how", "what", "tests"}
            if missing or unknown:
                problems.append(f"{where}: lacks {missing}, does not know {sorted(unknown)}")
                continue
            if row["name"] in names:
                problems.append(f"{where}: another one has the name")
            names.add(row["name"])
            if not (root / row["file"]).exists():
                problems.append(f"{where}: {row['file']} does not exist")
                continue
            tests = row.get("tests", ())
            tests = tuple(f"{room}/{test}" if "/" not in test else test
                          for test in ([tests] if isinstance(tests, str) else tests))
            mutants.append(Mutant(room, row["name"], row["file"], row["what"], tests, row))
    return mutants, problems


def planted_files(root, mutants, ask):
    """Returns {file: its text with the faults}, and why some do not fit as sentences."""
    texts, problems = {}, []
    by_name = {mutant.name: mutant for mutant in mutants}
    for file in dict.fromkeys(mutant.file for mutant in mutants):
        faults = [mutant.fault for mutant in mutants if mutant.file == file]
        texts[file], unfit = planting.plant(faults, (root / file).read_text(),
                                            lambda fault: ask(by_name[fault["name"]]))
        problems += [f"tests/mutants/{by_name[fault['name']].room}.toml: {fault['name']}: {why}"
                     for fault, why in unfit]
    return texts, problems


def missing_tests(root, mutants):
    """Returns as sentences which of the tests that rows name have no file."""
    return [f"tests/mutants/{mutant.room}.toml: {mutant.name}: there is no test {test}"
            for mutant in mutants for test in mutant.tests
            if not any((root / "tests" / f"{test}{ending}").exists() for ending in (".cc", ".py", ".sh"))]
