#!/usr/bin/env python3
"""How many instructions the engine takes for a frame, held against counts.json: where a machine's times are noise, its
instructions are not. callgrind counts two runs of bench/engine that differ in their number of turns alone; what they
differ in is free of the start.

count.py CASE...            fails if a case takes more than 3 % more than recorded, or less (then record it)
count.py --record CASE...   writes what it counts

Environment: ENGINE, the program; COMPILER, what it was built with. Counts of another compiler mean nothing: then the
test is skipped (exit code 77)."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name("counts.json")
FEW_TURNS, MANY_TURNS = 60, 260
MOST_APART = 0.03


def run(case: str, turns: int) -> tuple[int, int]:
    """Instructions of a whole run, and the frames of one of its turns."""
    with tempfile.NamedTemporaryFile() as out:
        ran = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", os.environ["ENGINE"],
             "--case", case, "--turns", str(turns)], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"bench_engine --case {case} failed: {ran.stderr[-500:]}")
    return int(re.search(r"Collected : (\d+)", ran.stderr).group(1)), json.loads(ran.stdout)["frames_a_turn"]


def instructions_a_frame(case: str) -> float:
    few, _ = run(case, FEW_TURNS)
    many, frames_a_turn = run(case, MANY_TURNS)
    return (many - few) / ((MANY_TURNS - FEW_TURNS) * frames_a_turn)


def main() -> None:
    arguments = sys.argv[1:]
    records = arguments[:1] == ["--record"]
    cases = arguments[records:]
    record = json.loads(RECORD.read_text())
    compiler = os.environ["COMPILER"]
    if not records and record["compiler"] != compiler:
        print(f"skipped: the counts are of {record['compiler']}, this is {compiler}")
        sys.exit(77)
    apart = []
    for case in cases:
        counted = instructions_a_frame(case)
        if records:
            record["compiler"] = compiler
            record["instructions_a_frame"][case] = round(counted, 1)
            continue
        known = record["instructions_a_frame"][case]
        print(f"{case}: {counted:.1f} instructions a frame, recorded {known}")
        if abs(counted / known - 1) > MOST_APART:
            apart.append(case)
    if records:
        RECORD.write_text(json.dumps(record, indent=2) + "\n")
    if apart:
        sys.exit(f"more than {MOST_APART:.0%} from what is recorded: {', '.join(apart)}; "
                 "if that is meant, tests/instructions/count.py --record (docs/changing.md)")


main()
