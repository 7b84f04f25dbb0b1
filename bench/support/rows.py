"""What every bench prints: one JSON object a line, {"id": "T1", "what": ..., "value": ..., "unit": ..., "beside": ...}.

`id` is the goal's in bench/goals.json, where it has one; `value` is what was measured (null where it could not be, and
`beside` says why); `beside` is the comparator or limit in words. Whatever else the object has is kept by --json.
"""

import argparse
import json
import statistics


def row(identity, what, value, unit, beside="", **figures):
    """Prints a row at once, so that a bench that is cut short has said what it knew."""
    print(json.dumps({"id": identity, "what": what, "value": value, "unit": unit, "beside": beside, **figures}),
          flush=True)


def arguments(description, **defaults):
    """The command line that all benches have: --only, and a number for each default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--only", default="", help="ids of rows, with commas; nothing: all")
    for name, value in defaults.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    return parser.parse_args()


def wants(options, *identities):
    """Whether one of these rows was asked for; "T3" asks for "T3.ns" too."""
    asked = [name for name in options.only.split(",") if name]
    return not asked or any(mine == name or mine.startswith(name + ".") for name in asked for mine in identities)


def median(values):
    return statistics.median(values)


def spread(values, digits=2):
    """A list of figures as a reader wants it beside its median."""
    return [round(value, digits) for value in values]
