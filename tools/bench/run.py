"""Runs the measuring programs, and reports the progress."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.measured import add_google_benchmark, add_sample, has_enough

HEARTBEAT = 3  # seconds
MORE_RUNS = 4  # of a benchmark of which too few repetitions are steady


class Progress:
    """Prints a line for each step, and one every few seconds during a step."""

    def __init__(self, steps, out=sys.stderr):
        self.steps = steps
        self.out = out
        self.step = 0
        self.started = time.monotonic()

    def begin(self, title):
        self.step += 1
        self.title = title
        self.say("")

    def say(self, more):
        print(f"[{time.monotonic() - self.started:4.0f} s] {self.step}/{self.steps} {self.title}{more}",
              file=self.out, flush=True)


def run(command, progress, **options):
    """Returns the output of a command, which must succeed."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **options) as process:
        stop = threading.Event()
        watcher = threading.Thread(target=watch, args=(progress, stop))
        watcher.start()
        try:
            out, err = process.communicate()
        finally:
            stop.set()
            watcher.join()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{err}{out}")
    return out


def watch(progress, stop):
    started = time.monotonic()
    while not stop.wait(HEARTBEAT):
        progress.say(f": {time.monotonic() - started:.0f} s so far")


def measure_benchmark(measured, binary, name, progress, library=None):
    """Runs one benchmark in a process of its own, so that others do not affect it. `library` is the shared
    library that it measures, if it does not contain what it measures. Returns a sentence for each failure."""
    with tempfile.TemporaryDirectory(prefix="hookline-bench-") as folder:
        # The memory that the cached file lies in makes up to a fifth of a figure. A copy for each benchmark
        # keeps one unlucky place from affecting all of them.
        program = shutil.copy2(binary, folder)
        environment = dict(os.environ)
        if library is not None:
            shutil.copy2(library, folder)
            environment["LD_LIBRARY_PATH"] = folder
        written = Path(folder) / "out.json"
        command = [program, f"--benchmark_filter=^{name}(/|$)", f"--benchmark_out={written}",
                   "--benchmark_out_format=json"]

        def output_of_run():
            run(command, progress, env=environment)
            text = written.read_text(encoding="utf-8")
            return json.loads(text) if text.strip() else None

        output = output_of_run()
        if output is None:
            return [f"{name}: there is no such benchmark"]
        for _ in range(MORE_RUNS):
            if has_enough(measured, output):
                break
            progress.say(": once more, because other guests of the processor used the cores, too")
            output["benchmarks"] += output_of_run()["benchmarks"]
    return add_google_benchmark(measured, name, output)


def measure_executors(measured, python, script, progress):
    """Measures the same calls with Python's own executors."""
    for name, forms in json.loads(run([python, "-I", script], progress)).items():
        for form, samples in forms.items():
            for sample in samples:
                add_sample(measured, "executors", form, name, sample)
