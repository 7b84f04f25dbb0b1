#!/usr/bin/python3
"""All C++ is as clang-format leaves it, all scripts are clean under shellcheck, manual pages under mandoc.

    tools.py ROOT clang-format|shellcheck|mandoc
"""

import pathlib
import subprocess
import sys

import tree


def command_line(root, tool):
    if tool == "shellcheck":
        scripts = [path for path in tree.files(root) if tree.is_script(root / path, "bash")]
        return [tool, *scripts, *tree.files(root, ".bash")]
    if tool == "mandoc":
        return [tool, "-T", "lint", "-W", "warning", *tree.files(root, ".1")]
    return [tool, "--dry-run", "-Werror", *tree.files(root, ".h", ".cc")]


if __name__ == "__main__":
    directory = pathlib.Path(sys.argv[1]).resolve()
    sys.exit(subprocess.run(command_line(directory, sys.argv[2]), cwd=directory, check=False).returncode)
