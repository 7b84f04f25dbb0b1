#!/usr/bin/python3
"""What of the style can be counted: lengths of files and functions, left-overs, sleeps, exec bits.

    style.py ROOT
"""

import ast
import pathlib
import re
import sys

import tree

FILE_LINES = 400
FUNCTION_LINES = 60
SOURCES = (".h", ".cc", ".py", ".build")

LEFT_OVER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep|rte_delay_\w+)\s*\(")
HOT_ROOMS = ("base", "wire", "http", "wheel", "rate", "flow", "impair", "engine")
NO_SLEEPS_IN = (*(f"lib/{room}/" for room in HOT_ROOMS), "tests/unit/", "tests/sim/")
NOT_A_FUNCTION = re.compile(r"(inline )?(namespace|class|struct|enum|union|extern)\b|#|//")


def long_cpp_functions(lines):
    """(first line, length) of each function over the limit: as clang-format leaves it, a function begins at the nearest
    line above its closing brace that is indented like it."""
    latest = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        if text == "}" and number - latest.get(indent, number) + 1 > FUNCTION_LINES:
            yield latest[indent], number - latest[indent] + 1
        if text and not text.startswith("}") and not NOT_A_FUNCTION.match(text):
            latest[indent] = number


def long_python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > FUNCTION_LINES:
            yield node.lineno, node.end_lineno - node.lineno + 1


def violations_in(path, text):
    lines = text.splitlines()
    found = []
    if len(lines) > FILE_LINES:
        found.append(f"{path}: {len(lines)} lines, more than {FILE_LINES}")
    if path.parts[0] != "tests":  # a test's conversation or expected text may be long
        long = long_python_functions(text) if path.suffix == ".py" else long_cpp_functions(lines)
        found += [f"{path}:{number}: a function of {length} lines, more than {FUNCTION_LINES}" for number, length in long]
    for number, line in enumerate(lines, 1):
        if LEFT_OVER.search(line):
            found.append(f"{path}:{number}: a left-over: {line.strip()}")
        if str(path).startswith(NO_SLEEPS_IN) and path.suffix != ".py" and SLEEP.search(line.split("//")[0]):
            found.append(f"{path}:{number}: a sleep: {line.strip()}")
    return found


def exec_bit_violations(root):
    """Files that start with #! and can't be run, and files that can be run and don't."""
    for path in tree.files(root):
        runs = bool((root / path).stat().st_mode & 0o100)
        with open(root / path, "rb") as file:
            is_script = file.read(2) == b"#!"
        if runs != is_script:
            yield f"{path}: {'a script without its exec bit' if is_script else 'an exec bit on what is no script'}"


def main(root):
    found = list(exec_bit_violations(root))
    for path in tree.files(root):
        if path.suffix in SOURCES or tree.is_script(root / path, "bash"):
            found += violations_in(path, (root / path).read_text())
    return tree.report(found, "style")


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
