"""Turns measurements into rows, and compares rows with the baseline."""

import dataclasses
import statistics

from bench.measured import is_steady
from bench.table import Figure

LEAST_GAIN = 1.5  # the gain of two threads over one; below it, wall-clock figures are meaningless
TOLERANCE = 0.15  # a ratio may be worse than the baseline by this fraction


@dataclasses.dataclass(frozen=True)
class Row:
    """A figure with its value."""

    figure: Figure
    name: str  # includes the capture: post_hook[one_text]
    now: float
    reliable: bool = True

    @property
    def meets(self):
        """Returns "aim", "must" or "no", or "" if there are no demands."""
        if self.figure.aim is not None and self.figure.is_met(self.now, self.figure.aim):
            return "aim"
        if self.figure.must is None:
            return "" if self.figure.aim is None else "must"
        return "must" if self.figure.is_met(self.now, self.figure.must) else "no"


def rounded(value):
    """Rounds to three decimals, which is more than the precision of any measurement here."""
    return round(value, 3)


def rows_of(figures, measured):
    """Returns the rows for which something was measured, in the table's order."""
    rows = []
    for figure in figures:
        captures = measured["samples"].get(figure.benchmark, {})
        gain = measured["gains"].get(figure.benchmark, 2.0)
        for capture, counters in captures.items():
            wanted = not figure.captures or capture in figure.captures
            if wanted and figure.counter in counters:
                name = f"{figure.name}[{capture}]" if capture else figure.name
                now = rounded(statistics.median(counters[figure.counter]))
                reliable = ((figure.clock != "wall" or gain >= LEAST_GAIN)
                            and is_steady(measured, figure.benchmark, capture))
                rows.append(Row(figure, name, now, reliable))
    return rows


def missing(figures, rows):
    """Returns the names of the figures for which nothing was measured."""
    there = {row.figure for row in rows}
    return [figure.name for figure in figures if figure not in there]


def to_json(rows):
    """Returns the content of build/bench.json."""
    return [{"name": row.name, "now": row.now, "must": row.figure.must, "aim": row.figure.aim,
             "unit": row.figure.unit, "meets": row.meets, "reliable": row.reliable}
            for row in rows]


def worse_by(row, before):
    """Returns how much worse the row is, as a fraction; negative if it is better."""
    if row.now == before:
        return 0.0
    if row.figure.better == "higher":
        return before / row.now - 1 if row.now else float("inf")
    return row.now / before - 1 if before else float("inf")


def compare(rows, baseline):
    """Returns (a sentence for each regression, a note for each row that was not compared)."""
    regressions, notes = [], []
    for row in rows:
        if row.name not in baseline:
            notes.append(f"{row.name} is not in the baseline yet.")
        elif not row.reliable:
            notes.append(f"{row.name} was not compared: here a second core gains too little, or "
                         "other guests use the cores too much.")
        else:
            before = baseline[row.name]
            worse = worse_by(row, before)
            if worse > TOLERANCE:
                much = f"{worse:.0%} worse" if worse != float("inf") else "worse"
                regressions.append(f"{row.name} is {row.now:g} {row.figure.unit}, {much} than the "
                                   f"{before:g} of the baseline ({row.figure.better} is better).")
    notes += [f"{name} is in the baseline and was not measured."
              for name in baseline if name not in {row.name for row in rows}]
    return regressions, notes
