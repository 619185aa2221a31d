#!/usr/bin/env python3
"""Mechanisms of tests/io/data/nmodl in NEURON and, imported, in hysteron.

    python3 bench/nmodl_vs_neuron.py [path/to/hysteron]

Needs NEURON (pip install neuron) with nrnivmodl, and a C compiler.  NEURON integrates with CVODE at 1e-10, TABLEs
switched off; hysteron at 1e-8 to 1e-7.

Voltage clamp: ten steps at three temperatures; the greatest difference of current and states over their own greatest
value; fails above 1e-6.  NEURON's membrane has 1e14 uF/cm2, so that its potential stays where it is put.

Current clamp: cells of 1 cm2 and 1 uF/cm2 whose channels are several mechanisms, as a netlist here; the greatest
difference of the times at which V rises through -20 mV, and of V a 25 us; fails above 1e-5 ms or 0.002 mV.

Synapses in a brain: examples/brain/synapses.yaml, with its fixed steps of 5 us, and of 1 us; fails above 0.05 mV, or
where a fifth of the step leaves more than a fifteenth of the difference (second order: a 25th).
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/io/data/nmodl"
EXAMPLES = ROOT / "examples/brain"
STEPS = [-65, -100, -40, -20, 0, 60, -80, 20, -55, -65]  # mV
HOLD = 8.0  # ms
SAMPLES = [0.05, 0.5, 2.0, 7.9]  # ms after each step
TEMPERATURES = [6.3, 24.0, 36.0]  # degC
MECHANISMS = {  # what is compared: states, currents
    "squid": (["m", "h", "n"], ["ina", "ik", "il"]),
    "leak": ([], ["i"]),
    "atype": (["n", "l"], ["ik"]),
    "mtype": (["u"], ["ik"]),
    "cat": (["m", "h"], ["ica"]),
    "kca": (["o"], ["ik"]),
    "ih": (["m"], ["i"]),
    "nakin": (["c1", "c2", "o"], ["ina"]),
    "chain": (["c1", "c2", "c3", "o"], ["ik"]),
}
CELLS = {  # mechanisms, degC, uA/cm2 from 5 ms on
    "squid": (["squid"], 6.3, 10.0),
    "many": (["squid", "atype", "mtype", "ih", "nakin", "chain"], 12.0, 20.0),
    "calcium": (["squid", "cat", "capool", "kca"], 18.0, 15.0),
    "shells": (["squid", "cat", "shells", "kca"], 18.0, 15.0),
}
SAMPLE = 0.025  # ms
LAST = 80.0  # ms
MOST_MS, MOST_MV = 1e-5, 2e-3

NEURON = """
import json, sys
from neuron import h
h.load_file("stdrun.hoc")
name, states, currents, steps, hold, samples, celsius = json.loads(sys.argv[1])
soma = h.Section(name="soma")
soma.L = soma.diam = 100
soma.cm = 1e14
soma.insert(name)
if hasattr(h, "usetable_" + name):
    setattr(h, "usetable_" + name, 0)
h.celsius = celsius
cvode = h.CVode()
cvode.active(1)
cvode.rtol(1e-10)
cvode.atol(1e-12)
seg = soma(0.5)
h.finitialize(steps[0])
out = []
for k, v in enumerate(steps):
    if k:
        seg.v = v
        cvode.re_init()
    for s in samples:
        cvode.solve(k * hold + s)
        h.fcurrent()
        mech = getattr(seg, name)
        get = lambda c: getattr(mech, c) if hasattr(mech, c) else getattr(seg, c)
        # The capacitance is huge, not infinite.
        assert abs(seg.v - v) < 1e-6
        out.append([getattr(mech, x) for x in states] + [sum(get(c) for c in currents)])
    cvode.solve((k + 1) * hold)
print(json.dumps(out))
"""


NEURON_CELL = """
import json, sys
from neuron import h
h.load_file("stdrun.hoc")
names, celsius, amplitude, sample, last = json.loads(sys.argv[1])
soma = h.Section(name="soma")
soma.L = soma.diam = 100
soma.cm = 1
for name in names:
    soma.insert(name)
    if hasattr(h, "usetable_" + name):
        setattr(h, "usetable_" + name, 0)
h.celsius = celsius
pools = {"capool", "shells"} & set(names)
if pools:
    h.cai0_ca_ion = 1e-4
clamp = h.IClamp(soma(0.5))
clamp.delay, clamp.dur = 5, 1e9
clamp.amp = amplitude * 1e-5 * soma(0.5).area()  # uA/cm2 of um2, in nA
cvode = h.CVode()
cvode.active(1)
cvode.rtol(1e-10)
cvode.atol(1e-12)
h.finitialize(-65)
out = [[soma(0.5).v, soma(0.5).cai if pools else 0.0]]
for k in range(1, round(last / sample) + 1):
    cvode.solve(k * sample)
    out.append([soma(0.5).v, soma(0.5).cai if pools else 0.0])
print(json.dumps(out))
"""


NEURON_SYNAPSES = """
import json, math, sys
from neuron import h
h.load_file("stdrun.hoc")
name, step, last = json.loads(sys.argv[1])
soma = h.Section(name="soma")
soma.L = soma.diam = math.sqrt(1000 / math.pi)
soma.cm = 1
soma.insert("hh")
h.usetable_hh = 0
h.celsius = 6.3
soma.gl_hh, soma.el_hh = 0.0003, -54.3
ampa, nmda = h.Ampa(soma(0.5)), h.Nmda(soma(0.5))
ampa.tau2 = 3
inputs = [h.NetCon(None, ampa), h.NetCon(None, nmda)]
inputs[0].weight[0], inputs[1].weight[0] = 1.5e-3, 2e-3
for c in inputs:
    c.delay = 0
cvode = h.CVode()
cvode.active(1)
cvode.rtol(1e-10)
cvode.atol(1e-12)
h.finitialize(-65)
for t in (6, 26, 30):
    for c in inputs:
        c.event(t)
out = [soma(0.5).v]
for k in range(1, round(last / step) + 1):
    cvode.solve(k * step)
    out.append(soma(0.5).v)
print(json.dumps(out))
"""


def ask_neuron(folder, script, request):
    done = subprocess.run([sys.executable, "-c", script, json.dumps(request)], cwd=folder, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        sys.exit(f"{request[0]}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def run_neuron(folder, name, celsius):
    states, currents = MECHANISMS[name]
    return ask_neuron(folder, NEURON, [name, states, currents, STEPS, HOLD, SAMPLES, celsius])


def run_hysteron(program, folder, name, celsius):
    model, wave, out = folder / f"{name}.va", folder / "steps.csv", folder / f"{name}.csv"
    with open(wave, "w") as f:
        f.write("time[s],v[V]\n")
        for k, v in enumerate(STEPS):
            start = 1e-3 * k * HOLD
            # A step takes 1 ps.
            f.write(f"{start + (1e-12 if k else 0):.16g},{1e-3 * v}\n{1e-3 * (k + 1) * HOLD:.16g},{1e-3 * v}\n")
    subprocess.run([program, "device", "import", DATA / f"{name}.mod", "-o", model], check=True, capture_output=True)
    points = round(len(STEPS) * HOLD / 0.05)
    # Tighter than some steps allow: then less tight.
    for rtol in ("1e-8", "3e-8", "1e-7"):
        done = subprocess.run([program, "iv", model, "--wave", f"csv:{wave}", "--cycles", "1", "--points", str(points),
                               "--temp", f"{celsius}degC", "--rtol", rtol, "-o", out], check=False, capture_output=True)
        if done.returncode == 0:
            break
    else:
        sys.exit(f"{name}: {done.stderr.decode()}")
    with open(out) as f:
        rows = list(csv.DictReader(line for line in f if not line.startswith("#")))
    times = [1e3 * float(r["time[s]"]) for r in rows]
    result = []
    for k in range(len(STEPS)):
        for s in SAMPLES:
            best = min(range(len(times)), key=lambda i: abs(times[i] - k * HOLD - s))
            assert abs(times[best] - k * HOLD - s) < 1e-9, (times[best], k * HOLD + s)
            row = rows[best]
            states = [float(next(row[c] for c in row if c.startswith(f"{x}_"))) for x in MECHANISMS[name][0]]
            result.append(states + [1e3 * float(row["i[A]"])])  # 1 cm2: A to mA/cm2
    return result


# Calcium's current flows through vca, which tells the pool of it; concentrations are nodes, 1 V for 1 mM.
DECK = {
    "cat": "Vca v vca 0\nXcat vca 0 cai cao cat\nVcao cao 0 2\n",
    "capool": "Hica ica 0 Vca 1000\nXpool v 0 ica cai capool\n",
    "shells": "Hica ica 0 Vca 1000\nXpool v 0 cai ica shells cai_init=1e-4\n",
    "kca": "Xkca v 0 cai kca cai_init=1e-4\n",
}


def sim_hysteron(program, folder, name):
    names, celsius, amplitude = CELLS[name]
    deck = f"cell\nCm v 0 1u\nIext 0 v pulse(0 {amplitude}u 5m 1p 1p 1)\n"
    for mechanism in names:
        model = f"{mechanism}.va"
        subprocess.run([program, "device", "import", DATA / f"{mechanism}.mod", "-o", folder / model, "--ion-ports"],
                       check=True, capture_output=True)
        deck += f'.hdl "{model}"\n' + DECK.get(mechanism, f"X{mechanism} v 0 {mechanism}\n")
    deck += f".temp {celsius}\n.options vntol=1e-12 abstol=1e-15\n.ic v(v)=-65m\n.tran {SAMPLE}m {LAST}m uic\n.end\n"
    (folder / "cell.cir").write_text(deck)
    subprocess.run([program, "sim", folder / "cell.cir", "-o", folder / "out", "--rtol", "1e-9"], check=True,
                   capture_output=True)
    with open(folder / "out/tran1.csv") as f:
        rows = list(csv.DictReader(line for line in f if not line.startswith("#")))
    times = [1e3 * float(r["time[s]"]) for r in rows]
    result = []
    at = 0
    for k in range(round(LAST / SAMPLE) + 1):
        while times[at] < k * SAMPLE - 1e-7:
            at += 1
        assert abs(times[at] - k * SAMPLE) < 1e-7, (times[at], k * SAMPLE)
        result.append([1e3 * float(rows[at]["v(v)[V]"]), float(rows[at].get("v(cai)[V]", 0.0))])
    return result


def spikes(trace):
    """Rises through -20 mV: the root of the cubic through four samples, by bisection."""
    found = []
    for k in range(2, len(trace) - 1):
        if trace[k - 1][0] < -20 <= trace[k][0]:
            y = [trace[k + i][0] + 20 for i in (-2, -1, 0, 1)]

            def cubic(x, y=y):
                return (-y[0] * x * (x - 1) * (x - 2) / 6 + y[1] * (x + 1) * (x - 1) * (x - 2) / 2
                        - y[2] * (x + 1) * x * (x - 2) / 2 + y[3] * (x + 1) * x * (x - 1) / 6)

            low, high = 0.0, 1.0
            for _ in range(50):
                middle = (low + high) / 2
                low, high = (middle, high) if cubic(middle) < 0 else (low, middle)
            found.append((k - 1 + low) * SAMPLE)
    return found


def compare_cells(program, folder):
    good = True
    print(f"{'cell':10} {'degC':>6} {'spikes':>7} {'time ms':>12} {'V mV':>12} {'cai':>12}")
    for name, (names, celsius, amplitude) in CELLS.items():
        theirs = ask_neuron(folder, NEURON_CELL, [names, celsius, amplitude, SAMPLE, LAST])
        ours = sim_hysteron(program, folder, name)
        a, b = spikes(ours), spikes(theirs)
        if len(a) != len(b) or not a:
            sys.exit(f"{name}: {len(a)} spikes, {len(b)} in NEURON")
        late = max(abs(x - y) for x, y in zip(a, b))
        away = max(abs(x[0] - y[0]) for x, y in zip(ours, theirs))
        cai = max(abs(x[1] - y[1]) for x, y in zip(ours, theirs)) / max(max(abs(y[1]) for y in theirs), 1e-9)
        good &= late < MOST_MS and away < MOST_MV
        print(f"{name:10} {celsius:6} {len(a):7} {late:12.2e} {away:12.2e} {cai:12.2e}")
    return good


def compare_synapses(program, folder):
    step, last = 0.005, 60.0  # ms
    theirs = ask_neuron(folder, NEURON_SYNAPSES, ["synapses", step, last])
    text = (EXAMPLES / "synapses.yaml").read_text()
    away = []
    for dt in ("5us", "1us"):
        (folder / "synapses.yaml").write_text(text.split("expected:")[0].replace("dt: 5us", f"dt: {dt}"))
        out = folder / f"brain{dt}"
        subprocess.run([program, "brain", "run", folder / "synapses.yaml", "-o", out, "--format", "csv"], check=True,
                       capture_output=True)
        with open(out / "v.csv") as f:
            rows = list(csv.DictReader(line for line in f if not line.startswith("#")))
        worst = 0.0
        for row in rows:
            k = 1e3 * float(row["time[s]"]) / step
            if abs(k - round(k)) < 1e-6:
                worst = max(worst, abs(1e3 * float(row["v[V]"]) - theirs[round(k)]))
        away.append(worst)
    print(f"synapses in a brain: V differs by {away[0]:.2e} mV at steps of 5 us, {away[1]:.2e} at 1 us")
    return away[0] < 0.05 and away[1] < away[0] / 15


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/hysteron"
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file in [*DATA.glob("*.mod"), *DATA.glob("*.inc"), EXAMPLES / "ampa.mod", EXAMPLES / "nmda.mod"]:
            (folder / file.name).write_text(file.read_text())
        nrnivmodl = pathlib.Path(sys.executable).parent / "nrnivmodl"
        env = dict(os.environ, PATH=f"{nrnivmodl.parent}:{os.environ['PATH']}")
        subprocess.run([nrnivmodl, "."], cwd=folder, check=True, capture_output=True, env=env)
        fires = compare_cells(program, folder)
        fires &= compare_synapses(program, folder)
        print(f"{'mechanism':10} {'degC':>6} {'difference':>12}")
        for mechanism in MECHANISMS:
            for celsius in TEMPERATURES:
                theirs = run_neuron(folder, mechanism, celsius)
                ours = run_hysteron(program, folder, mechanism, celsius)
                scale = [max(abs(row[k]) for row in theirs) for k in range(len(theirs[0]))]
                away = max(abs(a - b) / s for x, y in zip(ours, theirs) for a, b, s in zip(x, y, scale))
                worst = max(worst, away)
                print(f"{mechanism:10} {celsius:6} {away:12.2e}")
    print(f"greatest difference {worst:.2e}")
    return 0 if worst < 1e-6 and fires else 1


if __name__ == "__main__":
    sys.exit(main())
