"""Holds the measurements of a run, in the form in which files and functions exchange them.

    {"gains": {benchmark: the gain of two spinning threads over one, measured right before and after it},
     "samples": {benchmark: {capture: {counter: [a value per repetition]}}},
     "points": {benchmark: {capture: {counter: [(x, y)]}}},
     "steady": {benchmark: {capture: [the number of steady repetitions, the number of all]}},
     "facts": {name of a fact about the machine and the run: text}}

A benchmark without captures has the capture "".

A repetition is steady if D_spread says that all cores were as quick as each other, before and after it.
Where another guest of the processor uses a core, too, that core takes twice as long, for milliseconds or
for seconds: a ratio of such a repetition compares one core with another. Samples are those of the steady
repetitions, or of all if too few are steady.
"""

import statistics

STEADY = 1.15  # the largest D_spread of a steady repetition
ENOUGH = 5  # steady repetitions for a median


def new_measured():
    return {"gains": {}, "samples": {}, "points": {}, "steady": {}, "facts": {}}


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
    problems += [f"{entry['name']}: {entry['error_message']}" for entry in output["benchmarks"]
                 if entry.get("error_occurred")]
    repetitions = [entry for entry in output["benchmarks"]
                   if entry["run_type"] == "iteration" and not entry.get("error_occurred")]
    at = {}  # {(capture, counter, x): [values of the repetitions]}
    for entry in steady_ones(measured, benchmark, repetitions):
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


def steady_ones(measured, benchmark, repetitions):
    """Leaves out the repetitions that are not steady, and notes how many are left."""
    chosen = []
    for capture in dict.fromkeys(capture_of(entry["name"]) for entry in repetitions):
        captured = [entry for entry in repetitions if capture_of(entry["name"]) == capture]
        if all("D_spread" in entry for entry in captured):
            steady = [entry for entry in captured if entry["D_spread"] <= STEADY]
            measured["steady"].setdefault(benchmark, {})[capture] = [len(steady), len(captured)]
            captured = steady if len(steady) >= ENOUGH else captured
        chosen += captured
    return chosen


def is_steady(measured, benchmark, capture):
    """Returns whether the samples are those of steady repetitions, as far as that is known."""
    steady, _ = measured["steady"].get(benchmark, {}).get(capture, (ENOUGH, ENOUGH))
    return steady >= ENOUGH


def settle_gains(measured):
    """Sets the gain of a second thread during each benchmark: the lower one of the gains before it and
    before the next benchmark."""
    gains = list(measured["gains"].values())
    for name, before, after in zip(list(measured["gains"]), gains, gains[1:]):
        measured["gains"][name] = min(before, after)
