#!/usr/bin/env python3
"""Compares one column of two waveforms in CSV.

usage: compare_waveforms.py A.csv B.csv [COLUMN[=COLUMN_OF_B]]... [--skip N] [--from T] [--to T] [--limit X]

Both files have a heading and a first column of time.  B is the reference; it is interpolated linearly to the times
of A.  COLUMN is a heading, with or without its unit (default: i).  Printed are the largest and the rms difference,
both divided by the largest magnitude of B's column, and the time of the largest.  With --limit the exit status is 1
where the largest exceeds X (or is not a number).
"""
import argparse
import bisect
import csv
import math
import sys


def read(path):
    with open(path, newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    heading = [name.strip() for name in rows[0]]
    return heading, [[float(cell) for cell in row] for row in rows[1:]]


def column(heading, name, path):
    bare = [text.split("[")[0] for text in heading]
    for names in (heading, bare):
        if name in names:
            return names.index(name)
    sys.exit(f"{path} has no column '{name}'; it has {', '.join(heading)}")


def at(times, values, t):
    k = min(max(bisect.bisect_left(times, t), 1), len(times) - 1)
    t0, t1 = times[k - 1], times[k]
    if t1 == t0:
        return values[k]
    part = min(max((t - t0) / (t1 - t0), 0.0), 1.0)
    return values[k - 1] + part * (values[k] - values[k - 1])


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("columns", nargs="*", default=["i"])
    parser.add_argument("--skip", type=int, default=0, help="leave out the first N rows of A")
    parser.add_argument("--from", dest="start", type=float, default=-math.inf)
    parser.add_argument("--to", dest="end", type=float, default=math.inf)
    parser.add_argument("--limit", type=float)
    args = parser.parse_args()
    head_a, rows_a = read(args.a)
    head_b, rows_b = read(args.b)
    times = [row[0] for row in rows_b]
    is_good = True
    for name in args.columns:
        name_a, _, name_b = name.partition("=")
        ka, kb = column(head_a, name_a, args.a), column(head_b, name_b or name_a, args.b)
        values = [row[kb] for row in rows_b]
        scale = max(abs(v) for v in values) or 1.0
        worst, where, total, n = 0.0, math.nan, 0.0, 0
        for row in rows_a[args.skip:]:
            if not (max(args.start, times[0]) <= row[0] <= min(args.end, times[-1] * (1 + 1e-12))):
                continue
            error = abs(row[ka] - at(times, values, row[0])) / scale
            if not error <= worst:  # a NaN counts as the worst
                worst, where = error, row[0]
            total += error * error
            n += 1
        rms = math.sqrt(total / n) if n else math.nan
        print(f"{name}: max {worst:.3g} at {where:.6g} s, rms {rms:.3g} (of {scale:.4g}; {n} rows)")
        if args.limit is not None and not (n and worst <= args.limit):
            is_good = False
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
