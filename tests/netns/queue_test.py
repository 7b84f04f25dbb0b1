"""Queue disciplines before a limiter of 1 MB/s, with real TCP: iperf3's streams share it, and curl beside them.

What is asserted is order only: who is fairer, whose queue is shorter. --table prints what was measured.
"""

import json
import sys
import time
import unittest

import bench

RATE = 1_000_000
STREAMS = 4
SECONDS = 8

PROFILE = """
[match]
protocol = "tcp"

[impair.speed]
rate = "1MB/s"
{keys}
"""

DISCIPLINES = {
    "tail-drop, 1 s": 'queue = "1s"',
    "tail-drop, 100 packets": 'queue = "100 packets"',
    "head-drop, 100 packets": 'queue = "100 packets"\ndiscipline = "head-drop"',
    "codel": 'queue = "1s"\ndiscipline = "codel"',
    "pie": 'queue = "1s"\ndiscipline = "pie"',
    "fq": 'queue = "1s"\ndiscipline = "fq"',
    "fq-codel": 'queue = "1s"\ndiscipline = "fq-codel"',
}


def jain(shares):
    """Jain's index: 1 where all have the same, 1/n where one has everything."""
    return sum(shares)**2 / (len(shares) * sum(share**2 for share in shares))


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


class Queue(bench.Case):
    def with_profile(self, keys):
        return self.weir("--profile", self.profile(PROFILE.format(keys=keys)))

    def load(self, *options):
        """iperf3 from the server to the client, in the background; its report is read at the end."""
        return self.lab.running("client", "iperf3", "-c", bench.SERVER, "-R", "-J", "-P", STREAMS, "-t", SECONDS,
                                *options, stdout=-1)

    def measure(self, keys):
        """Four streams and, beside them, a small request each quarter of a second: Jain's index, bytes a second, the
        median time to a first byte, the median of TCP's own round trips, and weir's statistics."""
        weir = self.with_profile(keys)
        with self.lab.running("server", "iperf3", "-s", "-1", stdout=-1):
            bench.until(lambda: self.lab.run("server", "ss", "-Hltn", "sport = :5201").stdout, "iperf3 listens")
            with self.load() as iperf:
                time.sleep(2)
                firsts, trips = [], []
                while iperf.poll() is None and len(firsts) < 4 * (SECONDS - 3):
                    firsts += [said["time_starttransfer"] for said in bench.curl(self.lab, [bench.url("small")])]
                    trips += self.round_trips()
                    time.sleep(0.2)
                report = json.loads(iperf.communicate(timeout=60)[0])
        shares = [stream["receiver"]["bytes"] for stream in report["end"]["streams"]]
        stats = self.finish(weir)
        self.assertLessEqual(stats["achieved"]["speed"]["bytes"], RATE * (stats["duration_s"] + 0.01), "never above")
        return {"jain": jain(shares), "rate": sum(shares) / report["end"]["sum_received"]["seconds"],
                "first_ms": median(firsts) * 1000, "rtt_ms": median(trips), "stats": stats}

    def round_trips(self):
        """What the server's TCP says of the streams: smoothed round trips in ms."""
        said = self.lab.run("server", "ss", "-Htin", "state", "established", "sport = :5201").stdout
        return [float(word[4:].split("/")[0]) for word in said.split() if word.startswith("rtt:")] or [0.0]

    def test_codels_queue_is_shorter_than_a_plain_one(self):
        plain = self.measure(DISCIPLINES["tail-drop, 1 s"])
        self.assertEqual(plain["stats"]["drops"]["intended"]["codel"], 0)
        for discipline, reason in (("codel", "codel"), ("pie", "pie"), ("fq-codel", "codel")):
            managed = self.measure(DISCIPLINES[discipline])
            self.assertGreater(managed["stats"]["drops"]["intended"][reason], 0)
            self.assertLess(managed["rtt_ms"] * 2, plain["rtt_ms"], discipline)
            self.assertLess(managed["first_ms"], plain["first_ms"], discipline)

    def test_turns_keep_a_small_request_out_of_the_queue_of_others(self):
        fair = self.measure(DISCIPLINES["fq"])
        plain = self.measure(DISCIPLINES["tail-drop, 1 s"])
        self.assertGreater(fair["jain"], 0.95)
        self.assertLess(fair["first_ms"] * 2, plain["first_ms"])

    def test_marks_take_the_place_of_drops(self):
        for role in ("client", "server"):
            self.lab.run(role, "sysctl", "-w", "net.ipv4.tcp_ecn=1", check=True)
        marked = self.measure(DISCIPLINES["codel"] + "\necn = true")["stats"]
        self.assertGreater(marked["applied"]["ecn_marked"], 0)
        self.assertGreater(marked["applied"]["ecn_marked"], marked["drops"]["intended"]["codel"])

    def test_a_connections_own_rate_is_what_curl_sees(self):
        self.nginx.file("big", 2_000_000)
        weir = self.weir("--profile", self.profile_of_rule("connection"))
        transfers, _ = bench.curls_together(self.lab, [[bench.url("big")]] * 3)
        for transfer in transfers:
            self.assertEqual(transfer["size_download"], 2_000_000)
            self.assertLessEqual(transfer["speed_download"], 500_000 * 1.02)
        self.finish(weir)

    def test_a_rules_own_rate_is_of_all_its_connections(self):
        self.nginx.file("big", 2_000_000)
        weir = self.weir("--profile", self.profile_of_rule("rule"))
        transfers, took_s = bench.curls_together(self.lab, [[bench.url("big")]] * 3)
        self.assertEqual([transfer["size_download"] for transfer in transfers], [2_000_000] * 3)
        self.assertLessEqual(6_000_000 / took_s, 500_000 * 1.02)
        self.finish(weir)

    def profile_of_rule(self, per):
        return self.profile(f'[[rule]]\nname = "own"\n[rule.impair.speed]\nrate = "500kB/s"\nper = "{per}"\n')


class Table(Queue):
    """Not a test: what docs/running.md shows. queue_test.py --table"""

    def runTest(self):
        print("| `queue`, `discipline` | Jain's index | kB/s | first byte, median | round trip, median |")
        for name, keys in DISCIPLINES.items():
            seen = self.measure(keys)
            print(f"| {name} | {seen['jain']:.3f} | {seen['rate'] / 1000:.0f} | {seen['first_ms']:.0f} ms |"
                  f" {seen['rtt_ms']:.0f} ms |", flush=True)


if __name__ == "__main__":
    if "--table" in sys.argv:
        bench.die_cleanly()
        unittest.TextTestRunner().run(unittest.TestSuite([Table("runTest")]))
    else:
        del Table
        bench.main()
