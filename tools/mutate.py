"""Plants faults in the sources, one at a time, and looks which of them the tests notice.

    mutate.py [SOURCE_DIR] [--only NAME,...] [--rooms ROOM,...] [--own] [--jobs N] [--json] [--list] [--check]

tests/mutants/<room>.toml lists the faults. All of them are compiled into one copy of the sources (build/mutate),
each behind a switch; the environment chooses one for a process. For each fault the tests that its row names run
first, then the others of its room, then those of the rooms above (unless --own), until one fails. A crash and a hang
count as noticed. The planted bugs of the simulation are counted, too, if --simulate names its program.

Writes build/mutate.json. The exit status is 1 if less than 95% are noticed, and 2 if a row does not fit its source.
Runs in any Python >= 3.11. `make mutate` builds what it needs.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from mutate import report, rows, suite, tree  # noqa: E402


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--only", default="", help="names of mutants, or parts of them, separated by commas")
    parser.add_argument("--rooms", default="", help="only the mutants and tests of these rooms")
    parser.add_argument("--own", action="store_true", help="only run the tests of a mutant's own room")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--simulate", help="the program with the simulation's planted bugs")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--list", action="store_true", help="list the mutants and run nothing")
    parser.add_argument("--check", action="store_true", help="only check that each row fits its source")
    options = parser.parse_args(arguments)
    options.only = [name for name in options.only.split(",") if name]
    options.rooms = [room for room in options.rooms.split(",") if room] or list(rows.ROOMS)
    if unknown := set(options.rooms) - set(rows.ROOMS):
        parser.error(f"there is no room {', '.join(sorted(unknown))}")
    return options


def chosen(mutants, options):
    wanted = [m for m in mutants if m.room in options.rooms]
    if not options.only:
        return wanted
    names = {m.name for m in wanted}
    return [m for m in wanted
            if any(word == m.name or (word not in names and word in m.name) for word in options.only)]


def verdict_of(mutant, noticed):
    verdict = {"name": mutant.name, "room": mutant.room, "file": mutant.file, "what": mutant.what,
               "noticed": noticed is not None}
    if noticed is not None:
        test, outcome = noticed
        verdict |= {"by": test.name, "how": outcome.how, "seconds": round(outcome.seconds, 2)}
    return verdict


def judge_all(tests, mutants, options, say):
    start, verdicts = time.monotonic(), {}

    def judge(mutant):
        above = () if options.own else [room for room in rows.ABOVE[mutant.room] if room in options.rooms]
        return verdict_of(mutant, tests.judge(mutant, above))

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(judge, mutant): mutant for mutant in mutants}
        try:
            for done in concurrent.futures.as_completed(running):
                verdict = verdicts[running[done].name] = done.result()
                say(report.line(len(verdicts), len(mutants), time.monotonic() - start, verdict))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # only the tests that run are waited for
            raise
    return [verdicts[mutant.name] for mutant in mutants]


def simulation(program, say):
    say("simulation: the planted bugs of tests/simulate/planted.toml")
    return report.simulated(subprocess.run([program, "--planted", "--seeds", "500000"], stdout=subprocess.PIPE,
                                           text=True, check=False).stdout)


def main(arguments):
    options = options_of(arguments)

    def say(text):
        print(text, file=sys.stderr if options.json else sys.stdout, flush=True)

    root = options.source.resolve()
    mutants, problems = rows.read(root)
    if options.list:
        for mutant in chosen(mutants, options):
            print(f"{mutant.room:9} {mutant.name:36} {mutant.what}")
        return 0
    problems += rows.missing_tests(root, mutants)
    if options.check:
        problems += rows.planted_files(root, mutants, lambda _: "false")[1]
    else:
        problems += tree.make_copy(root, root / "build/mutate", mutants)
    for problem in problems:
        say(problem)
    if problems or options.check:
        return 2 if problems else 0
    wanted = chosen(mutants, options)
    rooms = [room for room in rows.ROOMS if room in options.rooms and any(
        room == m.room or (room in rows.ABOVE[m.room] and not options.own) for m in wanted)]
    say(f"Building the tests of {', '.join(rooms)} with {len(mutants)} mutants: build/mutate.log")
    try:
        build = tree.build(root / "build/mutate", rooms, root / "build/mutate.log")
    except tree.BuildFailed as failed:
        say(str(failed))
        return 2
    tests = suite.Suite(suite.listed(build, rooms))
    verdicts = judge_all(tests, wanted, options, say)
    if options.simulate and not options.only:
        verdicts += simulation(options.simulate, say)
    report.write_json(root / "build/mutate.json", verdicts, tests.broken())
    print((root / "build/mutate.json").read_text() if options.json else report.table(verdicts, tests.broken()))
    return 0 if report.percentage(verdicts) >= report.MUST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
