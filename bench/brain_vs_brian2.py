#!/usr/bin/env python3
"""Benchmark 3 of Brette et al. (J. Comput. Neurosci. 23, 349 (2007)) beside Brian2: 4000 cells of Traub's channels.

    python3 brain_vs_brian2.py HYSTERON [--runs 3]

Both take 1 s in steps of 0.1 ms on one thread: hysteron as examples/brain/cobahh.yaml says (second order), Brian2 as
its C++ standalone target with its own flags and the method of its published example, exponential Euler (first order),
which is run once with steps of 25 us too.  A spike is a rise through -20 mV in both; Brian2's example takes none for
3 ms after one, which leaves out a tenth of them.  Times are CPU times of the steps alone: what either takes to compile
and to connect is left out; the least of the runs.  The network is chaotic, so rates and coefficients of variation are
compared, each run having a seed of its own.  How exact either method is at 0.1 ms is seen in one cell with a steady
current, which is not chaotic: times of its spikes beside those of Runge-Kutta steps of 5 us.  Brian2 is taken from the
interpreter that runs this."""
import argparse
import csv
import json
import math
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "examples" / "brain"
CELLS, DRIVE = 4000, 0.4  # nA

EQUATIONS = """
dv/dt = (gl*(el - v) + ge*(ee - v) + gi*(ei - v) - gna*m*m*m*h*(v - ena) - gk*n*n*n*n*(v - ek) + drive)/c : volt
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1
dn/dt = an*(1 - n) - bn*n : 1
dge/dt = -ge/(5*ms) : siemens
dgi/dt = -gi/(10*ms) : siemens
u = (v - vt)/mV : 1
am = 1.28/exprel((13 - u)/4)/ms : Hz
bm = 1.4/exprel((u - 40)/5)/ms : Hz
ah = 0.128*exp((17 - u)/18)/ms : Hz
bh = 4/(1 + exp((40 - u)/5))/ms : Hz
an = 0.16/exprel((15 - u)/5)/ms : Hz
bn = 0.5*exp((10 - u)/40)/ms : Hz
"""

ONE_CELL = """
dt: 0.1ms
duration: 500ms
cells:
  traub:
    area: 20000um^2
    capacitance: 1uF/cm^2
    leak: {conductance: 50uS/cm^2, reversal: -60mV}
    start: -65mV
    channels: {na: {device: FOLDER/traub_na.va}, k: {device: FOLDER/traub_k.va}}
groups: {one: {cell: traub}}
electrodes: [{group: one, current: {value: DRIVEnA}}]
record: {v: {group: one, every: 0.1ms}}
"""


def space_of(b):
    area = 20000 * b.umetre**2
    density = b.siemens / b.cm**2 * area
    return dict(c=area * b.ufarad / b.cm**2, gl=5e-5 * density, gna=0.1 * density, gk=0.03 * density, el=-60 * b.mV,
                ek=-90 * b.mV, ena=50 * b.mV, vt=-63 * b.mV, ee=0 * b.mV, ei=-80 * b.mV, drive=0 * b.nA)


def irregularity(intervals_of):
    """Mean coefficient of variation of the intervals of those cells that have three or more."""
    found = []
    for times in intervals_of:
        steps = [y - x for x, y in zip(times, times[1:])]
        if len(steps) >= 3:
            found.append(statistics.pstdev(steps) / statistics.mean(steps))
    return statistics.mean(found)


def by_cell(cells, times):
    found = [[] for _ in range(CELLS)]
    for k, t in zip(cells, times):
        found[k].append(t)
    return found


def brian_runs(b, runs, dt):
    """CPU time (s), spikes and coefficient of variation of each run."""
    b.defaultclock.dt = dt * b.ms
    with tempfile.TemporaryDirectory() as folder:
        b.set_device("cpp_standalone", build_on_run=False)
        space = space_of(b)
        p = b.NeuronGroup(CELLS, EQUATIONS, threshold="v > -20*mV", refractory="v > -20*mV", method="exponential_euler",
                          namespace=space)
        p.v = "el + (randn()*5 - 5)*mV"
        p.ge = "(randn()*1.5 + 4)*10*nS"
        p.gi = "(randn()*12 + 20)*10*nS"
        network = b.Network(p)
        for group, act in ((p[:3200], "ge += 6*nS"), (p[3200:], "gi += 67*nS")):
            synapses = b.Synapses(group, p, on_pre=act)
            synapses.connect(p=0.02)
            network.add(synapses)
        spikes = b.SpikeMonitor(p)
        network.add(spikes)
        b.device.insert_code("before_network_run", "const clock_t cpu_before = clock();")
        b.device.insert_code("after_network_run", "{ std::ofstream cpu(\"cpu.txt\"); "
                             "cpu << double(clock() - cpu_before)/CLOCKS_PER_SEC; }")
        network.run(1 * b.second)
        b.device.build(directory=folder, run=False)
        found = []
        for _ in range(runs):
            b.device.run(folder, with_output=False)
            cpu = float(pathlib.Path(folder, "cpu.txt").read_text())
            i, t = (list(b.device.get_value(spikes.variables[x])) for x in "it")
            found.append((cpu, len(i), irregularity(by_cell(i, t))))
        b.device.reinit()
        b.set_device("runtime")
    return found


def hysteron(program, experiment, *options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [program, "brain", "run", str(experiment), "--threads", "1", "--json", *options]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(done.stderr.decode())
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, json.loads(done.stdout)


def columns(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))[1:]
    return [[float(x) for x in column] for column in zip(*rows)]


def our_runs(program, runs):
    example, found = EXAMPLE / "cobahh.yaml", []
    hysteron(program, example, "--duration", "0.1ms")  # compiles
    for seed in range(1, runs + 1):
        idle = min(hysteron(program, example, "--duration", "0.1ms")[0] for _ in range(2))
        cpu = hysteron(program, example, "--seed", str(seed))[0] - idle
        with tempfile.TemporaryDirectory() as folder:
            hysteron(program, example, "--seed", str(seed), "-o", folder, "--format", "csv")
            trains = []
            for group, first in (("e", 0), ("i", 3200)):
                t, cells = columns(os.path.join(folder, f"spikes_{group}.csv"))[:2]
                trains += [(first + int(k), x) for k, x in zip(cells, t)]
        found.append((cpu, len(trains), irregularity(by_cell(*zip(*trains)))))
    return found


def rises(v, dt):
    return [dt * (k - 1 + (-20 - v[k - 1]) / (v[k] - v[k - 1])) for k in range(1, len(v)) if v[k - 1] < -20 <= v[k]]


def exprel(x):
    return 1 + x / 2 if abs(x) < 1e-8 else math.expm1(x) / x


def rate_of(y):
    """mV, ms; 200 pF."""
    v, m, h, n = y
    u = v + 63
    i = 10 * (-60 - v) - 20000 * m**3 * h * (v - 50) - 6000 * n**4 * (v + 90) + 1000 * DRIVE  # pA
    return (i / 200, 1.28 / exprel((13 - u) / 4) * (1 - m) - 1.4 / exprel((u - 40) / 5) * m,
            0.128 * math.exp((17 - u) / 18) * (1 - h) - 4 / (1 + math.exp((40 - u) / 5)) * h,
            0.16 / exprel((15 - u) / 5) * (1 - n) - 0.5 * math.exp((10 - u) / 40) * n)


def start_of(v):
    low, high = rate_of((v, 0, 0, 0)), rate_of((v, 1, 1, 1))
    return [v] + [a / (a - b) for a, b in zip(low[1:], high[1:])]


def exact_trace(duration, dt):
    y, trace = start_of(-65.0), []
    for _ in range(round(duration / dt)):
        trace.append(y[0])
        a = rate_of(y)
        b = rate_of([x + dt / 2 * k for x, k in zip(y, a)])
        c = rate_of([x + dt / 2 * k for x, k in zip(y, b)])
        d = rate_of([x + dt * k for x, k in zip(y, c)])
        y = [x + dt / 6 * (p + 2 * q + 2 * r + s) for x, p, q, r, s in zip(y, a, b, c, d)]
    return trace


def brian_trace(b):
    b.prefs.codegen.target = "numpy"
    space = space_of(b)
    space["drive"] = DRIVE * b.nA
    b.defaultclock.dt = 0.1 * b.ms
    p = b.NeuronGroup(1, EQUATIONS, method="exponential_euler", namespace=space)
    p.v, p.m, p.h, p.n = [x * (b.mV if k == 0 else 1) for k, x in enumerate(start_of(-65.0))]
    record = b.StateMonitor(p, "v", record=True)
    b.Network(p, record).run(500 * b.ms)
    return list(record.v[0] / b.mV)


def our_trace(program):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "one.yaml")
        path.write_text(ONE_CELL.replace("FOLDER", str(EXAMPLE)).replace("DRIVE", str(DRIVE)))
        hysteron(program, path, "-o", folder, "--format", "csv")
        return [1e3 * x for x in columns(os.path.join(folder, "v.csv"))[1]]


def one_cell(b, program):
    exact = rises(exact_trace(500, 0.005), 0.005)
    print(f"one cell, {DRIVE:g} nA, 500 ms: {len(exact)} spikes, the last at {exact[-1]:.3f} ms")
    for name, trace in (("hysteron", our_trace(program)), ("Brian2", brian_trace(b))):
        found = rises(trace, 0.1)
        error = found[-1] - exact[-1] if len(found) == len(exact) else math.nan
        period = (found[-1] - found[0]) / (len(found) - 1) * (len(exact) - 1) / (exact[-1] - exact[0]) - 1
        print(f"  {name:9} {len(found)} spikes, the last {error:+.3f} ms, intervals {100 * period:+.3f} %")


def show(name, found, dt):
    cpu, counts = min(x[0] for x in found), [x[1] for x in found]
    rates, cv = ", ".join(f"{n / CELLS:.2f}" for n in counts), statistics.mean(x[2] for x in found)
    print(f"{name:14} {1e3 * dt:3g} us: {cpu:7.3f} s, {cpu * 1e6 * dt / CELLS:6.1f} ns a cell and step; "
          f"{rates} Hz, CV {cv:.3f}", flush=True)
    return cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hysteron")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    import brian2 as b
    b.BrianLogger.suppress_hierarchy("brian2")
    name = "Brian2 " + b.__version__
    ours = show("hysteron", our_runs(args.hysteron, args.runs), 0.1)
    theirs = show(name, brian_runs(b, args.runs, 0.1), 0.1)
    fine = show(name, brian_runs(b, 1, 0.025), 0.025)
    print(f"ratio {theirs / ours:.2f}, with the finer steps {fine / ours:.1f}")
    one_cell(b, args.hysteron)


if __name__ == "__main__":
    main()
