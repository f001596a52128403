"""Reads bench/table.toml, which lists the measurements and the demands on them."""

import dataclasses
import tomllib


@dataclasses.dataclass(frozen=True)
class Figure:
    """A row with demands, or a figure without them."""

    name: str
    title: str
    benchmark: str
    counter: str
    unit: str
    captures: tuple[str, ...] = ()  # empty: all captures of the benchmark
    better: str = "lower"
    clock: str = "wall"
    must: float | None = None
    aim: float | None = None

    def is_met(self, value, limit):
        return value <= limit if self.better == "lower" else value >= limit


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of a plot."""

    label: str
    counter: str
    capture: str = ""


@dataclasses.dataclass(frozen=True)
class Plot:
    name: str
    title: str
    benchmark: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]


@dataclasses.dataclass(frozen=True)
class Table:
    rows: tuple[Figure, ...]
    beside: tuple[Figure, ...]
    plots: tuple[Plot, ...]

    def benchmarks(self, rows_only=False):
        """Returns the names of the benchmarks to run, each once, in order."""
        parts = self.rows if rows_only else (*self.rows, *self.beside, *self.plots)
        return list(dict.fromkeys(part.benchmark for part in parts))


def read_figure(entry):
    return Figure(**entry | {"captures": tuple(entry.get("captures", ()))})


def read_plot(entry):
    return Plot(**entry | {"lines": tuple(Line(**line) for line in entry["lines"])})


def read_table(path):
    with open(path, "rb") as file:
        content = tomllib.load(file)
    return Table(rows=tuple(map(read_figure, content["row"])),
                 beside=tuple(map(read_figure, content["beside"])),
                 plots=tuple(map(read_plot, content["plot"])))
