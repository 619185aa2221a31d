#!/usr/bin/env python3
"""Cells of hysteron beside the same cells in NEURON, and in Arbor where it is installed: time and potentials.

    python3 bench/brain_vs_neuron.py BENCH_BRAIN [--cells 10000] [--arbor PYTHON]

Needs NEURON (pip install neuron) with nrnivmodl; BENCH_BRAIN is the program of bench/bench_brain.c.  Cells: somata of
1000 um2 with 0.1 nA each (25 us, 25 ms), the cable of Rallpack 3 (50 us, 250 ms), a tree of 1023 branches of 11
compartments (25 us, 10 ms); channels of Hodgkin and Huxley at 6.3 degC.  NEURON takes steps of second order
(secondorder=2), once with its hh, whose rates stand in a table, once with a mechanism of exact rates; Arbor takes
backward Euler, all that it has.  Time is that of the processor for the steps alone, the least of three runs, one
thread.  Potentials: the first cell's, step by step; spikes: rises through 0 mV.
"""
import argparse
import csv
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

CASES = {  # dt and duration in ms
    "somata": {"dt": 0.025, "duration": 25.0, "size": 1},
    "rallpack3": {"dt": 0.05, "duration": 250.0, "size": 1000},
    "tree": {"dt": 0.025, "duration": 10.0, "size": 11253},
}

EXACT = """
NEURON {
    THREADSAFE
    SUFFIX hhexact
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gna, gk, gl, el
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) }
PARAMETER { gna = .12 (S/cm2) gk = .036 (S/cm2) gl = .0003 (S/cm2) el = -54.387 (mV) }
ASSIGNED { v (mV) ena (mV) ek (mV) celsius (degC) ina (mA/cm2) ik (mA/cm2) il (mA/cm2)
    am (/ms) bm (/ms) ah (/ms) bh (/ms) an (/ms) bn (/ms) }
STATE { m h n }
INITIAL { rates(v) m = am/(am + bm) h = ah/(ah + bh) n = an/(an + bn) }
BREAKPOINT {
    SOLVE gates METHOD cnexp
    ina = gna*m*m*m*h*(v - ena)
    ik = gk*n*n*n*n*(v - ek)
    il = gl*(v - el)
}
DERIVATIVE gates {
    rates(v)
    m' = am*(1 - m) - bm*m
    h' = ah*(1 - h) - bh*h
    n' = an*(1 - n) - bn*n
}
FUNCTION ratio(x) { if (fabs(x) < 1e-4) { ratio = 1 - x/2 } else { ratio = x/(exp(x) - 1) } }
PROCEDURE rates(v (mV)) { LOCAL q
    q = 3^((celsius - 6.3)/10)
    am = q*ratio(-(v + 40)/10)
    bm = q*4*exp(-(v + 65)/18)
    ah = q*.07*exp(-(v + 65)/20)
    bh = q/(exp(-(v + 35)/10) + 1)
    an = q*.1*ratio(-(v + 55)/10)
    bn = q*.125*exp(-(v + 65)/80)
}
"""

NEURON = """
import json, sys, time
from neuron import h
case, is_exact, cells, dt, duration = json.loads(sys.argv[1])
pc = h.ParallelContext()
pc.nthread(1)
h.celsius, h.dt, h.secondorder = 6.3, dt, 2
clamps = []

def section(length, diameter, nseg):
    s = h.Section()
    s.L, s.diam, s.nseg, s.Ra, s.cm = length, diameter, nseg, 100, 1
    name = "hhexact" if is_exact else "hh"
    s.insert(name)
    s.ena, s.ek = 50, -77
    for seg in s:
        mech = getattr(seg, name)
        mech.gl, mech.el = (.0003, -54.387) if case == "somata" else (.000025, -65)
    return s

def clamp(where):
    c = h.IClamp(where)
    c.delay, c.dur, c.amp = 0, 1e9, 0.1
    clamps.append(c)

if case == "somata":
    side = (1000/3.141592653589793)**.5
    sections = [section(side, side, 1) for _ in range(cells)]
    for s in sections:
        clamp(s(.5))
    watched = sections[0](.5)
elif case == "rallpack3":
    sections = [section(1000, 1, 1000)]
    clamp(sections[0](.0005))
    watched = sections[0](.9995)
else:
    sections = []
    for k in range(1023):
        s = section(11, 1, 11)
        if k:
            s.connect(sections[(k - 1)//2](1), 0)
        sections.append(s)
    clamp(sections[0](.5/11))
    watched = sections[0](.5/11)

def run():
    pc.set_maxstep(10)
    h.finitialize(-65)
    h.dt = dt
    before = time.process_time()
    pc.psolve(duration)
    return time.process_time() - before

seconds = min(run() for _ in range(3))
v = h.Vector().record(watched._ref_v)
run()
print(json.dumps({"seconds": seconds, "v": list(v), "version": h.nrnversion()}))
"""

ARBOR = """
import json, sys, time
import arbor
from arbor import units as U
case, cells, dt, duration = json.loads(sys.argv[1])

def cell():
    tree = arbor.segment_tree()
    if case == "somata":
        half = (1000/3.141592653589793)**.5/2
        tree.append(arbor.mnpos, arbor.mpoint(-half, 0, 0, half), arbor.mpoint(half, 0, 0, half), tag=1)
        policy, place = arbor.cv_policy_fixed_per_branch(1), "(location 0 0.5)"
    elif case == "rallpack3":
        tree.append(arbor.mnpos, arbor.mpoint(0, 0, 0, .5), arbor.mpoint(1000, 0, 0, .5), tag=1)
        policy, place = arbor.cv_policy_fixed_per_branch(1000), "(location 0 0.0005)"
    else:
        ends = []
        for k in range(1023):
            parent = arbor.mnpos if k == 0 else ends[(k - 1)//2][0]
            x = 0 if k == 0 else ends[(k - 1)//2][1]
            a, b = arbor.mpoint(x, k, 0, .5), arbor.mpoint(x + 11, k, 0, .5)
            ends.append((tree.append(parent, a, b, tag=1), x + 11))
        policy, place = arbor.cv_policy_fixed_per_branch(11), "(location 0 0.045)"
    decor = arbor.decor()
    decor.set_property(Vm=-65*U.mV, cm=.01*U.F/U.m2, rL=100*U.Ohm*U.cm, tempK=279.45*U.Kelvin)
    decor.set_ion("na", rev_pot=50*U.mV)
    decor.set_ion("k", rev_pot=-77*U.mV)
    gl, el = (.0003, -54.387) if case == "somata" else (.000025, -65)
    decor.paint("(all)", arbor.density("hh", {"gl": gl, "el": el}))
    decor.place(place, arbor.i_clamp(.1*U.nA))
    return arbor.cable_cell(tree, decor, arbor.label_dict(), policy)

class recipe(arbor.recipe):
    def __init__(self):
        arbor.recipe.__init__(self)
        self.properties = arbor.neuron_cable_properties()
        self.cell = cell()
    def num_cells(self):
        return cells
    def cell_kind(self, gid):
        return arbor.cell_kind.cable
    def cell_description(self, gid):
        return self.cell
    def global_properties(self, kind):
        return self.properties

r = recipe()
best = 1e9
for _ in range(2):
    context = arbor.context(threads=1)
    hint = arbor.partition_hint()
    hint.cpu_group_size = 10000  # side by side, as vectors need them
    s = arbor.simulation(r, context, arbor.partition_load_balance(r, context, {arbor.cell_kind.cable: hint}))
    before = time.process_time()
    s.run(duration*U.ms, dt*U.ms)
    best = min(best, time.process_time() - before)
c = arbor.config()
version = "Arbor %s (vectorised: %s, %s)" % (c["version"], c["vectorize"], c["arch"])
print(json.dumps({"seconds": best, "version": version}))
"""


def neuron(folder, case, is_exact, cells):
    spec = CASES[case]
    request = json.dumps([case, is_exact, cells, spec["dt"], spec["duration"]])
    command = [sys.executable, "-c", NEURON, request]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"NEURON, {case}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def arbor(python, case, cells):
    spec = CASES[case]
    request = json.dumps([case, cells, spec["dt"], spec["duration"]])
    done = subprocess.run([python, "-c", ARBOR, request], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"Arbor, {case}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def hysteron(program, folder, case, cells):
    """ns per compartment and step, bytes per compartment, mV."""
    ms = CASES[case]["duration"] / (25 if case == "rallpack3" else 1)
    trace = pathlib.Path(folder) / "trace.csv"
    found = []
    for _ in range(3):
        command = [program, case, str(cells), str(ms), "1"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found.append([float(x) for x in re.search(r"([\d.]+) ns +([\d.]+) bytes", text).groups()])
    subprocess.run([program, case, "1", str(ms), "1", str(trace)], capture_output=True, check=True)
    v = {}
    with open(trace, newline="") as file:
        for t, y in csv.reader(file):
            v[round(float(t) * 1e3 / CASES[case]["dt"])] = float(y) * 1e3
    return min(found), [v[k] for k in sorted(v)]


def rises(v, dt):
    return [dt * (k - 1 + v[k - 1] / (v[k - 1] - v[k])) for k in range(1, len(v)) if v[k - 1] < 0 <= v[k]]


def compare(ours, theirs, dt):
    n = min(len(ours), len(theirs))
    v = max(abs(a - b) for a, b in zip(ours[:n], theirs[:n]))
    a, b = rises(ours, dt), rises(theirs, dt)
    t = max((abs(x - y) for x, y in zip(a, b)), default=math.nan)
    return f"{v:9.2e} mV {t:9.2e} ms, {len(a)} and {len(b)} spikes"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench_brain")
    parser.add_argument("--cells", type=int, default=10000)
    parser.add_argument("--arbor", help="a Python that has Arbor")
    args = parser.parse_args()
    program = str(pathlib.Path(args.bench_brain).resolve())
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "hhexact.mod").write_text(EXACT)
        nrnivmodl = pathlib.Path(sys.executable).with_name("nrnivmodl")
        subprocess.run([nrnivmodl, "."], cwd=folder, capture_output=True, check=True)
        print(f"{'':24}{'ns':>8}{'ratio':>7}   greatest difference")
        for case, spec in CASES.items():
            cells = args.cells if case == "somata" else 1
            per = 1e9 / (cells * spec["size"] * round(spec["duration"] / spec["dt"]))
            (ns, size), v = hysteron(program, folder, case, cells)
            print(f"{case:24}{ns:8.2f}{'':7}   {size:.1f} bytes a compartment")
            for is_exact in (True, False):
                there = neuron(folder, case, is_exact, cells)
                name = "NEURON, " + ("exact rates" if is_exact else "table")
                time = there["seconds"] * per
                print(f"  {name:22}{time:8.2f}{time / ns:7.2f}   {compare(v, there['v'], spec['dt'])}", flush=True)
            if args.arbor:
                found = arbor(args.arbor, case, cells)
                time = found["seconds"] * per
                print(f"  {'Arbor':22}{time:8.2f}{time / ns:7.2f}", flush=True)
        print(there["version"] + (", " + found["version"] if args.arbor else ""))


if __name__ == "__main__":
    main()
