"""A bench of network namespaces for tests: a lab of its own (scripts/lab), nginx behind it, weir in the middle.

Every object cleans up after itself, also when a test fails or the run is interrupted; names and directories are
unique to the process, so that runs side by side do not meet. Needs root; `main` says so and skips otherwise (exit 77).
"""

import atexit
import contextlib
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = ROOT / "scripts" / "lab"
WEIR = os.environ.get("WEIR", str(ROOT / "build" / "app" / "weir" / "weir"))
CLIENT, SERVER = "10.9.0.1", "10.9.0.2"
CLIENT6, SERVER6 = "fd09::1", "fd09::2"
HTTP_PORT = 8080
TAGGER = pathlib.Path(__file__).with_name("tagger.py")
TAGGED_MTU = 1492  # what leaves a full frame room for two tags on a link of 1 500
SKIPPED = 77  # meson's exit code for a test that could not run here

# A shared machine may take the core away for longer than weir's default promise of 1 ms allows.
MAX_LATE = ("--max-late", "50ms")


def stop(process, signal_number=signal.SIGTERM, patience_s=10):
    """Asks a process to end, kills it if it does not, and returns its exit code."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def until(condition, what, patience_s=20):
    """Waits for a condition that becomes true; an AssertionError says what did not happen."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience_s} s")
        time.sleep(0.01)


class Lab:
    """Three namespaces, client -- weir -- server."""

    _made = 0

    def __init__(self):
        Lab._made += 1
        self.name = f"test-{os.getpid()}-{Lab._made}"
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"weir-{self.name}-"))
        atexit.register(self.down)
        subprocess.run([LAB, "--name", self.name, "up"], check=True)

    def down(self):
        atexit.unregister(self.down)
        subprocess.run([LAB, "--name", self.name, "down"], check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def inside(self, role, *command):
        """The command line that runs a command in the client's, weir's or the server's namespace."""
        return ["ip", "netns", "exec", f"weir-{self.name}-{role}", *map(str, command)]

    def run(self, role, *command, timeout=60, **options):
        return subprocess.run(self.inside(role, *command), timeout=timeout, text=True, capture_output=True, **options)

    @contextlib.contextmanager
    def running(self, role, *command, **options):
        """Runs a command in the background for the length of a with block."""
        process = subprocess.Popen(self.inside(role, *command), text=True, **options)
        try:
            yield process
        finally:
            stop(process)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()


class Nginx:
    """nginx in the server's namespace, with its files, logs and uploads in the lab's directory.

    Under /closing/ it asks clients to close, and then goes on reading: so a reset meets a socket that is being read.
    """

    CONFIG = """
daemon off; user root; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log info;
events {{ worker_connections 4096; }}
http {{
  log_format numbered '$connection $remote_addr $status $body_bytes_sent';
  access_log {at}/access.log numbered;
  client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
  uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
  keepalive_requests 100000; keepalive_timeout 60s; client_max_body_size 1g; sendfile on; tcp_nodelay on;
  server {{
    listen 8080; listen [::]:8080;
    root {at}/www;
    location /closing/ {{ alias {at}/www/; add_header Connection close; }}
    location /none {{ return 204; }}
    location /chunked/ {{ alias {at}/www/; gzip on; gzip_types *; gzip_min_length 1; gzip_http_version 1.0; }}
    location /upload/ {{ dav_methods PUT; create_full_put_path on; client_body_buffer_size 64k; }}
  }}
}}
"""

    def __init__(self, lab):
        self.lab = lab
        self.at = lab.directory / "nginx"
        self.www = self.at / "www"
        (self.www / "upload").mkdir(parents=True)
        self.file("small", 1000)
        (self.at / "nginx.conf").write_text(self.CONFIG.format(at=self.at))
        command = lab.inside("server", "nginx", "-p", self.at, "-e", self.at / "error.log", "-c", self.at / "nginx.conf")
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until(self._listens, "nginx listens")

    def _listens(self):
        probe = self.lab.run("server", "ss", "-Hltn", f"sport = :{HTTP_PORT}")
        return len(probe.stdout.splitlines()) == 2

    def file(self, name, size):
        """Makes a file of random bytes to be fetched; returns its contents."""
        contents = os.urandom(size)
        (self.www / name).write_bytes(contents)
        return contents

    def last_connection(self):
        """nginx's number of the last connection that it wrote to its access log."""
        return max((int(line.split()[0]) for line in (self.at / "access.log").read_text().splitlines()), default=0)

    def connections_reset(self, after=0):
        """How many-th after connection `after`, from 0, are those that failed at nginx with ECONNRESET."""
        log = (self.at / "error.log").read_text()
        numbers = {int(n) for n in re.findall(r"\*(\d+) [^\n]*\(104: Connection reset by peer\)", log)}
        return {number - after - 1 for number in numbers if number > after}

    def stop(self):
        stop(self.process)


class Weir:
    """weir between the lab's c and s. `log` and `stats` are there once it has ended."""

    def __init__(self, lab, *flags, link="c,s"):
        self.lab = lab
        self.at = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=lab.directory))
        command = [WEIR, "run", "--link", link, "--log", self.at / "log.jsonl", "--stats", self.at / "stats.json", *flags]
        self.errors = open(self.at / "stderr", "w+", encoding="utf-8")
        self.process = subprocess.Popen(lab.inside("weir", *command), stdout=subprocess.PIPE, stderr=self.errors, text=True)
        atexit.register(self.stop)
        self._wait_until_ready()

    def _wait_until_ready(self):
        for line in self.process.stdout:
            if line == "weir: ready\n":
                return
        raise AssertionError(f"weir did not become ready, exit code {self.process.wait()}: {self.stderr()}")

    def stderr(self):
        return (self.at / "stderr").read_text()

    def stop(self, signal_number=signal.SIGINT):
        """Ends weir and returns its exit code."""
        atexit.unregister(self.stop)
        code = stop(self.process, signal_number)
        self.process.stdout.close()
        self.errors.close()
        return code

    def ended(self, patience_s):
        """Waits for weir to end by itself and returns its exit code."""
        self.process.wait(patience_s)
        return self.stop()

    @property
    def log(self):
        return [json.loads(line) for line in (self.at / "log.jsonl").read_text().splitlines()]

    @property
    def stats(self):
        return json.loads((self.at / "stats.json").read_text())

    def events(self, kind):
        """The decisions of one kind that struck, in the order of the log."""
        return [record for record in self.log if record["event"] == kind and record.get("hit", True)]

    def numbers(self, kind):
        """How many-th of its client, server and port each connection was that decisions of this kind struck. The
        client's port would not do: it is used again."""
        return {record["k"] for record in self.events(kind)}


class Capture:
    """tcpdump on eth0 of the client or the server for the length of a with block; `frames` then holds what it saw."""

    def __init__(self, lab, role, expression="", snap=262144):
        self.lab, self.role, self.expression, self.snap = lab, role, expression, snap
        self.file = pathlib.Path(tempfile.mkdtemp(prefix="capture-", dir=lab.directory)) / f"{role}.pcap"

    def __enter__(self):
        command = ["tcpdump", "-i", "eth0", "-n", "-Z", "root", "-B", "16384", "-s", self.snap, "--immediate-mode",
                   "--time-stamp-precision=nano", "-w", self.file, self.expression]
        self.process = subprocess.Popen(self.lab.inside(self.role, *command), stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        while "listening on" not in line:
            if not line:
                raise AssertionError(f"tcpdump did not start, exit code {self.process.wait()}")
            line = self.process.stderr.readline()
        return self

    def __exit__(self, *_):
        time.sleep(0.2)  # what is on its way to tcpdump's socket
        stop(self.process, signal.SIGINT)
        said = self.process.stderr.read()
        self.process.stderr.close()
        if "\n0 packets dropped by kernel" not in said:
            raise AssertionError(f"tcpdump lost frames: {said}")

    @property
    def frames(self):
        from pcap import read_pcap  # pylint: disable=import-outside-toplevel
        return read_pcap(self.file)


def curl(lab, urls, *options, timeout=300):
    """Fetches the URLs one after the other in one curl process, which keeps connections open between them.

    Returns what curl says of each (its write-out variables, times in seconds), also of those that failed.
    """
    with curl_started(lab, urls, *options) as process:
        return curl_finished(process, timeout)


@contextlib.contextmanager
def curl_started(lab, urls, *options):
    """The same in the background: for several at once. `curl_finished` waits for it."""
    handle, config = tempfile.mkstemp(prefix="curl-", dir=lab.directory)
    with open(handle, "w", encoding="utf-8") as file:
        file.writelines(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls)
    command = ["curl", "-s", "-w", r"%{json}\n", "-K", config, *options]
    with lab.running("client", *command, stdout=subprocess.PIPE) as process:
        yield process


def curl_finished(process, timeout=300):
    output, _ = process.communicate(timeout=timeout)
    return [json.loads(line) for line in output.splitlines()]


def curls_together(lab, groups):
    """Runs a curl for each (url, options...), all let go at the same moment.

    Returns what each said, and how long the longest took by curl's own clock: starting processes is not in it.
    """
    with contextlib.ExitStack() as stack:
        processes = []
        for address, *options in groups:
            command = ["sh", "-c", 'read go; exec "$@"', "sh", "curl", "-s", "-w", r"%{json}\n", "-o", "/dev/null",
                       *options, address]
            processes.append(stack.enter_context(
                lab.running("client", *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)))
        time.sleep(0.5)  # until all of them wait
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        transfers = [curl_finished(process)[0] for process in processes]
    return transfers, max(transfer["time_total"] for transfer in transfers)


def url(path, address=SERVER):
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{HTTP_PORT}/{path}"


def binomial_band(trials, share, outside=0.001):
    """The smallest and largest counts that `trials` draws of probability `share` give, but for `outside` of all runs."""
    weights = [math.comb(trials, k) * share**k * (1 - share)**(trials - k) for k in range(trials + 1)]
    below, low = 0.0, 0
    while below + weights[low] <= outside / 2:
        below, low = below + weights[low], low + 1
    above, high = 0.0, trials
    while above + weights[high] <= outside / 2:
        above, high = above + weights[high], high - 1
    return low, high


def conserved(stats):
    """Both sides of what statistics must balance: frames that came to be, and what became of them."""
    ports = [link[side] for link in stats["links"] for side in ("a", "b")]
    came = sum(port["rx_frames"] for port in ports) + stats["injected"] + stats["applied"].get("duplicate", 0)
    dropped = sum(sum(reasons.values()) for reasons in stats["drops"].values())
    went = sum(port["tx_frames"] for port in ports) + dropped + stats["absorbed"] + stats["held"]
    return came, went


class Case(unittest.TestCase):
    """A test with a lab and an nginx for all its methods, and a weir for each method that starts one."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.down)
        cls.nginx = Nginx(cls.lab)
        cls.addClassCleanup(cls.nginx.stop)

    def weir(self, *flags):
        """Starts weir; it is stopped with the test at the latest."""
        weir = Weir(self.lab, *flags, *MAX_LATE)
        self.addCleanup(weir.stop)
        return weir

    def profile(self, text):
        """Writes a profile, in place of the one before, and returns its path."""
        path = self.lab.directory / "profile.toml"
        path.write_text(text)
        return path

    def tag(self, role, number, *tags):
        """Gives a host an interface whose frames leave its eth0 tagged ("0x8100:100", the outer tag first), with the
        address 10.10.0.<number>."""
        def host(*command):
            self.assertEqual(self.lab.run(role, *command).returncode, 0, command)

        host("ip", "link", "add", "tagged", "mtu", TAGGED_MTU, "type", "veth", "peer", "name", "untagged")
        self.addCleanup(self.lab.run, role, "ip", "link", "del", "tagged")
        for end in ("tagged", "untagged"):
            host("sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
            host("ethtool", "-K", end, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
            host("ip", "link", "set", end, "up")
        host("ip", "addr", "add", f"10.10.0.{number}/24", "dev", "tagged")
        tagger = self.enterContext(self.lab.running(
            role, "/usr/bin/python3", TAGGER, "untagged", "eth0", *tags, stdout=subprocess.PIPE))
        self.assertEqual(tagger.stdout.readline(), "ready\n")

    def finish(self, weir):
        """Ends weir and asserts that all was well; where the machine took the core away, that and nothing else may
        have broken a promise. Frames must balance either way."""
        code = weir.stop()
        stats = weir.stats
        if code == 3:
            self.assertTrue(all("late" in str(reason) for reason in stats["broken"]), stats["broken"])
        else:
            self.assertEqual(code, 0, weir.stderr())
        came, went = conserved(stats)
        self.assertEqual(came, went, stats)
        return stats

    def soon(self, attempt, tries=3):
        """Holds an upper bound on times where the machine may take the core away at any moment: nothing may be late in
        each of three tries. `attempt` returns what was late, by a number that means the same in every try; lower bounds
        ("never early") it asserts itself, every time.
        """
        late = attempt()
        for _ in range(tries - 1):
            if not late:
                return
            again = attempt()
            late = {which: (late[which], again[which]) for which in late if which in again}
        self.assertFalse(late, f"late in each of {tries} tries")


def die_cleanly():
    """Lets a program that is told to end clean up first: as if interrupted, which unittest lets through."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def main():
    """Runs the calling file's tests, or skips them all where no network namespace can be made."""
    die_cleanly()
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        sys.exit(SKIPPED)
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: no network namespace can be made here")
        sys.exit(SKIPPED)
    if not os.access(WEIR, os.X_OK):
        print(f"no weir at {WEIR}")
        sys.exit(1)
    unittest.main(verbosity=2)
