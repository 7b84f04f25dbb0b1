"""The files of the repository that checks look at."""

import pathlib
import subprocess


def files(root, *suffixes):
    """All files that git tracks or would track, relative to the root; those with one of the suffixes, if any is given."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True).stdout.split("\0")
    paths = sorted({pathlib.Path(name) for name in listed if name})
    return [path for path in paths if (root / path).is_file() and (not suffixes or path.suffix in suffixes)]


def is_script(path, interpreter):
    """Whether a file starts with a #! line that names the interpreter."""
    with open(path, "rb") as file:
        first = file.readline()
    return first.startswith(b"#!") and interpreter.encode() in first


def report(violations, what):
    """Prints each violation on a line; returns the exit code of a check."""
    for violation in violations:
        print(violation)
    print(f"{what}: {len(violations)} violations")
    return 1 if violations else 0
