#!/usr/bin/python3
"""T1, T2, T3: what weir costs a frame beside dpdk-testpmd's mac forwarding, on the same ports, run and run about.

T1: nothing configured, 64-byte frames (net_null). T2: impairments that take none of 8 k TCP connections. T3: all four
impairments on 8 k HTTP connections, every response held for 1 ms. The ports of T2 and T3 are net_pcap, infinite_rx=1.
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import rows  # noqa: E402  pylint: disable=wrong-import-position
import traffic  # noqa: E402  pylint: disable=wrong-import-position
from forwarders import Testpmd, Weir  # noqa: E402  pylint: disable=wrong-import-position
from huge_pages import HugePages  # noqa: E402  pylint: disable=wrong-import-position

NULL = ["net_null0", "net_null1"]
PCAP = ["net_pcap0", "net_pcap1"]

BUFFERS = 65536  # of either program, beside what the ports keep: weir's own number

def compare(options, ports, vdevs, pages, flags=(), buffers=BUFFERS):
    """Samples of both, A B A B; each as long as the other."""
    ours, theirs = [], []
    for _ in range(options.rounds):
        with Testpmd(vdevs, eal=pages.eal, buffers=buffers) as testpmd:
            theirs.append(testpmd.run(options.seconds))
        with Weir(ports, flags, vdevs, eal=pages.eal) as weir:
            ours.append(weir.run(options.seconds))
    return ours, theirs


def ratio_row(identity, what, ours, theirs, pages):
    mine, other = rows.median([one.ns for one in ours]), rows.median([one.ns for one in theirs])
    rows.row(identity, what, round(other / mine, 3), "x testpmd mac",
             f"weir {mine:.1f} ns a frame, testpmd {other:.1f} ns, {pages.words}",
             weir_ns=rows.spread([one.ns for one in ours]), testpmd_ns=rows.spread([one.ns for one in theirs]),
             weir_mpps=rows.spread([one.mpps for one in ours]), testpmd_mpps=rows.spread([one.mpps for one in theirs]))
    return mine, other


def nothing(options):
    with HugePages() as pages:
        ours, theirs = compare(options, NULL, NULL, pages)
        ratio_row("T1", "nothing configured, 64-byte frames, net_null", ours, theirs, pages)


def shaped(options, identity, what, sides, profile):
    """T2 or T3: the ratio; returns the samples of weir, and nanoseconds a frame of both."""
    kept = sum(map(len, sides))
    with HugePages(kept // 256 + 1024) as pages, tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
        path = pathlib.Path(directory) / "profile.toml"
        path.write_text(profile)
        ours, theirs = compare(options, PCAP, traffic.infinite_ports(directory, sides), pages,
                               ["--profile", str(path), "--link-rate", "1Gbit", "--max-late", "10s"], kept + BUFFERS)
        return ours, *ratio_row(identity, what, ours, theirs, pages)


def whole_pipeline(options):
    sides = traffic.conversations()
    ours, mine, other = shaped(options, "T3", "all four impairments, HTTP, responses held 1 ms, 8 k connections", sides,
                               traffic.ALL_FOUR)
    stats = ours[-1].stats
    received = sum(link[side]["rx_frames"] for link in stats["links"] for side in ("a", "b"))
    rows.row("T3.ns", "the same: own cost over testpmd's", round(mine - other, 1), "ns a frame",
             f"{2 * traffic.RESPONSE_FRAMES * stats['applied']['latency'] / received:.4f} of the responses were held, "
             f"{traffic.RESPONSE_FRAMES} frames each: half of all frames",
             applied=stats["applied"], drops=stats["drops"], cycles_per_frame=stats["workers"][0]["cycles_per_frame"])


def main():
    options = rows.arguments(__doc__.splitlines()[0], seconds=1.5, rounds=3)
    if rows.wants(options, "T1"):
        nothing(options)
    if rows.wants(options, "T2"):
        shaped(options, "T2", "impairments that take none of 8 k TCP connections", traffic.established(),
               traffic.TAKES_NONE)
    if rows.wants(options, "T3", "T3.ns"):
        whole_pipeline(options)


if __name__ == "__main__":
    main()
