"""Six curls through `weir run --speed 2M` share 2.00 MB/s of payload, down or up, by the clock and on the wire."""

import contextlib
import time

import bench
from pcap import segments

CURLS = 6
RATE = 2_000_000
FILE_SIZE = 4_000_000  # 12 s in all: curl's start and the limiter's first burst are lost in it
TOLERANCE = 0.01


def rate_on_the_wire(capture, server_sends):
    """Payload bytes a second that reached the end of the link, from the first data frame to the last.

    The first frame's bytes came before its time: they count as sent at the start of the measure.
    """
    seen = [segment for segment in segments(capture.frames)
            if segment.length > 500 and (segment.source_port == bench.HTTP_PORT) == server_sends]
    return sum(segment.length for segment in seen[1:]) / (seen[-1].time_s - seen[0].time_s)


class Speed(bench.Case):
    def transfer_all(self, urls, *options):
        """Runs the curls side by side; returns what they said and the bytes a second of all of them together."""
        with contextlib.ExitStack() as stack:
            started_at = time.monotonic()
            curls = [stack.enter_context(bench.curl_started(self.lab, [url], *options)) for url in urls]
            transfers = [bench.curl_finished(process)[0] for process in curls]
            took_s = time.monotonic() - started_at
        moved = sum(transfer["size_download"] + transfer["size_upload"] for transfer in transfers)
        self.assertEqual([transfer["errormsg"] for transfer in transfers], [None] * len(urls))
        return transfers, moved / took_s

    def test_downloads_share_the_rate(self):
        self.nginx.file("big", FILE_SIZE)
        weir = self.weir("--speed", "2M")
        with bench.Capture(self.lab, "client", "tcp", snap=96) as capture:
            transfers, by_clock = self.transfer_all([bench.url("big")] * CURLS)
        self.assertEqual([transfer["size_download"] for transfer in transfers], [FILE_SIZE] * CURLS)
        self.assertAlmostEqual(by_clock / RATE, 1, delta=TOLERANCE)
        self.assertAlmostEqual(rate_on_the_wire(capture, server_sends=True) / RATE, 1, delta=TOLERANCE)
        passed = self.finish(weir)["achieved"]["speed"]["bytes"]
        self.assertAlmostEqual(passed / (CURLS * FILE_SIZE), 1, delta=TOLERANCE)  # and a little that was sent again

    def test_both_directions_share_the_rate(self):
        self.nginx.file("big", FILE_SIZE // 2)
        weir = self.weir("--speed", "2M")
        with contextlib.ExitStack() as stack:
            started_at = time.monotonic()
            curls = [stack.enter_context(bench.curl_started(self.lab, [bench.url("big")])) for _ in range(3)]
            curls += [stack.enter_context(bench.curl_started(self.lab, [bench.url(f"upload/both-{number}")], "-T",
                                                             str(self.nginx.www / "big"))) for number in range(3)]
            transfers = [bench.curl_finished(process)[0] for process in curls]
            took_s = time.monotonic() - started_at
        moved = sum(transfer["size_download"] + transfer["size_upload"] for transfer in transfers)
        self.assertEqual(moved, CURLS * FILE_SIZE // 2)
        self.assertAlmostEqual(moved / took_s / RATE, 1, delta=0.03)  # half the time: curl's start weighs more
        self.finish(weir)

    def test_uploads_share_the_rate(self):
        contents = self.nginx.file("sent", FILE_SIZE)
        weir = self.weir("--speed", "2M")
        with bench.Capture(self.lab, "server", "tcp", snap=96) as capture:
            transfers, by_clock = self.transfer_all(
                [bench.url(f"upload/{number}") for number in range(CURLS)], "-T", str(self.nginx.www / "sent"))
        self.assertEqual({transfer["http_code"] for transfer in transfers}, {201})
        for number in range(CURLS):
            self.assertTrue((self.nginx.www / "upload" / str(number)).read_bytes() == contents, "arrived changed")
        self.assertAlmostEqual(by_clock / RATE, 1, delta=TOLERANCE)
        self.assertAlmostEqual(rate_on_the_wire(capture, server_sends=False) / RATE, 1, delta=TOLERANCE)
        self.finish(weir)


if __name__ == "__main__":
    bench.main()
