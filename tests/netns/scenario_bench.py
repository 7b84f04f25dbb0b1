"""What the scenarios share: the servers (Tornado, nginx with TLS and HTTP/2), the clients, the impairments that each
scenario runs under, and what has to be so in every run."""

import contextlib
import json
import subprocess

import bench
import draws

SEED = 7
LATENCY_MS = (40, 120)
STALL_MS = (100, 300)
JITTER_PROB = 0.5
RESET_PROB = 0.3
SLACK_MS = 200  # two Python programs and weir on two shared cores; how late weir itself was, its statistics say exactly
BURST = 3028  # docs/impairments.md: what an idle link lets go at once
TLS_PORT, CLEAR_HTTP2_PORT = 8443, 8081

LATENCY = ("--latency-min", str(LATENCY_MS[0]), "--latency-max", str(LATENCY_MS[1]))
JITTER = ("--jitter-prob", str(JITTER_PROB), "--jitter-min", str(STALL_MS[0]), "--jitter-max", str(STALL_MS[1]))
RESET = ("--reset-prob", str(RESET_PROB))


def key(port, k, seed=SEED):
    return draws.connection_key(seed, bench.CLIENT, bench.SERVER, port, k)


def latency_ms(port, k, n):
    """What the seed draws for an exchange."""
    low, high = (ms * 1_000_000 for ms in LATENCY_MS)
    return draws.length_ns(low, high, draws.LATENCY, key(port, k), n) / 1e6


def stall_ms(port, k, n):
    """How long the seed stalls a connection at its n-th draw; 0 where it does not strike."""
    if not draws.strikes(JITTER_PROB, draws.JITTER, key(port, k), n):
        return 0
    low, high = (ms * 1_000_000 for ms in STALL_MS)
    return draws.length_ns(low, high, draws.JITTER, key(port, k), n) / 1e6


def is_cut(port, k, n):
    return draws.strikes(RESET_PROB, draws.RESET, key(port, k), n)


def first_cut(port, k, exchanges):
    """The first exchange of a connection that the seed cuts; None if it lets all of them pass."""
    return next((n for n in range(exchanges) if is_cut(port, k, n)), None)


class Tornado:
    """tornado_server.py in the server's namespace."""

    def __init__(self, lab):
        script = bench.ROOT / "tests" / "netns" / "tornado_server.py"
        self.process = subprocess.Popen(lab.inside("server", "/usr/bin/python3", "-B", script), stdout=subprocess.PIPE,
                                        text=True)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError(f"the Tornado server did not start, exit code {self.process.wait()}")

    def stop(self):
        bench.stop(self.process)
        self.process.stdout.close()


class SecureNginx(bench.Nginx):
    """The bench's nginx with room for thousands of clients, and on two more ports TLS (HTTP/1.1 and 2) and HTTP/2 in
    clear text. Session tickets are off: they would be a turn or none, as the threads run."""

    CONFIG = bench.Nginx.CONFIG.replace("worker_connections 4096", "worker_connections 16384").replace(
        "daemon off;", "daemon off; worker_rlimit_nofile 20000;").replace(
        "listen 8080; listen [::]:8080;", f"""
    listen 8080 backlog=8192; listen [::]:8080;
    listen {TLS_PORT} ssl http2; listen {CLEAR_HTTP2_PORT} http2;
    ssl_certificate {{at}}/cert.pem; ssl_certificate_key {{at}}/key.pem; ssl_session_tickets off;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_conf_command NumTickets 0;""")

    def __init__(self, lab):
        at = lab.directory / "nginx"
        at.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench",
                        "-addext", f"subjectAltName=IP:{bench.SERVER},DNS:bench.example,DNS:*.bench.example",
                        "-keyout", at / "key.pem", "-out", at / "cert.pem"], check=True, capture_output=True)
        self.certificate = at / "cert.pem"
        super().__init__(lab)


def sent_again(lab, role):
    """How many segments the client's or the server's TCP has sent again: RetransSegs (RFC 4022)."""
    lines = lab.run(role, "grep", "^Tcp:", "/proc/net/snmp").stdout.splitlines()
    names, numbers = (line.split() for line in lines)
    return int(dict(zip(names, numbers))["RetransSegs"])


def clients(lab, *arguments, timeout=120):
    """Runs a client of scenario_clients.py and returns what it says."""
    script = bench.ROOT / "tests" / "netns" / "scenario_clients.py"
    done = lab.run("client", "/usr/bin/python3", "-B", script, *arguments, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def by_connection(weir, event):
    """The decisions of one kind that struck, by connection: {(server's port, k): [decision, ...]}."""
    found = {}
    for record in weir.events(event):
        found.setdefault((int(record["flow"].rsplit(":", 1)[1]), record["k"]), []).append(record)
    return found


def connections_of(weir):
    """The connection of each client's port: {port: (server's port, k)}; of ports that were used again, none."""
    found = {}
    for record in weir.events("open"):
        client, server = (int(end.rsplit(":", 1)[1]) for end in record["flow"].split(">"))
        found.setdefault(client, []).append((server, record["k"]))
    return {port: places[0] for port, places in found.items() if len(places) == 1}


def finish_crowded(case, weir):
    """Ends weir where a fast sender meets a machine that takes weir's core away: what then overflows before weir saw it
    (`imissed`) is not weir's doing, and that, lateness and nothing else may have broken a promise. Returns the
    statistics and how many frames were missed."""
    code, stats = weir.stop(), weir.stats
    case.assertIn(code, (0, 3), weir.stderr())
    case.assertTrue(all("late" in reason or "imissed" in reason for reason in stats["broken"]), stats["broken"])
    case.assertEqual(set(stats["drops"]["unintended"].values()), {0}, stats["drops"])
    came, went = bench.conserved(stats)
    case.assertEqual(came, went, stats)
    return stats, sum(link[side]["imissed"] for link in stats["links"] for side in ("a", "b"))


def waited_ms(transfer, until="time_starttransfer"):
    """How long curl waited for the first byte of a response, at least. Its time_pretransfer would not do: it is taken
    when the request has left already."""
    since = max(transfer["time_connect"], transfer["time_appconnect"]) if transfer["num_connects"] else 0
    return 1000 * (transfer[until] - since)


def seconds_of(entries):
    """From the first beginning to the last end."""
    return max(entry["ended_at"] for entry in entries) - min(entry["began_at"] for entry in entries)


class Case(bench.Case):
    """A test with a lab, a Tornado server and an nginx with TLS."""

    WITH_TORNADO, WITH_NGINX = True, False

    @classmethod
    def setUpClass(cls):
        cls.lab = bench.Lab()
        cls.addClassCleanup(cls.lab.down)
        if cls.WITH_NGINX:
            cls.nginx = SecureNginx(cls.lab)
            cls.addClassCleanup(cls.nginx.stop)
        if cls.WITH_TORNADO:
            cls.tornado = Tornado(cls.lab)
            cls.addClassCleanup(cls.tornado.stop)

    def shaped(self, *flags):
        return self.weir(*flags, "--seed", str(SEED))

    def finish(self, weir):
        """Nothing broken but lateness, frames balance, and what was drawn is what the seed means. Returns the
        statistics."""
        stats = super().finish(weir)
        self.assertEqual(set(stats["drops"]["unintended"].values()), {0}, stats["drops"])
        self.assertEqual(stats["connections"], len(weir.events("open")))
        for (port, k), records in by_connection(weir, "latency").items():
            drawn = [record["drawn"] for record in records]
            self.assertEqual(drawn, [latency_ms(port, k, record["n"]) for record in records], "other latencies")
        for (port, k), records in by_connection(weir, "jitter").items():
            drawn = [record["drawn"] for record in records]
            self.assertEqual(drawn, [stall_ms(port, k, record["n"]) for record in records], "other stalls")
        for (port, k), records in by_connection(weir, "reset").items():
            self.assertEqual([is_cut(port, k, record["n"]) for record in records], [True], "other resets")
        return stats

    def whole(self, entries):
        """All came, and as it was served."""
        self.assertEqual([entry["error"] for entry in entries], [None] * len(entries))
        self.assertEqual([entry["wrong"] for entry in entries], [0] * len(entries))

    def not_faster(self, byte_count, took_s, rate):
        self.assertLessEqual(byte_count, took_s * rate + BURST, "faster than asked for")


@contextlib.contextmanager
def many_files(count=20_000):
    """Lets this process and those that it starts have so many files open."""
    import resource  # pylint: disable=import-outside-toplevel
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(count, before[0]), max(count, before[1])))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[0], max(count, before[1])))
