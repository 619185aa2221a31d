#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of reference_values.csv and compares: check_reference.py HYSTERON [MODEL...]

A quantity is one of (E: an expression of column names, C: a condition on them, NUM: a number)
    max(E) min(E) first(E) last(E)      over the rows, with " if C" over those where C holds
    E@max(E) E@min(E)                   where the second one is extreme
    E@NAME=NUM                          linear interpolation at the first row where NAME reaches NUM
    E@NAME>NUM  E@NAME<NUM              at the first crossing upwards, downwards
    area(v>0) area(v<0)                 |integral of i dv| over that half plane
Needs only Python.  Exit status 0: all agree, 1: some do not, 2: usage.
"""

import csv
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FUNCS = {name: getattr(math, name) for name in ("exp", "log", "sqrt")}
FUNCS["__builtins__"] = {}


class Trace:
    """A CSV of hysteron: columns by name, without their units."""

    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            lines = [
                row for row in csv.reader(line for line in file if not line.startswith("#")) if row
            ]
        self.names = [re.sub(r"\[.*\]$", "", name) for name in lines[0]]
        self.rows = [dict(zip(self.names, map(float, row))) for row in lines[1:]]

    def values(self, expr, rows=None):
        code = compile(expr.strip(), expr, "eval")
        return [eval(code, FUNCS, row) for row in (self.rows if rows is None else rows)]

    def chosen(self, cond):
        if not cond:
            return self.rows
        return [row for row, ok in zip(self.rows, self.values(cond)) if ok]


def crossing(y, level, up):
    """Index and fraction of the first crossing."""
    for k in range(len(y) - 1):
        a, b = y[k] - level, y[k + 1] - level
        if (a < 0 <= b) if up else (a > 0 >= b):
            return k, a / (a - b)
    raise ValueError("never crossed")


def area(v, i, positive):
    total = 0.0
    for k in range(len(v) - 1):
        if (v[k] + v[k + 1] > 0) == positive:
            total += 0.5 * (i[k] + i[k + 1]) * (v[k + 1] - v[k])
    return abs(total)


def at(trace, expr, where, rows):
    extreme = re.fullmatch(r"(max|min)\((.+)\)", where)
    y = trace.values(expr, rows)
    if extreme:
        key = trace.values(extreme[2], rows)
        return y[key.index((max if extreme[1] == "max" else min)(key))]
    name, sign, number = re.fullmatch(r"(\w+)([=<>])(.+)", where).groups()
    level, key = float(number), trace.values(name, rows)
    if sign == "=":
        level = min(max(level, min(key)), max(key))
        if key[0] >= level:
            return y[0]
    k, part = crossing(key, level, sign != "<")
    return y[k] + part * (y[k + 1] - y[k])


def measure(trace, quantity):
    body, _, cond = quantity.partition(" if ")
    rows = trace.chosen(cond)
    if not rows:
        raise ValueError("no row fulfils the condition")
    lobe = re.fullmatch(r"area\(v([<>])0\)", body)
    if lobe:
        return area(trace.values("v", rows), trace.values("i", rows), lobe[1] == ">")
    if "@" in body:
        return at(trace, *body.split("@", 1), rows)
    name, expr = re.fullmatch(r"(max|min|first|last)\((.+)\)", body).groups()
    y = trace.values(expr, rows)
    return {"max": max, "min": min, "first": lambda s: s[0], "last": lambda s: s[-1]}[name](y)


def run(program, command, path):
    words = shlex.split(command)
    assert words[0] == "hysteron"
    done = subprocess.run(
        [program] + words[1:] + ["-o", path],
        cwd=os.path.join(HERE, "..", ".."),
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise ValueError(f"exit status {done.returncode}: {done.stderr.strip()[:400]}")
    return Trace(path)


def check_command(program, command, rows, path):
    """Number of rows that do not agree."""
    try:
        trace = run(program, command, path)
    except (ValueError, OSError, subprocess.TimeoutExpired) as error:
        print(f"FAILED {command}\n       {error}")
        return len(rows)
    bad = 0
    for row in rows:
        expected, tol = float(row["expected"]), float(row["rel_tol"])
        try:
            got = measure(trace, row["quantity"])
        except (ValueError, NameError, TypeError, ZeroDivisionError, OverflowError) as error:
            got, why = math.nan, f" ({error})"
        else:
            why = ""
        good = abs(got - expected) <= tol * abs(expected)
        bad += not good
        error = abs(got / expected - 1) if expected else abs(got)
        print(
            f"{'ok    ' if good else 'FAILED'} {row['model']} {row['quantity']}: {got:.6g} {row['unit']}, "
            f"expected {expected:.6g}, error {error:.1e} of {tol:.0e}{why}"
        )
        if not good:
            print(f"       {command}")
    return bad


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    program = os.path.abspath(sys.argv[1])
    with open(os.path.join(HERE, "reference_values.csv"), newline="", encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if not sys.argv[2:] or row["model"] in sys.argv[2:]
        ]
    groups = {}
    for row in rows:
        groups.setdefault(row["command"], []).append(row)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for command, group in groups.items():
            bad += check_command(program, command, group, os.path.join(folder, "run.csv"))
    print(f"{len(rows) - bad} of {len(rows)} reference values agree")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
