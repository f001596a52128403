"""Tests the code that plants faults and judges tests, and that each row of tests/mutants fits its source. Nothing is
compiled here.

    mutants_test.py SOURCE_DIR

Runs with any Python >= 3.11.
"""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ".").resolve()
sys.path.insert(0, str(ROOT / "tools"))

from mutate import planting, report, rows, suite, tree  # noqa: E402


def fault(old, new="", how="statement", name="a"):
    return {"name": name, "file": "x.cc", "old": old, "new": new, "how": how}


def ask(row):
    return f"is({row['name']})"


class Planting(unittest.TestCase):
    def test_a_statement_runs_unless_the_fault_is_chosen(self):
        self.assertEqual(planting.plant([fault("wake();", "sleep();")], "f() { wake(); }", ask),
                         ("f() { if (is(a)) { sleep(); } else { wake(); } }", []))

    def test_an_expression_has_one_of_two_values(self):
        self.assertEqual(planting.plant([fault("a < b", "a <= b", "expression")], "return a < b;", ask),
                         ("return (is(a) ? (a <= b) : (a < b));", []))

    def test_raw_text_asks_itself(self):
        text, _ = planting.plant([fault("if (x)", "if (x && !PLANTED)", "raw")], "if (x) {}", ask)
        self.assertEqual(text, "if (x && !is(a)) {}")
        _, unfit = planting.plant([fault("if (x)", "if (y)", "raw")], "if (x) {}", ask)
        self.assertEqual([why for _, why in unfit], ["`new` does not ask PLANTED"])

    def test_faults_of_one_file_do_not_see_each_other(self):
        # The second text also stands in what the first one puts there.
        text, unfit = planting.plant([fault("x();", "y();", name="b"), fault("z();", "x();", name="a")], "z(); x();",
                                     ask)
        self.assertEqual(text, "if (is(a)) { x(); } else { z(); } if (is(b)) { y(); } else { x(); }")
        self.assertEqual(unfit, [])

    def test_faults_must_not_overlap(self):
        text, unfit = planting.plant([fault("b + c", "0", "expression", "late"), fault("a + b", "0", "expression")],
                                     "a + b + c", ask)
        self.assertEqual(text, "(is(a) ? (0) : (a + b)) + c")
        self.assertEqual([(row["name"], why) for row, why in unfit], [("late", "`old` overlaps that of a")])

    def test_a_text_must_occur_exactly_once(self):
        for text, why in (("x(); x();", "`old` occurs 2 times in x.cc, and not once"),
                          ("y();", "`old` occurs 0 times in x.cc, and not once")):
            with self.assertRaisesRegex(planting.Unfit, why.replace("(", r"\(")):
                planting.find(fault("x();"), text)

    def test_says_where_a_text_was_that_has_changed(self):
        with self.assertRaisesRegex(planting.Unfit, "line 2 begins like it"):
            planting.find(fault("parker_.unpark();"), "void f() {\n  parker_.unpark_later();\n}\n")

    def test_an_untouched_file_is_not_written_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a" / "b.cc"
            planting.write(path, "x")
            before = path.stat().st_mtime_ns
            planting.write(path, "x")
            self.assertEqual(path.stat().st_mtime_ns, before)
            planting.write(path, "y")
            self.assertEqual(path.read_text(), "y")


class Tree(unittest.TestCase):
    def test_the_copy_has_the_faults_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            root, copy = Path(folder) / "root", Path(folder) / "root/build/mutate"
            for file, text in (("src/x.cc", "wake();\n"), ("src/y.cc", "y\n"), (".git/config", ""), ("build/z", "")):
                planting.write(root / file, text)
            planting.write(copy / "src/gone.cc", "")
            mutant = rows.Mutant("dispatch", "a", "src/x.cc", "", (), fault("wake();", "") | {"file": "src/x.cc"})
            self.assertEqual(tree.make_copy(root, copy, [mutant]), [])
            self.assertEqual((copy / "src/x.cc").read_text(),
                             f'#include "{tree.HEADER}"\n#line 1\nif (::mutant::is_chosen("a")) {{  }} else {{ wake(); }}\n')
            self.assertEqual(sorted(tree.source_files(copy)),
                             [f"include/{tree.HEADER}", "src/x.cc", "src/y.cc"])

    def test_builds_also_what_runs_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            planting.write(Path(folder) / "tests/alone.txt", "executable dispatch/allocation_test  # why\n")
            self.assertEqual(tree.targets(Path(folder), ["marshal", "dispatch"]),
                             ["marshal_test", "dispatch_test", "dispatch_alone_test"])


class FakeRuns:
    """Says how tests end: {(test, mutant): [how, ...]}; what is not listed passes."""

    def __init__(self, ends):
        self.ends = {key: list(hows) for key, hows in ends.items()}
        self.ran = []

    def __call__(self, test, mutant, patience):
        self.ran.append((test.name, mutant))
        left = self.ends.get((test.name, mutant))
        return suite.Outcome(left.pop(0) if left else "passed", 1.0)


def some_test(name):
    return suite.Test(name, name.partition("/")[0], (), ".", (), None)


MUTANT = rows.Mutant("dispatch", "m", "x.cc", "what", ("dispatch/b_test",), {})


class Judging(unittest.TestCase):
    def judge(self, ends, above=()):
        self.runs = FakeRuns(ends)
        self.suite = suite.Suite([some_test(n) for n in ("dispatch/a_test", "dispatch/b_test", "hub/c_test")],
                                 self.runs)
        noticed = self.suite.judge(MUTANT, above)
        return noticed and (noticed[0].name, noticed[1].how)

    def test_the_named_test_comes_first_and_a_failure_is_enough(self):
        self.assertEqual(self.judge({("dispatch/b_test", "m"): ["crashed"]}), ("dispatch/b_test", "crashed"))
        self.assertEqual(self.runs.ran, [("dispatch/b_test", ""), ("dispatch/b_test", "m")])

    def test_then_the_room_and_then_the_rooms_above(self):
        self.assertIsNone(self.judge({}))
        self.assertEqual(self.judge({("hub/c_test", "m"): ["hung", "hung"]}, ("hub",)), ("hub/c_test", "hung"))

    def test_an_unexpected_test_must_fail_twice(self):
        self.assertIsNone(self.judge({("dispatch/a_test", "m"): ["failed"]}))
        self.assertEqual(self.judge({("dispatch/a_test", "m"): ["failed", "failed"]}), ("dispatch/a_test", "failed"))

    def test_a_test_that_fails_without_a_mutant_judges_nothing(self):
        self.assertIsNone(self.judge({("dispatch/b_test", ""): ["failed", "failed"], ("dispatch/b_test", "m"): ["failed"]}))
        self.assertEqual(self.suite.broken(), ["dispatch/b_test"])
        self.assertEqual(self.judge({("dispatch/b_test", ""): ["failed"], ("dispatch/b_test", "m"): ["failed"]}),
                         ("dispatch/b_test", "failed"))


class Running(unittest.TestCase):
    def run_code(self, code, skips=None, patience=60):
        test = suite.Test("a/b", "a", (sys.executable, "-c", code), ".", ("X=1=2",), skips)
        return suite.run(test, "m", patience)

    def test_how_a_test_ends(self):
        self.assertEqual(self.run_code("import sys; sys.exit(0)").how, "passed")
        self.assertEqual(self.run_code("import sys; sys.exit(1)").how, "failed")
        self.assertEqual(self.run_code("import sys; sys.exit(77)", skips=77).how, "passed")
        self.assertEqual(self.run_code("import os; os.abort()").how, "crashed")
        self.assertEqual(self.run_code("import time; time.sleep(600)", patience=0.5).how, "hung")

    def test_the_environment_chooses_the_mutant(self):
        code = f"import os; assert os.environ['{tree.VARIABLE}'] == 'm' and os.environ['X'] == '1=2'"
        self.assertEqual(self.run_code(code).how, "passed")

    def test_reads_what_ctest_lists(self):
        listing = {"tests": [
            {"name": "hub/a_test", "command": ["x", "y"],
             "properties": [{"name": "WORKING_DIRECTORY", "value": "/w"}, {"name": "ENVIRONMENT", "value": ["A=b"]},
                            {"name": "SKIP_RETURN_CODE", "value": 77}]},
            {"name": "install/b", "command": ["z"]}]}
        self.assertEqual(suite.parse(listing, ["hub"]),
                         [suite.Test("hub/a_test", "hub", ("x", "y"), "/w", ("A=b",), 77)])


def verdict(name, noticed, room="dispatch"):
    return {"name": name, "room": room, "file": "x.cc", "what": "it breaks", "noticed": noticed, "by": "t",
            "how": "failed"}


class Reporting(unittest.TestCase):
    def test_the_percentage_and_the_survivors(self):
        verdicts = [verdict("a", True), verdict("b", False), verdict("c", True, "hub")]
        results = report.results(verdicts, [])
        self.assertEqual(results["percentage"], 66.7)
        self.assertEqual(results["rooms"], {"dispatch": {"noticed": 1, "survived": 1},
                                            "hub": {"noticed": 1, "survived": 0}})
        self.assertIn("dispatch: b (x.cc): it breaks", report.table(verdicts, ["hub/x"]))
        self.assertIn("judged nothing: hub/x", report.table(verdicts, ["hub/x"]))

    def test_the_bugs_of_the_simulation(self):
        output = ("found   close-without-fence         by seed 4 (loop), 0.01 s: a job: lost\n"
                  "MISSED  sleep-without-look          : a loop sleeps\nLOST    x                 : does not fit\n")
        self.assertEqual([(v["name"], v["noticed"], v["what"]) for v in report.simulated(output)],
                         [("close-without-fence", True, "lost"), ("sleep-without-look", False, "a loop sleeps"),
                          ("x", False, "does not fit")])


class Table(unittest.TestCase):
    def test_every_row_fits_its_source(self):
        mutants, problems = rows.read(ROOT)
        problems += rows.planted_files(ROOT, mutants, lambda _: "false")[1] + rows.missing_tests(ROOT, mutants)
        self.assertEqual(problems, [])
        self.assertGreaterEqual(len(mutants), 200)
        self.assertEqual({m.room for m in mutants}, set(rows.ROOMS))


if __name__ == "__main__":
    unittest.main()
