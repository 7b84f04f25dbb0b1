#!/usr/bin/python3
"""`weir replay` that is told to end while it drains: all frames are in, and what is held would leave long after them."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import wire
from make_captures import Connection, Traffic

FOLDER = pathlib.Path(__file__).resolve().parent
WEIR = os.environ.get("WEIR", FOLDER.parent.parent / "build" / "app" / "weir" / "weir")
PATIENCE_S = 60

# A byte a second, in phases that go on for good: hours of simulated time, a turn at least each 10 ms of it.
PROFILE = """
[impair]
speed = "1B/s"

[timeline]
loop = true

[[phase]]
name = "a"
for = "10ms"

[[phase]]
name = "b"
for = "10ms"
impair = { latency = "1ms" }
"""


def drains(log):
    """Whether a phase has begun in simulated time that lies far behind the capture's last frame."""
    lines = log.read_text().splitlines()[:-1] if log.exists() else []  # the last one may be half written
    return any(json.loads(line)["t_ns"] > 10**10 for line in lines[-1:])


class Interrupted(unittest.TestCase):
    def setUp(self):
        self.at = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        traffic = Traffic()
        connection = Connection(traffic, 40000)
        connection.open(0)
        connection.request(1)
        connection.response(3, body=1400, pieces=40)
        traffic.write(self.at / "in.pcap")
        self.came = len(traffic.frames)
        (self.at / "profile.toml").write_text(PROFILE)
        command = [WEIR, "replay", "--profile", self.at / "profile.toml", "--log", self.at / "log.jsonl", "--stats",
                   self.at / "stats.json", self.at / "in.pcap", self.at / "out.pcap"]
        self.weir = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.weir.stderr.close)
        self.addCleanup(self.weir.kill)

    def wait_until_it_drains(self):
        growing = self.at / f"log.jsonl.weir-{self.weir.pid}"
        deadline = time.monotonic() + PATIENCE_S
        while not drains(growing):
            self.assertIsNone(self.weir.poll(), "it ended by itself")
            self.assertLess(time.monotonic(), deadline, "it does not drain")
            time.sleep(0.05)

    def check(self, number):
        self.wait_until_it_drains()
        self.weir.send_signal(number)
        said = self.weir.communicate(timeout=PATIENCE_S)[1]
        stats = json.loads((self.at / "stats.json").read_text())
        dropped = stats["drops"]["intended"]["stopped"]
        self.assertEqual(self.weir.returncode, 0, said)
        self.assertEqual(said, f"weir: stopped behind the last frame: {dropped} frames were still held and dropped\n")
        self.assertGreater(dropped, 10)
        self.assertEqual(stats["held"], 0)
        self.assertTrue(stats["kept_promises"] and stats["conservation"]["holds"], stats)
        self.assertEqual(len(wire.read_pcap(self.at / "out.pcap")), self.came - dropped)
        self.assertEqual(sorted(path.name for path in self.at.iterdir()),
                         ["in.pcap", "log.jsonl", "out.pcap", "profile.toml", "stats.json"])

    def test_by_sigint(self):
        self.check(signal.SIGINT)

    def test_by_sigterm(self):
        self.check(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
