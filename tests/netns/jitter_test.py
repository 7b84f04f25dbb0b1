"""`weir run --jitter-prob`: connections stall, lose nothing, and no others stall than those the log names."""

import collections

import bench
import draws
from pcap import segments


class Jitter(bench.Case):
    def test_a_short_connection_stalls_once(self):
        weir = self.weir("--jitter-prob", "1", "--jitter-min", "300", "--jitter-max", "300")

        def attempt():
            transfers = bench.curl(self.lab, [bench.url("closing/small")] * 10)
            self.assertEqual([transfer["size_download"] for transfer in transfers], [1000] * 10)
            totals = [transfer["time_total"] for transfer in transfers]
            self.assertGreaterEqual(min(totals), 0.3, "a stall was cut short")
            return {n: total for n, total in enumerate(totals) if total >= 0.6}

        self.soon(attempt)
        self.finish(weir)
        stalls = collections.Counter(record["k"] for record in weir.events("jitter"))
        self.assertEqual(set(stalls), {record["k"] for record in weir.events("open")})
        self.assertEqual(set(stalls.values()), {1})
        self.assertEqual({record["drawn"] for record in weir.events("jitter")}, {300})

    def test_a_long_connection_stalls_in_each_of_its_seconds(self):
        weir = self.weir("--jitter-prob", "1", "--jitter-min", "300", "--jitter-max", "300")
        with bench.Capture(self.lab, "client", "tcp", snap=96) as capture:
            transfers = bench.curl(self.lab, [bench.url("small")] * 60, "--rate", "20/s")
        self.finish(weir)
        self.assertEqual(sum(transfer["num_connects"] for transfer in transfers), 1)
        self.assertEqual({transfer["size_download"] for transfer in transfers}, {1000})
        stalls = weir.events("jitter")
        self.assertGreaterEqual(len(stalls), 3)
        self.assertEqual([record["n"] for record in stalls], list(range(len(stalls))))
        came = [segment.time_s for segment in segments(capture.frames) if segment.source_port == bench.HTTP_PORT]
        gaps = [later - earlier for earlier, later in zip(came, came[1:]) if later - earlier >= 0.3]
        self.assertEqual(len(gaps), len(stalls), "the capture's gaps are not the log's stalls")

    def test_a_stalled_download_loses_nothing(self):
        contents = self.nginx.file("long", 1_000_000)
        arrived = self.lab.directory / "arrived"
        weir = self.weir("--jitter-prob", "1", "--jitter-min", "300", "--jitter-max", "300", "--speed", "400k")
        done = self.lab.run("client", "curl", "-s", "-o", arrived, bench.url("long"))
        self.finish(weir)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(arrived.read_bytes() == contents, "the file arrived changed")
        self.assertGreaterEqual(len(weir.events("jitter")), 2)

    def test_a_share_of_connections_stalls_and_the_log_names_them(self):
        struck = []

        def attempt():
            weir = self.weir("--jitter-prob", "0.4", "--jitter-min", "100", "--jitter-max", "100", "--seed", "3")
            transfers = bench.curl(self.lab, [bench.url("closing/small")] * 200)
            self.finish(weir)
            named = weir.numbers("jitter")
            struck.append(sorted(record["k"] for record in weir.events("jitter")))
            stalled = {k for k, transfer in enumerate(transfers) if transfer["time_total"] >= 0.1}
            self.assertEqual({transfer["size_download"] for transfer in transfers}, {1000})
            self.assertLessEqual(named, stalled, "named by the log and did not stall")
            return {k: transfers[k]["time_total"] for k in stalled - named}

        self.soon(attempt)
        low, high = bench.binomial_band(200, 0.4)
        self.assertTrue(low <= len(struck[0]) <= high, f"{len(struck[0])} of 200 stalled, outside {low}..{high}")
        keys = [draws.connection_key(3, bench.CLIENT, bench.SERVER, bench.HTTP_PORT, k) for k in range(200)]
        drawn = [k for k, key in enumerate(keys) if draws.strikes(0.4, draws.JITTER, key, 0)]
        self.assertTrue(all(numbers == drawn for numbers in struck), "struck others than the seed means")

if __name__ == "__main__":
    bench.main()
