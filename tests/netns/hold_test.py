"""A first byte that is held for 2 s, longer than the sender's retransmission timer: what the sender sends again is
absorbed and counted, every byte arrives exactly once, what the other direction says passes at once and unchanged, and
afterwards the connection is as fast as one that was never held."""

import hashlib
import json

import bench
from pcap import ACK, SYN, segments
from scenario_bench import finish_crowded, sent_again

HELD_S = 2
SIZE = 8_000_000
RATE = 8_000_000
FIRST_WINDOW = 10 * 1448  # what a sender sends before it hears anything (RFC 6928), and so what is held
HOLD_REQUEST = """
[impair.latency]
delay = "2s"
hold = "request"
"""
HOLD_SECOND = """
[[rule]]
name = "second"
match.exchanges = 1
impair.latency = "2s"

[[rule]]
name = "first"
impair.packet = [{ direction = "down", segments = "data", loss = "1%" }]
"""
# Asks for two files at once and reads slowly, out of a small buffer; says what it read.
SLOW_READER = """
import hashlib, json, socket, sys, time
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 60_000)
client.connect(("10.9.0.2", 8080))
for name, last in (("large", ""), ("small", "Connection: close\\r\\n")):
    client.sendall(f"GET /{name} HTTP/1.1\\r\\nHost: bench\\r\\n{last}\\r\\n".encode())
received, digest = 0, hashlib.sha256()
while piece := client.recv(5_000):
    received += len(piece)
    digest.update(piece)
    time.sleep(0.01 if received < 1_000_000 else 0.1)
print(json.dumps({"bytes": received, "sha256": digest.hexdigest()}))
"""
# Asks for a file and lets it lie; then reads it, is idle while its own keep-alives go, and asks for another one.
SLEEPER = """
import hashlib, json, socket, sys, time
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000)
client.connect(("10.9.0.2", 8080))
def ask(name, size):
    client.sendall(f"GET /{name} HTTP/1.1\\r\\nHost: bench\\r\\n\\r\\n".encode())
    yield
    contents = b""
    while len(contents.partition(b"\\r\\n\\r\\n")[2]) < size:
        contents += client.recv(65536)
    yield hashlib.sha256(contents.partition(b"\\r\\n\\r\\n")[2]).hexdigest()
first = ask("page", 100_000)
next(first)
time.sleep(5)
said = [next(first)]
for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1)):
    client.setsockopt(socket.IPPROTO_TCP, option, value)
client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
time.sleep(2.5)
second = ask("small", 1_000)
next(second)
said.append(next(second))
print(json.dumps(said))
"""
# Waits for an answer that takes longer than its keep-alives have patience: 1 s until the first, 2 s for the answers.
IMPATIENT = """
import socket
client = socket.create_connection(("10.9.0.2", 8080))
client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2)):
    client.setsockopt(socket.IPPROTO_TCP, option, value)
client.sendall(b"GET /small HTTP/1.1\\r\\nHost: bench\\r\\nConnection: close\\r\\n\\r\\n")
print(sum(len(piece) for piece in iter(lambda: client.recv(65536), b"")))
"""
# Asks for a file and, before the answer is there, sends one; of which some segments are lost.
PIPELINER = """
import socket
client = socket.create_connection(("10.9.0.2", 8080))
client.sendall(b"GET /small HTTP/1.1\\r\\nHost: bench\\r\\n\\r\\n")
client.sendall(b"PUT /upload/sent HTTP/1.1\\r\\nHost: bench\\r\\nConnection: close\\r\\nContent-Length: 400000\\r\\n\\r\\n")
client.sendall(bytes(400_000))
print(sum(len(piece) for piece in iter(lambda: client.recv(65536), b"")))
"""
HELD_AND_LOST = """
[impair]
latency = "4s"
packet = [{ direction = "up", segments = "data", loss = "3%" }]
"""


def sha256(contents):
    return hashlib.sha256(contents).hexdigest()


def of(capture, from_server):
    """The segments that one end sent."""
    return [segment for segment in segments(capture.frames) if (segment.source_port == bench.HTTP_PORT) == from_server]


def times_arrived(sent, up_to=2 ** 31):
    """How often each payload byte of a connection was there, or of its first ones: {times: bytes}."""
    start = next(segment.sequence for segment in sent if segment.flags & SYN) + 1
    edges = {}
    for segment in sent:
        if segment.length:
            begin = min((segment.sequence - start) % 2 ** 32, up_to)
            end = min(begin + segment.length, up_to)
            edges[begin] = edges.get(begin, 0) + 1
            edges[end] = edges.get(end, 0) - 1
    times, depth, last = {}, 0, 0
    for at in sorted(edges):
        times[depth] = times.get(depth, 0) + at - last
        depth, last = depth + edges[at], at
    return {depth: size for depth, size in times.items() if size}


def options_of(frame):
    """The kinds of TCP options in an IPv4 frame."""
    at = 14 + (frame.bytes[14] & 15) * 4
    end, at, kinds = at + (frame.bytes[at + 12] >> 4) * 4, at + 20, set()
    while at < end and frame.bytes[at] != 0:
        kinds.add(frame.bytes[at])
        at += 1 if frame.bytes[at] == 1 else frame.bytes[at + 1]
    return kinds


def but_for_its_number(frame):
    """An IPv4 frame without TCP sequence number, checksum and the sender's timestamp."""
    contents, at = bytearray(frame.bytes), 14 + (frame.bytes[14] & 15) * 4
    end, option = at + (contents[at + 12] >> 4) * 4, at + 20
    for begin, length in ((at + 4, 4), (at + 16, 2)):
        contents[begin:begin + length] = bytes(length)
    while option < end and contents[option] != 0:
        if contents[option] == 8:
            contents[option + 2:option + 6] = bytes(4)
        option += 1 if contents[option] == 1 else contents[option + 1]
    return bytes(contents)


class Hold(bench.Case):
    def test_a_held_response_arrives_exactly_once(self):
        contents = self.nginx.file("large", SIZE)
        arrived = self.lab.directory / "arrived"

        def attempt():
            weir = self.weir("--latency", f"{HELD_S}s", "--log-all")
            before = sent_again(self.lab, "server")
            with bench.Capture(self.lab, "client", "tcp", snap=96) as capture:
                done = self.lab.run("client", "curl", "-s", "-o", arrived, "-w", "%{time_starttransfer}", bench.url("large"))
            again = sent_again(self.lab, "server") - before
            stats, _ = finish_crowded(self, weir)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(arrived.read_bytes() == contents, "arrived changed")
            self.assertGreaterEqual(float(done.stdout), HELD_S, "early")
            self.assertGreaterEqual(stats["absorbed"], 2)  # timers of 200 ms at least, doubled each time
            self.assertGreaterEqual(again, stats["absorbed"])
            self.assertEqual(len(weir.events("absorb")), stats["absorbed"])
            down = of(capture, from_server=True)
            self.assertEqual(set(times_arrived(down, up_to=FIRST_WINDOW)), {1}, "what was held came twice")
            times = times_arrived(down)
            self.assertGreater(sum(times.values()), SIZE)
            # A machine that stops for longer than the server's timer makes it send again what was not held.
            return {0: times} if set(times) != {1} else {}

        self.soon(attempt)

    def bytes_per_second_after_first(self, *flags):
        weir = self.weir(*flags)
        transfer = bench.curl(self.lab, [bench.url("large")])[0]
        self.assertEqual(transfer["size_download"], SIZE)
        finish_crowded(self, weir)
        return SIZE / (transfer["time_total"] - transfer["time_starttransfer"])

    def test_afterwards_it_is_as_fast_as_ever(self):
        """With a rate of 8 MB/s and without. Other work on the machine may slow either run: one of six tries counts."""
        self.nginx.file("large", SIZE)
        for flags in (("--speed", str(RATE)), ()):
            def attempt(flags=flags):
                without = self.bytes_per_second_after_first("--seed", "1", *flags)
                held = self.bytes_per_second_after_first("--latency", f"{HELD_S}s", *flags)
                return {0: (without, held)} if held < 0.9 * without else {}

            with self.subTest(flags):
                self.soon(attempt, tries=6)

    def test_a_held_request_arrives_exactly_once(self):
        contents = self.nginx.file("page", 100_000)

        def attempt():
            weir = self.weir("--profile", self.profile(HOLD_REQUEST))
            before = sent_again(self.lab, "client")
            with bench.Capture(self.lab, "client", "tcp", snap=96) as at_client, \
                    bench.Capture(self.lab, "server", "tcp", snap=96) as at_server:
                transfer = bench.curl(self.lab, [bench.url("upload/held")], "-T", str(self.nginx.www / "page"))[0]
            again = sent_again(self.lab, "client") - before
            stats, _ = finish_crowded(self, weir)
            self.assertIn(transfer["http_code"], (201, 204))
            self.assertTrue((self.nginx.www / "upload" / "held").read_bytes() == contents, "arrived changed")
            self.assertGreaterEqual(stats["absorbed"], 2)
            self.assertGreaterEqual(again, stats["absorbed"])
            sent_at, came_at = (next(segment.time_s for segment in of(capture, from_server=False) if segment.length)
                                for capture in (at_client, at_server))
            self.assertGreaterEqual(came_at - sent_at, HELD_S - 1e-6, "early")
            up = of(at_server, from_server=False)
            self.assertEqual(set(times_arrived(up, up_to=FIRST_WINDOW)), {1}, "what was held came twice")
            times = times_arrived(up)
            self.assertGreater(sum(times.values()), len(contents))
            return {0: times} if set(times) != {1} else {}

        self.soon(attempt)

    def test_what_the_other_direction_says_passes(self):
        """The client's ACKs, with SACK blocks, timestamps and window updates, while the server's direction is held."""
        contents = self.nginx.file("large", 1_200_000)
        small = (self.nginx.www / "small").read_bytes()

        def attempt():
            weir = self.weir("--profile", self.profile(HOLD_SECOND))
            with bench.Capture(self.lab, "client", "tcp and src host 10.9.0.1") as at_client, \
                    bench.Capture(self.lab, "server", "tcp and src host 10.9.0.1") as at_server:
                done = self.lab.run("client", "/usr/bin/python3", "-c", SLOW_READER)
            stats, _ = finish_crowded(self, weir)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(json.loads(done.stdout)["bytes"], len(contents) + len(small))
            self.assertGreater(stats["applied"]["loss"], 0)
            sent, came = at_client.frames, at_server.frames
            self.assertEqual([frame.bytes for frame in came], [frame.bytes for frame in sent], "passed changed")
            self.assertTrue(any(5 in options_of(frame) for frame in sent), "no SACK was sent")
            self.assertTrue(all(8 in options_of(frame) for frame in sent), "no timestamps were sent")
            held = weir.events("latency")
            self.assertEqual([(record["n"], record["rule"]) for record in held], [(1, "second")])
            # From here the clocks differ: the hold's frames are those of the last two seconds before the last response.
            pairs = [(frame.time_s, later.time_s) for frame, later in zip(sent, came)]
            updates = [later for earlier, later in zip(segments(sent), segments(sent)[1:])
                       if later.flags == ACK and later.length == 0 and later.acknowledgement == earlier.acknowledgement]
            self.assertTrue(updates, "no window update was sent")
            return {0: late} if (late := max(later - earlier for earlier, later in pairs)) > 0.5 else {}

        self.soon(attempt)

    def test_zero_windows_and_keep_alives_disturb_nothing(self):
        contents = self.nginx.file("page", 100_000)
        small = (self.nginx.www / "small").read_bytes()
        weir = self.weir("--latency", "1s")  # which makes the server's timer, and so that of its probes, as long
        with bench.Capture(self.lab, "client", "tcp", snap=96) as capture:
            done = self.lab.run("client", "/usr/bin/python3", "-c", SLEEPER)
        stats = self.finish(weir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), [sha256(contents), sha256(small)])
        self.assertEqual((stats["connections"], stats["exchanges"], stats["applied"]["latency"]), (1, 2, 2))
        for from_server, what in ((True, "zero-window probe"), (False, "keep-alive")):
            sent = of(capture, from_server)
            end, probes = None, 0
            for segment in sent:
                probes += segment.flags == ACK and segment.length == 0 and end is not None and \
                    (end - segment.sequence) % 2 ** 32 == 1
                if segment.length or segment.flags & SYN:
                    end = (segment.sequence + segment.length + (segment.flags & SYN > 0)) % 2 ** 32
            self.assertGreater(probes, 0, f"no {what} was sent")

    def test_a_slow_server_still_answers_keep_alives(self):
        weir = self.weir("--latency", "6s")
        with bench.Capture(self.lab, "client", "tcp", snap=96) as capture:
            done = self.lab.run("client", "/usr/bin/python3", "-c", IMPATIENT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertGreater(int(done.stdout), 1_000)
        stats = self.finish(weir)
        down = of(capture, from_server=True)
        answers = [segment for segment in down if segment.flags == ACK and segment.length == 0]
        self.assertGreaterEqual(len(answers), 4, "keep-alives each second for 6 s")
        self.assertGreaterEqual(stats["absorbed"], len(answers) - 2)
        self.assertEqual([segment.sequence for segment in down], sorted(segment.sequence for segment in down))

    def test_what_a_server_acknowledges_meanwhile_arrives_as_it_was_sent(self):
        """Behind its own held response, with SACK blocks, and a DSCP that a router has set."""
        for command in ("add table ip marks", "add chain ip marks out { type filter hook output priority 0; }",
                        f"add rule ip marks out tcp sport {bench.HTTP_PORT} ip dscp set af21"):
            self.lab.run("server", "nft", command, check=True)
        self.addCleanup(self.lab.run, "server", "nft", "delete table ip marks")
        weir = self.weir("--profile", self.profile(HELD_AND_LOST))
        with bench.Capture(self.lab, "client", "tcp and src host 10.9.0.2") as at_client, \
                bench.Capture(self.lab, "server", "tcp and src host 10.9.0.2") as at_server:
            done = self.lab.run("client", "/usr/bin/python3", "-c", PIPELINER)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertGreater(int(done.stdout), 1_000)
        stats, _ = finish_crowded(self, weir)
        self.assertGreater(stats["applied"]["loss"], 0)
        came = [(segment, frame) for segment, frame in zip(segments(at_client.frames), at_client.frames)]
        first_at = next(segment.time_s for segment, _ in came if segment.length)
        meanwhile = [frame for segment, frame in came
                     if segment.time_s < first_at and segment.flags == ACK and segment.length == 0]
        self.assertGreater(len(meanwhile), 20)
        self.assertTrue(any(5 in options_of(frame) for frame in meanwhile), "no SACK block came past the held byte")
        self.assertEqual({frame.bytes[15] >> 2 for frame in meanwhile}, {18}, "af21")
        sent = {but_for_its_number(frame) for frame in at_server.frames}
        self.assertFalse([frame for frame in meanwhile if but_for_its_number(frame) not in sent], "changed")


if __name__ == "__main__":
    bench.main()
