"""HTTPS and HTTP/2 with nginx, curl and h2load under latency, speed, jitter and reset. What TLS and HTTP/2 carry is not
read: exchanges are turns. In TLS 1.3 the ServerHello begins exchange 0, and the n-th response of HTTP/1.1 exchange n."""

import hashlib
import json
import re
import time

import bench
import scenario_bench
from scenario_bench import CLEAR_HTTP2_PORT, TLS_PORT, first_cut, latency_ms

FETCHES, SIZE = 10, 5000
RATE = 50_000
REQUESTS, CLIENTS, STREAMS = 200, 4, 10
SSL_CONNECT_ERROR, RECV_ERROR = 35, 56  # curl's
HTTP2_ERRORS = {16, 55, 56, 92}  # curl's: HTTP/2 framing, sending, receiving, HTTP/2 stream
SECURE = f"https://{bench.SERVER}:{TLS_PORT}/page"


def ms(transfer, later, earlier=None):
    return 1000 * (transfer[f"time_{later}"] - (transfer[f"time_{earlier}"] if earlier else 0))


class Secure(scenario_bench.Case):
    WITH_TORNADO, WITH_NGINX = False, True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = cls.nginx.file("page", SIZE)

    def curl(self, flags, *options, url=SECURE, count=FETCHES):
        """The page so many times by one curl, and what weir says of it. Each that succeeded is what nginx has."""
        weir = self.shaped(*flags)
        arrived = [self.lab.directory / f"arrived-{n}" for n in range(count)]
        outputs = [part for file in arrived for part in ("-o", file, url)]
        began_at = time.monotonic()
        done = self.lab.run("client", "curl", "-s", "--cacert", self.nginx.certificate, "-w", r"%{json}\n", *options, *outputs)
        self.took_s = time.monotonic() - began_at
        stats = self.finish(weir)
        transfers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(transfers), count)
        for transfer, file in zip(transfers, arrived):
            if transfer["exitcode"] == 0:
                self.assertEqual(hashlib.sha256(file.read_bytes()).digest(), hashlib.sha256(self.page).digest())
        return transfers, stats, weir

    def good(self, transfers):
        self.assertEqual({(transfer["exitcode"], transfer["http_code"]) for transfer in transfers}, {(0, 200)})

    def h2load(self, flags, url=SECURE):
        weir = self.shaped(*flags)
        done = self.lab.run("client", "h2load", "-n", REQUESTS, "-c", CLIENTS, "-m", STREAMS, url)
        stats = self.finish(weir)
        said = re.search(r"requests: .* (\d+) succeeded, (\d+) failed", done.stdout)
        self.assertTrue(said, done.stdout + done.stderr)
        return int(said[1]), int(said[2]), stats, done.stdout

    def all_by_h2load(self, flags, url=SECURE):
        succeeded, failed, stats, said = self.h2load(flags, url)
        self.assertEqual((succeeded, failed, stats["connections"]), (REQUESTS, 0, CLIENTS), said)
        self.assertGreaterEqual(int(re.search(r"\((\d+)\) data", said)[1]), REQUESTS * SIZE)
        return stats, said


class Https(Secure):
    """curl keeps its one connection; under reset each fetch has its own."""

    def test_latency(self):
        for version in ("--tlsv1.3", "--tls-max=1.2"):
            handshakes = 1 if version == "--tlsv1.3" else 2  # 1.2: the server's Finished is a turn as well
            with self.subTest(version):
                transfers, stats, _ = self.curl(scenario_bench.LATENCY, "--http1.1", *version.split("="))
                self.good(transfers)
                self.assertEqual((stats["connections"], stats["exchanges"]), (1, FETCHES + handshakes))
                drawn = [latency_ms(TLS_PORT, 0, n) for n in range(FETCHES + handshakes)]
                self.assertGreaterEqual(ms(transfers[0], "appconnect", "connect"), sum(drawn[:handshakes]), "early")
                for transfer, asked in zip(transfers, drawn[handshakes:]):
                    self.assertGreaterEqual(scenario_bench.waited_ms(transfer), asked, "early")

    def test_speed(self):
        transfers, stats, _ = self.curl(("--speed", str(RATE)), "--http1.1")
        self.good(transfers)
        self.assertGreater(stats["achieved"]["speed"]["bytes"], FETCHES * SIZE)
        self.not_faster(stats["achieved"]["speed"]["bytes"], self.took_s, RATE)

    def test_jitter(self):
        transfers, stats, weir = self.curl(scenario_bench.JITTER, "--http1.1", "--no-keepalive", "-H", "Connection: close")
        self.good(transfers)
        self.assertEqual(stats["connections"], FETCHES)
        for k, transfer in enumerate(transfers):
            self.assertGreaterEqual(ms(transfer, "appconnect"), scenario_bench.stall_ms(TLS_PORT, k, 0), "cut short")
        struck = {record["k"] for record in weir.events("jitter") if record["n"] == 0}
        self.assertEqual(struck, {k for k in range(FETCHES) if scenario_bench.stall_ms(TLS_PORT, k, 0)})

    def test_reset(self):
        """In place of the ServerHello, or of the response."""
        transfers, _, weir = self.curl(scenario_bench.RESET, "--http1.1", "-H", "Connection: close", count=30)
        codes = {None: 0, 0: SSL_CONNECT_ERROR, 1: RECV_ERROR}
        cuts = [first_cut(TLS_PORT, k, 2) for k in range(30)]
        self.assertEqual([transfer["exitcode"] for transfer in transfers], [codes[cut] for cut in cuts])
        struck = {record["k"]: record["n"] for record in weir.events("reset") if record["n"] < 2}  # 2: closing alerts
        self.assertEqual(struck, {k: cut for k, cut in enumerate(cuts) if cut is not None})


class Http2(Secure):
    """By curl with a connection a page, by h2load with streams side by side; over TLS and in clear text. How many turns
    a connection has hangs on which of the two ends' control frames meet; each turn is held."""

    CLEAR = f"http://{bench.SERVER}:{CLEAR_HTTP2_PORT}/page"

    def test_latency(self):
        # curl 7.88 can't use a connection again that began with prior knowledge: it sends nothing and ends with 16.
        for url, option, port, count in ((SECURE, "--http2", TLS_PORT, FETCHES),
                                         (self.CLEAR, "--http2-prior-knowledge", CLEAR_HTTP2_PORT, 1)):
            with self.subTest(url):
                transfers, stats, _ = self.curl(scenario_bench.LATENCY, option, url=url, count=count)
                self.good(transfers)
                self.assertEqual({transfer["http_version"] for transfer in transfers}, {"2"})
                self.assertEqual((stats["connections"], stats["exchanges"]), (1, stats["applied"]["latency"]))
                self.assertGreaterEqual(stats["exchanges"], count)
                self.assertGreaterEqual(ms(transfers[0], "starttransfer"), latency_ms(port, 0, 0), "early")
                for transfer in transfers:
                    self.assertGreaterEqual(ms(transfer, "starttransfer"), scenario_bench.LATENCY_MS[0], "early")
                stats, said = self.all_by_h2load(scenario_bench.LATENCY, url)
                self.assertEqual(stats["exchanges"], stats["applied"]["latency"])
                least, unit = re.search(r"time to 1st byte: +([\d.]+)(ms|s)", said).groups()
                self.assertGreaterEqual(float(least) * (1000 if unit == "s" else 1), scenario_bench.LATENCY_MS[0], "early")

    def test_speed(self):
        rate = 500_000
        for url in (SECURE, self.CLEAR):
            with self.subTest(url):
                stats, said = self.all_by_h2load(("--speed", str(rate)), url)
                took, unit = re.search(r"finished in ([\d.]+)(ms|s)", said).groups()
                self.not_faster(REQUESTS * SIZE, float(took) / (1000 if unit == "ms" else 1), rate)
                self.assertLessEqual(stats["achieved"]["speed"]["mean_active_bytes_per_s"], rate * 1.01)

    def test_jitter(self):
        for url in (SECURE, self.CLEAR):
            with self.subTest(url):
                stats, _ = self.all_by_h2load(scenario_bench.JITTER, url)
                port = TLS_PORT if url == SECURE else CLEAR_HTTP2_PORT
                drawn = [scenario_bench.stall_ms(port, k, 0) for k in range(CLIENTS)]
                self.assertGreaterEqual(stats["applied"]["jitter"], sum(ms > 0 for ms in drawn))

    def test_reset(self):
        """Exchange 0 is the answer to the preface. A later turn may end curl's connection when the page is there."""
        count, failed = 12, set()
        weir = self.shaped(*scenario_bench.RESET)
        for k in range(count):
            done = self.lab.run("client", "curl", "-s", "--http2-prior-knowledge", "-o", "/dev/null", self.CLEAR)
            if done.returncode != 0:
                self.assertIn(done.returncode, HTTP2_ERRORS)
                failed.add(k)
        self.assertEqual(self.finish(weir)["connections"], count)
        self.assertLessEqual({k for k in range(count) if scenario_bench.is_cut(CLEAR_HTTP2_PORT, k, 0)}, failed)
        self.assertLessEqual(failed, weir.numbers("reset"))

    def test_reset_of_many_streams(self):
        succeeded, failed, stats, said = self.h2load(scenario_bench.RESET)
        self.assertEqual(succeeded + failed, REQUESTS, said)
        self.assertGreater(failed, 0, said)
        self.assertGreater(stats["applied"]["reset"], 0)


if __name__ == "__main__":
    bench.main()
