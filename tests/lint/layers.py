#!/usr/bin/python3
"""Holds the architecture: a room includes only rooms to its left, and only dpdk and its tests know DPDK.

    layers.py ROOT
"""

import pathlib
import re
import sys

import tree

ROOMS = ["base", "wire", "http", "wheel", "rate", "flow", "impair", "engine", "profile", "record", "dpdk", "app"]
MAY_NAME_DPDK = ("lib/dpdk/", "tests/eal/")

QUOTED_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
DPDK_NAME = re.compile(r"\brte_\w+")


def room_of(path):
    """The room that a file of lib/ or app/ belongs to; None for any other file."""
    if path.parts[0] == "app":
        return "app"
    return path.parts[1] if path.parts[0] == "lib" and len(path.parts) > 2 else None


def check_include(room, included):
    """What is wrong with an include from a room, or None."""
    target = included.split("/")[0]
    if target not in ROOMS:
        return None if room == "app" else f'"{included}" does not name its room'
    if ROOMS.index(target) > ROOMS.index(room):
        return f'{room} includes "{included}": {target} stands to its right'
    return None


def violations_in(path, lines):
    room = room_of(path)
    if room and room not in ROOMS:
        return [f"{path}: lib/{room} is not in the list of rooms"]
    found = []
    for number, line in enumerate(lines, 1):
        include = QUOTED_INCLUDE.match(line)
        wrong = check_include(room, include.group(1)) if room and include else None
        if wrong:
            found.append(f"{path}:{number}: {wrong}")
        if DPDK_NAME.search(line.split("//")[0]) and not str(path).startswith(MAY_NAME_DPDK):
            found.append(f"{path}:{number}: names DPDK outside lib/dpdk")
    return found


def main(root):
    found = []
    for path in tree.files(root, ".h", ".cc"):
        found += violations_in(path, (root / path).read_text().splitlines())
    return tree.report(found, "layers")


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
