"""`weir run --reset-prob`: both ends accept the reset at the first try, and it strikes the connections it must."""

import collections

import bench
import draws
from pcap import ACK, RST, SYN, segments

CONNECTIONS = 1000
SEED = 7
CURL_RECV_ERROR = 56  # CURLE_RECV_ERROR: "Recv failure: Connection reset by peer"


PIPELINER = """
import errno, socket, sys
client = socket.create_connection((sys.argv[1], int(sys.argv[2])))
client.sendall(b"".join(b"GET /%s HTTP/1.1\\r\\nHost: bench\\r\\n\\r\\n" % name for name in (b"held", b"small")))
received = 0
try:
    while data := client.recv(65536):
        received += len(data)
    print("EOF", received)
except OSError as error:
    print(errno.errorcode[error.errno], received)
"""


def seed_that_cuts_the_second():
    """The first seed that lets exchange 0 of the first connection pass and cuts exchange 1."""
    for seed in range(1000):
        key = draws.connection_key(seed, bench.CLIENT, bench.SERVER, bench.HTTP_PORT, 0)
        if [draws.strikes(0.5, draws.RESET, key, n) for n in (0, 1)] == [False, True]:
            return seed
    raise AssertionError("no such seed")


def drawn_by_seed():
    """The numbers of the connections that the seed resets: a draw depends on nothing else."""
    keys = (draws.connection_key(SEED, bench.CLIENT, bench.SERVER, bench.HTTP_PORT, k) for k in range(CONNECTIONS))
    return [k for k, key in enumerate(keys) if draws.strikes(0.5, draws.RESET, key, 0)]


def answers_to_reset(capture, end_is_server):
    """Which connections an end received a RST for, by their order, and the bare ACKs that it sent for one of them
    afterwards: challenge ACKs (RFC 5961, 3). A connection begins with its SYN: ports may be used again.
    """
    current, begun_with, reset, answers = {}, {}, set(), []
    for segment in segments(capture.frames):
        from_server = segment.source_port == bench.HTTP_PORT
        port = segment.destination_port if from_server else segment.source_port
        if segment.flags == SYN and begun_with.get(port) != segment.sequence:
            begun_with[port] = segment.sequence
            current[port] = 0 if not current else max(current.values()) + 1
        if from_server != end_is_server and segment.flags & RST:
            reset.add(current[port])
        elif from_server == end_is_server and current[port] in reset and segment.flags == ACK and segment.length == 0:
            answers.append(segment)
    return reset, answers


class Reset(bench.Case):
    def test_half_of_a_thousand_connections(self):
        earlier = self.nginx.last_connection()
        weir = self.weir("--reset-prob", "0.5", "--seed", str(SEED))
        with bench.Capture(self.lab, "client", "tcp", snap=96) as at_client, \
                bench.Capture(self.lab, "server", "tcp", snap=96) as at_server:
            transfers = bench.curl(self.lab, [bench.url("closing/small")] * CONNECTIONS)
        self.finish(weir)

        outcomes = collections.Counter(transfer["exitcode"] for transfer in transfers)
        self.assertEqual(set(outcomes), {0, CURL_RECV_ERROR}, outcomes)
        cut = {number for number, transfer in enumerate(transfers) if transfer["exitcode"] == CURL_RECV_ERROR}
        low, high = bench.binomial_band(CONNECTIONS, 0.5)
        self.assertTrue(low <= len(cut) <= high, f"{len(cut)} were reset, outside {low}..{high}")

        self.assertEqual(sorted(cut), drawn_by_seed())
        self.assertEqual({record["k"] for record in weir.events("reset")}, cut, "the log names others")
        self.assertEqual(self.nginx.connections_reset(after=earlier), cut, "ECONNRESET at the server for others")
        for capture, is_server in ((at_client, False), (at_server, True)):
            reset, answers = answers_to_reset(capture, is_server)
            self.assertEqual(reset, cut, "a RST on the wire for others")
            self.assertEqual(answers, [], "challenge ACKs")

    def test_curl_ends_with_56(self):
        for address in (bench.SERVER, bench.SERVER6):
            with self.subTest(address):
                weir = self.weir("--reset-enable", "--reset-prob", "1")
                done = self.lab.run("client", "curl", "-sS", "-o", "/dev/null", bench.url("small", address))
                self.assertEqual(done.returncode, CURL_RECV_ERROR, done.stderr)
                self.assertIn("Connection reset by peer", done.stderr)
                stats = self.finish(weir)
                self.assertEqual(stats["applied"]["reset"], 1)

    def test_a_reset_discards_what_is_held(self):
        """Two requests at once: the second response is cut while the first one's body waits for the limiter."""
        self.nginx.file("held", 40_000)
        earlier = self.nginx.last_connection()
        weir = self.weir("--reset-prob", "0.5", "--seed", str(seed_that_cuts_the_second()), "--speed", "20k")
        with bench.Capture(self.lab, "client", "tcp", snap=96) as at_client, \
                bench.Capture(self.lab, "server", "tcp", snap=96) as at_server:
            done = self.lab.run("client", "/usr/bin/python3", "-c", PIPELINER, bench.SERVER, str(bench.HTTP_PORT))
        stats = self.finish(weir)
        outcome, received = done.stdout.split()
        self.assertEqual(outcome, "ECONNRESET")
        self.assertTrue(0 < int(received) < 40_000, received)
        self.assertEqual(stats["applied"]["reset"], 1)
        self.assertGreater(stats["drops"]["intended"]["reset"], 1, "nothing was held")
        self.assertEqual(len(self.nginx.connections_reset(after=earlier)), 1)
        for capture, is_server in ((at_client, False), (at_server, True)):
            reset, answers = answers_to_reset(capture, is_server)
            self.assertEqual(len(reset), 1)
            self.assertEqual(answers, [], "challenge ACKs")


if __name__ == "__main__":
    bench.main()
