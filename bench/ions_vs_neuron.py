#!/usr/bin/env python3
"""Cells whose calcium fills a shell beneath the membrane, in NEURON and in hysteron.

    python3 bench/ions_vs_neuron.py [path/to/hysteron [FOLDER]]

Needs NEURON (pip install neuron) with nrnivmodl, and a C compiler.  All cells have the channels of Hodgkin and Huxley
(NEURON's own hh, rates not from its table; hh_na and hh_k of the library), potassium channels that calcium opens (kca
of tests/io/data/nmodl, imported with --ion-ports here), and a shell of 0.1 um into which 5 % of the calcium goes that
flows (capool of the same place; here a shell of 2 um), from 0.1 uM and back to it in 80 ms.  Calcium comes through

    ohmic     ca_l of the library, which in NEURON is the mechanism below; eca follows cai
    imported  the same, but imported from that mechanism
    goldman   cat of tests/io/data/nmodl, whose driving force is that of Goldman, Hodgkin and Katz
    branched  as ohmic, in a soma and three dendrites with a fork; calcium in the dendrites alone

NEURON integrates with CVODE at 1e-10.  Told are the greatest differences of V, of calcium over its greatest value, and
of the times at which V rises through -20 mV; for fixed steps, which lose a factor of four with each halving, and for
adaptive ones at 1e-9.  NEURON's V (mV) and calcium (mM) each 25 us go into FOLDER; tests/brain/test_ion_neuron.c has
some of them.  Fails where adaptive steps differ by more than 4 uV, 5e-6 or 2e-5 ms.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/io/data/nmodl"
LAST = 100.0  # ms
SAMPLE = 0.025  # ms
RUNS = {"25 us": "dt: 25us\n", "12.5 us": "dt: 12.5us\n", "adaptive": "dt: 25us\nmethod: adaptive\ntolerance: 1e-9\n"}
MOST_MV, MOST_PART, MOST_MS = 4e-3, 5e-6, 2e-5

CAL = """
TITLE persistent calcium, Morris and Lecar
NEURON { SUFFIX cal USEION ca READ eca WRITE ica RANGE gbar }
PARAMETER { gbar = 2e-4 (S/cm2) }
ASSIGNED { v (mV) eca (mV) ica (mA/cm2) }
BREAKPOINT { ica = gbar*0.5*(1 + tanh((v + 1.2)/18))*(v - eca) }
"""

NEURON = """
import json, sys
from neuron import h
h.load_file("stdrun.hoc")
name, sample, last = json.loads(sys.argv[1])
h.celsius = 6.3
h.usetable_hh = 0
h.cai0_ca_ion, h.cao0_ca_ion = 1e-4, 2

def section(length, diameter, nseg, calcium):
    s = h.Section()
    s.L, s.diam, s.nseg, s.Ra, s.cm = length, diameter, nseg, 100, 1
    s.insert("hh")
    s.el_hh = -54.387
    for mechanism in [calcium, "capool", "kca"] if calcium else []:
        s.insert(mechanism)
    if calcium:
        s.gbar_kca = 0.002
    return s

if name == "branched":
    sections = [section(20, 20, 1, None), section(100, 4, 3, "cal"), section(150, 2, 3, "cal"),
                section(80, 1, 3, "cal")]
    sections[1].connect(sections[0](.5))
    sections[2].connect(sections[1](1))
    sections[3].connect(sections[1](1))
    clamped, seen = sections[0](.5), sections[2](.9)
    amplitude = .4
else:
    sections = [section(20, 1000/(20*3.141592653589793), 1, "cat" if name == "goldman" else "cal")]
    clamped = seen = sections[0](.5)
    amplitude = .2 if name == "goldman" else .1
clamp = h.IClamp(clamped)
clamp.delay, clamp.dur, clamp.amp = 5, 1e9, amplitude
cvode = h.CVode()
cvode.active(1)
cvode.rtol(1e-10)
cvode.atol(1e-12)
h.finitialize(-65)
out = [[clamped.v, seen.cai]]
for k in range(1, round(last/sample) + 1):
    cvode.solve(k*sample)
    out.append([clamped.v, seen.cai])
print(json.dumps(out))
"""

HYSTERON = """
{run}duration: {last}ms
temperature: 6.3degC
cells:
  cell:
{shape}
    leak: {{conductance: 0.3mS/cm^2, reversal: -54.387mV}}
    ions: {{ca: {{inside: 1e-4, outside: 2, depth: 2um, decay: 80ms}}}}
    channels:
      na: {{device: hh_na}}
      k: {{device: hh_k}}
      ca: {{device: {device}, ion: ca{set}, {density}}}
      kca: {{device: kca.va, set: [cai_init=1e-4, gbar=0.002S/cm^2], {density}}}
groups: {{mine: {{cell: cell}}}}
electrodes: [{{group: mine, current: {{start: 5ms, value: {amplitude}nA}}}}]
record:
  v: {{group: mine}}
  ca: {{group: mine, what: ca.inside, {seen}}}
"""
TREE = """    soma: 20um
    per_section: 3
    resistivity: 100ohm cm
    branches:
      - {length: 100um, diameter: 4um}
      - {length: 150um, diameter: 2um, parent: 1}
      - {length: 80um, diameter: 1um, parent: 1}"""
CASES = {  # the calcium channel
    "ohmic": ("ca_l", ", set: [g_bar=2S/m^2]"),
    "imported": ("cal.va", ""),
    "goldman": ("cat.va", ""),
    "branched": ("ca_l", ", set: [g_bar=2S/m^2]"),
}


def ask_neuron(folder, name):
    done = subprocess.run([sys.executable, "-c", NEURON, json.dumps([name, SAMPLE, LAST])], cwd=folder,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def run_hysteron(program, folder, name, run):
    device, settings = CASES[name]
    is_tree = name == "branched"
    text = HYSTERON.format(run=run, last=LAST, shape=TREE if is_tree else "    area: 1000um^2", device=device,
                           set=settings, amplitude={"branched": 0.4, "goldman": 0.2}.get(name, 0.1),
                           density="densities: {soma: 0, basal: 1}" if is_tree else "density: 1",
                           # the thicker tip: at a fork, sections go by the last branch first
                           seen="section: 3, at: 0.9" if is_tree else "compartment: 0")
    (folder / "cell.yaml").write_text(text)
    subprocess.run([program, "brain", "run", folder / "cell.yaml", "-o", folder / "out", "--format", "csv"],
                   check=True, stdout=subprocess.DEVNULL)
    found = []
    for record in ["v", "ca"]:
        with open(folder / "out" / f"{record}.csv") as f:
            rows = [row for row in csv.reader(line for line in f if not line.startswith("#"))][1:]
        found.append({round(1e9 * float(t)): float(y) for t, y in rows})
    return [[1e3 * found[0][t], found[1][t]] for t in sorted(found[0]) if t % round(1e6 * SAMPLE) == 0]


def rises(rows):
    v = [row[0] for row in rows]
    return [SAMPLE * (k + cross(v[k - 1 : k + 3])) for k in range(1, len(v) - 2) if v[k] < -20 <= v[k + 1]]


def cross(v):
    """Where the cubic through four samples, at -1, 0, 1, 2, is at -20 mV between the middle ones."""
    low, high = 0.0, 1.0
    for _ in range(60):
        x = 0.5 * (low + high)
        y = (-v[0] * x * (x - 1) * (x - 2) / 6 + v[1] * (x + 1) * (x - 1) * (x - 2) / 2 -
             v[2] * (x + 1) * x * (x - 2) / 2 + v[3] * (x + 1) * x * (x - 1) / 6)
        low, high = (x, high) if y < -20 else (low, x)
    return low


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "hysteron").resolve()
    agrees = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "cal.mod").write_text(CAL)
        for mechanism in ["cat", "kca", "capool"]:
            (folder / f"{mechanism}.mod").write_text((DATA / f"{mechanism}.mod").read_text())
        subprocess.run(["nrnivmodl"], cwd=folder, check=True, capture_output=True)
        for mechanism in ["cal", "cat", "kca"]:
            subprocess.run([program, "device", "import", folder / f"{mechanism}.mod", "-o", folder / f"{mechanism}.va",
                            "--ion-ports"], check=True, capture_output=True)
        print(f"{'cell':9} {'steps':9} spikes  {'V, mV':>9} {'calcium':>9} {'times, ms':>9}")
        for case in CASES:
            theirs = ask_neuron(folder, case)
            most = max(row[1] for row in theirs)
            if len(sys.argv) > 2:
                pathlib.Path(sys.argv[2], f"{case}.json").write_text(json.dumps(theirs))
            for steps, run in RUNS.items():
                ours = run_hysteron(program, folder, case, run)
                times = list(zip(rises(theirs), rises(ours)))
                away = [max(abs(a[0] - b[0]) for a, b in zip(theirs, ours)),
                        max(abs(a[1] - b[1]) for a, b in zip(theirs, ours)) / most,
                        max(abs(a - b) for a, b in times)]
                same = len(rises(theirs)) == len(rises(ours)) > 0
                print(f"{case:9} {steps:9} {len(rises(ours)):6}  {away[0]:9.2e} {away[1]:9.2e} {away[2]:9.2e}")
                if steps == "adaptive":
                    agrees &= same and away[0] < MOST_MV and away[1] < MOST_PART and away[2] < MOST_MS
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
