"""Spans of time as people write them: 90 (seconds), 30m, 3h, 2d, 1w."""

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def read_span(text):
    """Returns seconds, or None if the text is not a span."""
    number, unit = (text[:-1], text[-1:].lower()) if text[-1:].isalpha() else (text, "s")
    if unit not in UNITS or not (number.isascii() and number.isdigit()):
        return None
    return int(number) * UNITS[unit]


def show_span(seconds):
    """Writes a span in the largest unit that is about a whole number of it: 90 is "90 s"."""
    for unit in ("w", "d", "h", "m"):
        if seconds >= 2 * UNITS[unit] or seconds == UNITS[unit]:
            return f"{seconds // UNITS[unit]:.0f} {unit}"
    return f"{seconds:.0f} s"
