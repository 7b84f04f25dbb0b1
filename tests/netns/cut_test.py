"""Disconnection, every point of a connection's life in every way, against Linux: what both ends' sockets are told, that
each RST is accepted at the first try, and what curl, wrk and a browser make of it.
"""

import collections
import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import unittest

import bench
from cut_ends import FIRST, REQUEST, SECOND
from pcap import ACK, RST, SYN, segments

ENDS = pathlib.Path(__file__).with_name("cut_ends.py")
CHROMIUM = shutil.which("chromium")
REFUSED, RESET, SILENCE, EOF = "ECONNREFUSED", "ECONNRESET", "silence", "EOF"
NO_CONNECTION = "no connection"
AFTER_BYTES, AFTER_MS = 1_000, 300
ASKED = len(REQUEST)
COULDNT_CONNECT, PARTIAL_FILE, TIMED_OUT, GOT_NOTHING, RECV_ERROR = 7, 18, 28, 52, 56

# at, how: what the client hears (bytes of the response, and its end), what the server does (None: it never accepts;
# else bytes of the request, and its end), and curl's exit codes. docs/impairments.md has the same table.
Cell = collections.namedtuple("Cell", "at how client server curl")
CELLS = [
    Cell("connect", "refuse", (0, REFUSED), None, COULDNT_CONNECT),
    Cell("connect", "rst", (0, REFUSED), None, COULDNT_CONNECT),
    Cell("connect", "rst-client", (0, REFUSED), None, COULDNT_CONNECT),
    Cell("connect", "rst-server", (0, REFUSED), None, COULDNT_CONNECT),  # when it repeats its SYN
    Cell("connect", "half-open", (0, REFUSED), None, COULDNT_CONNECT),
    Cell("connect", "fin", (0, EOF), (0, EOF), GOT_NOTHING),
    Cell("connect", "blackhole", (0, NO_CONNECTION), None, TIMED_OUT),
    Cell("request", "rst", (0, RESET), (0, RESET), RECV_ERROR),
    Cell("request", "rst-client", (0, RESET), (0, SILENCE), RECV_ERROR),
    Cell("request", "rst-server", (0, RESET), (0, RESET), RECV_ERROR),  # when it repeats its request
    Cell("request", "half-open", (0, RESET), (0, SILENCE), RECV_ERROR),
    Cell("request", "fin", (0, EOF), (0, EOF), GOT_NOTHING),
    Cell("request", "blackhole", (0, SILENCE), (0, SILENCE), TIMED_OUT),
    Cell("response", "rst", (0, RESET), (ASKED, RESET), RECV_ERROR),
    Cell("response", "rst-client", (0, RESET), (ASKED, RESET), RECV_ERROR),
    Cell("response", "rst-server", (0, SILENCE), (ASKED, RESET), TIMED_OUT),
    Cell("response", "half-open", (0, RESET), (ASKED, SILENCE), RECV_ERROR),
    Cell("response", "fin", (0, EOF), (ASKED, EOF), GOT_NOTHING),
    Cell("response", "blackhole", (0, SILENCE), (ASKED, SILENCE), TIMED_OUT),
    Cell("body", "rst", (AFTER_BYTES, RESET), (ASKED, RESET), RECV_ERROR),
    Cell("body", "rst-client", (AFTER_BYTES, RESET), (ASKED, RESET), RECV_ERROR),
    Cell("body", "rst-server", (AFTER_BYTES, RESET), (ASKED, RESET), RECV_ERROR),  # when it acknowledges them
    Cell("body", "half-open", (AFTER_BYTES, RESET), (ASKED, SILENCE), RECV_ERROR),
    Cell("body", "fin", (AFTER_BYTES, EOF), (ASKED, EOF), PARTIAL_FILE),
    Cell("body", "blackhole", (AFTER_BYTES, SILENCE), (ASKED, SILENCE), TIMED_OUT),
    Cell("body-time", "rst", (FIRST, RESET), (ASKED, RESET), RECV_ERROR),
    Cell("body-time", "rst-client", (FIRST, RESET), (ASKED, RESET), RECV_ERROR),
    Cell("body-time", "rst-server", (FIRST, SILENCE), (ASKED, RESET), TIMED_OUT),
    Cell("body-time", "half-open", (FIRST, RESET), (ASKED, SILENCE), RECV_ERROR),
    Cell("body-time", "fin", (FIRST, EOF), (ASKED, EOF), PARTIAL_FILE),
    Cell("body-time", "blackhole", (FIRST, SILENCE), (ASKED, SILENCE), TIMED_OUT),
]
FIRST_PORT = 8_100  # a port of the server for each cell
PORTS = range(FIRST_PORT, FIRST_PORT + len(CELLS))


def port_of(at, how):
    return next(port for port, cell in zip(PORTS, CELLS) if (cell.at, cell.how) == (at, how))


def rule_of(number, cell):
    after = {"body": f'after = "{AFTER_BYTES}B"\n', "body-time": f'after = "{AFTER_MS}ms"\n'}.get(cell.at, "")
    return (f'[[rule]]\nname = "{cell.at}-{cell.how}"\nmatch.server-port = {FIRST_PORT + number}\n'
            f'[rule.impair.reset]\nat = "{cell.at.removesuffix("-time")}"\nhow = "{cell.how}"\n{after}')


def challenges(capture):
    """Bare ACKs that an end sent for a connection behind a RST that it had received: challenge ACKs (RFC 5961, 3), of
    an end that did not accept it. Only cells' ports are looked at."""
    reset, answers = set(), []
    for segment in segments(capture.frames):
        from_server = segment.source_port in PORTS
        ports = frozenset((segment.source_port, segment.destination_port))
        is_received = from_server != (capture.role == "server")
        if is_received and segment.flags & RST:
            reset.add(ports)
        elif not is_received and ports in reset and segment.flags == ACK and segment.length == 0:
            answers.append(segment)
    return reset, answers


class Cut(bench.Case):
    def start(self, rules=None):
        text = "\n".join(rules or (rule_of(number, cell) for number, cell in enumerate(CELLS)))
        return self.weir("--profile", self.profile(text))

    def challenge_acks(self):
        """The kernels' own count of challenge ACKs sent, of both ends."""
        counts = {}
        for role in ("client", "server"):
            names, values = (line.split() for line in self.lab.run(
                role, "grep", "^TcpExt:", "/proc/net/netstat").stdout.splitlines())
            counts[role] = int(values[names.index("TCPChallengeACK")])
        return counts

    @contextlib.contextmanager
    def serving(self, address):
        """Servers on every cell's port; the list fills with what each connection was like once the block has ended."""
        lines = []
        with self.lab.running("server", "/usr/bin/python3", "-B", ENDS, "serve", address, *PORTS,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            self.assertEqual(server.stdout.readline(), "ready\n")
            yield lines
            server.stdin.close()
            lines += map(json.loads, server.stdout)

    def connect(self, address, base):
        cells = [f"{address},{port},{base + port}" for port in PORTS]
        done = self.lab.run("client", "/usr/bin/python3", "-B", ENDS, "connect", *cells)
        self.assertEqual(done.stderr, "")
        return {facts["port"]: facts for facts in map(json.loads, done.stdout.splitlines())}

    def check_ends(self, heard, served, address):
        by_port = {facts["port"]: facts for facts in served}
        for port, cell in zip(PORTS, CELLS):
            with self.subTest(at=cell.at, how=cell.how, address=address):
                client = heard[port]
                self.assertEqual((client["heard"], client["end"]), cell.client, "the client")
                server = by_port.get(port)
                self.assertEqual(server and (server["heard"], server["end"]), cell.server, "the server")

    def check_sockets(self, address, base):
        before = self.challenge_acks()
        with bench.Capture(self.lab, "client", "tcp", snap=128) as at_client, \
                bench.Capture(self.lab, "server", "tcp", snap=128) as at_server, \
                self.serving(address) as served:
            heard = self.connect(address, base)
        self.check_ends(heard, served, address)
        for capture in (at_client, at_server):
            reset, answers = challenges(capture)
            self.assertGreater(len(reset), 10)
            self.assertEqual(answers, [], f"challenge ACKs of the {capture.role}")
        self.assertEqual(self.challenge_acks(), before)
        answered = [segment for segment in segments(at_server.frames)
                    if segment.flags == SYN | ACK and segment.source_port == port_of("connect", "rst")]
        self.assertEqual(len(answered), 1, "a server that was reset while it waited for the handshake's end is told so")

    def check_statistics(self, weir, cells):
        """Every cell was cut once at each address, with client ports so far above the servers'. An earlier test's
        ends that nobody told of their cut may still send, from other ports: they are no cells of this test."""
        stats = self.finish(weir)
        struck = collections.Counter()
        for record in weir.events("reset"):
            client, server = (end.rsplit(":", 1) for end in record["flow"].split(">"))
            struck[server[0], int(client[1]) - int(server[1])] += 1
        for address, base in cells.items():
            self.assertEqual(struck[address, base], len(CELLS), struck)
        self.assertEqual(stats["applied"]["reset"], len(weir.events("reset")))
        self.assertEqual(stats["held"], 0)

    def test_every_cell(self):
        weir = self.start()
        self.check_sockets(bench.SERVER, 20_000)
        self.check_sockets(bench.SERVER6, 21_000)
        self.check_statistics(weir, {bench.SERVER: 20_000, f"[{bench.SERVER6}]": 21_000})

    def test_every_cell_inside_a_vlan_tag(self):
        self.tag("client", 1, "0x8100:100")
        self.tag("server", 2, "0x8100:100")
        weir = self.start()
        before = self.challenge_acks()
        with self.serving("10.10.0.2") as served:
            heard = self.connect("10.10.0.2", 22_000)
        self.check_ends(heard, served, "10.10.0.2")
        self.assertEqual(self.challenge_acks(), before)
        self.check_statistics(weir, {"10.10.0.2": 22_000})

    def test_curl(self):
        weir = self.start()
        with self.serving(bench.SERVER), contextlib.ExitStack() as stack:
            started = [stack.enter_context(self.lab.running(
                "client", "curl", "-sS", "-m", "3", "-o", "/dev/null", f"http://{bench.SERVER}:{port}/",
                stderr=subprocess.PIPE)) for port in PORTS]
            codes = [process.wait(30) for process in started]
        for cell, code in zip(CELLS, codes):
            with self.subTest(at=cell.at, how=cell.how):
                self.assertEqual(code, cell.curl)
        self.finish(weir)
        self.assertEqual({int(record["flow"].rsplit(":", 1)[1]) for record in weir.events("reset")}, set(PORTS))

    def test_wrk_counts_read_errors(self):
        if not shutil.which("wrk"):
            self.skipTest("wrk is not installed")
        weir = self.weir("--reset-prob", "0.2")
        done = self.lab.run("client", "wrk", "-t1", "-c8", "-d2s", bench.url("small"))
        stats = self.finish(weir)
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done.stdout)
        self.assertTrue(errors, done.stdout)
        connect, read, write, _ = map(int, errors.groups())
        self.assertEqual((connect, write), (0, 0))
        applied = stats["applied"]["reset"]
        self.assertTrue(0 < read <= applied <= read + 8, f"{applied} resets, {done.stdout}")  # 8: in flight at its end

    def browse(self, port):
        """What chromium says of a page that it could not load."""
        directory = self.lab.directory / f"chromium-{port}"
        return self.lab.run(
            "client", CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={directory}", "--dump-dom", f"http://{bench.SERVER}:{port}/").stderr

    @unittest.skipUnless(CHROMIUM, "chromium is not installed")
    def test_a_browser_says_so(self):
        weir = self.start()
        says = {("connect", "refuse"): "ERR_CONNECTION_REFUSED", ("response", "rst"): "ERR_CONNECTION_RESET",
                ("response", "fin"): "ERR_EMPTY_RESPONSE"}
        with self.serving(bench.SERVER):
            for port, cell in zip(PORTS, CELLS):
                if (cell.at, cell.how) in says:
                    with self.subTest(at=cell.at, how=cell.how):
                        self.assertIn(says[cell.at, cell.how], self.browse(port))
        self.finish(weir)


if __name__ == "__main__":
    bench.main()
