#!/usr/bin/python3
"""T5, T6: weir beside dpdk-testpmd on ports that another process feeds: memif, AF_PACKET, AF_XDP, vhost-user.

T5: the conversations of T3 over memif, beside testpmd io. T6: nothing configured, 64-byte frames. The traffic is made
on the first CPU, by something that has less to do a frame than who is measured, so that the latter is never without
work: then its CPU time a frame says what it can carry.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench" / "support"), str(ROOT / "tests" / "netns")]
import rows  # noqa: E402  pylint: disable=wrong-import-position
import traffic  # noqa: E402  pylint: disable=wrong-import-position
from bench import Lab, stop  # noqa: E402  pylint: disable=wrong-import-position
from forwarders import BESIDE, CONTROL, WORKER  # noqa: E402  pylint: disable=wrong-import-position
from forwarders import Failed, Sample, Testpmd, Weir  # noqa: E402  pylint: disable=wrong-import-position
from huge_pages import HugePages  # noqa: E402  pylint: disable=wrong-import-position

SETTLE_S = 0.5  # until both ends of a port know of each other


class Between:
    """Ports of one kind: `ports` and `vdevs` are for who is measured, `far` for the generator beside it."""

    inside = far_inside = ()
    mode, far_eal, buffers = "io", ("--single-file-segments",), 65536

    def generator(self, pages):
        return Testpmd(self.far, self.mode, self.far_inside, eal=(*pages.eal, *self.far_eal), lcores=BESIDE,
                       buffers=self.buffers)

    def feed(self, generator):
        """32 bursts of 32 frames of each port go round and round."""
        generator.start("start tx_first 32")


class Memif(Between):
    """The generator is the client: only clients can do without a copy."""

    SOCKET = f"weir-bench-{os.getpid()}"

    def __init__(self):
        self.ports = ["net_memif0", "net_memif1"]
        self.vdevs = [self.vdev("server", number) for number in (0, 1)]
        self.far = [self.vdev("client", number) + ",zero-copy=yes" for number in (0, 1)]

    def vdev(self, role, number):
        return f"net_memif{number},role={role},id={number},socket={self.SOCKET},rsize=11"


class MemifConversations(Memif):
    """The generator plays captures into the memif ports, as fast as they are taken from it, and drops what comes back.
    It copies, and still has less to do than weir."""

    far_eal = ()

    def __init__(self, directory, sides):
        super().__init__()
        plays = traffic.infinite_ports(directory, sides)
        self.far = [plays[0], self.vdev("client", 0), plays[1], self.vdev("client", 1)]
        self.buffers = sum(map(len, sides)) + Between.buffers

    def feed(self, generator):
        generator.say("set fwd io retry")
        generator.say("set burst tx delay 0 retry 100000")
        generator.start()


class Vhost(Between):
    """Who is measured is the host, and copies; the generator is the guest, and does not."""

    def __init__(self, directory):
        self.ports = ["net_vhost0", "net_vhost1"]
        self.vdevs = [f"{port},iface={directory}/{port}" for port in self.ports]
        self.far = [f"net_virtio_user{number},path={directory}/{port},queue_size=1024"
                    for number, port in enumerate(self.ports)]


class Kernel(Between):
    """veth pairs: frames come from the client's stack, and the server's drops them, as they are for nobody."""

    def __init__(self, lab, driver, arguments=""):
        self.lab = lab
        self.ports = [f"net_{driver}{number}" for number in (0, 1)]
        self.vdevs = [f"{port},iface={end}{arguments}" for port, end in zip(self.ports, "cs")]
        self.inside = lab.inside("weir")

    def generator(self, pages):
        del pages
        return Flood(self.lab)

    def feed(self, generator):
        generator.start()


class Flood:
    """bench/support/flood.py at the client."""

    NOBODY = "10.9.0.77"

    def __init__(self, lab):
        program = ROOT / "bench" / "support" / "flood.py"
        self.command = lab.inside("client", "/usr/bin/python3", "-B", program, CONTROL, "eth0", self.NOBODY)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            stop(self.process)
            self.process.stdout.close()

    def prompt(self):
        pass

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)

    def finish(self):
        stop(self.process)
        said = self.process.stdout.read().split()
        if len(said) != 2:
            raise Failed(f"flood.py said '{' '.join(said)}' in place of frames and seconds")
        return Sample(int(said[0]), float(said[1]), 0.0)


def sample(program, between, pages, seconds):
    """What the program forwards while the generator runs, and what the generator sends, in millions a second."""
    with program:
        program.start()
        with between.generator(pages) as generator:
            generator.prompt()
            time.sleep(SETTLE_S)
            program.mark()
            between.feed(generator)
            time.sleep(seconds)
            sent = generator.finish()
            program.mark_end()
            return program.finish(), sent.mpps


def compare(options, pages, ours, theirs, mode, flags=()):
    """Samples of weir between `ours` and of testpmd between `theirs`, A B A B, each with what its generator sent."""
    weirs, testpmds = [], []
    for _ in range(options.rounds):
        testpmd = Testpmd(theirs.vdevs, mode, theirs.inside, eal=pages.eal)
        testpmds.append(sample(testpmd, theirs, pages, options.seconds))
        weir = Weir(ours.ports, (*flags, "--max-late", "10s"), ours.vdevs, ours.inside, eal=pages.eal)
        weirs.append(sample(weir, ours, pages, options.seconds))
    return weirs, testpmds


def ratio_row(identity, what, pages, weirs, testpmds, mode):
    """The ratio of what a second of the worker's time carries, at best: when the generator is kept from its CPU the
    worker waits, and that is in its time."""
    mine, other = (min(done.ns for done, _ in samples) for samples in (weirs, testpmds))
    workers = [done.stats["workers"][0] for done, _ in weirs]
    rows.row(identity, what, round(other / mine, 3), f"x testpmd {mode}",
             f"weir {mine:.0f} ns a frame, testpmd {other:.0f} ns; CPUs {WORKER}, generator {CONTROL}; {pages.words}",
             weir_ns=rows.spread([done.ns for done, _ in weirs]),
             testpmd_ns=rows.spread([done.ns for done, _ in testpmds]),
             weir_mpps=rows.spread([done.mpps for done, _ in weirs]),
             testpmd_mpps=rows.spread([done.mpps for done, _ in testpmds]),
             sent_to_weir_mpps=rows.spread([sent for _, sent in weirs]),
             sent_to_testpmd_mpps=rows.spread([sent for _, sent in testpmds]),
             frames_per_burst=rows.spread([worker["frames_per_burst"] for worker in workers]),
             cycles_per_frame=workers[-1]["cycles_per_frame"], drops=weirs[-1][0].stats["drops"])


def whole_pipeline(options, identity, what):
    sides = traffic.conversations()
    with HugePages(3072) as pages, tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
        profile = pathlib.Path(directory) / "profile.toml"
        profile.write_text(traffic.ALL_FOUR)
        conversations = MemifConversations(directory, sides)
        samples = compare(options, pages, conversations, Memif(), "io", ("--profile", str(profile)))
        ratio_row(identity, what, pages, *samples, "io")


def nothing(options, identity, what, between):
    with HugePages() as pages:
        ratio_row(identity, what, pages, *compare(options, pages, between, between, "mac"), "mac")


def vhost(options, identity, what):
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as directory:
        nothing(options, identity, what, Vhost(directory))


def kernel(options, identity, what, driver, arguments=""):
    lab = Lab()
    try:
        nothing(options, identity, what, Kernel(lab, driver, arguments))
    finally:
        lab.down()


def main():
    options = rows.arguments(__doc__.splitlines()[0], seconds=1.0, rounds=4)
    for identity, what, measure, *more in (
            ("T5", "memif, the conversations of T3, all four impairments", whole_pipeline),
            ("T6.vhost", "nothing configured, vhost-user", vhost),
            ("T6.af_packet", "nothing configured, net_af_packet on veth pairs", kernel, "af_packet", ",framecnt=2048"),
            ("T6.af_xdp", "nothing configured, net_af_xdp on veth pairs", kernel, "af_xdp")):
        if not rows.wants(options, identity):
            continue
        try:
            measure(options, identity, what, *more)
        except (Failed, OSError) as error:  # the other rows don't hang on this one
            rows.row(identity, what, None, "", f"could not be measured: {' '.join(str(error).split())[-300:]}")


if __name__ == "__main__":
    main()
