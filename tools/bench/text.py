"""Formats numbers and tables as text."""


def number(value):
    """Formats with three significant digits and grouped thousands."""
    if value is None:
        return ""
    if value == int(value) and abs(value) < 1000:
        return str(int(value))
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def verdict(row):
    """Returns the text of the last column."""
    note = "" if row.reliable else " (unreliable)"
    return row.meets + note


def table_lines(rows):
    """Returns the rows with demands, in columns."""
    head = ("row", "now", "must", "aim", "unit", "meets")
    body = [(row.name, number(row.now), number(row.figure.must), number(row.figure.aim),
             row.figure.unit, verdict(row)) for row in rows]
    return columns([head, *body], right={1, 2, 3})


def beside_lines(rows):
    return columns([("beside", "now", "unit", "")] +
                   [(row.name, number(row.now), row.figure.unit, "" if row.reliable else "(unreliable)")
                    for row in rows], right={1})


def columns(lines, right):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join(cell.rjust(width) if i in right else cell.ljust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines]
