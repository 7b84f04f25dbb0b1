"""What a run tells of itself: over DPDK's telemetry while it runs, and why frames were late when it could not keep its
promise."""

import json
import pathlib
import re
import socket
import subprocess
import sys

import bench

SOCKETS = pathlib.Path("/var/run/dpdk")
REQUESTS = 100


class Telemetry:
    """A client of the EAL's telemetry, in nothing but Python: sequenced packets, a command each."""

    def __init__(self, pid):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(str(SOCKETS / f"weir-{pid}" / "dpdk_telemetry.v2"))
        self.greeting = json.loads(self.socket.recv(1024))

    def ask(self, command):
        self.socket.send(command.encode())
        return json.loads(self.socket.recv(self.greeting["max_output_len"]))[command.split(",", maxsplit=1)[0]]

    def close(self):
        self.socket.close()


class Account(bench.Case):
    def fetch(self, count):
        for transfer in bench.curl(self.lab, [bench.url("small")] * count):
            self.assertEqual(transfer["http_code"], 200, transfer["errormsg"])

    def test_a_running_weir_answers(self):
        weir = self.weir("--latency", "20")
        self.fetch(5)
        client = Telemetry(weir.process.pid)
        self.addCleanup(client.close)
        self.assertEqual(client.greeting["pid"], weir.process.pid)
        said = client.ask("/weir/stats")
        self.assertEqual((said["connections"], said["applied"]["latency"]), (1, 5))
        self.assertGreater(said["links"]["0"]["a"]["rx_frames"], 10)
        self.assertEqual(client.ask("/weir/stats,drops"), said["drops"])
        self.assertIsNone(client.ask("/weir/workers,1"), "there is one worker, number 0")
        worker = client.ask("/weir/workers")["0"]
        self.assertGreater(worker["turns"], 1000)
        self.assertGreaterEqual(worker["burst_frames"], worker["bursts"])
        self.assertEqual(sorted(worker["cycles_per_frame"]),
                         ["lookup", "parse", "receive", "release", "send", "shape"])
        buffers = said["buffers"]["packets"]
        self.assertGreater(buffers["all"], buffers["free"], "the ports' rings hold some")
        stats = self.finish(weir)
        received = sum(stats["links"][0][side]["rx_frames"] for side in ("a", "b"))
        self.assertGreaterEqual(received, worker["burst_frames"])
        self.assertGreaterEqual(stats["workers"][0]["frames_per_burst"], 1)

    def test_dpdks_own_client_is_answered(self):
        weir = self.weir("--latency", "20")
        self.fetch(3)
        done = subprocess.run(["dpdk-telemetry.py", "-f", f"weir-{weir.process.pid}"], input="/weir/workers,0\n",
                              capture_output=True, text=True, timeout=20, check=False)
        answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"/weir')]
        self.assertEqual(len(answers), 1, done)
        self.assertGreater(answers[0]["/weir/workers"]["bursts"], 0)
        self.finish(weir)

    def test_a_stolen_core_is_named(self):
        weir = bench.Weir(self.lab, "--latency", "20", "--max-late", "1")
        self.addCleanup(weir.stop)
        cpu = re.search(r"--lcores=0@\d+,1@(\d+)", weir.stderr()).group(1)
        spin = ["taskset", "-c", cpu, sys.executable, "-c", "while True: pass"]
        others = [subprocess.Popen(spin) for _ in range(3)]  # pylint: disable=consider-using-with
        try:
            self.fetch(REQUESTS)
        finally:
            for other in others:
                bench.stop(other)
        self.assertEqual(weir.stop(), 3, "three others want its core: it can't keep 1 ms")
        stats = weir.stats
        self.assertFalse(stats["kept_promises"])
        (sentence,) = stats["broken"]
        self.assertRegex(sentence, r"1 ms was promised: .*\d+ frames? (was|were) late by a stolen core \(up to ")
        late = stats["late"]
        stolen = late["causes"]["stolen_core"]
        self.assertEqual(late["frames"], sum(cause["frames"] for cause in late["causes"].values()))
        self.assertGreater(stolen["frames"], late["frames"] / 2, late)
        self.assertGreater(stolen["max_ms"], 1)
        self.assertGreater(stats["workers"][0]["stolen"]["gaps"], 0)
        self.assertGreaterEqual(stats["workers"][0]["stolen"]["longest_ms"], 1)
        self.assertIn("promise not kept: 99.9 %", weir.stderr())


if __name__ == "__main__":
    bench.main()
