"""Huge pages for as long as a bench runs, where there are any: on pages of 4 KiB both programs wait for the TLB."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "netns"))
from bench import die_cleanly  # noqa: E402  pylint: disable=wrong-import-position

POOL = pathlib.Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
ENOUGH_MIB = 900  # for one of the two programs on small ports; they take turns


def count(name):
    try:
        return int((POOL / name).read_text())
    except (OSError, ValueError):
        return 0


def reserved():
    """Pages that stay. Those of a smaller reserve that others still use go when they do."""
    return count("nr_hugepages") - count("surplus_hugepages")


def reserve(pages):
    try:
        (POOL / "nr_hugepages").write_text(str(pages))
    except OSError:
        pass  # no root, or no such pages in this kernel: whoever counts what is free sees it


class HugePages:
    """Reserves so much free memory in pages of 2 MiB for the length of a with block, and gives back what it added.
    `eal` is what both programs are told of it: --in-memory leaves no files and needs no hugetlbfs that is mounted."""

    def __init__(self, mib=ENOUGH_MIB):
        self.mib = mib
        self.added = 0
        self.eal = ("--no-huge", "-m", str(mib))
        self.words = "4 KiB pages"

    def __enter__(self):
        die_cleanly()
        before, short = reserved(), self.mib // 2 - count("free_hugepages")
        if short > 0:
            try:
                reserve(count("nr_hugepages") + short)
            finally:
                self.added = reserved() - before
        if count("free_hugepages") >= self.mib // 2:
            self.eal, self.words = ("--in-memory",), "2 MiB pages"
        else:
            self.give_back()
        return self

    def __exit__(self, *_):
        self.give_back()

    def give_back(self):
        if self.added > 0:
            reserve(reserved() - self.added)
        self.added = 0
