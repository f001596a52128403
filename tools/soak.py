"""Lets random scripts misbehave at random in a real hub, while users check that each line arrives.

    soak.py HOOKLINE [--minutes 10] [--seed N] [--kinds loop,hog] [--users 8] [--output build/soak.json]

A healthy script answers a command all the time. Other scripts of tools/soak/faults.py are loaded, reloaded
and unloaded; users come, go, chat and write to each other. At the end all misbehaving scripts are unloaded,
threads and descriptors are compared with what there was at the start, and a signal ends the hub while some
scripts do not return.

The exit status is 1 if a line was lost, came twice or out of order, if the hub hung up on a user, died, did
not end in time, or kept threads or descriptors that no script that was left behind explains. It runs in any
Python >= 3.11. `make soak` builds what it needs.
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from soak import faults, report  # noqa: E402
from soak.crowd import Crowd  # noqa: E402
from soak.hub import LIMITS, Hub, HubEnded  # noqa: E402
from soak.ledger import Ledger  # noqa: E402
from soak.scripts import Scripts  # noqa: E402

STEP = 0.05  # seconds between two rounds of the users
CHANGE = 0.35  # between two changes of the scripts, on average
STALL = 60  # without a line that arrives, although lines are waiting
# How many more there may be then than at the start. Interpreters leave some of both.
THREADS = 4
DESCRIPTORS = 10
MOST_WAITING = 1000  # lines that a script may have accepted and not run when it is unloaded
LATE = 3  # verdict deadlines


class Soak:
    def __init__(self, options, folder):
        self.options = options
        self.dice = random.Random(options.seed)
        self.hub = Hub(options.hookline, folder, options.limits)
        self.ledger = Ledger(time.monotonic, LATE * Hub.VERDICT_DEADLINE)
        self.scripts = Scripts(self.hub, random.Random(options.seed + 1), options.kinds,
                               options.seconds)
        self.crowd = None
        self.problems = []
        self.at_start = None
        self.at_end = None
        self.peak = (0, 0, 0)
        self.cpu = 0.0
        self.exit_code = None
        self.unfinished = []
        self.thread_names = {}
        self.descriptor_kinds = {}
        self.calm = 15 + 2.5 * options.seconds  # for what is left behind to return, when everything is unloaded
        self.began = time.monotonic()

    def problem(self, text):
        self.problems.append(text)
        print(f"soak: {text}", file=sys.stderr, flush=True)

    async def run(self):
        (self.hub.folder / "scripts").mkdir()
        (self.hub.folder / "scripts" / "healthy.py").write_text(faults.HEALTHY, encoding="utf-8")
        try:
            self.hub.start()
            await self.hub.wait_for("healthy")
            self.began = time.monotonic()
            self.crowd = Crowd(self.hub.port, self.dice, self.ledger, self.options.users, self.options.patience)
            self.hub.users = lambda: len(self.crowd.here)
            self.at_start = self.hub.figures()
            await self.misbehave()
            await self.calm_down()
            await self.end()
        except HubEnded as error:
            self.problem(str(error))
        except (ConnectionError, FileNotFoundError) as error:
            await asyncio.sleep(1)  # the process of a hub that has crashed ends
            code = self.hub.process.poll() if self.hub.process else None
            self.problem(f"the hub cannot be reached ({error}); its exit code is {code}: {self.hub.tail()}")
        finally:
            if self.crowd:
                self.crowd.close()
            self.hub.kill()
        self.judge()

    async def misbehave(self):
        end = self.began + 60 * self.options.minutes
        next_change = next_alive = next_report = moved_at = time.monotonic()
        moved = 0
        changing = None
        while (now := time.monotonic()) < end:
            self.hub.check()
            await self.crowd.step()
            if now >= next_alive:
                self.crowd.ask_alive()
                next_alive = now + 0.5
            if now >= next_change and (changing is None or changing.done()):
                if changing is not None:
                    changing.result()
                changing = asyncio.create_task(self.scripts.step())
                next_change = now + self.dice.expovariate(1 / CHANGE)
            if now >= next_report:
                await self.progress()
                next_report = now + 5
            if self.ledger.received != moved or not self.crowd.waiting():
                moved, moved_at = self.ledger.received, now
            if now - moved_at > STALL:
                self.problem(f"no line has arrived for {STALL} s; {self.crowd.waiting()} are waiting; "
                             f"threads: {self.hub.threads()}")
                break
            if self.scripts.failure:
                self.problem(f"{self.scripts.failure}; threads: {self.hub.threads()}")
                break
            await asyncio.sleep(STEP)
        if changing is not None:
            await changing

    async def progress(self):
        await self.scripts.note_figures()
        rss, threads, descriptors, self.cpu = self.hub.figures()
        self.peak = tuple(max(pair) for pair in zip(self.peak, (rss, threads, descriptors)))
        print(report.progress_line(self, rss, threads, descriptors), flush=True)

    async def calm_down(self):
        """Unloads what misbehaves, and compares what the hub holds then with what it held at the start."""
        print("soak: the users wait for what they are owed", flush=True)
        await self.crowd.finish()
        print("soak: all scripts that misbehave are unloaded", flush=True)
        await self.scripts.note_figures()
        await self.scripts.unload_all()
        # What a script has accepted is run also after it is unloaded, and with each line it may misbehave once more.
        most_waiting = min(self.crowd.chat_lines, MOST_WAITING)
        self.calm += most_waiting * faults.CHAT_CHANCE * Hub.QUARANTINE_AFTER
        end = time.monotonic() + self.calm
        while time.monotonic() < end:
            self.hub.check()
            known = await self.scripts.known()
            self.at_end = self.hub.figures()
            if not known and self.at_end[1] <= self.at_start[1] + 1 and self.at_end[2] <= self.at_start[2] + 2:
                break
            await asyncio.sleep(0.25)
        self.unfinished = sorted(known)
        self.cpu = self.at_end[3]
        self.thread_names = self.hub.threads()
        self.descriptor_kinds = self.hub.descriptors()

    async def end(self):
        """Ends the hub while some scripts do not return."""
        for name in ("unload_sleep", "sleep"):
            if not any(fault.name == name for fault in self.options.kinds):
                continue
            source = faults.script(faults.BY_NAME[name], 0, self.hub.folder / "fired", self.options.seconds)
            (self.hub.folder / f"{name}_at_end.py").write_text(source, encoding="utf-8")
            await self.hub.control("load", str(self.hub.folder / f"{name}_at_end.py"))
        self.crowd.close()
        print("soak: the hub ends", flush=True)
        began = time.monotonic()
        self.exit_code = await asyncio.to_thread(self.hub.terminate)
        self.seconds_to_end = time.monotonic() - began
        if self.exit_code is None:
            self.problem(f"the hub did not end within {3 * Hub.END_PATIENCE} s after SIGTERM, though "
                         f"end_patience is {Hub.END_PATIENCE} s")
        elif self.exit_code not in (0, 3):
            self.problem(f"the hub ended with {self.exit_code} after SIGTERM: {self.hub.tail()}")

    def judge(self):
        for note in self.ledger.notes:
            print(f"soak: {note}", file=sys.stderr)
        if self.ledger.lost:
            self.problem(f"{self.ledger.lost} line(s) were lost")
        if self.ledger.repeated:
            self.problem(f"{self.ledger.repeated} line(s) came twice, or out of order")
        if self.crowd and self.crowd.thrown_out:
            self.problem(f"the hub hung up on {self.crowd.thrown_out} user(s)")
        if self.crowd and self.at_end and self.crowd.unanswered():
            self.problem(f"the healthy script did not answer {self.crowd.unanswered()} of {self.crowd.asked} "
                         "question(s)")
        if self.crowd and self.at_end and self.crowd.unseen():
            self.problem(f"the healthy script did not see {self.crowd.unseen()} line(s)")
        if self.at_end:
            # All that misbehaves has ended, or has been left behind and has returned.
            for name, index, allowed in (("threads", 1, THREADS), ("descriptors", 2, DESCRIPTORS)):
                grown = self.at_end[index] - self.at_start[index]
                if grown > allowed:
                    self.problem(f"the hub has {grown} {name} more than at the start: "
                                 f"{self.thread_names if index == 1 else self.descriptor_kinds}")
            if self.unfinished:
                self.problem(f"after {self.calm:g} s some scripts have not ended: {', '.join(self.unfinished)}")


def kinds(text):
    names = text.split(",")
    wrong = [name for name in names if name not in faults.BY_NAME]
    if wrong:
        raise argparse.ArgumentTypeError(f"no such fault: {', '.join(wrong)}; there are {', '.join(faults.BY_NAME)}")
    return [faults.BY_NAME[name] for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hookline", help="the executable")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--kinds", type=kinds, help="only these faults, with commas between them",
                        default=[fault for fault in faults.FAULTS if not fault.is_planted])
    parser.add_argument("--limits", choices=LIMITS, help="what scripts may use; by default the seed chooses")
    parser.add_argument("--seconds", type=float, default=30,
                        help="how long a script takes that nothing can interrupt")
    parser.add_argument("--patience", type=float, default=60, help="how long users wait for lines at the end")
    parser.add_argument("--output", type=Path, help="the file for the results, in JSON")
    parser.add_argument("--keep", action="store_true", help="keep the folder, with the scripts and the log")
    options = parser.parse_args()
    options.limits = options.limits or random.Random(options.seed + 2).choice(list(LIMITS))
    options.hookline = str(Path(options.hookline).resolve())
    print(f"soak: {options.minutes:g} minutes, --seed {options.seed}, limits: {options.limits}", flush=True)
    folder = tempfile.mkdtemp(prefix="hookline-soak-")
    soak = Soak(options, folder)
    try:
        asyncio.run(soak.run())
        results = report.results(soak)  # reads what scripts have written into the folder
    finally:
        if options.keep or soak.problems:
            print(f"soak: the scripts and the log are in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    print(report.table(soak, results))
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if soak.problems else 0


if __name__ == "__main__":
    sys.exit(main())
