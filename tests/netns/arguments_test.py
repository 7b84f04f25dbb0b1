"""What `weir run` refuses: one line that says what and why, exit code 2, and nothing started."""

import os
import pathlib
import shutil

import bench

LINK = ("--link", "c,s")

# (what is wrong, arguments, what the line must name)
REFUSED = [
    ("an unknown option", (*LINK, "--latancy", "150"), "--latency"),
    ("another unknown option", (*LINK, "--jitter-probe", "0.5"), "--jitter-prob"),
    ("a unit of another kind", (*LINK, "--latency", "150kbit"), "150kbit"),
    ("a unit that does not exist", (*LINK, "--latency", "150 parsecs"), "parsecs"),
    ("a time for a rate", (*LINK, "--speed", "10ms"), "10ms"),
    ("no number", (*LINK, "--latency", "soon"), "soon"),
    ("latency min above max", (*LINK, "--latency-min", "120", "--latency-max", "20"), "latency"),
    ("speed min above max", (*LINK, "--speed-min", "2M", "--speed-max", "1M"), "speed"),
    ("jitter min above max", (*LINK, "--jitter-prob", "1", "--jitter-min", "2s", "--jitter-max", "1s"), "jitter"),
    ("a probability above 1", (*LINK, "--reset-prob", "1.5"), "reset-prob"),
    ("a probability below 0", (*LINK, "--jitter-prob", "-0.1", "--jitter-min", "1", "--jitter-max", "1"), "jitter-prob"),
    ("a negative speed", (*LINK, "--speed", "-5"), "speed"),
    ("a negative latency", (*LINK, "--latency", "-150"), "latency"),
    ("one interface in a link", ("--link", "c"), "link"),
    ("an interface that does not exist", ("--link", "c,nowhere0"), "nowhere0"),
    ("the same port twice", ("--link", "c,c"), "c"),
    ("the same port in two links", (*LINK, "--link", "s,c"), "c"),
    ("no link", (), "--link"),
]


class Arguments(bench.Case):
    def refused(self, *command):
        """Runs what must be refused; returns its one line."""
        done = self.lab.run("weir", *command, timeout=20)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, f"not one line: {done.stderr}")
        return lines[0]

    def test_each_is_one_line_and_exit_code_2(self):
        for what, arguments, named in REFUSED:
            with self.subTest(what):
                self.assertIn(named, self.refused(bench.WEIR, "run", *arguments))

    def test_who_is_not_root_is_told_the_capabilities(self):
        everyone = self.lab.directory
        os.chmod(everyone, 0o755)
        binary = pathlib.Path(shutil.copy(bench.WEIR, everyone / "weir"))
        binary.chmod(0o755)
        line = self.refused("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all",
                            "--bounding-set=-all", binary, "run", *LINK, "--latency", "10")
        self.assertRegex(line, r"(?i)cap_[a-z_]+")

    def test_help_and_version_are_no_errors(self):
        for command in (("--version",), ("help", "run"), ("--help",)):
            with self.subTest(command):
                done = self.lab.run("weir", bench.WEIR, *command)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue(done.stdout.strip())


if __name__ == "__main__":
    bench.main()
