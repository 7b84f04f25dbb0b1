"""`weir exec` puts one command behind an impaired link to this machine, here a namespace that plays the machine.

    beyond (10.9.1.2) -- machine (10.9.1.1) == link of weir exec's own == the command
"""

import atexit
import contextlib
import json
import os
import pathlib
import pty
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import bench

FETCH = "curl -s --max-time 20 -o /dev/null -w '%{time_starttransfer}\\n'"
# What a run could leave behind, in words that are the same whenever nothing is.
TRACES = """
ip -brief link; ip -brief addr; ip route show table all; ip -6 rule; ls /proc/sys/net/ipv4/conf
nft list ruleset
grep . /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv6/conf/*/forwarding
grep . /proc/sys/net/ipv6/conf/*/force_forwarding 2>/dev/null
ls /run/weir 2>/dev/null; true
"""


class Place:
    """A namespace with a server in it, in the shape of a lab that has nothing else."""

    def __init__(self, name):
        self.name = name
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="weir-exec-"))
        atexit.register(self.down)
        subprocess.run(["ip", "netns", "add", name], check=True)
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)

    def inside(self, _role, *command):
        return ["ip", "netns", "exec", self.name, *map(str, command)]

    def run(self, role, *command):
        return subprocess.run(self.inside(role, *command), text=True, capture_output=True, check=True)

    def configure(self, device, number):
        """Gives one end of the link between two places its addresses."""
        subprocess.run(["ip", "-n", self.name, "addr", "add", f"10.9.1.{number}/24", "dev", device], check=True)
        subprocess.run(["ip", "-n", self.name, "addr", "add", f"fd09:1::{number}/64", "dev", device, "nodad"], check=True)
        subprocess.run(["ip", "-n", self.name, "link", "set", device, "addrgenmode", "none", "up"], check=True)

    def down(self):
        atexit.unregister(self.down)
        subprocess.run(["ip", "netns", "del", self.name], check=False)
        shutil.rmtree(self.directory, ignore_errors=True)


class Machine(Place):
    """The namespace that plays the machine; `beyond` lies behind it and knows no way to the command."""

    def __init__(self):
        super().__init__(f"weir-exec-{os.getpid()}-machine")
        self.beyond = Place(f"weir-exec-{os.getpid()}-beyond")
        subprocess.run(["ip", "link", "add", "out", "netns", self.name, "type", "veth", "peer", "name", "eth0",
                        "netns", self.beyond.name], check=True)
        self.configure("out", 1)
        self.beyond.configure("eth0", 2)
        self.servers = [bench.Nginx(place) for place in (self, self.beyond)]

    def traces(self):
        return self.run(None, "sh", "-c", TRACES).stdout

    def clients_seen_beyond(self):
        """The addresses that the server beyond was asked from, in order."""
        return [line.split()[1] for line in (self.servers[1].at / "access.log").read_text().splitlines()]

    def down(self):
        for server in self.servers:
            server.stop()
        self.beyond.down()
        super().down()


def alive_with(mark):
    """The processes whose command line or environment says `mark`, but for this one."""
    found = set()
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            text = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            if mark.encode() in text and int(place.name) != os.getpid():
                found.add(int(place.name))
    return found


class Exec(bench.Case):
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.down)

    def setUp(self):
        self.mark = f"WEIR_TEST_MARK={os.getpid()}-{self.id()}"
        self.before = self.machine.traces()
        self.addCleanup(self.nothing_is_left)

    def nothing_is_left(self):
        """Every process of the run is gone, and the machine is as it was; the kernel may take a moment for it."""
        bench.until(lambda: not alive_with(self.mark), f"no process of the run is left: {self.mark}")
        with contextlib.suppress(AssertionError):
            bench.until(lambda: self.machine.traces() == self.before, "the machine is as it was", patience_s=5)
        self.assertEqual(self.machine.traces(), self.before)

    def exec_line(self, flags, *command):
        name, value = self.mark.split("=")
        return self.machine.inside(None, "env", f"{name}={value}", bench.WEIR, "exec", *bench.MAX_LATE, *flags, "--", *command)

    def exec(self, flags, *command, timeout=60):
        return subprocess.run(self.exec_line(flags, *command), capture_output=True, text=True, timeout=timeout, check=False)

    def start(self, flags, *command, stdin=None):
        """Starts weir exec in the background."""
        process = subprocess.Popen(self.exec_line(flags, *command), stdin=stdin, stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: [stream.close() for stream in (process.stdin, process.stdout) if stream])
        self.addCleanup(bench.stop, process, signal.SIGKILL)
        return process

    def fetch_from_beyond(self, address):
        """One fetch; returns the address that the server beyond saw."""
        done = self.exec((), "curl", "-s", "--max-time", "20", "-o", "/dev/null", f"http://{address}:8080/small")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.machine.clients_seen_beyond()[-1]

    def first_bytes(self, flags, address):
        """Fetches ten times: each first byte comes after 100 ms, never before, and soon after."""
        def attempt():
            done = self.exec(flags, "sh", "-c", f'{FETCH} "http://{address}:8080/small?[0-9]"')
            self.assertEqual(done.returncode, 0, done.stderr)
            first_bytes_ms = [float(line) * 1000 for line in done.stdout.splitlines()]
            self.assertEqual(len(first_bytes_ms), 10)
            self.assertGreaterEqual(min(first_bytes_ms), 100, "early")
            return {number: ms for number, ms in enumerate(first_bytes_ms) if ms > 106}

        self.soon(attempt, tries=5)

    def test_curl_sees_the_latency_on_the_way_to_this_machine(self):
        self.first_bytes(("--latency", "100"), "$WEIR_HOST")

    def test_curl_sees_the_latency_over_ipv6(self):
        self.first_bytes(("--latency", "100"), "[$WEIR_HOST6]")

    def test_what_lies_beyond_sees_this_machines_address(self):
        self.first_bytes(("--latency", "100"), "10.9.1.2")
        self.assertEqual(self.fetch_from_beyond("10.9.1.2"), "10.9.1.1")

    def test_what_lies_beyond_is_reached_over_ipv6_where_the_kernel_forwards_for_one_interface(self):
        if not pathlib.Path("/proc/sys/net/ipv6/conf/all/force_forwarding").exists():
            self.skipTest("the kernel has no force_forwarding")
        self.assertEqual(self.fetch_from_beyond("[fd09:1::2]"), "fd09:1::1")

    def test_without_nftables_the_command_still_reaches_this_machine(self):
        hidden = self.machine.directory / "tools"
        hidden.mkdir()
        for tool in ("ip", "ethtool", "sh", "curl", "wc"):
            (hidden / tool).symlink_to(shutil.which(tool))
        line = self.exec_line((), "sh", "-c", "curl -s --max-time 20 http://$WEIR_HOST:8080/small | wc -c")
        line.insert(line.index("env") + 1, f"PATH={hidden}")
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "1000\n")
        self.assertRegex(done.stderr, r"^weir: the command reaches this machine, but nothing beyond it: .*nft.*\n$")

    def test_exit_codes_come_through(self):
        for script, code in (("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)):
            with self.subTest(script):
                self.assertEqual(self.exec((), "sh", "-c", script).returncode, code)

    def test_a_command_that_cannot_be_started(self):
        done = self.exec((), "nosuch")
        self.assertEqual((done.returncode, done.stderr), (127, "weir exec: nosuch: No such file or directory\n"))
        done = self.exec((), "/etc/passwd")
        self.assertEqual((done.returncode, done.stderr), (126, "weir exec: /etc/passwd: Permission denied\n"))

    def test_the_command_has_its_streams_its_directory_and_its_signals_but_not_weirs_network(self):
        script = "cat; pwd; grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/sys/net/ipv4/conf; ls /proc/self/fd"
        line = self.exec_line((), "sh", "-c", script)
        there = self.machine.directory
        plain = subprocess.run(["sh", "-c", script], input="words\n", capture_output=True, text=True, cwd=there, check=True)
        done = subprocess.run(line, input="words\n", capture_output=True, text=True, cwd=there, timeout=60, check=True)
        own = plain.stdout.splitlines()
        interfaces = [line for line in own[4:] if not line.isdigit()]
        expected = own[:4] + ["all", "default", "eth0", "lo"] + own[4 + len(interfaces):]
        self.assertEqual(done.stdout.splitlines(), expected)

    def test_statistics_and_log_are_written_and_balance(self):
        log, stats = self.machine.directory / "log.jsonl", self.machine.directory / "stats.json"
        done = self.exec(("--latency", "20", "--log", log, "--stats", stats), "sh", "-c", f"{FETCH} http://$WEIR_HOST:8080/small")
        self.assertEqual(done.returncode, 0, done.stderr)
        records = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual([record["drawn"] for record in records if record["event"] == "latency"], [20])
        came, went = bench.conserved(json.loads(stats.read_text()))
        self.assertEqual(came, went)

    def users_of_forwarding(self):
        """How many runs need the machine to forward, as their common record says."""
        namespace = os.stat(f"/run/netns/{self.machine.name}").st_ino
        return pathlib.Path(f"/run/weir/forwarding-{namespace}").read_text().count("user")

    def test_what_one_needs_survives_the_end_of_another(self):
        script = "echo up; read word; curl -s --max-time 20 http://10.9.1.2:8080/small | wc -c"
        first, second = (self.start((), "sh", "-c", script, stdin=subprocess.PIPE) for _ in range(2))
        for process in (first, second):
            self.assertEqual(process.stdout.readline(), "up\n")
        self.assertEqual(self.users_of_forwarding(), 2)
        first.kill()
        bench.until(lambda: self.users_of_forwarding() == 1, "the first has left")
        self.assertEqual(second.communicate("go\n", timeout=60)[0], "1000\n")

    def test_nothing_new_comes_in_through_an_interface_that_forwards_for_weir_alone(self):
        process = self.start((), "sh", "-c", "echo $WEIR_HOST; cat", stdin=subprocess.PIPE)
        machine = process.stdout.readline().strip()
        command = machine.rsplit(".", 1)[0] + "." + str(int(machine.rsplit(".", 1)[1]) + 1)
        inside = self.machine.inside(None, "ping", "-c", "1", "-W", "5", command)
        beyond = ["ip", "netns", "exec", self.machine.beyond.name, "ping", "-c", "1", "-W", "1", command]
        subprocess.run(["ip", "-n", self.machine.beyond.name, "route", "add", command, "via", "10.9.1.1"], check=True)
        self.assertEqual(subprocess.run(inside, capture_output=True, check=False).returncode, 0)
        self.assertEqual(subprocess.run(beyond, capture_output=True, check=False).returncode, 1)
        process.communicate("", timeout=60)

    def test_a_resolver_on_loopback_is_replaced_by_the_one_behind_it(self):
        at = self.machine.directory
        (at / "stub").write_text("nameserver 127.0.0.53\n")
        script = (f"mount --bind {at}/stub /etc/resolv.conf && mount -t tmpfs none /run && mkdir -p /run/systemd/resolve"
                  ' && echo "nameserver 10.9.1.2" >/run/systemd/resolve/resolv.conf && exec "$@"')
        line = self.exec_line((), "cat", "/etc/resolv.conf")
        place = line.index("env")
        line[place:place] = ["sh", "-c", script, "sh"]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "nameserver 10.9.1.2\n", ""))

    def test_background_children_end_with_the_command(self):
        done = self.exec((), "sh", "-c", "setsid sleep 1000 & (trap '' TERM HUP INT; sleep 1000) & exit 3")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(alive_with(self.mark), set())

    def test_sigterm_and_sighup_go_to_the_command(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                script = f"trap 'echo got; exit 9' {number.name[3:]}; echo up; while :; do sleep 0.05; done"
                process = self.start((), "sh", "-c", script)
                self.assertEqual(process.stdout.readline(), "up\n")
                process.send_signal(number)
                self.assertEqual(process.communicate(timeout=20)[0], "got\n")
                self.assertEqual(process.returncode, 9)

    def test_ctrl_c_reaches_the_command_and_its_exit_code_counts(self):
        child, terminal = pty.fork()
        if child == 0:
            script = "trap 'echo got; exit 5' INT; echo up; while :; do sleep 0.05; done"
            os.execvp("ip", self.exec_line((), "sh", "-c", script))
        self.addCleanup(os.close, terminal)
        self.read_until(terminal, b"up\r\n")
        os.write(terminal, b"\x03")
        self.read_until(terminal, b"got\r\n")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 5)

    def test_a_closed_terminal_ends_the_command(self):
        child, terminal = pty.fork()
        if child == 0:
            os.execvp("ip", self.exec_line((), "sh", "-c", "echo up; sleep 1000"))
        self.read_until(terminal, b"up\r\n")
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 128 + signal.SIGHUP)

    def read_until(self, terminal, word, patience_s=20):
        seen, deadline = b"", time.monotonic() + patience_s
        while word not in seen:
            self.assertTrue(select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0], seen)
            seen += os.read(terminal, 4096)

    def test_a_kill_at_any_moment_leaves_nothing(self):
        moments = random.Random(9)
        for _ in range(15):
            seconds = moments.uniform(0, 1.2)
            with self.subTest(f"killed after {seconds:.3f} s"):
                process = self.start((), "sh", "-c", "setsid sleep 1000 & sleep 1000")
                time.sleep(seconds)
                process.kill()
                process.wait()
                self.nothing_is_left()
                eal = f"weir-{process.pid}"
                bench.until(lambda eal=eal: not pathlib.Path("/run/dpdk", eal).exists(), f"{eal} is gone")

    def test_no_privileges_names_them(self):
        line = self.machine.inside(None, "setpriv", "--reuid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all")
        done = subprocess.run([*line, bench.WEIR, "exec", "--", "true"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        for name in ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_NET_RAW"):
            self.assertIn(name, done.stderr)


if __name__ == "__main__":
    bench.main()
