"""weir and dpdk-testpmd on the same ports, one worker core each: how many frames in how much of the worker's time.

Time is the worker thread's own CPU time (/proc/PID/task/TID/schedstat) beside the wall's: on a machine that others use
too, what the thread was kept from is not in it. The control thread runs on the first CPU that this process may use, the
worker on the last one. Nothing is left behind: every process is stopped, its runtime directory removed.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "netns"))
from bench import stop  # noqa: E402  pylint: disable=wrong-import-position

WEIR = os.environ.get("WEIR") or str(ROOT / "build-bench" / "app" / "weir" / "weir")
CPUS = sorted(os.sched_getaffinity(0))
CONTROL, WORKER = CPUS[0], CPUS[-1]
LCORES = f"--lcores=0@{CONTROL},1@{WORKER}"
BESIDE = f"--lcores=0@{CONTROL},1@{CONTROL}"  # of a generator: the CPU where no worker runs


class Failed(RuntimeError):
    """A program did not do what the bench needs; its own words are in the message."""


@dataclasses.dataclass
class Sample:
    """What one run forwarded: frames sent on all ports, and the worker's time in seconds."""
    frames: int
    wall_s: float
    cpu_s: float
    stats: dict = dataclasses.field(default_factory=dict)

    @property
    def ns(self):
        """Nanoseconds of the worker's own time a frame."""
        return self.cpu_s / self.frames * 1e9

    @property
    def mpps(self):
        return self.frames / self.wall_s / 1e6


def worker_thread(pid):
    """The id of the one forwarding thread: lcore 1."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            if (task / "comm").read_text().strip() in ("lcore-worker-1", "rte-worker-1"):
                return int(task.name)
    raise Failed(f"process {pid} has no thread of lcore 1")


def cpu_seconds(pid, thread):
    """CPU time of a thread so far; None where it is gone."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):
        return None


class Forwarder:
    """A program with one forwarding thread; each of the two says how it starts and finishes."""

    began = ended = None  # wall's and thread's time

    def mark(self):
        """What it does from now on counts: for what was started before its traffic. No frame may have come."""
        self.began = self.look()

    def mark_end(self):
        """What it does from now on doesn't count: the traffic is over."""
        self.ended = self.look()

    def look(self):
        return time.monotonic(), cpu_seconds(self.process.pid, self.thread)

    def run(self, seconds):
        self.start()
        time.sleep(seconds)
        return self.finish()


class Weir(Forwarder):
    """weir run on two ports, from its first frame to its last."""

    def __init__(self, ports, flags=(), vdevs=(), inside=(), eal=("--no-huge", "-m", "400")):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="weir-bench-"))
        self.prefix = f"weir-bench-{os.getpid()}-{self.directory.name[-8:]}"
        command = [*inside, WEIR, "run", "--link", ",".join(ports), "--stats", str(self.directory / "stats.json"), *flags,
                   "--", LCORES, *eal, f"--file-prefix={self.prefix}", *(f"--vdev={vdev}" for vdev in vdevs)]
        with open(self.directory / "stderr", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process, signal.SIGINT)
        self.process.stdout.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(f"/var/run/dpdk/{self.prefix}", ignore_errors=True)

    def start(self):
        """Waits until frames flow."""
        if self.process.stdout.readline() != "weir: ready\n":
            raise Failed(f"weir ended with {self.process.wait()}: {self.stderr()}")
        self.thread = worker_thread(self.process.pid)
        self.began = time.monotonic(), 0.0

    def stderr(self):
        return (self.directory / "stderr").read_text()

    def finish(self):
        """Ends the run and says what it forwarded. The last look at the thread's time is what its life took."""
        pid = self.process.pid
        wall_s = time.monotonic() - self.began[0]
        self.process.send_signal(signal.SIGINT)
        cpu_s = 0.0
        while (seen := cpu_seconds(pid, self.thread)) is not None and self.process.poll() is None:
            cpu_s = max(cpu_s, seen)
            time.sleep(0.001)
        if self.process.wait(20) not in (0, 3):
            raise Failed(f"weir ended with {self.process.returncode}: {self.stderr()}")
        stats = json.loads((self.directory / "stats.json").read_text())
        frames = sum(link[side]["tx_frames"] for link in stats["links"] for side in ("a", "b"))
        if self.ended is not None:
            wall_s, cpu_s = self.ended[0] - self.began[0], self.ended[1]
        return Sample(frames, wall_s, cpu_s - self.began[1], stats)


class Testpmd(Forwarder):
    """dpdk-testpmd on the same ports, by its prompt: what it forwards between `start` and `finish` counts."""

    def __init__(self, vdevs=(), mode="mac", inside=(), options=(), eal=("--no-huge", "-m", "400"), lcores=LCORES,
                 buffers=65536):
        self.prefix = f"weir-bench-{os.getpid()}-{time.monotonic_ns()}"
        self.inside = list(inside)
        self.log = tempfile.NamedTemporaryFile("w+", prefix="testpmd-", suffix=".log")  # pylint: disable=consider-using-with
        command = [*inside, "stdbuf", "-oL", "dpdk-testpmd", lcores, *eal, "--no-pci", f"--file-prefix={self.prefix}",
                   "--log-level=*:warning", *(f"--vdev={vdev}" for vdev in vdevs), "--", "--interactive",
                   f"--forward-mode={mode}", "--nb-cores=1", "--no-mlockall", f"--total-num-mbufs={buffers}", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self.log, stderr=subprocess.STDOUT,
                                        text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError, ValueError):
            self.say("quit")
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        stop(self.process, signal.SIGTERM, 2)
        self.log.close()
        shutil.rmtree(f"/var/run/dpdk/{self.prefix}", ignore_errors=True)

    def said(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, text, since=0, patience_s=20):
        deadline = time.monotonic() + patience_s
        while text not in self.said()[since:]:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"testpmd did not say '{text}': {self.said()[-2000:]}")
            time.sleep(0.01)

    def prompt(self):
        """Waits until it can be told something."""
        self.until("testpmd>")
        self.thread = worker_thread(self.process.pid)

    def start(self, command="start"):
        """Waits for the prompt, then forwards."""
        self.prompt()
        self.mark()
        mark = len(self.said())
        self.say(command)
        self.until("nb forwarding cores=", mark)

    def finish(self):
        """Stops forwarding and says what was forwarded."""
        mark = len(self.said())
        self.say("stop")
        self.until("Done.", mark)
        ended = self.ended or self.look()
        text = self.said()[mark:]
        totals = text[text.index("Accumulated forward statistics for all ports"):]
        frames = int(re.search(r"TX-packets: (\d+)", totals)[1])
        return Sample(frames, *(after - before for before, after in zip(self.began, ended)))
