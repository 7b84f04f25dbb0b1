#!/usr/bin/python3
"""The checks find what they are for, in small trees that break one rule each."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent


class Checks(unittest.TestCase):
    def check(self, program, path, text, mode=0o644):
        """Runs a check on a repository of one file; returns what it printed, None if it was content."""
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory, path)
            file.parent.mkdir(parents=True)
            file.write_text(text)
            file.chmod(mode)
            subprocess.run(["git", "init", "-q", directory], check=True)
            done = subprocess.run([sys.executable, "-B", HERE / program, directory], capture_output=True, text=True,
                                  check=False)
        self.assertEqual(done.stderr, "")
        return done.stdout if done.returncode else None

    def test_an_include_to_the_left_passes(self):
        self.assertIsNone(self.check("layers.py", "lib/engine/worker.cc", '#include "base/time.h"\n'))
        self.assertIsNone(self.check("layers.py", "app/weir/main.cc", '#include "dpdk/eal.h"\n#include "run.h"\n'))

    def test_an_include_to_the_right_fails(self):
        self.assertIn("lib/base/time.h:2", self.check("layers.py", "lib/base/time.h", '\n#include "wire/address.h"\n'))
        self.assertIn("dpdk", self.check("layers.py", "lib/engine/worker.cc", '#include "dpdk/eal.h"\n'))

    def test_an_include_without_a_room_fails(self):
        self.assertIn("room", self.check("layers.py", "lib/base/draw.cc", '#include "draw.h"\n'))

    def test_a_room_that_is_not_in_the_list_fails(self):
        self.assertIn("lib/misc", self.check("layers.py", "lib/misc/all.h", ""))

    def test_dpdk_outside_its_room_fails(self):
        for path in ("lib/engine/worker.cc", "app/weir/main.cc", "tests/unit/base/draw_test.cc"):
            self.assertIn("DPDK", self.check("layers.py", path, "#include <rte_mbuf.h>\n"))
            self.assertIn("DPDK", self.check("layers.py", path, "void f() { rte_eal_cleanup(); }\n"))
            self.assertIsNone(self.check("layers.py", path, "// rte_hash took 26 ns\n"))
        self.assertIsNone(self.check("layers.py", "lib/dpdk/eal.cc", "#include <rte_eal.h>\n"))

    def test_lengths(self):
        self.assertIn("401 lines", self.check("style.py", "lib/base/a.h", "\n" * 401))
        self.assertIsNone(self.check("style.py", "lib/base/a.h", "\n" * 400))
        for opening in ("void f() {", "  void f() {", "int f(int x,\n      int y) {"):
            indent = opening[:len(opening) - len(opening.lstrip())]
            text = opening + "\n" + f"{indent}  g();\n" * 60 + indent + "}\n"
            self.assertIn("a function of", self.check("style.py", "lib/base/a.cc", text))
        members = "class A {\n" + "  int f() {\n    return 1;\n  }\n" * 30 + "};\n"
        self.assertIsNone(self.check("style.py", "lib/base/a.h", members))
        self.assertIn("a function of", self.check("style.py", "scripts/a.py", "def f():\n" + "    g()\n" * 60))

    def test_left_overs_and_sleeps(self):
        self.assertIn("left-over", self.check("style.py", "lib/base/a.cc", "// TO" + "DO: more\n"))
        sleep = "void f() { std::this_thread::sleep_for(x); }\n"
        for path in ("tests/unit/a_test.cc", "lib/engine/worker.cc"):
            self.assertIn("sleep", self.check("style.py", path, sleep))
        self.assertIsNone(self.check("style.py", "app/weir/run.cc", sleep))

    def test_exec_bits(self):
        self.assertIn("without its exec bit", self.check("style.py", "scripts/demo", "#!/usr/bin/env bash\n"))
        self.assertIsNone(self.check("style.py", "scripts/demo", "#!/usr/bin/env bash\n", mode=0o755))
        self.assertIn("no script", self.check("style.py", "lib/base/a.h", "\n", mode=0o755))


if __name__ == "__main__":
    unittest.main()
