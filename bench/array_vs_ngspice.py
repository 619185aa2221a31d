#!/usr/bin/env python3
"""Crossbars beside ngspice on the same network: a static read of sinh cells, and a row that is written in time.

usage: array_vs_ngspice.py BUILD [--sizes 16,32,64] [--steps 200] [--skip-static] [--skip-write]

BUILD holds hysteron and bench/bench_array_write.  Printed: processor time of each process (user and system), the ratio, and
the largest relative difference of the bit lines' currents (static), of the last bit line's current and the last written
cell's state (write).  Both take as many time steps: hysteron's are equal, ngspice's are bounded by the same length.
Hysteron's process time holds the compiled model from its cache, as ngspice's holds reading the netlist."""
import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
WIRE = 2.5


def cpu(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.returncode,
            done.stdout.decode("utf-8", "replace"))


def lines(n):
    out = []
    for i in range(n):
        for j in range(n):
            left = "w%d_%d" % (i, j - 1) if j else "in%d" % i
            below = "b%d_%d" % (i + 1, j) if i + 1 < n else "o%d" % j
            out.append("rw%d_%d %s w%d_%d %g" % (i, j, left, i, j, WIRE))
            out.append("rb%d_%d b%d_%d %s %g" % (i, j, i, j, below, WIRE))
    return out + ["vo%d o%d 0 0" % (j, j) for j in range(n)]


def spice(netlist, analysis, vectors, folder):
    text = ["array"] + netlist + [".options reltol=1e-4", ".control", "set wr_singlescale", analysis,
                                  "wrdata out.txt " + " ".join(vectors), ".endc", ".end", ""]
    with open(os.path.join(folder, "array.cir"), "w", encoding="utf-8") as out:
        out.write("\n".join(text))
    seconds, _, said = cpu(["ngspice", "-b", "array.cir"], folder)
    path = os.path.join(folder, "out.txt")
    if not os.path.exists(path):
        sys.exit("ngspice failed: " + said[-400:])
    rows = open(path, encoding="utf-8").read().split("\n")
    rows = [row for row in rows if row.strip()]
    return seconds, [float(v) for v in rows[-1].split()[1:]], len(rows)


def static(build, n, folder):
    ratio = 1000.0
    k = 2 * math.acosh(ratio / 2)
    netlist = lines(n) + ["vi%d in%d 0 1" % (i, i) for i in range(n)]
    for i in range(n):
        for j in range(n):
            g = 1e-4 if (i + j) % 2 == 0 else 1e-6
            netlist.append("bc%d_%d w%d_%d b%d_%d i=%.17g*sinh(%.17g*v(w%d_%d,b%d_%d))" %
                           (i, j, i, j, i, j, g / math.sinh(k), k, i, j, i, j))
    peer, theirs, _ = spice(netlist, "op", ["i(vo%d)" % j for j in range(n)], folder)
    ours, code, said = cpu([os.path.join(build, "hysteron"), "array", "op", "-n", str(n), "--pattern", "checkerboard",
                            "--nonlinearity", "%g" % ratio, "--threads", "1", "-o", "maps", "--json"], folder)
    if code:
        sys.exit("hysteron failed: " + said[-400:])
    data = open(os.path.join(folder, "maps", "bit_currents.npy"), "rb").read()
    own = memoryview(data[-8 * n:]).cast("d")
    difference = max(abs(a - b) / abs(b) for a, b in zip(own, theirs))
    print("static %4d x %-4d ngspice %9.3f s   hysteron %8.3f s (solution %.4f s)   ratio %8.0f   difference %.1e" %
          (n, n, peer, ours, json.loads(said)["solve_s"], peer / ours, difference), flush=True)


def write(build, n, steps, folder):
    volts, width = 1.2, 5e-9
    netlist = lines(n)
    for i in range(n):
        v = volts if i == n // 2 else volts / 2
        netlist.append("vi%d in%d 0 pwl(0 0 %g %g 1 %g)" % (i, i, 0.1 * width, v, v))
        for j in range(n):
            cell = "%d_%d" % (i, j)
            netlist.append("bc%s w%s b%s i=(1e-6+1e-4*v(x%s))*(v(w%s,b%s)+0.5*v(w%s,b%s)^3)" % ((cell,) * 8))
            netlist.append("cx%s x%s 0 1e-8 ic=0.1" % (cell, cell))
            netlist.append("bx%s 0 x%s i=sinh(4*v(w%s,b%s))*v(x%s)*(1-v(x%s))" % ((cell,) * 6))
    end = 1.1 * width
    peer, theirs, points = spice(netlist, "tran %g %g 0 %g uic" % (end / steps, end, end / steps),
                                 ["i(vo%d)" % (n - 1), "v(x%d_%d)" % (n // 2, n - 1)], folder)
    ours, code, said = cpu([os.path.join(build, "bench", "bench_array_write"), str(n),
                            os.path.join(HERE, "decks", "array_cell.va"), "x", str(volts), str(width), str(steps)], folder)
    if code:
        sys.exit("hysteron failed: " + said[-400:])
    own = json.loads(said)
    difference = max(abs(own["current_A"] / theirs[0] - 1), abs(own["state"] / theirs[1] - 1))
    print("write  %4d x %-4d ngspice %9.3f s (%d points)   hysteron %8.3f s (%d steps)   ratio %8.0f   difference %.1e" %
          (n, n, peer, points, ours, own["steps"], peer / ours, difference), flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("--sizes", default="16,32,64")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--skip-static", action="store_true")
    parser.add_argument("--skip-write", action="store_true")
    given = parser.parse_args()
    build = os.path.abspath(given.build)
    with tempfile.TemporaryDirectory() as folder:  # the model into the cache
        cpu([os.path.join(build, "bench", "bench_array_write"), "2", os.path.join(HERE, "decks", "array_cell.va"), "x", "1",
             "1e-9", "10"], folder)
    for n in [int(size) for size in given.sizes.split(",")]:
        with tempfile.TemporaryDirectory() as folder:
            if not given.skip_static:
                static(build, n, folder)
            if not given.skip_write:
                write(build, n, given.steps, folder)


if __name__ == "__main__":
    main()
