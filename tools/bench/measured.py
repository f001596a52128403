"""Holds the measurements of a run, in the form in which files and functions exchange them.

    {"gains": {benchmark: the gain of two spinning threads over one, measured right before and after it},
     "samples": {benchmark: {capture: {counter: [a value per repetition]}}},
     "points": {benchmark: {capture: {counter: [(x, y)]}}},
     "steady": {benchmark: {capture: [the number of steady repetitions, the number of all]}},
     "apart": {benchmark: {capture: the median ratio of the repetitions while the cores were apart}},
     "hops": [the line_hop_ns of all repetitions],
     "facts": {name of a fact about the machine and the run: text}}

A benchmark without captures has the capture "".

A repetition is steady if, before and after it, all cores were as quick as each other (D_spread) and about
as close to each other as they usually come (line_hop_ns). Where another guest of the processor uses a core, too,
that core takes twice as long; where a hypervisor moves a core to another part of the processor, a cache
line takes four times as long to the other one; for milliseconds or for seconds. A ratio of such a
repetition compares one core with another, or cores that share a cache with cores that do not. Samples are
those of the steady repetitions, or of all if too few are steady.
"""

import statistics

STEADY = 1.15  # the largest D_spread of a steady repetition
CLOSE = 1.8  # how much the distance of the cores may differ from the usual one in a steady repetition
ENOUGH = 9  # steady repetitions for a median


def new_measured():
    return {"gains": {}, "samples": {}, "points": {}, "steady": {}, "apart": {},
            "hops": [], "facts": {}}


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
    at = {}  # {(capture, counter, x): [values of the repetitions]}
    for capture, entry in chosen_repetitions(measured, benchmark, output):
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


def by_capture(output):
    """Returns {capture: [its repetitions]} of the JSON output of a benchmark."""
    captures = {}
    for entry in output["benchmarks"]:
        if entry["run_type"] == "iteration" and not entry.get("error_occurred"):
            captures.setdefault(capture_of(entry["name"]), []).append(entry)
    return captures


def usual_hop(repetitions, before=()):
    """Returns the line_hop_ns of cores that are as close as they usually come, judging by the repetitions and
    the hops `before` them in this run, since the cores may be apart for minutes. It is the lower quartile,
    because for a moment a hypervisor may run both on one core."""
    hops = sorted([*before, *(entry.get("line_hop_ns", 0.0) for entry in repetitions)])
    return hops[len(hops) // 4]


def steady_of(repetitions, before=()):
    """Returns the steady ones. All are, if they were not measured in units of D."""
    if not any("D_spread" in entry for entry in repetitions):
        return repetitions
    usual = usual_hop(repetitions, before)
    return [entry for entry in repetitions if entry.get("D_spread", 1.0) <= STEADY
            and usual / CLOSE <= entry.get("line_hop_ns", 0.0) <= usual * CLOSE]


def apart_of(repetitions, before=()):
    """Returns those that are not steady only because the cores were apart."""
    usual = usual_hop(repetitions, before)
    return [entry for entry in repetitions if entry.get("D_spread", 1.0) <= STEADY
            and entry.get("line_hop_ns", 0.0) > usual * CLOSE]


def has_enough(measured, output):
    """Returns whether each capture has enough steady repetitions for a median, or all of them are steady."""
    return all(len(steady_of(captured, measured["hops"])) >= min(ENOUGH, len(captured))
               for captured in by_capture(output).values())


def chosen_repetitions(measured, benchmark, output):
    """Returns (capture, repetition) of those that count, and notes how many were steady."""
    chosen, before = [], tuple(measured["hops"])
    for capture, captured in by_capture(output).items():
        steady = steady_of(captured, before)
        if any("D_spread" in entry for entry in captured):
            measured["steady"].setdefault(benchmark, {})[capture] = [len(steady), len(captured)]
            measured["hops"] += [entry["line_hop_ns"] for entry in captured if "line_hop_ns" in entry]
            apart = [entry["x_D"] for entry in apart_of(captured, before)]
            if len(apart) >= ENOUGH:
                measured["apart"].setdefault(benchmark, {})[capture] = statistics.median(apart)
        chosen += [(capture, entry) for entry in (steady if len(steady) >= ENOUGH else captured)]
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
