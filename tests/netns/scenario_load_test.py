"""2 000 concurrent keep-alive connections (wrk, nginx) under latency, speed, jitter and reset."""

import re

import bench
import draws
import scenario_bench

CONNECTIONS = 2000
SECONDS = 5
SIZE = 1000
RATE = 3_000_000
RESET_PROB = 0.02


class Load(scenario_bench.Case):
    """In a lab of its own each: what wrk leaves half said when it ends is sent again for a while, and would be seen by
    the next weir."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(scenario_bench.many_files())

    def setUp(self):
        self.lab = bench.Lab()
        self.addCleanup(self.lab.down)
        self.nginx = scenario_bench.SecureNginx(self.lab)
        self.addCleanup(self.nginx.stop)

    def wrk(self, *flags):
        """What wrk and weir say of 2 000 connections. Two cores carry wrk, nginx and weir: now and then weir's is away."""
        weir = self.shaped(*flags)
        done = self.lab.run("client", "wrk", f"-c{CONNECTIONS}", "-t2", f"-d{SECONDS}s", "--timeout", "10s", "--latency",
                            bench.url("small"))
        self.assertEqual(done.returncode, 0, done.stderr)
        stats, _ = scenario_bench.finish_crowded(self, weir)
        self.assertEqual(set(stats["unshaped"].values()), {0}, stats["unshaped"])
        return weir, stats, Said(done.stdout)

    def all_well(self, stats, said):
        self.assertEqual(said.errors, {}, said.text)
        self.assertEqual(stats["connections"], CONNECTIONS)
        self.assertGreater(said.requests, CONNECTIONS)
        self.assertGreaterEqual(stats["exchanges"], said.requests)
        self.assertLessEqual(stats["exchanges"], said.requests + CONNECTIONS)  # wrk ends in the middle of things

    def test_latency(self):
        _, stats, said = self.wrk("--latency", "100")
        self.all_well(stats, said)
        self.assertEqual(stats["applied"]["latency"], stats["exchanges"])
        self.assertGreaterEqual(stats["achieved"]["latency"]["mean_ms"], 100)
        self.assertGreaterEqual(said.median_ms, 100, "early")

    def test_speed(self):
        _, stats, said = self.wrk("--speed", str(RATE))
        self.all_well(stats, said)
        self.assertLessEqual(said.requests * SIZE, RATE * said.seconds + scenario_bench.BURST, "faster than asked for")
        self.assertLessEqual(stats["achieved"]["speed"]["mean_active_bytes_per_s"], RATE * 1.01)

    def test_jitter(self):
        weir, stats, said = self.wrk(*scenario_bench.JITTER)
        self.all_well(stats, said)
        first = {record["k"] for record in weir.events("jitter") if record["n"] == 0}
        drawn = {k for k in range(CONNECTIONS + 1) if scenario_bench.stall_ms(bench.HTTP_PORT, k, 0)}
        # wrk begins with a connection that carries nothing: it is number 0, and of the others each one draws.
        self.assertEqual(first, drawn - {0})

    def test_reset(self):
        """wrk opens another connection for each that was cut."""
        weir, stats, said = self.wrk("--reset-prob", str(RESET_PROB))
        self.assertEqual(set(said.errors), {"read"}, said.text)
        resets = stats["applied"]["reset"]
        self.assertGreater(resets, CONNECTIONS // 50)
        self.assertLessEqual(said.errors["read"], resets)
        self.assertGreaterEqual(stats["connections"], CONNECTIONS)
        self.assertLessEqual(stats["connections"], CONNECTIONS + resets)
        cuts = scenario_bench.by_connection(weir, "reset")
        self.assertEqual({len(records) for records in cuts.values()}, {1}, "a connection was cut twice")
        first = {k for (_, k), (record,) in cuts.items() if record["n"] == 0}
        keys = {k: scenario_bench.key(bench.HTTP_PORT, k) for k in range(CONNECTIONS + resets + 1)}
        drawn = {k for k, key in keys.items() if draws.strikes(RESET_PROB, draws.RESET, key, 0)}
        self.assertLessEqual(first, drawn)
        self.assertLessEqual({k for k in drawn if 0 < k <= CONNECTIONS}, first)


class Said:
    """wrk's report."""

    def __init__(self, text):
        self.text = text
        self.requests = int(re.search(r"(\d+) requests in", text)[1])
        self.seconds = float(re.search(r"requests in ([\d.]+)s", text)[1])
        amount, unit = re.search(r" 50% +([\d.]+)(us|ms|s)\b", text).groups()
        self.median_ms = float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        counted = re.search(r"Socket errors: (.*)", text)
        pairs = (part.rsplit(" ", 1) for part in counted[1].split(", ")) if counted else ()
        self.errors = {name: int(count) for name, count in pairs if int(count)}


if __name__ == "__main__":
    bench.main()
