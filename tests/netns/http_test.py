"""The ways in which HTTP/1.1 ends a message, by curl and nginx through `weir run --latency`: each exchange waits once."""

import bench

LATENCY_S = 0.1
FORMAT = "%{http_code} %{time_starttransfer} %{time_total} %{num_connects}\n"


class Http(bench.Case):
    def fetch(self, *requests):
        """One curl, one request after the other on one connection as far as HTTP lets it; what -w said of each."""
        command = ["curl"]
        for number, request in enumerate(requests):
            command += ["--next"] if number else []
            command += ["-s", "-o", "/dev/null", "-w", FORMAT, *request]
        done = self.lab.run("client", *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [(int(code), float(first_byte_s), float(total_s), int(connects))
                for code, first_byte_s, total_s, connects in map(str.split, done.stdout.splitlines())]

    def test_every_way_to_end_a_message(self):
        page = self.nginx.www / "small"
        weir = self.weir("--latency", str(int(LATENCY_S * 1000)))
        said = self.fetch(
            [bench.url("small")],                                                # Content-Length
            ["-I", bench.url("small")],                                          # HEAD: a length, and no body
            ["-z", page, bench.url("small")],                                    # 304
            [bench.url("none")],                                                 # 204
            ["--compressed", bench.url("chunked/small")],                        # chunked
            ["-T", page, "-H", "Expect: 100-continue", bench.url("upload/sent")],  # 100, then 201
            [bench.url("small")])                                                # and still in step
        self.assertEqual([code for code, *_ in said], [200, 200, 304, 204, 200, 201, 200])
        self.assertEqual([connects for *_, connects in said], [1, 0, 0, 0, 0, 0, 0])
        self.assertGreaterEqual(min(total_s for _, _, total_s, _ in said), LATENCY_S, "early")
        continued = said.pop(5)
        self.assertLess(continued[1], LATENCY_S, "the interim response was held")
        self.assertGreaterEqual(min(first_byte_s for _, first_byte_s, _, _ in said), LATENCY_S, "early")
        closing = self.fetch(["-0", "--compressed", bench.url("chunked/small")])  # until the connection ends
        self.assertEqual(closing[0][0], 200)
        self.assertGreaterEqual(closing[0][1], LATENCY_S, "early")
        stats = self.finish(weir)
        self.assertEqual((stats["connections"], stats["exchanges"], stats["applied"]["latency"]), (2, 8, 8))
        self.assertEqual([record["n"] for record in weir.events("latency")], [0, 1, 2, 3, 4, 5, 6, 0])


if __name__ == "__main__":
    bench.main()
