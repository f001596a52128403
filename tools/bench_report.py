"""Measures the benchmarks of bench/table.toml, and compares the results.

    bench_report.py run       measures everything; prints the table, writes build/bench.json,
                              docs/benchmarks.md and its plots, and the figures of README.md
    bench_report.py check     measures the rows with demands, and fails if a ratio is more than 15% worse
                              than in bench/baseline.json
    bench_report.py baseline  makes the rows of build/bench.json the baseline
    bench_report.py render    writes everything again from the last measurements of `run`

It runs in any Python >= 3.11. The programs that it measures have to be built before, in build/bench;
`make bench` and `make bench-check` build them.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from bench import demo, judge, measured as measured_file, page, readme, run, text  # noqa: E402
from bench.table import read_table  # noqa: E402

BUILD = ROOT / "build" / "bench"
BASELINE = ROOT / "bench" / "baseline.json"
# The program of bench/public and the library that it measures, which it finds where it is installed.
PUBLIC_PROGRAM = (BUILD / "bench/public/hookline_bench_public", BUILD / "bench/installed/lib/libhookline.so.0.1")
# Its benchmarks.
PUBLIC = {"own_hook_post", "own_hook_decide", "call_held", "call_held_loop", "call_by_name", "call_typed",
          "allocations"}
RAW = ROOT / "build" / "bench-measured.json"
RESULT = ROOT / "build" / "bench.json"


def machine_facts():
    facts = {"date": time.strftime("%Y-%m-%d"),
             "cores": str(len(os.sched_getaffinity(0)))}
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            facts["processor"] = line.split(":", 1)[1].strip()
            break
    return facts


def measure(table, rows_only):
    """Runs everything. Ends the program if something could not be measured."""
    names = table.benchmarks(rows_only)
    progress = run.Progress(len(names))
    measured = measured_file.new_measured()
    measured["facts"] = machine_facts()
    problems = []
    for name in names:
        progress.begin(name)
        if name == "demo":
            hub = demo.Demo(BUILD / "hookline", ROOT / "bench/scripts/hub5", progress)
            demo.measure_hub_cpu(measured, hub)
            if not rows_only:
                demo.measure_rates(measured, hub)
        elif name == "executors":
            run.measure_executors(measured, sys.executable, ROOT / "bench/python_executors.py", progress)
        else:
            program, library = PUBLIC_PROGRAM if name in PUBLIC else (BUILD / "hookline_bench", None)
            problems += run.measure_benchmark(measured, program, name, progress, library)
    measured_file.settle_gains(measured)
    figures = table.rows if rows_only else (*table.rows, *table.beside)
    unmeasured = judge.missing(figures, judge.rows_of(figures, measured))
    # Older Pythons do not have all executors.
    problems += [f"{name} was not measured" for name in unmeasured
                 if name != "interpreter_pool_executor"]
    if problems:
        raise SystemExit("\n".join(problems))
    return measured


def print_gains(measured):
    gains = sorted(measured["gains"].values())
    print(f"Two threads that spin in C did {gains[0]:.2f} to {gains[-1]:.2f} times the work of one.")
    if gains[0] < judge.LEAST_GAIN:
        print("Where that is under 1.5, wall-clock rows are marked unreliable: the CPU rows count.")


def show(table, measured):
    rows = judge.rows_of(table.rows, measured)
    print("\n".join(["", *text.table_lines(rows), "",
                     *text.beside_lines(judge.rows_of(table.beside, measured)), ""]))
    print_gains(measured)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(judge.to_json(rows), indent=1) + "\n", encoding="utf-8")
    page.write_page(table, measured, ROOT / "docs")
    readme.write_readme(ROOT)
    print(f"Written: {RESULT.relative_to(ROOT)}, docs/benchmarks.md, docs/benchmarks/*.svg, the figures of README.md")


def run_all(table):
    measured = measure(table, rows_only=False)
    RAW.parent.mkdir(exist_ok=True)
    RAW.write_text(json.dumps(measured), encoding="utf-8")
    show(table, measured)
    return 0


def check(table):
    if not BASELINE.is_file():
        raise SystemExit("There is no bench/baseline.json to compare with: run 'make bench', then "
                         "tools/bench_report.py baseline.")
    measured = measure(table, rows_only=True)
    rows = judge.rows_of(table.rows, measured)
    print("\n".join(["", *text.table_lines(rows), ""]))
    print_gains(measured)
    regressions, notes = judge.compare(rows, json.loads(BASELINE.read_text(encoding="utf-8")))
    print("\n".join([*notes, *regressions]))
    print("No ratio got worse by more than 15%." if not regressions else
          f"{len(regressions)} of {len(rows)} ratios got worse by more than 15%.")
    return 1 if regressions else 0


def make_baseline(_table):
    rows = json.loads(RESULT.read_text(encoding="utf-8"))
    baseline = {row["name"]: row["now"] for row in rows if row["reliable"]}
    BASELINE.write_text(json.dumps(baseline, indent=1) + "\n", encoding="utf-8")
    left_out = [row["name"] for row in rows if not row["reliable"]]
    if left_out:
        print(f"Left out, because they are unreliable: {', '.join(left_out)}")
    return 0


def render(table):
    show(table, json.loads(RAW.read_text(encoding="utf-8")))
    return 0


COMMANDS = {"run": run_all, "check": check, "baseline": make_baseline, "render": render}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args().command](read_table(ROOT / "bench" / "table.toml"))


if __name__ == "__main__":
    sys.exit(main())
