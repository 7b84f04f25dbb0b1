#!/usr/bin/python3
"""A7: what weir adds to a round trip over memif beside dpdk-testpmd's mac forwarding: one frame at a time.

weir has all four impairments configured, and none selects the connection. bench/round_trip sends, on the first CPU.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import rows  # noqa: E402  pylint: disable=wrong-import-position
import traffic  # noqa: E402  pylint: disable=wrong-import-position
from forwarders import BESIDE, ROOT, Failed, Testpmd, Weir  # noqa: E402  pylint: disable=wrong-import-position
from huge_pages import HugePages  # noqa: E402  pylint: disable=wrong-import-position
from ports import Memif  # noqa: E402  pylint: disable=wrong-import-position

WHAT = "a round trip over memif, nothing selected: added to testpmd mac's"


def round_trips(options, forwarder, pages):
    """What bench_round_trip says of a forwarder, which it then stops."""
    with forwarder:
        forwarder.start()
        command = [options.program, Memif.SOCKET, str(options.seconds), BESIDE, *pages.eal]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed(f"bench_round_trip ended with {done.returncode}: {done.stderr[-300:]}")
        said = json.loads(done.stdout)
        if not said["round_trips"]:
            raise Failed("no frame came back")
        return said


def measure(options):
    """Samples of both, A B A B."""
    between, weirs, testpmds = Memif(), [], []
    with HugePages() as pages, tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
        profile = pathlib.Path(directory) / "profile.toml"
        profile.write_text(traffic.TAKES_NONE)
        for _ in range(options.rounds):
            testpmds.append(round_trips(options, Testpmd(between.vdevs, eal=pages.eal), pages))
            weir = Weir(between.ports, ("--profile", str(profile), "--max-late", "10s"), between.vdevs, eal=pages.eal)
            weirs.append(round_trips(options, weir, pages))
        return weirs, testpmds, pages.words


def main():
    options = rows.arguments(__doc__.splitlines()[0], seconds=1.0, rounds=4,
                             program=str(ROOT / "build-bench" / "bench" / "bench_round_trip"))
    try:
        weirs, testpmds, pages = measure(options)
    except (Failed, OSError, ValueError, subprocess.TimeoutExpired) as error:
        rows.row("A7", WHAT, None, "", f"could not be measured: {' '.join(str(error).split())[-300:]}")
        return
    mine, other = (rows.median([sample["p50_ns"] for sample in samples]) for samples in (weirs, testpmds))
    rows.row("A7", WHAT, round(mine - other), "ns", f"medians: weir {mine:.0f} ns, testpmd {other:.0f} ns; {pages}",
             weir=weirs, testpmd=testpmds)


if __name__ == "__main__":
    main()
