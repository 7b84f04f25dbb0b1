"""What profiles say, on a link: netem strings of everything, QUIC by its connection ID, and a capture that
`weir explain` tells the same of as the run did."""

import json
import pathlib
import re
import subprocess

import bench

ECHO = pathlib.Path(__file__).with_name("echo.py")
QUIC_SENDER = pathlib.Path(__file__).with_name("quic_sender.py")
PYTHON = "/usr/bin/python3"
SLACK_MS = 60
DELAY_UP_MS, DELAY_DOWN_MS = 40, 60

NETEM = f"""
match = {{ protocol = "any" }}

[impair.netem]
up = "delay {DELAY_UP_MS}ms"
down = "delay {DELAY_DOWN_MS}ms limit 1000"
"""
LOSSY = """
match = { protocol = "any" }

[impair]
netem = "loss 30% 25%"
"""
QUIC = """
[[rule]]
name = "coffee"
match = { protocol = "quic", quic-id = ["c0ffee", "beef*"] }
[[rule.impair.packet]]
loss = "100%"
"""
API = """
[impair]
latency = "30ms"

[[rule]]
name = "api"
match.host = "*.example.org"
match.path = "/small"
impair.latency = "90ms"
"""


class Profiles(bench.Case):
    def ping(self, count):
        done = self.lab.run("client", "ping", "-c", str(count), "-i", "0.02", "-W", "2", bench.SERVER)
        return [float(ms) for ms in re.findall(r"time=([\d.]+)", done.stdout)]

    def test_a_netem_string_delays_everything_each_way(self):
        weir = self.weir("--profile", self.profile(NETEM))

        def late():
            times = self.ping(20)
            self.assertEqual(len(times), 20)
            self.assertGreaterEqual(min(times), DELAY_UP_MS + DELAY_DOWN_MS)
            return {n: ms for n, ms in enumerate(times) if ms > DELAY_UP_MS + DELAY_DOWN_MS + SLACK_MS and n > 0}

        self.soon(late)
        done, = bench.curl(self.lab, [bench.url("small")])
        self.assertEqual(done["http_code"], 200)
        self.assertGreaterEqual(done["time_starttransfer"] * 1000, 2 * (DELAY_UP_MS + DELAY_DOWN_MS))
        self.assertGreater(self.finish(weir)["applied"]["delay"], 40)

    def test_a_netem_string_loses(self):
        weir = self.weir("--profile", self.profile(LOSSY))
        came = len(self.ping(300))
        stats = self.finish(weir)
        self.assertLess(came, 300)
        self.assertGreater(came, 0)
        self.assertGreater(stats["applied"]["loss"], 0)
        self.assertEqual(stats["applied"]["loss"], stats["drops"]["intended"]["loss"])

    def test_quic_is_chosen_by_its_connection_id(self):
        weir = self.weir("--profile", self.profile(QUIC))
        server = self.enterContext(self.lab.running("server", PYTHON, ECHO, "server", stdout=subprocess.PIPE))
        self.assertEqual(server.stdout.readline(), "ready\n")
        done = self.lab.run("client", PYTHON, QUIC_SENDER, bench.SERVER, "c0ffee", "c0ffee00", "beef01", "be")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"c0ffee": 0, "c0ffee00": 3, "beef01": 0, "be": 3})
        self.assertEqual(self.finish(weir)["applied"]["loss"], 6)

    def test_explain_tells_of_a_capture_what_the_run_did(self):
        profile = self.profile(API)
        weir = self.weir("--profile", profile)
        with bench.Capture(self.lab, "server", "tcp port 8080") as capture:
            for name in ("a.example.org", "example.org"):
                bench.curl(self.lab, [bench.url("small")], "-H", f"Host: {name}")
        self.finish(weir)
        by_run = [(decision["k"], decision["rule"], decision["drawn"]) for decision in weir.events("latency")]
        self.assertEqual(by_run, [(0, "api", 90), (1, "default", 30)])
        told = subprocess.run([bench.WEIR, "explain", profile, "--pcap", capture.file], capture_output=True, text=True,
                              check=False)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(told.stderr, "")
        choices = re.findall(r'request 0, GET /small of "([^"]*)": rule "(\w+)"', told.stdout)
        self.assertEqual(choices, [("a.example.org", "api"), ("example.org", "default")])
        self.assertIn('host "*.example.org" matched "a.example.org", path "/small" matched "/small"', told.stdout)
        held = re.findall(r"its first byte is held for (\d+) ms .*\[(\w+)\]", told.stdout)
        self.assertEqual(held, [("90", "api"), ("30", "default")])


if __name__ == "__main__":
    bench.main()
