#!/usr/bin/env python3
"""Mechanisms of tests/io/data/nmodl in NEURON and, imported, in hysteron: the same steps of the clamped potential.

    python3 bench/nmodl_vs_neuron.py [path/to/hysteron]

Needs NEURON (pip install neuron) with nrnivmodl, and a C compiler.  Prints the greatest difference of current and
states over their own greatest value; fails above 1e-6.  The membrane has 1e14 uF/cm2, so that NEURON's potential stays
where it is put; NEURON integrates with CVODE at 1e-10, TABLEs switched off.
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/io/data/nmodl"
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
}

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


def run_neuron(folder, name, celsius):
    import json

    states, currents = MECHANISMS[name]
    request = json.dumps([name, states, currents, STEPS, HOLD, SAMPLES, celsius])
    done = subprocess.run([sys.executable, "-c", NEURON, request], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


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


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/hysteron"
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for mechanism in MECHANISMS:
            (folder / f"{mechanism}.mod").write_text((DATA / f"{mechanism}.mod").read_text())
        nrnivmodl = pathlib.Path(sys.executable).parent / "nrnivmodl"
        env = dict(os.environ, PATH=f"{nrnivmodl.parent}:{os.environ['PATH']}")
        subprocess.run([nrnivmodl, "."], cwd=folder, check=True, capture_output=True, env=env)
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
    return 0 if worst < 1e-6 else 1


if __name__ == "__main__":
    sys.exit(main())
