"""Holds the measurements of a run, in the form in which files and functions exchange them.

    {"gains": {benchmark: the gain of two spinning threads over one, measured right before and after it},
     "samples": {benchmark: {capture: {counter: [a value per repetition]}}},
     "points": {benchmark: {capture: {counter: [(x, y)]}}},
     "facts": {name of a fact about the machine and the run: text}}

A benchmark without captures has the capture "".
"""

import statistics


def new_measured():
    return {"gains": {}, "samples": {}, "points": {}, "facts": {}}


def add_sample(measured, benchmark, capture, counter, value):
    captures = measured["samples"].setdefault(benchmark, {})
    captures.setdefault(capture, {}).setdefault(counter, []).append(value)


# The fields of a repetition that Google Benchmark adds itself; all others are our counters.
GOOGLES = {"name", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations",
           "real_time", "cpu_time", "time_unit", "family_index", "per_family_instance_index",
           "error_occurred", "error_message"}


def capture_of(name):
    """Returns "one_text" for "post_hook/one_text/iterations:100/repeats:7/real_time"."""
    parts = [part for part in name.split("/")[1:] if ":" not in part and part != "real_time"]
    return next((part for part in parts if not part.isdigit()), "")


def add_google_benchmark(measured, benchmark, output):
    """Adds the figures in the JSON output of one benchmark. Returns a sentence for each failure."""
    problems = []
    if "two_thread_gain" in output["context"]:
        measured["gains"][benchmark] = float(output["context"]["two_thread_gain"])
    for fact in {"python", "compiler"} & output["context"].keys():
        measured["facts"][fact] = output["context"][fact]
    at = {}  # {(capture, counter, x): [values of the repetitions]}
    for entry in output["benchmarks"]:
        if entry.get("error_occurred"):
            problems.append(f"{entry['name']}: {entry['error_message']}")
            continue
        if entry["run_type"] != "iteration":
            continue
        capture = capture_of(entry["name"])
        counters = {key: value for key, value in entry.items() if key not in GOOGLES}
        x = counters.pop("x", None)
        for counter, value in counters.items():
            if x is None:
                add_sample(measured, benchmark, capture, counter, value)
            else:
                at.setdefault((capture, counter, x), []).append(value)
    for (capture, counter, x), values in at.items():
        captures = measured["points"].setdefault(benchmark, {})
        line = captures.setdefault(capture, {}).setdefault(counter, [])
        line.append((x, statistics.median(values)))
    return problems


def settle_gains(measured):
    """Sets the gain of a second thread during each benchmark: the lower one of the gains before it and
    before the next benchmark."""
    gains = list(measured["gains"].values())
    for name, before, after in zip(list(measured["gains"]), gains, gains[1:]):
        measured["gains"][name] = min(before, after)
