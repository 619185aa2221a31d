#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every circuit of examples/circuits and compares with example_values.csv: check_examples.py HYSTERON [WORD...]

A quantity is NAME or NAME@RUN, a measure of the netlist, or RESULT.COLUMN of a result with one row; of `hysteron impedance` an element of the equivalent circuit; of
`hysteron bifurcation` TYPEk.FIELD, the k-th point of its type in the order of the parameter (TYPE_min: the first).
The unit "state" stands for the logic value of a VTEAM state: 0 m is 1, 3 nm is 0.  WORDs choose commands that hold one.
Needs only Python.  Exit status 0: all agree, 1: some do not, 2: usage, 77: something is missing (skipped).
"""

import csv
import json
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
EXAMPLES = os.path.join(ROOT, "examples", "circuits")


def run(program, command, folder):
    words = shlex.split(command)[1:]
    place = ["-o", folder] if words[0] == "sim" else []
    done = subprocess.run(
        [program] + words + place + ["--json"], cwd=ROOT, text=True, capture_output=True, timeout=300, check=False
    )
    if done.returncode:
        raise ValueError(f"exit status {done.returncode}: {done.stderr.strip()[:400]}")
    return json.loads(done.stdout)


def measure(result, quantity):
    name, _, run_number = quantity.partition("@")
    for row in result["measures"]:
        if row["name"] == name and row["run"] == int(run_number or 0):
            return math.nan if row["value"] is None else row["value"]
    raise ValueError("there is no such measure")


def cell(result, quantity):
    name, _, column = quantity.partition(".")
    return next(row["values"][column] for row in result["results"] if row["name"] == name)


def element(result, quantity):
    return next(row["value"] for row in result["elements"] if row["name"] == quantity)


def point(result, quantity):
    kind, place, field = re.fullmatch(r"([a-z-]+)(_min|\d+)\.(\w+)", quantity).groups()
    points = sorted((row for row in result["points"] if row["type"] == kind), key=lambda row: row["param"])
    return points[0 if place == "_min" else int(place)][field]


def value_of(command, result, row):
    what = {"sim": measure, "impedance": element, "bifurcation": point}[command.split()[1]]
    what = cell if what is measure and "." in row["quantity"] else what
    value = what(result, row["quantity"])
    return 1 - value / 3e-9 if row["unit"] == "state" else value


def check(program, command, rows, folder):
    try:
        result = run(program, command, folder)
    except (ValueError, OSError, subprocess.TimeoutExpired) as error:
        print(f"FAILED {command}\n       {error}")
        return len(rows) or 1
    bad = 0
    for row in rows:
        expected, tol = float(row["expected"]), float(row["rel_tol"])
        try:
            got = value_of(command, result, row)
        except (ValueError, StopIteration, IndexError, KeyError, TypeError) as error:
            print(f"FAILED {command}: {row['quantity']}: {error}")
            bad += 1
            continue
        scale = abs(expected) or 1.0
        good = abs(got - expected) <= tol * scale
        bad += not good
        print(
            f"{'ok    ' if good else 'FAILED'} {command.split('/')[-1]} {row['quantity']}: {got:.7g} {row['unit']}, expected "
            f"{expected:.7g}, error {abs(got - expected) / scale:.1e} of {tol:.0e}"
        )
    return bad


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    program = os.path.abspath(sys.argv[1])
    if not os.path.exists(program) or not os.path.isdir(EXAMPLES):
        print("skipped: the program or examples/circuits is missing")
        return 77
    with open(os.path.join(HERE, "example_values.csv"), newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    groups = {f"hysteron sim examples/circuits/{name}": [] for name in sorted(os.listdir(EXAMPLES)) if name.endswith(".cir")}
    for row in table:
        groups.setdefault(row["command"], []).append(row)
    chosen = {c: rows for c, rows in groups.items() if not sys.argv[2:] or any(word in c for word in sys.argv[2:])}
    with tempfile.TemporaryDirectory() as folder:
        bad = sum(check(program, command, rows, folder) for command, rows in chosen.items())
    total = sum(map(len, chosen.values()))
    print(f"{len(chosen)} commands, {total - bad} of {total} values agree")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
