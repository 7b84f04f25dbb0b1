"""HTTP inside one VLAN tag and inside two is impaired like any other, and its tags come out as they went in."""

import collections

import bench

VLAN = ["0x8100:100"]
QINQ = ["0x88a8:200", "0x8100:100"]
SLACK_MS = 20  # the taggers are slow


class Vlan(bench.Case):
    def check(self, tags):
        self.tag("client", 1, *tags)
        self.tag("server", 2, *tags)
        contents = self.nginx.file("page", 100_000)
        weir = self.weir("--latency", "100")
        arrived = self.lab.directory / "arrived"
        with bench.Capture(self.lab, "client") as at_client, bench.Capture(self.lab, "server") as at_server:
            fetched = self.lab.run("client", "curl", "-s", "-o", arrived, bench.url("page", "10.10.0.2"))

            def attempt():
                transfers = bench.curl(self.lab, [bench.url("small", "10.10.0.2")] * 5)
                self.assertEqual([transfer["http_code"] for transfer in transfers], [200] * 5)
                measured = [transfer["time_starttransfer"] * 1000 for transfer in transfers]
                self.assertGreaterEqual(min(measured), 100, "early")
                return {n: ms for n, ms in enumerate(measured) if ms > 100 + SLACK_MS}

            self.soon(attempt)
        self.assertEqual(fetched.returncode, 0)
        self.assertTrue(arrived.read_bytes() == contents, "the page arrived changed")
        statistics = self.finish(weir)
        self.assertGreaterEqual(statistics["applied"]["latency"], 6)
        self.check_tags(tags, at_client, at_server, statistics["absorbed"])

    def check_tags(self, tags, at_client, at_server, absorbed):
        """The tagged frames are the same at both ends, and they are all that there was.

        The server repeats what is held for latency; weir absorbs and counts that, so only the server's end shows it.
        """
        header = b"".join(bytes.fromhex(f"{int(part, 0):04x}") for tag in tags for part in tag.split(":"))
        near, far = (collections.Counter(frame.bytes for frame in capture.frames
                                         if frame.bytes[12:12 + len(header)] == header)
                     for capture in (at_client, at_server))
        self.assertGreater(near.total(), 100)
        self.assertFalse(near - far, "frames changed on their way")
        self.assertEqual((far - near).total(), absorbed, "frames were lost on their way")

    def test_one_tag(self):
        self.check(VLAN)

    def test_two_tags(self):
        self.check(QINQ)


if __name__ == "__main__":
    bench.main()
