#!/usr/bin/python3
"""Writes the captures that the golden cases replay: tests/golden/CASE/in.pcap. Deterministic: no clock, no chance.

    make_captures.py
    make_captures.py --check    nothing is written; exit code 1 if a capture is not what it would be
    make_captures.py --list     the names of the cases

A case's traffic is written as one reads it: who says what, when. A real network is not needed, and neither is weir.
"""

import pathlib
import sys
import tempfile

from wire import ACK, FIN, PSH, SYN, arp, tcp, udp, write_pcap

START = 1_700_000_000_000_000_000  # of the first frame, nanoseconds since 1970
MS = 1_000_000
SERVER = "10.8.0.2"


class Traffic:
    """Frames with their times; connections speak through it."""

    def __init__(self):
        self.frames = []

    def at(self, ms, frame):
        self.frames.append((START + round(ms * MS), frame))

    def write(self, path):
        write_pcap(path, sorted(self.frames, key=lambda timed: timed[0]))  # stable: equal times stay in order


class Connection:
    """A TCP connection that loses nothing: each end's numbers follow from what was said."""

    def __init__(self, traffic, port, client="10.9.0.1", server=SERVER, server_port=80, ecn=0):
        self.ecn = ecn  # of what carries data (RFC 3168, 6.1.5)
        self.traffic, self.client, self.server = traffic, (client, port), (server, server_port)
        self.client_next, self.server_next = 1000 * port, 2000 * port

    def up(self, ms, flags, payload=b""):
        self.traffic.at(ms, tcp(*self.client, *self.server, self.client_next, self.server_next, flags, payload,
                                 self.ecn if payload else 0))
        self.client_next += len(payload) + bool(flags & (SYN | FIN))

    def down(self, ms, flags, payload=b""):
        self.traffic.at(ms, tcp(*self.server, *self.client, self.server_next, self.client_next, flags, payload,
                                 self.ecn if payload else 0))
        self.server_next += len(payload) + bool(flags & (SYN | FIN))

    def open(self, ms):
        self.traffic.at(ms, tcp(*self.client, *self.server, self.client_next, 0, SYN))
        self.client_next += 1
        self.down(ms + 0.2, SYN | ACK)
        self.up(ms + 0.4, ACK)

    def request(self, ms, path="/small", host="bench", method="GET"):
        self.up(ms, PSH | ACK, f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    def response(self, ms, body=40, pieces=1, every_ms=1.0):
        """A response whose body comes in pieces, the first one with the head."""
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {body * pieces}\r\n\r\n".encode()
        for piece in range(pieces):
            self.down(ms + piece * every_ms, PSH | ACK, (head if piece == 0 else b"") + bytes([97 + piece % 26]) * body)
            self.up(ms + piece * every_ms + 0.2, ACK)

    def exchange(self, ms, pieces=1, body=40, **request):
        self.request(ms, **request)
        self.response(ms + 2, body, pieces)

    def close(self, ms):
        self.up(ms, FIN | ACK)
        self.down(ms + 0.2, FIN | ACK)
        self.up(ms + 0.4, ACK)


def exchanges(connections, each=1, apart_ms=500, start_ms=0, pieces=1, body=40):
    """So many connections, one after the other, each with so many exchanges."""
    traffic = Traffic()
    for number in range(connections):
        connection = Connection(traffic, 40000 + number)
        begin = start_ms + number * each * apart_ms
        connection.open(begin)
        for exchange in range(each):
            connection.exchange(begin + 1 + exchange * apart_ms, pieces, body)
        connection.close(begin + each * apart_ms - 10)
    return traffic


def keep_alive():
    """One connection, five exchanges, a pipelined pair, a retransmission of a response's first byte, and silence."""
    traffic = exchanges(1, each=5)
    connection = Connection(traffic, 41000)
    connection.open(100)
    connection.request(101)
    connection.request(101.1)
    connection.response(110, body=10)
    first_again = traffic.frames[-2][1]
    traffic.at(150, first_again)
    connection.response(151, body=10)
    connection.close(900)
    return traffic


def mixed():
    """What weir leaves alone: ARP, UDP, TCP that is no HTTP, beside one exchange."""
    traffic = exchanges(1)
    traffic.at(0.1, arp("10.9.0.1", SERVER))
    for number in range(3):
        traffic.at(0.3 + number, udp("10.9.0.1", 5000, SERVER, 9, b"datagram %d" % number))
    other = Connection(traffic, 42000, server_port=22)
    other.open(5)
    other.down(7, PSH | ACK, b"SSH-2.0-server\r\n")
    other.up(8, PSH | ACK, b"SSH-2.0-client\r\n")
    return traffic


def download(marks=(0, 0)):
    """Two downloads at once, 12 segments of 500 bytes each, faster than the limit. Each by its ECN field."""
    traffic = Traffic()
    for number, ecn in enumerate(marks):
        connection = Connection(traffic, 40000 + number, ecn=ecn)
        connection.open(number * 0.05)
        connection.request(1 + number * 0.05)
        connection.response(3 + number * 0.05, body=500, pieces=12, every_ms=0.5)
    return traffic


def streams():
    """Three connections whose bodies go on for 2.4 s, a piece every 200 ms: an event stream, as it were."""
    traffic = Traffic()
    for number in range(3):
        connection = Connection(traffic, 40000 + number)
        connection.open(number * 7)
        connection.request(1 + number * 7)
        connection.response(3 + number * 7, body=30, pieces=12, every_ms=200)
    return traffic


def hosts_and_paths():
    """Requests for two hosts and three paths, over two connections."""
    traffic = Traffic()
    for number, host in enumerate(["api.example.org", "static.example.org"]):
        connection = Connection(traffic, 40000 + number)
        connection.open(number * 5)
        for exchange, path in enumerate(["/api/users", "/img/logo.png", "/"]):
            connection.exchange(10 + number * 5 + exchange * 400, host=host, path=path)
    return traffic


def two_racks():
    """A connection that stays from each of two racks, and a second one from the first rack, in the middle."""
    traffic = Traffic()
    for number, client in enumerate(["10.9.4.1", "10.9.5.1"]):
        connection = Connection(traffic, 40000 + number, client)
        connection.open(number * 5)
        for exchange in range(6):
            connection.exchange(10 + number * 5 + exchange * 400, pieces=2)
    late = Connection(traffic, 41000, "10.9.4.1")
    late.open(1100)
    for exchange in range(3):
        late.exchange(1110 + exchange * 400)
    return traffic


def quic_initial(connection_id):
    """A client's first Initial of QUIC version 1 (RFC 9000, 17.2.2)."""
    head = b"\xc0\x00\x00\x00\x01" + bytes([len(connection_id)]) + connection_id + b"\x00\x00\x44\x9e"
    return head.ljust(1200, b"p")


def quic_flows():
    """Three QUIC flows by their connection IDs, and what follows the Initial of each, either way."""
    traffic = Traffic()
    for number, name in enumerate(["c0ffee", "c0ffee00", "beef"]):
        port = 5000 + number
        traffic.at(number * 10, udp("10.9.0.1", port, SERVER, 443, quic_initial(bytes.fromhex(name))))
        traffic.at(number * 10 + 3, udp(SERVER, 443, "10.9.0.1", port, b"\x40 down"))
        traffic.at(number * 10 + 5, udp("10.9.0.1", port, SERVER, 443, b"\x40 up"))
    return traffic


CASES = {
    "untouched": mixed,
    "latency-range": keep_alive,
    "latency-connection": lambda: exchanges(2, each=3),
    "latency-packet": lambda: exchanges(1, pieces=4),
    "latency-request": lambda: exchanges(1, each=3),
    "latency-normal": lambda: exchanges(1, each=6),
    "speed": download,
    "speed-range": streams,
    "speed-queue": download,
    "speed-frames-each": download,
    "speed-wire": download,
    "queue-codel": download,
    "queue-ecn": lambda: download(marks=(2, 0)),
    "queue-fq": streams,
    "queue-fq-codel": download,
    "queue-head-drop": download,
    "queue-pie": streams,
    "own-rate-connection": streams,
    "own-rate-rule": streams,
    "jitter-hold": streams,
    "jitter-drop": streams,
    "jitter-link": streams,
    "reset-response": lambda: exchanges(6),
    "reset-connect-refuse": lambda: exchanges(6),
    "reset-connect-blackhole": lambda: exchanges(3),
    "reset-request-fin": lambda: exchanges(4),
    "reset-body-bytes": lambda: exchanges(4, pieces=5),
    "reset-body-time": lambda: exchanges(3, pieces=5),
    "reset-half-open": lambda: exchanges(3),
    "reset-rst-client": lambda: exchanges(4),
    "reset-rst-server": lambda: exchanges(4),
    "packet-loss": lambda: exchanges(4, pieces=3),
    "packet-loss-bursts": lambda: exchanges(4, pieces=6),
    "packet-loss-states": lambda: exchanges(4, pieces=6),
    "packet-duplicate": lambda: exchanges(3, pieces=3),
    "packet-corrupt": lambda: exchanges(3, pieces=3),
    "packet-reorder": lambda: exchanges(3, pieces=6),
    "packet-reorder-held": lambda: exchanges(3, pieces=6),
    "packet-delay": lambda: exchanges(2, pieces=3),
    "packet-netem": lambda: exchanges(4, pieces=6),
    "select-host-path": hosts_and_paths,
    "select-quic-id": quic_flows,
    "phases": lambda: exchanges(2, each=5),
    "phases-loop": streams,
    "phases-own-rule": two_racks,
    "trace-deliveries": download,
    "trace-rows": streams,
    "all-at-once": lambda: exchanges(5, each=2, pieces=3),
}


def main(arguments):
    if arguments == ["--list"]:
        print(*CASES)
        return 0
    folder = pathlib.Path(__file__).resolve().parent
    stale = []
    for case, traffic in CASES.items():
        path = folder / case / "in.pcap"
        if arguments == ["--check"]:
            with tempfile.NamedTemporaryFile() as fresh:
                traffic().write(fresh.name)
                if not path.exists() or path.read_bytes() != pathlib.Path(fresh.name).read_bytes():
                    stale.append(case)
        else:
            path.parent.mkdir(exist_ok=True)
            traffic().write(path)
    for case in stale:
        print(f"golden: {case}/in.pcap is not what make_captures.py writes", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
