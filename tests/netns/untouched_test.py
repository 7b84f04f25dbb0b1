"""What is not HTTP goes through every impairment at once byte for byte and at once: ARP, ICMP, UDP, fragments, binary TCP."""

import json
import pathlib
import re
import subprocess

import bench

EVERYTHING = ("--latency", "400", "--speed", "10k", "--jitter-prob", "1", "--jitter-min", "400", "--jitter-max", "400",
              "--reset-prob", "1")
AT_ONCE_MS = 100  # a quarter of what any impairment would add
ECHO = pathlib.Path(__file__).with_name("echo.py")
PYTHON = "/usr/bin/python3"
CLIENT_MAC, SERVER_MAC = b"\x02\x00\x00\x09\x00\x01", b"\x02\x00\x00\x09\x00\x02"


class Untouched(bench.Case):
    def setUp(self):
        self.running_weir = self.weir(*EVERYTHING)
        server = self.enterContext(
            self.lab.running("server", PYTHON, ECHO, "server", stdout=subprocess.PIPE))
        self.assertEqual(server.stdout.readline(), "ready\n")

    def unchanged(self, traffic, expression):
        """Makes the traffic, with the upper bounds that it returns, and compares the frames at both ends."""
        with bench.Capture(self.lab, "client", expression) as at_client, \
                bench.Capture(self.lab, "server", expression) as at_server:
            self.soon(traffic)
        for sender in (CLIENT_MAC, SERVER_MAC):
            near, far = ([frame.bytes for frame in capture.frames if frame.bytes[6:12] == sender]
                         for capture in (at_client, at_server))
            self.assertGreater(len(near), 0)
            self.assertEqual(len(near), len(far))
            self.assertTrue(near == far, "a frame changed, or two changed places")
        stats = self.finish(self.running_weir)
        self.assertEqual(stats["connections"], 0)
        self.assertTrue(all(count == 0 for count in stats["applied"].values()), stats["applied"])
        return at_client.frames

    def ping(self, *options):
        done = self.lab.run("client", "ping", "-c", "20", "-i", "0.02", *options)
        self.assertIn(" 0% packet loss", done.stdout)
        took_ms = [float(ms) for ms in re.findall(r"time=([\d.]+)", done.stdout)]
        return {n: ms for n, ms in enumerate(took_ms) if ms > AT_ONCE_MS}

    def echo(self, protocol, address, rounds, size):
        done = self.lab.run("client", PYTHON, ECHO, protocol, address, rounds, size)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["wrong"], 0)
        return {n: ms for n, ms in enumerate(seen["took_ms"]) if ms > AT_ONCE_MS}

    def test_arp_and_icmp(self):
        def traffic():
            self.lab.run("client", "ip", "neigh", "flush", "dev", "eth0")
            return self.ping(bench.SERVER)

        self.unchanged(traffic, "arp or icmp")

    def test_icmp_over_ipv6(self):
        self.unchanged(lambda: self.ping(bench.SERVER6), "icmp6 and (ip6[40] == 128 or ip6[40] == 129)")

    def test_icmp_in_fragments(self):
        frames = self.unchanged(lambda: self.ping("-s", "4000", bench.SERVER), "ip")
        fragments = [frame for frame in frames if frame.bytes[20] & 0x3F or frame.bytes[21]]
        self.assertGreaterEqual(len(fragments), 20 * 2 * 3)

    def test_udp(self):
        self.unchanged(lambda: self.echo("udp", bench.SERVER, 100, 900), "ip and udp")

    def test_udp_over_ipv6(self):
        self.unchanged(lambda: self.echo("udp", bench.SERVER6, 100, 900), "ip6 and udp")

    def test_udp_in_fragments(self):
        self.unchanged(lambda: self.echo("udp", bench.SERVER, 100, 4096), "ip")

    def test_a_binary_protocol_over_tcp(self):
        self.unchanged(lambda: self.echo("tcp", bench.SERVER, 200, 5000), "tcp port 9000")

    def test_a_binary_protocol_over_tcp_and_ipv6(self):
        self.unchanged(lambda: self.echo("tcp", bench.SERVER6, 200, 5000), "tcp port 9000")


if __name__ == "__main__":
    bench.main()
