"""Measures the embedded hub, with `hookline demo`: chat lines through TCP, scripts and back.

Samples of the benchmark "demo":
    hub_cpu_per_line    x_no_script[""]: the CPU time of the hub's thread for a line with five scripts, divided by
                        that without scripts
    hub_cpu             hub_cpu_us["0 scripts"], ["5 scripts"]
    chat_lines          lines_per_s["2 clients, 0 scripts"], ...
"""

import json
import shutil
import tempfile
from pathlib import Path

from bench.measured import add_sample
from bench.run import run

PAIRS = 5  # runs with and without scripts, in turn, so that a drift of the machine's speed affects both alike
CLIENTS = (2, 100)
SCRIPTS = (0, 1, 5)
RATE_RUNS = 5
LINES = 100_000


class Demo:
    """Runs the demo with the first few scripts of a folder."""

    def __init__(self, binary, scripts, progress, lines=LINES):
        self.binary = binary
        self.scripts = sorted(Path(scripts).glob("*.py"))
        self.progress = progress
        self.lines = lines

    def run(self, clients, scripts):
        with tempfile.TemporaryDirectory(prefix="hookline-bench-") as folder:
            for script in self.scripts[:scripts]:
                shutil.copy(script, folder)
            out = run([self.binary, "demo", "--json", "--messages", str(self.lines),
                       "--clients", str(clients), "--scripts", folder], self.progress)
        report = json.loads(out)
        if not report["ok"]:
            raise SystemExit(f"hookline demo: {'; '.join(report['problems'])}")
        return report


def measure_hub_cpu(measured, demo):
    for _ in range(PAIRS):
        alone, scripted = (demo.run(20, scripts)["hub_cpu_us_per_message"] for scripts in (0, 5))
        add_sample(measured, "demo", "", "x_no_script", scripted / alone)
        add_sample(measured, "demo", "0 scripts", "hub_cpu_us", alone)
        add_sample(measured, "demo", "5 scripts", "hub_cpu_us", scripted)


def measure_rates(measured, demo):
    for clients in CLIENTS:
        for scripts in SCRIPTS:
            capture = f"{clients} clients, {scripts} script{'' if scripts == 1 else 's'}"
            for _ in range(RATE_RUNS):
                report = demo.run(clients, scripts)
                add_sample(measured, "demo", capture, "lines_per_s", report["messages_per_s"])
