"""Ten thousand resets in the middle of transfers that weir holds or limits: each is accepted at the first try.

The kernels of both ends count the challenge ACKs that they send for a RST whose number is not the one they expect
(RFC 5961, 3.2): there must be none, and every connection must end with ECONNRESET.
"""

import json
import pathlib

import bench

STORM = pathlib.Path(__file__).with_name("storm.py")
CONNECTIONS = 5_000  # in each of two tests
AT_ONCE = 64

HELD = """
[impair]
latency = "2ms..30ms"
[impair.reset]
at = "body"
after = "0B..40kB"
"""

LIMITED = """
[impair.speed]
rate = "20MB/s"
queue = "1ms"
[impair.reset]
at = "body"
after = "0ms..80ms"
"""


class ResetStorm(bench.Case):
    def counted(self, name):
        """What the kernels of both ends count under a name of /proc/net/netstat."""
        counts = []
        for role in ("client", "server"):
            lines = self.lab.run(role, "grep", "^TcpExt:", "/proc/net/netstat").stdout.splitlines()
            names, values = (line.split() for line in lines)
            counts.append(int(values[names.index(name)]))
        return counts

    def still_open(self):
        listed = self.lab.run("server", "ss", "-Htn", "state", "established", f"sport = :{bench.HTTP_PORT}")
        return listed.stdout.splitlines()

    def storm(self, profile):
        self.nginx.file("huge", 8_000_000)
        weir = self.weir("--profile", self.profile(profile))
        before = self.counted("TCPChallengeACK")
        done = self.lab.run("client", "/usr/bin/python3", "-B", STORM, bench.SERVER, bench.HTTP_PORT, "/huge",
                            CONNECTIONS, AT_ONCE, timeout=150)
        self.assertEqual(done.stderr, "")
        outcomes = json.loads(done.stdout)
        bench.until(lambda: not self.still_open(), "the server has no connection left")
        challenges = [after - earlier for after, earlier in zip(self.counted("TCPChallengeACK"), before)]
        stats = self.finish(weir)
        print(f"{outcomes} in {stats['duration_s']} s, challenge ACKs {challenges}, resets "
              f"{stats['applied']['reset']}, dropped {stats['drops']['intended']}")
        self.assertEqual(challenges, [0, 0], "challenge ACKs of client and server")
        self.assertEqual(outcomes["ends"], {"ECONNRESET": CONNECTIONS})
        self.assertEqual(stats["applied"]["reset"], CONNECTIONS)
        return stats

    def test_held(self):
        stats = self.storm(HELD)
        self.assertGreater(stats["drops"]["intended"]["reset"], CONNECTIONS, "nothing was held")

    def test_limited_with_losses(self):
        stats = self.storm(LIMITED)
        self.assertGreater(stats["drops"]["intended"]["rate_queue"], CONNECTIONS, "hardly anything was lost")


if __name__ == "__main__":
    bench.main()
