"""Writes the figures in README.md, which are those of docs/benchmarks.md.

    readme.py ROOT
"""

import re
import sys
import textwrap
from pathlib import Path

BEGIN, END = "<!-- figures of docs/benchmarks.md, written by make bench -->\n", "<!-- end of the figures -->\n"
ROW = re.compile(r"^\| `([^`]+)` \| [^|]* \| ([\d.,]+)(?: \||$)", re.MULTILINE)

# What a line of the table says, and the figure that it has.
RATES = (
    ("events sent to a script that nobody awaits (`post`)", "own_hook_post"),
    ("calls of a function that the host holds, result in a future", "call_held"),
    ("the same, result on the event loop", "call_held_loop"),
    ("calls by name with C++ types, result in a future (`call<long>`)", "call_typed"),
    ("calls by name with a list of arguments, result in a future", "call_by_name"),
    ("the same function called by the classical way: one shared GIL, on the server's thread, by name", "blocking_call"),
)


def read_figures(page):
    """Returns {name: [the ratio, and then the figure for comparison, as far as there are any]}."""
    figures = {}
    for name, value in ROW.findall(page):
        figures.setdefault(name, []).append(float(value.replace(",", "")))
    return figures


def both(figures, name, which):
    """Returns the least and the greatest of the figures with one text and with two."""
    values = [figures[f"{name}[{form}]"][which] for form in ("one_text", "two_texts")]
    return min(values), max(values)


def to_digits(value):
    """Returns a number with two significant digits, or all before the point."""
    return f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def span(least, greatest):
    least, greatest = to_digits(least), to_digits(greatest)
    return least if least == greatest else f"{least} to {greatest}"


def ratios(figures, name):
    return span(*both(figures, name, 0))


def rounded(value):
    """Returns a count that is rounded to three digits."""
    digits = max(len(str(int(value))) - 3, 0)
    return f"{round(value, -digits):,.0f}"


def block(page):
    figures = read_figures(page)
    facts = dict(re.findall(r"^- (\w+): (.+)$", page, re.MULTILINE))
    lines = ["| | a second | each |", "|---|---:|---:|"]
    for title, name in RATES:
        least, greatest = both(figures, name, -1)
        lines.append(f"| {title} | {span(1e3 / greatest, 1e3 / least)} million | {span(least, greatest)} ns |")
    lines += [
        f"| chat events through three scripts, each of which decides | {rounded(figures['chat_events'][0])} | |",
        "| chat lines through the embedded hub, 2 clients, five scripts hook every line | "
        f"{rounded(figures['chat_lines[2 clients, 5 scripts]'][0])} | |",
        "| a decision that a thread waits for, there and back (`decide_wait`); a hand-off between these cores takes "
        f"{to_digits(figures['thread_handoff'][0])} µs | | {to_digits(figures['wait_roundtrip'][0])} µs |",
        "",
        "In ratios to a direct `PyObject_Vectorcall` of the same function in a plain loop "
        f"({span(*both(figures, 'direct_vectorcall', 0))} ns): an event takes {ratios(figures, 'own_hook_post')} times as "
        f"long, a call of a held function {ratios(figures, 'call_held')} times, one delivered to the event loop "
        f"{ratios(figures, 'call_held_loop')} times, a call by name with C++ types {ratios(figures, 'call_typed')} and with "
        f"a list {ratios(figures, 'call_by_name')} times. The classical way takes {ratios(figures, 'blocking_call')} times "
        "as long as an event, and for each event "
        f"{ratios(figures, 'blocking_call_hub_thread')} times as much time of the server's thread. The embedded hub's "
        f"thread spends {to_digits(figures['hub_cpu_per_line'][0])} times as much on a chat line with five scripts as with "
        "none.",
        "",
        f"Measured on {facts['date']} with {facts['compiler']} and CPython {facts['python']} on a machine with "
        f"{facts['cores']} cores ({facts['processor']}). The first five lines go through the public headers and the installed library.",
    ]
    return "\n".join(line if line.startswith("|") else textwrap.fill(line, 120, break_on_hyphens=False)
                     for line in lines) + "\n"


def with_figures(readme, page):
    """Returns the README with the figures of the page."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit("README.md has no place for the figures")
    return before + BEGIN + block(page) + END + after


def write_readme(root):
    readme, page = root / "README.md", root / "docs" / "benchmarks.md"
    readme.write_text(with_figures(readme.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write_readme(Path(sys.argv[1]))
