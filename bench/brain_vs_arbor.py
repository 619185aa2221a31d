#!/usr/bin/env python3
"""Cells of hysteron beside the same cells in Arbor, one thread each, in one run.

    python3 brain_vs_arbor.py BENCH_BRAIN [--cells 10000] [--runs 3]

Arbor is taken from the interpreter that runs this (pip install arbor); BENCH_BRAIN is the program of
bench/bench_brain.c.
1. Somata of 1000 um2 with 0.1 nA each, not connected: 25 us, 25 ms.
2. The cable of Rallpack 3: 1000 compartments, 50 us, 250 ms.
Both have the channels of Hodgkin and Huxley with exact rates at 6.3 degC.  hysteron steps at second order, Arbor by
backward Euler, all that it has: so the cable is run with shorter steps too, for what equal accuracy takes.  Times are
CPU times of the steps alone, the least of the runs; errors those of the far end's last spike, beside 236.677 ms (steps
of second order, 5 and 1 us, in NEURON 8.2.2)."""
import argparse
import csv
import os
import re
import subprocess
import tempfile
import time

import arbor
from arbor import units as U

LAST, SPIKES = 236.677, 17  # ms: at the far end of the cable


def soma():
    half = (1000 / 3.141592653589793)**.5 / 2
    return shape(half, 2 * half, 1, .5), (.0003, -54.387), .5


def cable():
    return shape(.5, 1000, 1000, .0005), (.000025, -65), .9995


def shape(radius, length, n, clamp):
    tree = arbor.segment_tree()
    tree.append(arbor.mnpos, arbor.mpoint(0, 0, 0, radius), arbor.mpoint(length, 0, 0, radius), tag=1)
    return tree, n, clamp


def cell(make):
    (tree, n, clamp), (gl, el), watched = make()
    decor = arbor.decor()
    decor.set_property(Vm=-65 * U.mV, cm=.01 * U.F / U.m2, rL=100 * U.Ohm * U.cm, tempK=279.45 * U.Kelvin)
    decor.set_ion("na", rev_pot=50 * U.mV)
    decor.set_ion("k", rev_pot=-77 * U.mV)
    decor.paint("(all)", arbor.density("hh", {"gl": gl, "el": el}))
    decor.place(f"(location 0 {clamp})", arbor.i_clamp(.1 * U.nA))
    decor.place(f"(location 0 {watched})", arbor.threshold_detector(0 * U.mV), "far")
    return arbor.cable_cell(tree, decor, arbor.label_dict(), arbor.cv_policy_fixed_per_branch(n))


class Cells(arbor.recipe):
    def __init__(self, make, n):
        arbor.recipe.__init__(self)
        self.properties, self.cell, self.n = arbor.neuron_cable_properties(), cell(make), n

    def num_cells(self):
        return self.n

    def cell_kind(self, gid):
        return arbor.cell_kind.cable

    def cell_description(self, gid):
        return self.cell

    def global_properties(self, kind):
        return self.properties


def theirs(make, n, dt, duration):
    """CPU time (s) and the first cell's spikes (ms)."""
    recipe, context = Cells(make, n), arbor.context(threads=1)
    hint = arbor.partition_hint()
    hint.cpu_group_size = n  # side by side, as vectors need them
    decomposition = arbor.partition_load_balance(recipe, context, {arbor.cell_kind.cable: hint})
    simulation = arbor.simulation(recipe, context, decomposition)
    simulation.record(arbor.spike_recording.local)
    before = time.process_time()
    simulation.run(duration * U.ms, dt * U.ms)
    took = time.process_time() - before
    return took, sorted(t for (gid, _), t in simulation.spikes() if gid == 0)


def ours(program, what, n, ms):
    """ns a compartment and step, and the first cell's spikes (ms)."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace.csv")
        text = subprocess.run([program, what, str(n), str(ms), "1"], capture_output=True, text=True, check=True).stdout
        subprocess.run([program, what, "1", str(ms), "1", trace], capture_output=True, check=True)
        with open(trace, newline="") as file:
            v = [(1e3 * float(t), float(y)) for t, y in csv.reader(file)]
    spikes = [t0 + (t1 - t0) * v0 / (v0 - v1) for (t0, v0), (t1, v1) in zip(v, v[1:]) if v0 < 0 <= v1]
    return float(re.search(r"([\d.]+) ns", text).group(1)), spikes


def least(runs, run):
    found = [run() for _ in range(runs)]
    return min(found)[0], found[0][1]


def somata(program, n, runs):
    mine, a = least(runs, lambda: ours(program, "somata", n, 25))
    other, b = least(runs, lambda: theirs(soma, n, .025, 25))
    other *= 1e9 / (n * 1000)
    print(f"{n} somata: hysteron {mine:.1f} ns a compartment and step, Arbor {other:.1f} ns: ratio {other / mine:.2f}; "
          f"the last spike at {a[-1]:.3f} and {b[-1]:.3f} ms", flush=True)


def rallpack3(program, runs):
    mine, spikes = least(runs, lambda: ours(program, "rallpack3", 1, 10))
    print(f"Rallpack 3: hysteron, 50 us  {mine:6.1f} ns a compartment and step, {.005 * mine:.3f} s, "
          f"{len(spikes)} spikes, the last {spikes[-1] - LAST:+.3f} ms")
    for dt in (.05, .025, .003125):
        took, spikes = least(runs if dt > .01 else 1, lambda: theirs(cable, 1, dt, 250))
        steps = round(250 / dt)
        error = f"{spikes[-1] - LAST:+.3f}" if len(spikes) == SPIKES else "?"
        ns, ratio = took * 1e6 / steps, took / (.005 * mine)
        print(f"            Arbor, {1e3 * dt:5.4g} us  {ns:6.1f} ns, {took:.3f} s, {len(spikes)} spikes, "
              f"the last {error} ms: ratio {ns / mine:.2f}, of times {ratio:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench_brain")
    parser.add_argument("--cells", type=int, default=10000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    c = arbor.config()
    print(f"Arbor {c['version']}, vectorised: {c['vectorize']}, {c['arch']}")
    somata(args.bench_brain, args.cells, args.runs)
    rallpack3(args.bench_brain, args.runs)


if __name__ == "__main__":
    main()
