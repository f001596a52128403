"""Tests the code that makes a table, a page and a verdict of measurements. Nothing is measured here.

    bench_report_test.py SOURCE_DIR

Runs with any Python >= 3.11.
"""

import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ".").resolve()
sys.path.insert(0, str(ROOT / "tools"))

from bench import judge, measured as measured_file, page, plot, text  # noqa: E402
from bench.table import Figure, Line, Plot, Table, read_table  # noqa: E402

LOWER = Figure("post", "Posting", "post", "x_D", "D", must=1.5, aim=1.15)
HIGHER = Figure("gain", "Gaining", "gain", "x", "x", better="higher", must=4.0, aim=8.0)
CPU = Figure("post_cpu", "Posting", "post", "cpu_x_D", "D", clock="cpu", must=3.0, aim=2.0)
PLOT = Plot("depth", "By depth", "grow", "under way", "ns", (Line("calls", "ns", "call"),))


def measured_of(samples, gain=2.0):
    """Returns a measurement. `samples` is {benchmark: {capture: {counter: [values]}}}."""
    measured = measured_file.new_measured()
    measured["samples"] = samples
    measured["gains"] = {name: gain for name in samples}
    return measured


def row(figure, now, reliable=True):
    return judge.Row(figure, figure.name, now, reliable)


def repetition(name, **counters):
    return {"name": name, "run_name": name, "run_type": "iteration", "iterations": 1, "real_time": 1.0,
            "cpu_time": 1.0, "time_unit": "ns", "repetition_index": 0, **counters}


class GoogleBenchmark(unittest.TestCase):
    def read(self, entries, gain="1.90"):
        measured = measured_file.new_measured()
        output = {"context": {"two_thread_gain": gain, "python": "3.13.0"}, "benchmarks": entries}
        return measured, measured_file.add_google_benchmark(measured, "post", output)

    def test_each_repetition_is_a_sample_and_aggregates_are_not(self):
        name = "post/one_text/iterations:5/repeats:2/real_time"
        aggregate = repetition(name + "_median", x_D=9.0) | {"run_type": "aggregate"}
        measured, problems = self.read([repetition(name, x_D=1.0), repetition(name, x_D=2.0), aggregate])
        self.assertEqual(measured["samples"], {"post": {"one_text": {"x_D": [1.0, 2.0]}}})
        self.assertEqual(measured["gains"], {"post": 1.9})
        self.assertEqual(measured["facts"], {"python": "3.13.0"})
        self.assertEqual(problems, [])

    def steady_and_not(self, steady):
        """Returns an output with that many steady repetitions, and one that is not steady."""
        name = "post/one_text/iterations:5/repeats:6/real_time"
        return [*(repetition(name, x_D=1.0, D_spread=measured_file.STEADY) for _ in range(steady)),
                repetition(name, x_D=2.0, D_spread=1.9)]

    def test_repetitions_on_a_core_that_others_use_are_left_out(self):
        entries = self.steady_and_not(measured_file.ENOUGH)
        measured, _ = self.read(entries)
        self.assertTrue(measured_file.has_enough(measured_file.new_measured(), {"benchmarks": entries}))
        self.assertEqual(measured["samples"]["post"]["one_text"]["x_D"], [1.0] * measured_file.ENOUGH)
        self.assertEqual(measured["steady"], {"post": {"one_text": [measured_file.ENOUGH, len(entries)]}})
        self.assertTrue(judge.rows_of([LOWER], measured)[0].reliable)

    def test_with_too_few_steady_repetitions_all_count_and_the_row_is_unreliable(self):
        entries = self.steady_and_not(measured_file.ENOUGH - 1)
        measured, _ = self.read(entries)
        self.assertFalse(measured_file.has_enough(measured_file.new_measured(), {"benchmarks": entries}))
        self.assertEqual(measured["samples"]["post"]["one_text"]["x_D"],
                         [1.0] * (measured_file.ENOUGH - 1) + [2.0])
        self.assertFalse(judge.rows_of([LOWER], measured)[0].reliable)

    def test_repetitions_while_the_cores_are_apart_are_left_out_and_told(self):
        name = "post/one_text/iterations:5/repeats:6/real_time"

        def entries(count, x, hop):
            return [repetition(name, x_D=x, D_spread=1.0, line_hop_ns=hop) for _ in range(count)]

        enough = measured_file.ENOUGH
        measured, _ = self.read(entries(enough, 1.4, 60.0) + entries(enough, 1.5, 100.0) + entries(enough, 2.0, 260.0)
                                + entries(1, 0.7, 24.0))
        self.assertEqual(measured["samples"]["post"]["one_text"]["x_D"], [1.4] * enough + [1.5] * enough)
        self.assertEqual(measured["apart"], {"post": {"one_text": 2.0}})
        self.assertIn("- while that took more than 1.8 times as long as usual: `post[one_text]` 2 D",
                      page.facts_text(measured))
        self.assertIn("after 24 to 260 ns", page.facts_text(measured))

    def test_a_row_that_was_measured_while_the_cores_were_apart_is_not_steady(self):
        def entries(hop):
            return [repetition("post/one_text", x_D=1.0, D_spread=1.0, line_hop_ns=hop)] * measured_file.ENOUGH

        measured, _ = self.read(entries(60.0))
        self.assertTrue(measured_file.has_enough(measured, {"benchmarks": entries(60.0)}))
        self.assertFalse(measured_file.has_enough(measured, {"benchmarks": entries(260.0)}))

    def test_what_is_not_measured_in_units_of_d_is_steady(self):
        entries = [repetition("post/iterations:5/real_time", x=1.0)]
        self.assertTrue(measured_file.has_enough(measured_file.new_measured(), {"benchmarks": entries}))
        self.assertEqual(self.read(entries)[0]["steady"], {})

    def test_a_benchmark_that_is_not_captured_has_no_name(self):
        measured, _ = self.read([repetition("post/iterations:5/real_time", x_D=1.0)])
        self.assertEqual(list(measured["samples"]["post"]), [""])

    def test_what_grows_becomes_points(self):
        entries = [repetition(f"post/call/{x}/iterations:1", ns=ns, x=x)
                   for x, ns in ((1, 10.0), (1, 12.0), (1, 90.0), (10, 5.0))]
        measured, _ = self.read(entries)
        self.assertEqual(measured["points"], {"post": {"call": {"ns": [(1, 12.0), (10, 5.0)]}}})
        self.assertEqual(measured["samples"], {})

    def test_a_failed_benchmark_is_said(self):
        entry = repetition("post/one_text", x_D=1.0) | {"error_occurred": True, "error_message": "lost"}
        measured, problems = self.read([entry])
        self.assertEqual(problems, ["post/one_text: lost"])
        self.assertEqual(measured["samples"], {})

    def test_the_lower_gain_of_before_and_after_counts(self):
        measured = {"gains": {"a": 1.9, "b": 1.2, "c": 1.8}}
        measured_file.settle_gains(measured)
        self.assertEqual(measured["gains"], {"a": 1.2, "b": 1.2, "c": 1.8})


class Rows(unittest.TestCase):
    def test_a_row_is_the_median_of_each_capture(self):
        measured = measured_of({"post": {"one": {"x_D": [3.0, 1.0, 2.0]}, "two": {"x_D": [5.0]}}})
        rows = judge.rows_of([LOWER], measured)
        self.assertEqual([(r.name, r.now) for r in rows], [("post[one]", 2.0), ("post[two]", 5.0)])

    def test_only_the_captures_that_a_figure_names(self):
        figure = Figure("post", "", "post", "x_D", "D", captures=("two",))
        measured = measured_of({"post": {"one": {"x_D": [1.0]}, "two": {"x_D": [2.0]}}})
        self.assertEqual([r.name for r in judge.rows_of([figure], measured)], ["post[two]"])

    def test_what_was_not_measured_is_missing(self):
        rows = judge.rows_of([LOWER, HIGHER], measured_of({"post": {"": {"x_D": [1.0]}}}))
        self.assertEqual([r.name for r in rows], ["post"])
        self.assertEqual(judge.missing([LOWER, HIGHER], rows), ["gain"])

    def test_meets(self):
        free = Figure("free", "", "free", "x", "x", aim=0.0)
        for figure, now, meets in ((LOWER, 1.15, "aim"), (LOWER, 1.5, "must"), (LOWER, 1.501, "no"),
                                   (HIGHER, 8.0, "aim"), (HIGHER, 4.0, "must"), (HIGHER, 3.9, "no"),
                                   (free, 0.0, "aim"), (free, 0.1, "must")):
            self.assertEqual(row(figure, now).meets, meets, (figure.name, now))
        self.assertEqual(row(Figure("beside", "", "beside", "ns", "ns"), 3.0).meets, "")

    def test_without_a_second_core_wall_clock_rows_are_unreliable_and_cpu_rows_are_not(self):
        samples = {"post": {"": {"x_D": [1.0], "cpu_x_D": [1.0]}}}
        for gain, wall in ((1.49, False), (1.5, True)):
            rows = judge.rows_of([LOWER, CPU], measured_of(samples, gain))
            self.assertEqual([r.reliable for r in rows], [wall, True])

    def test_json(self):
        self.assertEqual(judge.to_json([row(LOWER, 1.2)]),
                         [{"name": "post", "now": 1.2, "must": 1.5, "aim": 1.15, "unit": "D",
                           "meets": "must", "reliable": True}])


class Comparison(unittest.TestCase):
    def compare(self, figure, now, before, reliable=True):
        return judge.compare([row(figure, now, reliable)], {figure.name: before})

    def test_fifteen_percent_are_tolerated(self):
        self.assertEqual(self.compare(LOWER, 1.149, 1.0), ([], []))
        self.assertEqual(self.compare(HIGHER, 4.0, 4.59), ([], []))

    def test_more_is_a_regression_with_one_sentence(self):
        (sentence,), _ = self.compare(LOWER, 1.2, 1.0)
        self.assertEqual(sentence, "post is 1.2 D, 20% worse than the 1 of the baseline (lower is better).")
        (sentence,), _ = self.compare(HIGHER, 4.0, 8.0)
        self.assertIn("gain is 4 x, 100% worse than the 8", sentence)

    def test_better_is_no_regression(self):
        self.assertEqual(self.compare(LOWER, 0.5, 1.0), ([], []))
        self.assertEqual(self.compare(HIGHER, 9.0, 4.0), ([], []))

    def test_nothing_may_become_something(self):
        self.assertEqual(self.compare(LOWER, 0.0, 0.0), ([], []))
        self.assertEqual(len(self.compare(LOWER, 0.001, 0.0)[0]), 1)
        self.assertEqual(len(self.compare(HIGHER, 0.0, 1.0)[0]), 1)

    def test_an_unreliable_row_is_noted_and_not_compared(self):
        regressions, (note,) = self.compare(LOWER, 9.0, 1.0, reliable=False)
        self.assertEqual(regressions, [])
        self.assertIn("post was not compared", note)

    def test_rows_on_one_side_only_are_noted(self):
        regressions, notes = judge.compare([row(LOWER, 1.0)], {"gone": 1.0})
        self.assertEqual(regressions, [])
        self.assertEqual(notes, ["post is not in the baseline yet.",
                                 "gone is in the baseline and was not measured."])


class Text(unittest.TestCase):
    def test_numbers(self):
        for value, written in ((None, ""), (0, "0"), (0.0, "0"), (1.5, "1.50"), (41.66, "41.7"),
                               (131.2, "131"), (33996.6, "33,997"), (1317116.0, "1,317,116")):
            self.assertEqual(text.number(value), written)

    def test_columns_are_aligned(self):
        lines = text.table_lines([row(LOWER, 1.2), row(HIGHER, 12.0, reliable=False)])
        self.assertEqual(lines[1], "post  1.20  1.50  1.15  D     must")
        self.assertEqual(lines[2], "gain    12     4     8  x     aim (unreliable)")


class Drawing(unittest.TestCase):
    def test_a_plot_is_svg_with_labels_units_and_both_grounds(self):
        svg = plot.draw(PLOT, [("calls <&>", [(1, 5000.0), (100, 170.0), (10, 600.0)])])
        root = xml.etree.ElementTree.fromstring(svg)
        self.assertTrue(root.tag.endswith("svg"))
        texts = ["".join(element.itertext()) for element in root.iter() if element.tag.endswith("text")]
        for expected in ("By depth", "under way (log scale)", "ns (log scale)", "calls <&>", "100", "5k"):
            self.assertIn(expected, texts)
        self.assertIn("prefers-color-scheme:dark", svg)

    def test_every_point_is_inside(self):
        for points in ([(1, 1.0)], [(1, 3.0), (16, 3.0)], [(10, 0.5), (1e6, 2e5)],
                       [(float(x), float(x)) for x in range(1, 15)]):
            root = xml.etree.ElementTree.fromstring(plot.draw(PLOT, [("calls", points)]))
            circles = [element for element in root.iter() if element.tag.endswith("circle")]
            self.assertEqual(len(circles), len(points))
            for circle in circles:
                self.assertTrue(plot.LEFT <= float(circle.get("cx")) <= plot.WIDTH - plot.RIGHT, points)
                self.assertTrue(plot.TOP <= float(circle.get("cy")) <= plot.HEIGHT - plot.BOTTOM, points)


class Page(unittest.TestCase):
    def test_has_rows_comparisons_and_plots(self):
        measured = measured_of({"post": {"one": {"x_D": [1.2], "ns": [60.0]}}}, gain=1.2)
        measured["points"] = {"grow": {"call": {"ns": [(1, 5.0), (10, 3.0)]}}}
        measured["steady"] = {"post": {"one": [20, 50]}}
        beside = Figure("post", "Posting", "post", "ns", "ns")
        with tempfile.TemporaryDirectory() as folder:
            page.write_page(Table((LOWER,), (beside,), (PLOT,)), measured, Path(folder))
            written = (Path(folder) / "benchmarks.md").read_text(encoding="utf-8")
            self.assertTrue((Path(folder) / "benchmarks" / "depth.svg").is_file())
        self.assertIn("| `post[one]` | Posting | 1.20 | <= 1.50 | <= 1.15 | D | must (unreliable) |", written)
        self.assertIn("| `post[one]` | Posting | 60 | ns |", written)
        self.assertIn("20 of 50 repetitions", written)
        self.assertIn("(benchmarks/depth.svg)", written)


class RealTable(unittest.TestCase):
    def test_can_be_read_and_is_consistent(self):
        table = read_table(ROOT / "bench" / "table.toml")
        self.assertGreater(len(table.rows), 10)
        for figure in table.rows:
            self.assertIn(figure.better, ("lower", "higher"))
            self.assertIn(figure.clock, ("wall", "cpu", "none"))
            if figure.must is not None:
                self.assertTrue(figure.is_met(figure.aim, figure.must), f"{figure.name}: aim before must")
        self.assertEqual(len(table.benchmarks()), len(set(table.benchmarks())))
        self.assertLessEqual(set(table.benchmarks(rows_only=True)), set(table.benchmarks()))


if __name__ == "__main__":
    unittest.main()
