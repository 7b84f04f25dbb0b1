#!/usr/bin/python3
"""`weir report` against golden cases and a log by hand: whatever it says is computed once more from the log, here, and
its page is well-formed and needs nothing from elsewhere."""

import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

FOLDER = pathlib.Path(__file__).resolve().parent
WEIR = os.environ.get("WEIR", FOLDER.parent.parent / "build" / "app" / "weir" / "weir")
OUTSIDE = re.compile(r"https?:|//|\burl\(|@import|\bsrc=|\bhref=|<script|<link|<iframe|<object|<img")
PLOT_LEFT, PLOT_RIGHT, PLOT_TOP, PLOT_BOTTOM = 70, 744, 26, 208  # of a plot, in its own units


def run(*words):
    return subprocess.run([WEIR, *words], capture_output=True, text=True, check=False)


def replay(case, scratch):
    log, stats = scratch / "log.jsonl", scratch / "stats.json"
    done = run("replay", "--profile", FOLDER / case / "profile.toml", "--log", log, "--log-all", "--stats", stats,
               FOLDER / case / "in.pcap", scratch / "out.pcap")
    assert done.returncode == 0, done.stderr
    return log, stats


class Page:
    """What a page of HTML says: its tables by title, its plots by what they show."""

    def __init__(self, path):
        self.text = path.read_text()
        self.body = xml.etree.ElementTree.fromstring(self.text).find("body")
        self.tables, title = {}, None
        for element in self.body:
            if element.tag == "h2":
                title = element.text
            table = element.find("table") if element.tag == "div" else None
            if table is not None:
                rows = [[cell.text or "" for cell in row] for row in table]
                self.tables[title] = {row[0]: dict(zip(rows[0][1:], row[1:])) for row in rows[1:]}
        self.plots = {plot.get("aria-label"): plot for plot in self.body.iter("svg")}

    def lines(self, plot):
        """The points of each line, as shares of the plot's width and height."""
        found = []
        for line in self.plots[plot].iter("polyline"):
            pairs = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
            found.append([((x - PLOT_LEFT) / (PLOT_RIGHT - PLOT_LEFT), (PLOT_BOTTOM - y) / (PLOT_BOTTOM - PLOT_TOP))
                          for x, y in pairs])
        return found

    def bars(self, plot):
        return [int(title.text.split()[0]) for title in self.plots[plot].iter("title")]


def decisions_of(log):
    """Lines of a log that are decisions, and those that tell of other things."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    told = [line for line in lines if line["event"] in ("asked", "carried", "missed")]
    return [line for line in lines if line not in told], told


def percentile(values, per_mille):
    ordered = sorted(values)
    return ordered[-(-len(ordered) * per_mille // 1000) - 1]


def by_rule(decisions, event):
    found = collections.defaultdict(list)
    for decision in decisions:
        if decision["event"] == event and decision.get("hit", True):
            found[decision["rule"]].append(decision)
    return found


class Report(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def report(self, log, *options):
        done = run("report", log, "--html", self.scratch / "report.html", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        page = Page(self.scratch / "report.html")
        self.assertIsNone(OUTSIDE.search(page.text))
        for table in page.tables.values():  # the same cells on the terminal
            for name, cells in table.items():
                line = r"^  " + r" +".join(map(re.escape, [name, *cells.values()])) + "$"
                self.assertRegex(done.stdout, re.compile(line, re.MULTILINE))
        return page

    def check_distribution(self, row, values_ns):
        for column, value in (("min", min(values_ns)), ("p50", percentile(values_ns, 500)),
                              ("p90", percentile(values_ns, 900)), ("p99", percentile(values_ns, 990)),
                              ("max", max(values_ns)), ("mean", sum(values_ns) / len(values_ns))):
            self.assertEqual(row[column], f"{value / 1e6:.3f}", column)
        self.assertEqual(row["count"], str(len(values_ns)))

    def check_stairs(self, line, values, most):
        """A line rises by a share at each value, and ends at 1."""
        for share, (_, y) in ((0, line[0]), (1, line[-1])):
            self.assertAlmostEqual(y, share, places=4)
        tops = dict(line)  # of the two points of a step the upper one comes last
        for value in values:
            x = min(tops, key=lambda x, value=value: abs(x - value / most))
            self.assertLess(abs(x - value / most), 1e-4)
            self.assertAlmostEqual(tops[x], sum(other <= value for other in values) / len(values), places=3)

    def check_latency(self, page, decisions):
        for rule, found in by_rule(decisions, "latency").items():
            drawn = [round(decision["drawn"] * 1e6) for decision in found]
            held = [decision["done_ns"] - decision["t_ns"] for decision in found if "done_ns" in decision]
            self.check_distribution(page.tables["latency drawn, ms"][rule], drawn)
            self.check_distribution(page.tables["latency achieved, ms"][rule], held)
            lines = page.lines(f"distribution of latency, rule {rule}")
            most = max(drawn + held)
            self.check_stairs(lines[0], drawn, most)
            self.check_stairs(lines[1], held, most)

    def check_events(self, page, decisions):
        struck = collections.Counter(decision["event"] for decision in decisions if decision.get("hit", True))
        for event, count in struck.items():
            self.assertEqual(page.tables["events"][event]["struck"], str(count))
        for plot, event in (("Outages", "jitter"), ("Resets", "reset"), ("Drops", "drop")):
            if struck[event]:
                self.assertEqual(sum(page.bars(f"{plot} over time")), struck[event])

    def check_outages(self, page, decisions):
        for rule, found in by_rule(decisions, "jitter").items():
            row = page.tables["outages (jitter), ms"][rule]
            self.assertEqual(row["count"], str(len(found)))
            self.assertEqual(row["in all, s"], f"{sum(d['drawn'] for d in found) / 1e3:.3f}")

    def check_lateness(self, page, decisions):
        frames = {}
        for decision in decisions:
            if "done_ns" in decision:
                frame = (decision["flow"], decision["k"], decision["t_ns"], decision["done_ns"])
                frames[frame] = max(frames.get(frame, 0), decision["due_ns"])
        late = [frame[3] - due for frame, due in frames.items()]
        if not late:
            return
        row = page.tables["lateness, us"]["log"]
        self.assertEqual(row["count"], str(len(late)))
        self.assertEqual(row["early"], str(sum(ns < 0 for ns in late)))
        self.assertEqual(row["p50"], f"{percentile(late, 500) / 1e3:.3f}")
        self.assertEqual(row["max"], f"{max(late) / 1e3:.3f}")

    def test_golden_cases(self):
        for case in ("all-at-once", "latency-range", "jitter-hold", "reset-response", "packet-loss", "untouched"):
            with self.subTest(case=case):
                log, stats = replay(case, self.scratch)
                decisions, _ = decisions_of(log)
                page = self.report(log, "--stats", stats)
                self.check_events(page, decisions)
                self.check_latency(page, decisions)
                self.check_outages(page, decisions)
                self.check_lateness(page, decisions)

    def test_what_was_asked_for_stands_beside_it(self):
        log, stats = replay("latency-range", self.scratch)
        wanted = json.loads(stats.read_text())
        page = self.report(log, "--stats", stats)
        latency = wanted["asked"]["latency"]
        self.assertEqual(page.tables["latency drawn, ms"]["default"]["asked"],
                         f"{latency['min_ms']:g}..{latency['max_ms']:g}")
        self.assertEqual(page.tables["asked and achieved, by the statistics"]["latency, mean ms"]["achieved"],
                         f"{wanted['achieved']['latency']['mean_ms']:.3f}")

    def test_rates_are_drawn_as_stairs(self):
        log, _ = replay("speed-range", self.scratch)
        decisions, told = decisions_of(log)
        rates = [d["drawn"] for d in decisions if d["event"] == "rate"]
        passed = [span["limited_bytes"] / (span["t_ns"] - span["since_ns"]) * 1e9 for span in told
                  if span["event"] == "carried"]
        page = self.report(log)
        row = page.tables["rate, bytes a second"]["all"]
        self.assertEqual(row["redraws"], str(len(rates)))
        self.assertEqual(row["mean"], f"{sum(rates) / len(rates):.0f}")
        asked, achieved = page.lines("rate over time")
        most = max(rates + passed)
        self.assertEqual([round(y, 3) for _, y in asked[0:-1:2]], [round(rate / most, 3) for rate in rates])
        for rate in passed:
            self.assertIn(round(rate / most, 2), [round(y, 2) for _, y in achieved])
        self.assertEqual(len(page.lines("carried over time")), 2)

    def test_phases_are_compared_one_by_one(self):
        log, _ = replay("phases", self.scratch)
        decisions, told = decisions_of(log)
        page = self.report(log)
        asked = [line for line in told if line["event"] == "asked"]
        ends = [line["t_ns"] for line in asked[1:]] + [max(d.get("done_ns", d["t_ns"]) for d in decisions + told)]
        phases = {line["phase"] for line in asked}
        self.assertEqual(phases, {"", "ramp", "walk", "two", "none"})
        for phase in phases:
            spans = [(line["t_ns"], end, line["asked"].get("latency")) for line, end in zip(asked, ends)
                     if line["phase"] == phase and end > line["t_ns"]]
            drawn = [d for d in decisions if d["event"] == "latency"
                     and any(begin <= d["t_ns"] < end for begin, end, _ in spans)]
            means = [(law["mean_ms"], end - begin) for begin, end, law in spans if law]
            row = page.tables["latency by phase, ms"].get(f"{phase or '(outside of phases)'}, default")
            if not means:
                self.assertIsNone(row)
                self.assertEqual(drawn, [])
                continue
            self.assertEqual(row["count"], str(len(drawn)))
            self.assertEqual(row["asked mean"], f"{sum(m * ns for m, ns in means) / sum(ns for _, ns in means):.3f}")
            if drawn:
                self.assertEqual(row["mean"], f"{sum(d['drawn'] for d in drawn) / len(drawn):.3f}")
        frames = page.tables["rate by phase, bytes a second"]
        for way in ("up", "down"):
            sent = sum(span[f"{way}_bytes"] for span in told if span["event"] == "carried")
            in_phases = sum(int(row["bytes"]) for name, row in frames.items() if name.endswith(f"frames {way}"))
            self.assertLessEqual(abs(in_phases - sent), len(frames), "rounded row by row")

    def test_missed_draws_are_told_without_a_line_each(self):
        whole, stats = replay("reset-response", self.scratch)
        missed = [d for d in map(json.loads, whole.read_text().splitlines()) if not d.get("hit", True)]
        brief = self.scratch / "brief.jsonl"
        done = run("replay", "--profile", FOLDER / "reset-response" / "profile.toml", "--log", brief,
                   FOLDER / "reset-response" / "in.pcap", self.scratch / "out.pcap")
        self.assertEqual(done.returncode, 0, done.stderr)
        _, told = decisions_of(brief)
        self.assertEqual(sum(line["count"] for line in told if line["event"] == "missed"), len(missed))
        page = self.report(brief)
        row = page.tables["resets by phase"]["(whole run), default"]
        reset = json.loads(stats.read_text())["achieved"]["reset"]
        self.assertEqual((row["draws"], row["struck"]), (str(reset["draws"]), str(reset["count"])))
        self.assertEqual(row["share"], f"{reset['share']:.4g}")

    def test_phases_are_marked_and_hostile_names_are_text(self):
        log = self.scratch / "log.jsonl"
        name = '<script src="http://x">&amp;\u0001\u20ac'
        lines = [{"t_ns": 0, "event": "phase", "phase": name},
                 {"t_ns": 5, "link": 0, "flow": "a>b", "k": 0, "event": "drop", "n": 0, "drawn": 0, "rule": name},
                 {"t_ns": 9, "link": 0, "flow": "a>b", "k": 0, "event": "nova", "n": 0, "drawn": 0, "rule": "default"}]
        log.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"t_ns": 1')
        done = run("report", log, "--html", self.scratch / "report.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("note: the last line is cut off: it is not counted\n", done.stdout)
        self.assertIn('note: event "nova" is not known to this weir: 1 lines of it are not counted\n', done.stdout)
        page = Page(self.scratch / "report.html")
        shown = name.replace("\u0001", "?")
        self.assertIn(shown, page.tables["phases"])
        marks = [text.text for text in page.plots["Drops over time"].iter("text") if text.get("class") == "name"]
        self.assertEqual(marks, [shown])
        self.assertEqual(list(page.body.iter("script")), [])

    def test_what_is_no_log(self):
        log = self.scratch / "log.jsonl"
        log.write_bytes(os.urandom(64) + b"\n\n")
        done = run("report", log, "--html", self.scratch / "report.html")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^weir report: .*log\.jsonl:1: not a decision: .*\n$")
        self.assertFalse((self.scratch / "report.html").exists())


if __name__ == "__main__":
    unittest.main()
