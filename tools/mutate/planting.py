"""Puts faults into copies of sources, each behind a switch that the program asks while it runs.

A fault has `file`, `old` (a text that occurs once in the file), `new` and `how`: "statement" (`old` runs unless the
fault is chosen, and `new` runs if it is), "expression" (likewise for its value) or "raw", where `new` takes the
place of `old` and asks itself: PLANTED. tests/simulate/plant.py uses this, too.
"""

import tomllib


class Unfit(Exception):
    """Says why a fault does not fit its source."""


def read_table(path, kind):
    """Returns the rows [[kind]] of a TOML file."""
    try:
        return tomllib.loads(path.read_text())[kind]
    except (KeyError, tomllib.TOMLDecodeError) as error:
        raise SystemExit(f"{path}: {error}") from error


def switched(fault, ask):
    """Returns what replaces the fault's `old`. `ask` is a C++ expression that is true if the fault is chosen."""
    old, new = fault["old"], fault["new"]
    match fault.get("how", "statement"):
        case "raw":
            if "PLANTED" not in new:
                raise Unfit("`new` does not ask PLANTED")
            return new.replace("PLANTED", ask)
        case "expression":
            return f"({ask} ? ({new}) : ({old}))"
        case "statement":
            return f"if ({ask}) {{ {new} }} else {{ {old} }}"
        case how:
            raise Unfit(f"there is no how = {how!r}")


def nearest_line(text, old):
    """Returns the number of the line that begins like `old`, as a hint where a changed text was; 0: none does."""
    first = next((line.strip() for line in old.splitlines() if line.strip()), "")
    for length in range(len(first), 11, -4):
        place = text.find(first[:length])
        if place >= 0:
            return text.count("\n", 0, place) + 1
    return 0


def find(fault, text):
    """Returns the place of `old` in the source's text. Raises Unfit unless it occurs exactly once."""
    count = text.count(fault["old"])
    if count == 1:
        return text.index(fault["old"])
    why = f"`old` occurs {count} times in {fault['file']}, and not once"
    line = nearest_line(text, fault["old"]) if count == 0 else 0
    raise Unfit(why + (f"; line {line} begins like it" if line else ""))


def plant(faults, text, ask):
    """Returns the text of a source with its faults, and why some do not fit: [(fault, reason)].

    `ask(fault)` returns the C++ expression of its switch.
    """
    places, unfit = [], []
    for fault in faults:
        try:
            begin = find(fault, text)
            places.append((begin, begin + len(fault["old"]), switched(fault, ask(fault)), fault))
        except Unfit as why:
            unfit.append((fault, str(why)))
    places.sort(key=lambda place: place[:2])
    planted, done, last = "", 0, None
    for begin, end, changed, fault in places:
        if begin < done:
            unfit.append((fault, f"`old` overlaps that of {last['name']}"))
            continue
        planted += text[done:begin] + changed
        done, last = end, fault
    return planted + text[done:], unfit


def write(path, text):
    """Writes a file, unless it is as it should be: then nothing is compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
