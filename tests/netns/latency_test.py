"""curl and nginx through `weir run --latency`: the first byte of each response is late by what was asked, never less.

When weir let a byte go is told by its log, when curl got it by curl's clock. On a shared machine curl may be late for
reasons of its own, but neither clock may be early, and most bytes must be with curl soon after weir let them go.
"""

import statistics

import bench
import draws

EXCHANGES = 20
WEIR_SLACK_MS = 6   # what may take the core away from weir
CURL_SLACK_MS = 10  # the way there and back, curl and nginx, in the median


class Latency(bench.Case):
    def late(self, events, transfers):
        """By number, which exchanges weir let go late, and how late curl was after that in the median, if it was."""
        self.assertEqual(len(events), len(transfers))
        late, on_the_way = {}, []
        for n, (record, transfer) in enumerate(zip(events, transfers)):
            held_ms = (record["done_ns"] - record["t_ns"]) / 1e6
            took_ms = transfer["time_starttransfer"] * 1000
            self.assertTrue(record["drawn"] <= held_ms <= took_ms, f"early: {record}, {took_ms} ms by curl")
            on_the_way.append(took_ms - held_ms)
            if held_ms > record["drawn"] + WEIR_SLACK_MS:
                late[n] = held_ms
        if statistics.median(on_the_way) > CURL_SLACK_MS:
            late["curl"] = statistics.median(on_the_way)
        return late

    def check_fixed(self, address):
        def attempt():
            weir = self.weir("--latency", "150")
            transfers = bench.curl(self.lab, [bench.url("small", address)] * EXCHANGES)
            stats = self.finish(weir)
            self.assertEqual([transfer["http_code"] for transfer in transfers], [200] * EXCHANGES)
            self.assertEqual(sum(transfer["num_connects"] for transfer in transfers), 1, "not one keep-alive connection")
            self.assertEqual(stats["applied"]["latency"], EXCHANGES)
            self.assertEqual(stats["exchanges"], EXCHANGES)
            events = weir.events("latency")
            self.assertTrue(all(record["drawn"] == 150 for record in events))
            return self.late(events, transfers)

        self.soon(attempt)

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
            events = weir.events("latency")
            seen.append([record["drawn"] for record in events])
            return self.late(events, transfers)

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
