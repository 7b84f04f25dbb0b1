"""Rules of a profile, seen by curl and nginx: by client, server port, SNI, host, path, method, the number of the
exchange and a share of connections. What comes under a rule waits as that rule says, and the log names it; what misses
each rule by a little is not touched."""

import bench
import draws
import scenario_bench
from scenario_bench import CLEAR_HTTP2_PORT, TLS_PORT

SEED = 5
OTHER_CLIENT = "10.9.0.77"
SLACK_MS = scenario_bench.SLACK_MS
PROFILE = f"""
seed = {SEED}

[[rule]]
name = "some clients"
match.client = "10.9.0.64/26"
impair.latency = "110ms"

[[rule]]
name = "a port"
match.server-port = {CLEAR_HTTP2_PORT}
impair.latency = "120ms"

[[rule]]
name = "a server name"
match.sni = ["*.bench.example", "other.example"]
impair.latency = "130ms"

[[rule]]
name = "uploads there"
match.method = ["PUT", "DELETE"]
match.host = "upload.example"
impair.latency = "140ms"

[[rule]]
name = "a host"
match.host = "slow.example"
impair.latency = "150ms"

[[rule]]
name = "below a domain"
match.host = "*.slow.example"
impair.latency = "160ms"

[[rule]]
name = "below a path"
match.path = "/closing/"
impair.latency = "170ms"

[[rule]]
name = "pictures"
match.path = "/img/*.png"
impair.latency = "180ms"
"""
MS = {"some clients": 110, "a port": 120, "a server name": 130, "uploads there": 140, "a host": 150, "below a domain": 160,
      "below a path": 170, "pictures": 180, None: 0}
TLS = f"https://{{}}:{TLS_PORT}/small"
SMALL = bench.url("small")

NUMBERED = """
[[rule]]
name = "third and fourth"
match.exchanges = "2..3"
match.path = "/small"
impair.latency = "100ms"

[[rule]]
name = "every fifth"
match.every-exchange = 5
impair.latency = "50ms"
"""
SHARED = f"""
seed = {SEED}

[[rule]]
name = "nobody"
match.path = "/nothing"
impair.latency = "1s"

[[rule]]
name = "a third"
match.share = 0.33
impair.reset = "100%"
"""
SHARE, SHARED_RULE = 10, 2  # the number of the draw, and of the rule


def cases(uploaded):
    """What curl is asked for, and the rule that it should come under."""
    def host(name):
        return ["-H", f"Host: {name}", SMALL]

    def server_name(name):
        return ["-k", "--http1.1", "--resolve", f"{name}:{TLS_PORT}:{bench.SERVER}", TLS.format(name)]

    def upload(name, *options):
        return ["-H", f"Host: {name}", *options, bench.url("upload/selected")]

    return [
        ([SMALL], None),
        (["--interface", OTHER_CLIENT, SMALL], "some clients"),
        (["--interface", OTHER_CLIENT, *host("slow.example")], "some clients"),  # the first that matches
        (["--http2-prior-knowledge", f"http://{bench.SERVER}:{CLEAR_HTTP2_PORT}/small"], "a port"),
        (server_name("www.bench.example"), "a server name"),
        (server_name("Other.Example"), "a server name"),
        (server_name("bench.example"), None),  # "*." is for what stands below
        (["-k", "--http1.1", TLS.format(bench.SERVER)], None),  # an address is no server name
        (upload("upload.example", "-T", uploaded), "uploads there"),
        (upload("upload.example", "-X", "DELETE"), "uploads there"),
        (upload("upload.example"), None),
        (upload("elsewhere.example", "-T", uploaded), None),
        (host("slow.example"), "a host"),
        (host("SLOW.example:8080"), "a host"),
        (host("notslow.example"), None),
        (host("a.b.slow.example"), "below a domain"),
        ([bench.url("closing/small")], "below a path"),
        ([bench.url("closing/small?img/a.png")], "below a path"),
        (["--path-as-is", bench.url("clos")], None),
        ([bench.url("img/a.png")], "pictures"),
        ([bench.url("img/a.png?size=3")], "pictures"),
        ([bench.url("img/a.jpg")], None),
        ([bench.url("small?/img/a.png")], None),
    ]


class Selection(scenario_bench.Case):
    WITH_TORNADO, WITH_NGINX = False, True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        added = cls.lab.run("client", "ip", "address", "add", f"{OTHER_CLIENT}/24", "dev", "eth0")
        assert added.returncode == 0, added.stderr

    def weir_with(self, profile):
        return self.weir("--profile", self.profile(profile))

    def one(self, options):
        """What curl says of one fetch, which has a connection of its own."""
        return bench.curl(self.lab, [], *options, "-o", "/dev/null")[0]

    def test_who_comes_under_which_rule(self):
        def attempt():
            weir = self.weir_with(PROFILE)
            asked = cases(self.nginx.www / "small")
            said = [self.one(options) for options, _ in asked]
            bench.Case.finish(self, weir)
            self.assertEqual([transfer["exitcode"] for transfer in said], [0] * len(said))
            named, late = {}, {}
            for record in weir.events("latency"):
                client_port = int(record["flow"].split(">")[0].rsplit(":", 1)[1])
                named.setdefault(client_port, set()).add((record["rule"], record["drawn"]))
            for transfer, (options, rule) in zip(said, asked):
                expected = {(rule, MS[rule])} if rule else set()
                self.assertEqual(named.get(transfer["local_port"], set()), expected, options)
                took_ms = scenario_bench.waited_ms(transfer, "time_total")  # an upload's own first byte is curl's as well
                self.assertGreaterEqual(took_ms, MS[rule], options)
                if took_ms > MS[rule] + SLACK_MS:
                    late[str(options)] = took_ms
            return late

        self.soon(attempt)

    def test_the_number_of_the_exchange(self):
        weir = self.weir_with(NUMBERED)
        transfers = bench.curl(self.lab, [SMALL] * 8 + [bench.url("none")] * 3)
        bench.Case.finish(self, weir)
        named = {record["n"]: (record["rule"], record["drawn"]) for record in weir.events("latency")}
        self.assertEqual(named, {0: ("every fifth", 50), 2: ("third and fourth", 100), 3: ("third and fourth", 100),
                                 5: ("every fifth", 50), 10: ("every fifth", 50)})
        for n, (_, drawn) in named.items():
            self.assertGreaterEqual(transfers[n]["time_starttransfer"] * 1000, drawn)

    def test_a_share_of_connections(self):
        weir = self.weir_with(SHARED)
        transfers = bench.curl(self.lab, [bench.url("closing/small")] * 200)
        bench.Case.finish(self, weir)
        cut = {k for k, transfer in enumerate(transfers) if transfer["exitcode"] == 56}
        self.assertEqual(cut, {k for k, transfer in enumerate(transfers) if transfer["exitcode"] != 0})
        low, high = bench.binomial_band(200, 0.33)
        self.assertTrue(low <= len(cut) <= high, f"{len(cut)} of 200, outside {low}..{high}")
        keys = [scenario_bench.key(bench.HTTP_PORT, k, SEED) for k in range(200)]
        drawn = {k for k, key in enumerate(keys) if draws.bits(key, SHARE << 8, SHARED_RULE) < int(0.33 * 2 ** 64)}
        self.assertEqual(cut, drawn, "others than the seed means")
        self.assertEqual({(record["k"], record["rule"]) for record in weir.events("reset")}, {(k, "a third") for k in cut})


if __name__ == "__main__":
    bench.main()
