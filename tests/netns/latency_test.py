"""curl and nginx through `weir run --latency`: the first byte of each response is late by what was asked, never less."""

import bench
import draws

EXCHANGES = 20
SLACK_MS = 6  # what the way there and back, curl and nginx may add on a shared machine


def first_bytes_ms(transfers):
    return [transfer["time_starttransfer"] * 1000 for transfer in transfers]


class Latency(bench.Case):
    def check_fixed(self, address):
        weir = self.weir("--latency", "150")

        def attempt():
            transfers = bench.curl(self.lab, [bench.url("small", address)] * EXCHANGES)
            self.assertEqual([transfer["http_code"] for transfer in transfers], [200] * EXCHANGES)
            self.assertEqual(sum(transfer["num_connects"] for transfer in transfers), 1, "not one keep-alive connection")
            measured = first_bytes_ms(transfers)
            self.assertGreaterEqual(min(measured), 150, "early")
            return {n: ms for n, ms in enumerate(measured) if ms > 150 + SLACK_MS}

        self.soon(attempt)
        stats = self.finish(weir)
        self.assertEqual(stats["applied"]["latency"] % EXCHANGES, 0)
        self.assertEqual(stats["exchanges"], stats["applied"]["latency"])
        self.assertTrue(all(record["drawn"] == 150 for record in weir.events("latency")))

    def test_every_exchange_of_a_kept_alive_connection_waits_150_ms(self):
        self.check_fixed(bench.SERVER)

    def test_the_same_over_ipv6(self):
        self.check_fixed(bench.SERVER6)

    def test_a_range_is_what_the_log_says_was_drawn(self):
        seen = []

        def attempt():
            weir = self.weir("--latency-min", "20", "--latency-max", "120", "--seed", "7")
            transfers = bench.curl(self.lab, [bench.url("small")] * 100)
            self.finish(weir)
            measured = first_bytes_ms(transfers)
            drawn = [record["drawn"] for record in weir.events("latency")]
            seen.append(drawn)
            self.assertEqual(len(drawn), len(measured))
            self.assertTrue(all(took >= asked for took, asked in zip(measured, drawn)), "early")
            for record, took in zip(weir.events("latency"), measured):
                held_ms = (record["done_ns"] - record["t_ns"]) / 1e6
                self.assertTrue(record["drawn"] <= held_ms <= took, (record, took))
            return {n: took for n, (took, asked) in enumerate(zip(measured, drawn)) if took > asked + SLACK_MS}

        self.soon(attempt)
        self.assertTrue(all(20 <= ms <= 120 for ms in seen[0]), seen[0])
        # 100 uniform draws of standard deviation 100/sqrt(12): their mean is within 10 of 70 but for 1 run in 2 000.
        self.assertAlmostEqual(sum(seen[0]) / len(seen[0]), 70, delta=10)
        key = draws.connection_key(7, bench.CLIENT, bench.SERVER, bench.HTTP_PORT, 0)
        expected = [draws.length_ns(20_000_000, 120_000_000, draws.LATENCY, key, n) / 1e6 for n in range(100)]
        for drawn in seen:
            self.assertEqual(drawn, expected, "the seed means other draws")

if __name__ == "__main__":
    bench.main()
