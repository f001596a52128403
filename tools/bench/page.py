"""Writes docs/benchmarks.md and its plots."""

from bench.judge import LEAST_GAIN, rows_of
from bench.measured import CLOSE, ENOUGH
from bench.plot import draw, lines_of
from bench.text import number, verdict

HEAD = """\
# Benchmarks

`make bench` measures everything again in a few minutes, and writes this page: do not edit it.
`make bench-check` measures the ratios again, and fails if one is more than 15% worse than
`bench/baseline.json`. `make bench ARGS=--benchmark_filter=post_hook` runs only a part and prints more.

Only ratios within one run are compared, because the speed of a machine, and the gain of its second core,
change from run to run. **D** is a direct `PyObject_Vectorcall` of the same function in a plain loop, with
fresh arguments and the GIL held, so it is as fast as the interpreter itself. Each repetition of a row
measures D (or another value to compare with) right before and right after, and gives a ratio of its own; the
table has the median of them. D is measured on all cores at once, because the script runs on another one than
its caller. Where that differs by more than 15%, between the cores or between before and after, another guest
of the processor uses a core, too, and the repetition is left out; so it is while a hypervisor keeps the cores
further apart than usual. D and the rows in units of D are medians of slices of about a
millisecond for the same reason. `one_text` calls `OnUserLogin(nick)`, `two_texts` calls
`OnParsedMsgChat(nick, message)`; both return 1.

`post_hook` keeps 2,048 to 4,096 events in flight: the queue does not run empty, which would measure wake-ups,
and it does not outgrow the caches.
"""


def facts_text(measured):
    gains = sorted(measured["gains"].values())
    lines = [f"- {name}: {value}" for name, value in measured["facts"].items()]
    if gains:
        lines.append(f"- two threads that spin in C did {gains[0]:.2f} to {gains[-1]:.2f} times the work of "
                     f"one, measured before and after each row; where it was under {LEAST_GAIN}, a row of wall-clock "
                     "time is marked *unreliable*, and those of CPU time count")
    hops = sorted(measured["hops"])
    if hops:
        lines.append(f"- a core saw what the other one had written after {hops[0]:.0f} to {hops[-1]:.0f} ns")
    apart = [f"`{benchmark}[{capture}]` {number(ratio)} D" for benchmark, captures in measured["apart"].items()
             for capture, ratio in captures.items()]
    if apart:
        lines.append(f"- while that took more than {CLOSE} times as long as usual: {', '.join(apart)}")
    counts = [count for captures in measured["steady"].values() for count in captures.values()]
    if counts:
        lines.append(f"- {sum(steady for steady, _ in counts)} of {sum(of for _, of in counts)} repetitions in "
                     f"units of D were steady; a row with fewer than {ENOUGH} of them has the median of all, and "
                     "is marked *unreliable*")
    return "\n".join(lines)


def cells(*content):
    return "| " + " | ".join(content) + " |"


def rows_text(rows):
    lines = [cells("row", "", "now", "must", "aim", "unit", "meets"),
             "|---|---|---:|---:|---:|---|---|"]
    for row in rows:
        sign = "<= " if row.figure.better == "lower" else ">= "
        limits = [sign + number(limit) if limit is not None else ""
                  for limit in (row.figure.must, row.figure.aim)]
        lines.append(cells(f"`{row.name}`", row.figure.title, number(row.now), *limits,
                           row.figure.unit, verdict(row)))
    return "\n".join(lines)


def beside_text(rows):
    lines = [cells("figure", "", "now", "unit"), "|---|---|---:|---|"]
    lines += [cells(f"`{row.name}`", row.figure.title, number(row.now), row.figure.unit)
              for row in rows]
    return "\n".join(lines)


def write_page(table, measured, docs):
    """Writes benchmarks.md and benchmarks/*.svg in the folder `docs`."""
    folder = docs / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    parts = [HEAD, "## The machine of this run\n", facts_text(measured),
             "\n## Demands and results\n", rows_text(rows_of(table.rows, measured)),
             "\n## Figures for comparison\n", beside_text(rows_of(table.beside, measured)),
             "\n## Growth\n"]
    for plot in table.plots:
        if lines := lines_of(plot, measured):
            (folder / f"{plot.name}.svg").write_text(draw(plot, lines), encoding="utf-8")
            parts.append(f"![{plot.title}](benchmarks/{plot.name}.svg)\n")
    (docs / "benchmarks.md").write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
