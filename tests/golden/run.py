#!/usr/bin/python3
"""Replays golden cases in simulated time and compares what comes out, byte for byte, with what is kept.

    run.py [--weir PROGRAM] [--bless] [CASE...]    no case: all of them

A case is a folder: profile.toml and in.pcap go in, out.pcap and log.jsonl (--log-all) come out; of some cases, that have
one, capture.pcapng (--capture) as well. --bless keeps what came
out; look at `git diff` then: the log is text, and for out.pcap run.py shows what changed. Facts that hold whatever was
blessed are checked each time, and a case that breaks one is not blessed.
"""

import argparse
import collections
import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import wire

FOLDER = pathlib.Path(__file__).resolve().parent
MOST_LINES = 40  # of a difference
WITH_CAPTURE = ("all-at-once", "packet-corrupt", "reset-body-bytes")  # whose capture is kept


class Result:
    """What one replay left behind."""

    def __init__(self, weir, case, scratch):
        self.out, self.log, self.capture, stats = (
            scratch / name for name in ("out.pcap", "log.jsonl", "capture.pcapng", "stats.json"))
        self.came = wire.read_pcap(case / "in.pcap")
        command = [weir, "replay", "--profile", case / "profile.toml", "--log", self.log, "--log-all", "--stats", stats,
                   "--capture", self.capture, case / "in.pcap", self.out]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.complaint = f"exit code {done.returncode}: {done.stderr.strip()}" if done.returncode else None
        if self.complaint:
            return
        self.left = wire.read_pcap(self.out)
        self.sightings = wire.read_pcapng(self.capture)
        self.decisions = [json.loads(line) for line in self.log.read_text().splitlines()]
        self.stats = json.loads(stats.read_text())


def streams(frames):
    """The bytes that each end of each connection sent: {ends: {sequence number: byte}}."""
    found = collections.defaultdict(dict)
    for _, frame in frames:
        segment = wire.segment_of(frame)
        if segment is None:
            continue
        ends = (segment.source, segment.source_port, segment.destination, segment.destination_port)
        found[ends].update((segment.sequence + place, byte) for place, byte in enumerate(segment.payload))
    return {ends: stream for ends, stream in found.items() if stream}


def early_frames(result):
    """Frames that left before they came; which of several equal ones it was does not matter."""
    came = collections.defaultdict(collections.deque)
    for time_ns, frame in result.came:
        came[frame].append(time_ns)
    for time_ns, frame in result.left:
        if came[frame] and time_ns < came[frame].popleft():
            yield f"left {time_ns} ns, before it came: {wire.describe(frame)}"


def overtaken(result):
    """Segments that left before one that had come before them, on their connection and in their direction."""
    places = collections.defaultdict(collections.deque)
    for place, (_, frame) in enumerate(result.came):
        places[frame].append(place)
    last = {}
    for _, frame in result.left:
        segment = wire.segment_of(frame)
        if segment is None or not places[frame]:
            continue
        ends = (segment.source, segment.source_port, segment.destination, segment.destination_port)
        place = places[frame].popleft()
        if place < last.get(ends, -1):
            yield f"left out of order: {wire.describe(frame)}"
        last[ends] = place


def capture_gaps(result):
    """A capture has what came in and what left, each at its time, and what ended between; held frames say how long."""
    dropped = 2  # the interface
    came = [(seen.time_ns, seen.frame) for seen in result.sightings if seen.inbound]
    left = [(seen.time_ns, seen.frame) for seen in result.sightings if not seen.inbound and seen.interface != dropped]
    if came != result.came or left != result.left:
        yield f"captured: {len(came)} of {len(result.came)} came, {len(left)} of {len(result.left)} left, or otherwise"
    ended = sum(seen.interface == dropped for seen in result.sightings)
    drops = sum(count for kind in result.stats["drops"].values() for count in kind.values())
    if ended != drops + result.stats["absorbed"]:
        yield f"captured: {ended} ended here, not {drops} and {result.stats['absorbed']}"
    injected = sum(seen.comment.startswith("injected") or "cut short" in seen.comment for seen in result.sightings)
    if injected != result.stats["injected"]:
        yield f"captured: {injected} were injected, not {result.stats['injected']}"
    held = collections.Counter(f"held {(d['done_ns'] - d['t_ns']) / 1e6:.6f}".rstrip("0").rstrip(".")
                               for d in result.decisions if d["event"] == "latency" and d.get("done_ns", 0) > d["t_ns"])
    said = collections.Counter(seen.comment.split(" ms: ")[0] for seen in result.sightings
                               if not seen.inbound and "latency of exchange" in seen.comment and seen.interface != dropped)
    if held != said and not result.stats["applied"]["duplicate"]:
        yield f"captured: latency that the log has and no comment, {held - said}, or the other way round, {said - held}"


def broken_facts(result):
    """What must hold for every case, blessed or not."""
    stats = result.stats
    if not stats["kept_promises"] or not stats["conservation"]["holds"]:
        yield f"promises: {stats['broken']}, {stats['conservation']}"
    if stats["held"] or stats["lateness_ns"]["max"]:
        yield f"held at the end: {stats['held']}; late by up to {stats['lateness_ns']['max']} ns in simulated time"
    for decision in result.decisions:
        if decision.get("done_ns", decision.get("due_ns", 0)) < decision.get("due_ns", 0):
            yield f"early: {decision}"
    yield from capture_gaps(result)
    times = [time_ns for time_ns, _ in result.left]
    if times != sorted(times):
        yield "out.pcap is not in the order of time"
    applied, drops = stats["applied"], stats["drops"]
    if stats["injected"]:
        return  # what weir itself says may look like what an end says later
    yield from early_frames(result)
    if not applied["reorder"]:
        yield from overtaken(result)
    lost = any(count for kind in drops.values() for count in kind.values())
    if lost or applied["corrupt"]:
        return
    if streams(result.left) != streams(result.came):
        yield "nothing was dropped, and yet some end does not hear what the other one said"
    if len(result.left) != len(result.came) - stats["absorbed"] + applied["duplicate"]:
        yield f"nothing was dropped: {len(result.came)} frames came, {len(result.left)} left"


def capture_lines(path):
    if not path.exists():
        return []
    frames = wire.read_pcap(path)
    return [f"{(time_ns - frames[0][0]) / 1e6:12.6f} ms  {wire.describe(frame)}" for time_ns, frame in frames]


def sighting_lines(path):
    names = ("A", "B", "dropped")
    return [f"{seen.time_ns} {names[seen.interface]} {'in' if seen.inbound else 'out'}  {wire.describe(seen.frame)}"
            f"{f'  # {seen.comment}' if seen.comment else ''}" for seen in wire.read_pcapng(path)] if path.exists() else []


def difference(kept, fresh, lines_of):
    lines = list(difflib.unified_diff(lines_of(kept), lines_of(fresh), str(kept), "now", lineterm="", n=1))
    lines = lines or [f"{kept}: differs in bytes that are not shown"]
    more = [f"... and {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    return lines[:MOST_LINES] + more


def text_lines(path):
    return path.read_text().splitlines() if path.exists() else []


def run_case(weir, case, bless):
    """What is wrong with a case, as lines; none if nothing is."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Result(weir, case, pathlib.Path(scratch))
        if result.complaint:
            return [result.complaint]
        wrong = list(broken_facts(result))
        if wrong:
            return wrong[:MOST_LINES]
        kept_captures = [(result.capture, sighting_lines)] if case.name in WITH_CAPTURE else []
        for fresh, lines_of in ((result.log, text_lines), (result.out, capture_lines), *kept_captures):
            kept = case / fresh.name
            if kept.exists() and kept.read_bytes() == fresh.read_bytes():
                continue
            shown = difference(kept, fresh, lines_of)
            if bless:
                print("\n".join(shown))
                kept.write_bytes(fresh.read_bytes())
            else:
                wrong += shown
        return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    default = os.environ.get("WEIR", FOLDER.parent.parent / "build" / "app" / "weir" / "weir")
    parser.add_argument("--weir", default=default, type=pathlib.Path)
    parser.add_argument("--bless", action="store_true", help="keep what comes out")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    arguments = parser.parse_args()
    if not arguments.weir.exists():
        parser.error(f"{arguments.weir} is not there: build it, or name another one by --weir")
    names = arguments.cases or sorted(path.parent.name for path in FOLDER.glob("*/in.pcap"))
    failed = 0
    for name in names:
        wrong = run_case(arguments.weir.resolve(), FOLDER / name, arguments.bless)
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok'}: {name}")
        if wrong:
            print("\n".join(f"  {line}" for line in wrong))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
