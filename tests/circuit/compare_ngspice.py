#!/usr/bin/env python3
"""Runs netlists through hysteron and ngspice and compares every quantity that both give.

usage: compare_ngspice.py HYSTERON [NETLIST...]      default: all of tests/circuit/netlists

A comment "* tolerance: 1e-3" in a netlist sets the largest difference allowed, relative to the largest
magnitude of the quantity (default 1e-3); "* norm: rms" takes the root mean square instead of the largest, where
an edge may lie between two points; "* ngspice: LINE" is put into the copy that ngspice reads.  Without
ngspice the script ends with exit status 77: skipped."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def read_raw(path):
    """The plots of a SPICE3 binary raw file: [(plotname, {variable: [values]}, names in order)]"""
    data = open(path, "rb").read()
    plots, at = [], 0
    while at < len(data):
        end = data.find(b"Binary:\n", at)
        if end < 0:
            break
        head = data[at:end].decode("utf-8", "replace").split("\n")
        field = {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in head if ":" in line}
        n, points = int(field["No. Variables"]), int(field["No. Points"])
        start = head.index("Variables:") + 1
        names = [head[start + k].split()[1].lower() for k in range(n)]
        is_complex = "complex" in field["Flags"]
        width = n * (2 if is_complex else 1)
        at = end + len(b"Binary:\n")
        numbers = struct.unpack("<%dd" % (width * points), data[at:at + 8 * width * points])
        at += 8 * width * points
        columns = {}
        for k, name in enumerate(names):
            if is_complex:
                columns[name] = [complex(numbers[r * width + 2 * k], numbers[r * width + 2 * k + 1])
                                 for r in range(points)]
            else:
                columns[name] = [numbers[r * width + k] for r in range(points)]
        plots.append((field["Plotname"], columns, names))
    return plots


def kind_of(plotname):
    for word, kind in (("operating", "op"), ("dc transfer", "dc"), ("ac", "ac"), ("transient", "tran"),
                       ("noise spectral", "noise"), ("transfer function", "tf"), ("pole", "pz"), ("sens", "sens")):
        if word in plotname.lower():
            return kind
    return "other"


def variable(name):
    """What hysteron calls ngspice's variables."""
    if name.endswith("#branch"):
        return "i(%s)" % name[:-len("#branch")]
    if "input_impedance" in name or "output_impedance" in name:
        return "input_resistance" if "input" in name else "output_resistance"
    return {"onoise_spectrum": "onoise", "inoise_spectrum": "inoise", "v(transfer_function)": "gain"}.get(name, name)


def interpolate(x, y, at, k):
    while k + 2 < len(x) and x[k + 1] < at:
        k += 1
    if k + 1 >= len(x) or x[k + 1] == x[k]:
        return y[k], k
    part = min(max((at - x[k]) / (x[k + 1] - x[k]), 0.0), 1.0)
    return y[k] + part * (y[k + 1] - y[k]), k


def one_way(x, y, at, values, norm):
    """Largest, or rms, distance of the points (at, values) from the line through (x, y) where there is one."""
    distances, k = [0.0], 0
    for t, v in zip(at, values):
        if x[0] <= t <= x[-1]:
            line, k = interpolate(x, y, t, k)
            distances.append(abs(line - v))
    return max(distances) if norm == "max" else (sum(d * d for d in distances) / len(distances)) ** 0.5


def difference(kind, ours, theirs, name, norm):
    """Difference of a quantity, relative to its largest magnitude.  Of waveforms the smaller of the two
    directions: each program's points against the line through the other's, whose own bend is no error."""
    mine, peer = ours[1], theirs[1]
    values, own = peer[name], mine[variable(name)]
    scale = max([abs(v) for v in values] + [1e-15])
    if kind in ("op", "tf"):
        return abs(own[0] - values[0]) / scale
    if kind in ("dc", "ac", "noise") and len(own) == len(values):
        return max(abs(a - b) for a, b in zip(own, values)) / scale
    x = [v.real for v in mine[ours[2][0]]]
    at = [v.real for v in peer[theirs[2][0]]]
    return min(one_way(x, own, at, values, norm), one_way(at, values, x, own, norm)) / scale


def directives(text):
    tolerance, extra, norm = 1e-3, [], "max"
    for line in text.splitlines():
        if line.startswith("* tolerance:"):
            tolerance = float(line.split(":", 1)[1])
        if line.startswith("* norm:"):
            norm = line.split(":", 1)[1].strip()
        if line.startswith("* ngspice:"):
            extra.append(line.split(":", 1)[1].strip())
    return tolerance, norm, extra


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def peer_text(text, extra):
    lines = text.splitlines()
    end = max([k for k, line in enumerate(lines) if line.strip().lower() == ".end"] + [len(lines) - 1])
    return "\n".join(lines[:end] + extra + [".end", ""])


def compare(hysteron, path):
    text = open(path, encoding="utf-8").read()
    tolerance, norm, extra = directives(text)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, os.path.join(folder, "own.cir"))
        for name in os.listdir(os.path.dirname(path)):
            if name.endswith((".inc", ".lib", ".csv", ".txt")):
                shutil.copy(os.path.join(os.path.dirname(path), name), folder)
        with open(os.path.join(folder, "peer.cir"), "w", encoding="utf-8") as out:
            out.write(peer_text(text, extra))
        status, said = run([hysteron, "sim", "own.cir", "--format", "raw", "-o", "out"], folder)
        if status not in (0,):
            return None, "hysteron exit %d: %s" % (status, said.strip()[-300:]), tolerance
        status, said = run(["ngspice", "-b", "-r", "peer.raw", "peer.cir"], folder)
        if not os.path.exists(os.path.join(folder, "peer.raw")):
            return None, "ngspice: %s" % said.strip()[-300:], tolerance
        mine = read_raw(os.path.join(folder, "out", "results.raw"))
        peers = read_raw(os.path.join(folder, "peer.raw"))
        return judge(mine, peers, norm) + (tolerance,)


def judge(mine, peers, norm):
    worst, where, n = 0.0, "", 0
    for peer in peers:
        kind = kind_of(peer[0])
        own = [plot for plot in mine if kind_of(plot[0]) == kind]
        if not own:
            continue
        same = [p for p in peers if kind_of(p[0]) == kind]
        own = own[min(same.index(peer), len(own) - 1)]
        for name in peer[2][0 if kind in ("op", "tf") else 1:]:
            if variable(name) not in own[1] or not peer[1][name]:
                continue
            n += 1
            error = difference(kind, own, peer, name, norm)
            if error > worst or error != error:
                worst, where = error, "%s %s" % (kind, variable(name))
    if not n:
        return None, "nothing to compare"
    return worst, "%d quantities, worst %s" % (n, where)


def main():
    if not shutil.which("ngspice"):
        print("ngspice is not installed: skipped")
        return 77
    hysteron = os.path.abspath(sys.argv[1])
    folder = os.path.join(HERE, "netlists")
    paths = sys.argv[2:] or sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".cir"))
    n_bad = 0
    for path in paths:
        worst, what, tolerance = compare(hysteron, os.path.abspath(path))
        good = worst is not None and worst <= tolerance
        n_bad += not good
        print("%-4s %-34s %s  %s" % ("ok" if good else "BAD", os.path.basename(path),
                                     "%.1e (%.0e)" % (worst, tolerance) if worst is not None else "-", what))
    print("%d of %d netlists agree with ngspice" % (len(paths) - n_bad, len(paths)))
    return 1 if n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
