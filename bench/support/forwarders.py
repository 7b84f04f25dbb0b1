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


class Weir:
    """weir run on two ports, from its first frame to its last."""

    def __init__(self, ports, flags=(), vdevs=(), inside=(), eal=("--no-huge", "-m", "400")):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="weir-bench-"))
        self.prefix = f"weir-bench-{os.getpid()}-{self.directory.name[-8:]}"
        command = [*inside, WEIR, "run", "--link", ",".join(ports), "--stats", str(self.directory / "stats.json"), *flags,
                   "--", LCORES, *eal, f"--file-prefix={self.prefix}", *(f"--vdev={vdev}" for vdev in vdevs)]
        with open(self.directory / "stderr", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self.ready_at = None

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
        self.ready_at = time.monotonic()
        self.thread = worker_thread(self.process.pid)

    def stderr(self):
        return (self.directory / "stderr").read_text()

    def finish(self):
        """Ends the run and says what it forwarded. The last look at the thread's time is what its life took."""
        pid = self.process.pid
        self.process.send_signal(signal.SIGINT)
        cpu_s = 0.0
        while (seen := cpu_seconds(pid, self.thread)) is not None and self.process.poll() is None:
            cpu_s = max(cpu_s, seen)
            time.sleep(0.001)
        if self.process.wait(20) not in (0, 3):
            raise Failed(f"weir ended with {self.process.returncode}: {self.stderr()}")
        stats = json.loads((self.directory / "stats.json").read_text())
        frames = sum(link[side]["tx_frames"] for link in stats["links"] for side in ("a", "b"))
        return Sample(frames, stats["duration_s"], cpu_s, stats)

    def run(self, seconds):
        self.start()
        time.sleep(seconds)
        return self.finish()


class Testpmd:
    """dpdk-testpmd on the same ports, by its prompt: what it forwards between `begin` and `end` counts."""

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

    def begin(self, command="start"):
        """Waits for the prompt, then forwards."""
        self.until("testpmd>")
        self.thread = worker_thread(self.process.pid)
        self.cpu_before = cpu_seconds(self.process.pid, self.thread)
        self.began_at = time.monotonic()
        mark = len(self.said())
        self.say(command)
        self.until("packet forwarding - ports", mark)

    def end(self):
        mark = len(self.said())
        self.say("stop")
        wall_s = time.monotonic() - self.began_at
        self.until("Done.", mark)
        cpu_s = cpu_seconds(self.process.pid, self.thread) - self.cpu_before
        text = self.said()[mark:]
        totals = text[text.index("Accumulated forward statistics for all ports"):]
        frames = int(re.search(r"TX-packets: (\d+)", totals)[1])
        return Sample(frames, wall_s, cpu_s)

    def run(self, seconds):
        self.begin()
        time.sleep(seconds)
        return self.end()
