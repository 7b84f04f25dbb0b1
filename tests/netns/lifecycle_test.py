"""How `weir run` starts, ends and is killed, and that it leaves nothing behind."""

import pathlib
import re
import signal
import time

import bench

HUGEPAGE_FILES = pathlib.Path("/dev/hugepages")
RUNTIME_DIRECTORIES = pathlib.Path("/var/run/dpdk")
NAMESPACES = pathlib.Path("/run/netns")


class Lifecycle(bench.Case):
    def interfaces(self):
        """What weir's namespace has, with flags, driver programs and settings."""
        return self.lab.run("weir", "ip", "-details", "-o", "link").stdout

    def left_by(self, weir):
        """Files and namespaces that are named after a run's process."""
        places = [place for place in (HUGEPAGE_FILES, RUNTIME_DIRECTORIES, NAMESPACES) if place.is_dir()]
        own = re.compile(rf"weir\D*{weir.process.pid}(\D|$)")
        return [str(entry) for place in places for entry in place.iterdir() if own.match(entry.name)]

    def fetch(self):
        return bench.curl(self.lab, [bench.url("small")])[0]

    def test_a_killed_run_is_forgotten_by_the_next(self):
        before = self.interfaces()
        killed = self.weir("--latency", "20")
        self.assertEqual(self.fetch()["http_code"], 200)
        killed.stop(signal.SIGKILL)
        weir = self.weir("--latency", "20")
        self.assertEqual(self.left_by(killed), [])
        self.assertEqual(self.fetch()["http_code"], 200)
        self.finish(weir)
        self.assertEqual(self.left_by(weir), [])
        self.assertEqual(self.interfaces(), before)

    def test_two_runs_after_each_other(self):
        before = self.interfaces()
        for _ in range(2):
            weir = self.weir("--latency", "20")
            self.assertEqual(self.fetch()["http_code"], 200)
            self.finish(weir)
            self.assertEqual(self.left_by(weir), [])
            self.assertEqual(self.interfaces(), before)

    def check_drained(self, signal_number):
        """A response is held when weir is told to end: it is still delivered, when it is due."""
        answered = (self.nginx.at / "access.log").read_text().count("\n")
        weir = self.weir("--latency", "600")
        with bench.curl_started(self.lab, [bench.url("closing/small")]) as process:
            bench.until(lambda: (self.nginx.at / "access.log").read_text().count("\n") > answered, "nginx answers")
            weir.process.send_signal(signal_number)
            transfer = bench.curl_finished(process)[0]
        weir.process.wait(10)
        self.assertEqual(transfer["size_download"], 1000, transfer["errormsg"])
        self.assertGreaterEqual(transfer["time_starttransfer"], 0.6)
        stats = self.finish(weir)
        self.assertEqual(stats["held"], 0)
        self.assertEqual(sum(stats["drops"]["unintended"].values()), 0)

    def test_an_interrupt_drains_what_is_held(self):
        self.check_drained(signal.SIGINT)

    def test_a_termination_drains_what_is_held(self):
        self.check_drained(signal.SIGTERM)

    def test_a_run_ends_by_itself(self):
        started_at = time.monotonic()
        weir = self.weir("--latency", "20", "--duration", "3s")
        ready_at = time.monotonic()
        self.assertEqual(self.fetch()["http_code"], 200)
        self.assertIn(weir.ended(patience_s=20), (0, 3))
        self.assertGreaterEqual(time.monotonic() - started_at, 3)
        self.assertGreaterEqual(weir.stats["duration_s"], 3)
        self.assertLess(time.monotonic() - ready_at, 6)

    def test_an_interface_belongs_to_one_run(self):
        weir = self.weir("--latency", "20")
        second = self.lab.run("weir", bench.WEIR, "run", "--link", "c,s", "--latency", "20")
        self.assertEqual((second.returncode, second.stdout), (2, ""))
        self.assertEqual(second.stderr, "weir run: --link: 'c' is in use by another weir\n")
        self.assertEqual(self.fetch()["http_code"], 200, "the first one is disturbed")
        self.finish(weir)

    def test_statistics_tell_what_went_through(self):
        weir = self.weir("--latency", "20", "--seed", "5")
        for path in ("small", "closing/small"):
            self.assertEqual({transfer["http_code"] for transfer in bench.curl(self.lab, [bench.url(path)] * 5)}, {200})
        stats = self.finish(weir)
        self.assertEqual(stats["seed"], 5)
        self.assertEqual(stats["connections"], 6)
        self.assertEqual(stats["exchanges"], 10)
        self.assertEqual(stats["applied"]["latency"], 10)
        link = stats["links"][0]
        self.assertEqual((link["a"]["name"], link["b"]["name"]), ("c", "s"))
        self.assertGreater(link["b"]["rx_bytes"], 10 * 1000)
        self.assertEqual(link["b"]["rx_frames"], link["a"]["tx_frames"] + stats["absorbed"])
        self.assertEqual(sum(stats["drops"]["unintended"].values()), 0)
        lateness = stats["lateness_ns"]
        self.assertTrue(0 <= lateness["p50"] <= lateness["p99"] <= lateness["p999"] <= lateness["max"], lateness)
        self.assertTrue(all(record["done_ns"] >= record["due_ns"] for record in weir.events("latency")))


if __name__ == "__main__":
    bench.main()
