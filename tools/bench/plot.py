"""Draws line plots as SVG, with two logarithmic axes, for light and dark backgrounds."""

import html
import math

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 74, 56

# Dark mode uses the second colour of each pair.
COLOURS = [("#0b62c4", "#6cb2ff"), ("#c2410c", "#ff9a5c"), ("#15803d", "#5fd38a"), ("#7e22ce", "#c893ff")]


def style():
    light = "".join(f".s{i}{{stroke:{a};fill:{a}}}" for i, (a, _) in enumerate(COLOURS))
    dark = "".join(f".s{i}{{stroke:{b};fill:{b}}}" for i, (_, b) in enumerate(COLOURS))
    return ("<style>"
            "text{font:13px system-ui,sans-serif;fill:#1f2328}"
            ".title{font-size:16px;font-weight:600}"
            ".grid{stroke:#1f2328;stroke-opacity:.14}.axis{stroke:#1f2328;stroke-opacity:.6}"
            ".ground{fill:#ffffff}.line{fill:none;stroke-width:2}.dot{stroke:none}"
            f"{light}.line{{fill:none}}.dot{{stroke:none}}"
            "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117}"
            ".grid{stroke:#e6edf3}.axis{stroke:#e6edf3}"
            f"{dark}.line{{fill:none}}.dot{{stroke:none}}}}"
            "</style>")


def short(value):
    """Returns "12k" for 12000."""
    for size, suffix in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{suffix}"
    return f"{value:g}"


def ticks(low, high):
    """Returns round numbers in this range: powers of ten, or 1-2-5 if these would be too few."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if math.log10(high / low) > 2.5 else (1, 2, 5)
    return [step * 10.0**decade for decade in decades for step in steps]


class Axis:
    """Maps values to pixels, logarithmically."""

    def __init__(self, marks, start, end):
        self.marks = marks
        self.low, self.high = math.log10(marks[0]), math.log10(marks[-1])
        self.start, self.end = start, end

    def at(self, value):
        part = (math.log10(value) - self.low) / ((self.high - self.low) or 1)
        return round(self.start + part * (self.end - self.start), 1)


def cover(values):
    """Returns the ticks from the last one below all values to the first one above them."""
    low, high = min(values), max(values)
    marks = ticks(low, high if high > low else low * 2)
    first = max(i for i, mark in enumerate(marks) if mark <= low * 1.0001)
    last = next((i for i, mark in enumerate(marks) if mark >= high * 0.9999), len(marks) - 1)
    return marks[first:max(last, first + 1) + 1]


def x_axis(lines):
    """Puts ticks at the points themselves if they are few, because numbers of threads are not round."""
    values = sorted({x for _, points in lines for x, _ in points})
    return Axis(values if len(values) <= 10 else cover(values), LEFT, WIDTH - RIGHT)


def text(x, y, content, anchor="middle", extra=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{extra}>{html.escape(content)}</text>'


def rule(kind, x1, y1, x2, y2):
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def frame(plot, across, up):
    """Returns the grid, the ticks and the labels."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [text(LEFT, 24, plot.title, "start", ' class="title"')]
    for mark in across.marks:
        x = across.at(mark)
        parts += [rule("grid", x, TOP, x, bottom), text(x, bottom + 20, short(mark))]
    for mark in up.marks:
        y = up.at(mark)
        parts += [rule("grid", LEFT, y, right, y), text(LEFT - 8, y + 4, short(mark), "end")]
    middle = (TOP + bottom) / 2
    parts += [rule("axis", LEFT, bottom, right, bottom), rule("axis", LEFT, TOP, LEFT, bottom),
              text((LEFT + right) / 2, HEIGHT - 12, f"{plot.x_label} (log scale)"),
              text(18, middle, f"{plot.y_label} (log scale)",
                   extra=f' transform="rotate(-90 18 {middle})"')]
    return parts


def series(i, label, points, across, up):
    """Returns a line, a dot for each of its points, and its name above the plot."""
    places = [(across.at(x), up.at(y)) for x, y in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    colour = f"s{i % len(COLOURS)}"
    legend = LEFT + i * 290
    return [f'<polyline class="{colour} line" points="{path}"/>',
            *(f'<circle class="{colour} dot" cx="{x}" cy="{y}" r="3.5"/>' for x, y in places),
            f'<rect class="{colour} dot" x="{legend}" y="44" width="18" height="4"/>',
            text(legend + 26, 51, label, "start")]


def draw(plot, lines):
    """Returns the SVG of a plot. `lines` are (label, [(x, y)]) with positive numbers, at least one point."""
    across = x_axis(lines)
    up = Axis(cover([y for _, points in lines for _, y in points]), HEIGHT - BOTTOM, TOP)
    parts = frame(plot, across, up)
    for i, (label, points) in enumerate(lines):
        parts += series(i, label, sorted(points), across, up)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{html.escape(plot.title)}">{style()}\n'
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="6"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def lines_of(plot, measured):
    """Returns the lines to draw: [(label, points)]."""
    captures = measured["points"].get(plot.benchmark, {})
    lines = [(line.label, captures.get(line.capture, {}).get(line.counter, []))
             for line in plot.lines]
    return [(label, points) for label, points in lines if points]
