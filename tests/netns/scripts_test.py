"""scripts/lab and scripts/setup-host: what they refuse, and that they leave nothing behind."""

import os
import subprocess
import unittest

import bench

SCRIPTS = bench.ROOT / "scripts"


def script(*command):
    return subprocess.run([str(SCRIPTS / command[0]), *command[1:]], capture_output=True, text=True, check=False, timeout=60)


def namespaces(name):
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    return sorted(line.split()[0] for line in listed.splitlines() if f"-{name}-" in line)


class LabScript(unittest.TestCase):
    def setUp(self):
        self.name = f"scripts-{os.getpid()}"
        self.addCleanup(script, "lab", "--name", self.name, "down")

    def lab(self, *arguments):
        return script("lab", "--name", self.name, *arguments)

    def test_up_and_down(self):
        self.assertEqual(self.lab("up").returncode, 0)
        self.assertEqual(namespaces(self.name), [f"weir-{self.name}-{role}" for role in ("client", "server", "weir")])
        again = self.lab("up")
        self.assertEqual((again.returncode, len(again.stderr.splitlines())), (1, 1), again.stderr)
        self.assertEqual(self.lab("exec", "client", "--", "sh", "-c", "exit 23").returncode, 23)
        self.assertIn("10.9.0.2", self.lab("exec", "server", "--", "ip", "addr").stdout)
        for _ in range(2):
            self.assertEqual(self.lab("down").returncode, 0)
            self.assertEqual(namespaces(self.name), [])

    def test_what_still_runs_in_it_ends_with_it(self):
        self.assertEqual(self.lab("up").returncode, 0)
        with subprocess.Popen(["ip", "netns", "exec", f"weir-{self.name}-server", "cat"], stdin=subprocess.PIPE) as left:
            bench.until(lambda: str(left.pid) in subprocess.run(
                ["ip", "netns", "pids", f"weir-{self.name}-server"], capture_output=True, text=True, check=True).stdout,
                "cat runs in the namespace")
            self.assertEqual(self.lab("down").returncode, 0)
            self.assertEqual(left.wait(10), -9)

    def test_a_lab_that_is_not_up(self):
        done = self.lab("exec", "client", "--", "true")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
        self.assertEqual(self.lab("nonsense").returncode, 2)


class SetupHostScript(unittest.TestCase):
    def refused(self, *arguments):
        done = script("setup-host", *arguments)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_a_dry_run_shows_and_changes_nothing(self):
        with open("/proc/sys/vm/nr_hugepages", encoding="utf-8") as file:
            before = file.read()
        done = script("setup-host", "--hugepages", "7777777", "--cores", "2-5")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("echo 7777777 > /sys/kernel/mm/hugepages/", done.stdout)
        self.assertIn("isolcpus=managed_irq,domain,2-5", done.stdout)
        with open("/proc/sys/vm/nr_hugepages", encoding="utf-8") as file:
            self.assertEqual(file.read(), before)

    def test_what_is_no_nic(self):
        self.assertIn("no such PCI device", self.refused("ffff:ff:1f.7"))
        self.assertIn("not a PCI address", self.refused("eth0"))

    def test_the_nic_of_the_default_route(self):
        route = subprocess.run(["ip", "-o", "-4", "route", "show", "default"], capture_output=True, text=True,
                               check=True).stdout.split()
        if not route:
            self.skipTest("this machine has no default route")
        path = os.path.realpath(f"/sys/class/net/{route[route.index('dev') + 1]}/device")
        addresses = [part for part in path.split("/") if part.count(":") == 2]
        if not addresses:
            self.skipTest("the default route's interface is no PCI device")
        self.assertIn("default route", self.refused(addresses[-1]))
        self.assertIn("default route", self.refused("--apply", addresses[-1]))


if __name__ == "__main__":
    bench.main()
