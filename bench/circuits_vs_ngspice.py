#!/usr/bin/env python3
"""Circuits in hysteron and in ngspice, side by side: processor time, memory, error, ratio.

usage: circuits_vs_ngspice.py HYSTERON [--large] [--runs N]

Crossbars of VTEAM memristors with wire resistance (N x N, 1 us of writes and reads), lines of neuristors (M
stages of two thermal threshold switches, 2 us) and chains of Hodgkin-Huxley compartments (20 ms), written here
as netlists that both programs read.  Every program is timed as a whole process, user and system time, median of
the runs, the two in turn.  Error: largest difference of the saved quantities, relative to their largest
magnitude, from hysteron at rtol 1e-8, on ngspice's points.  --large adds the sizes at which ngspice takes
minutes."""
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "circuit"))
from compare_ngspice import interpolate, read_raw, variable  # noqa: E402

VTEAM = """.subckt vteam te be w w0=0.5
.param ron=1k roff=300k von=-1.5 voff=0.3 kon=-216.2 koff=0.091 d=3n
Cw w 0 1n ic={w0}
Bw 0 w I = 1n*( V(te,be)>{voff} ? {koff/d}*(V(te,be)/{voff}-1)^4*(V(w)<1 ? 1-max(V(w),0)^4 : 0) : (V(te,be)<{von} ?
+ {kon/d}*(V(te,be)/{von}-1)^4*(V(w)>0 ? 1-(1-min(V(w),1))^4 : 0) : 0) )
Bm te be I = V(te,be)/({ron}+({roff}-{ron})*V(w))
.ends"""


def pwl(name, node, points):
    return "%s %s 0 pwl(%s)" % (name, node, " ".join("%gn %g" % p for p in points))


def pulse(start, volts):
    return [(start, 0), (start + 5, volts), (start + 95, volts), (start + 100, 0)]


def crossbar(n):
    """V/2 writes of two corner cells and three reads of all columns; 2 ohm a segment."""
    draw = random.Random(7)
    lines = ["crossbar %d x %d" % (n, n), VTEAM]
    for i in range(n):
        points = [(0, 0)] + (pulse(50, -1.0) if i == 0 else []) + (pulse(250, 0.25) if i == n - 1 else [])
        for k in range(3):
            if draw.random() < 0.5:
                points += pulse(450 + 200 * k, 0.2)
        lines += [pwl("Vr%d" % i, "r%d" % i, points), "Rr%d r%d w%d_0 2" % (i, i, i)]
    for j in range(n):
        points = [(0, 0)] + (pulse(50, 1.0) if j == 0 else []) + (pulse(250, -0.25) if j == n - 1 else [])
        lines += [pwl("Vc%d" % j, "c%d" % j, points), "Rc%d b%d_%d c%d 2" % (j, n - 1, j, j)]
    for i in range(n):
        for j in range(n):
            if j < n - 1:
                lines.append("Rw%d_%d w%d_%d w%d_%d 2" % (i, j, i, j, i, j + 1))
            if i < n - 1:
                lines.append("Rb%d_%d b%d_%d b%d_%d 2" % (i, j, i, j, i + 1, j))
            lines.append("X%d_%d w%d_%d b%d_%d s%d_%d vteam w0=%.4f" % (i, j, i, j, i, j, i, j, draw.uniform(.05, .95)))
    return lines + [".save v(s0_0) v(s%d_%d) i(vc0) i(vc1)" % (n - 1, n - 1), ".options reltol=1e-3",
                    ".tran 1n 1u 0 2n uic"]


def neuristors(m):
    g = "({goff}+({gon-goff})/(1+exp(-(V(th)-{dtc})/{w})))"
    lines = ["neuristor line of %d stages" % m, ".subckt mott p n th",
             ".param goff=3.3478e-5 gon=2.33645e-3 dtc=40 w=2.14 rth=8.961e5", "Bm p n I = V(p,n)*" + g,
             "Cth th 0 5.91f ic=0", "Bt 0 th I = V(p,n)*V(p,n)*" + g + " - V(th)/{rth}", ".ends",
             ".subckt stage in out vp vn", "R1 in a 4105", "C1 a 0 15.52p ic=0", "X1 a vn t1 mott", "R2 a out 4123",
             "C2 out 0 2.461p ic=0", "X2 vp out t2 mott", ".ends", "Vp vp 0 0.838", "Vn vn 0 -0.838",
             "Vin o0 0 pulse(0.1 0.9 0.5u 1n 1n 150n 100u)"]
    lines += ["X%d o%d o%d vp vn stage" % (k, k, k + 1) for k in range(m)]
    return lines + [".save v(o1) v(o%d) v(o%d)" % (min(m, 5), min(m, 10)), ".options reltol=1e-3",
                    ".tran 1n 2u 0 0.5n uic"]


def axons(m):
    lines = ["chain of %d Hodgkin-Huxley compartments" % m, ".subckt hh v", "Cm v 0 1u ic=-65m",
             "Bna v 0 I = 120m*V(m)*V(m)*V(m)*V(h)*(V(v)-50m)", "Bk v 0 I = 36m*V(n)*V(n)*V(n)*V(n)*(V(v)+77m)",
             "Bl v 0 I = 0.3m*(V(v)+54.387m)", "Cmm m 0 1n ic=0.0529", "Chh h 0 1n ic=0.5961", "Cnn n 0 1n ic=0.3177",
             "Bm 0 m I = 1u*((abs(V(v)*1k+40)<1e-4 ? 1 : 0.1*(V(v)*1k+40)/(1-exp(-(V(v)*1k+40)/10)))*(1-V(m))"
             " - 4*exp(-(V(v)*1k+65)/18)*V(m))",
             "Bh 0 h I = 1u*(0.07*exp(-(V(v)*1k+65)/20)*(1-V(h)) - V(h)/(1+exp(-(V(v)*1k+35)/10)))",
             "Bn 0 n I = 1u*((abs(V(v)*1k+55)<1e-4 ? 0.1 : 0.01*(V(v)*1k+55)/(1-exp(-(V(v)*1k+55)/10)))*(1-V(n))"
             " - 0.125*exp(-(V(v)*1k+65)/80)*V(n))", ".ends", "I1 0 v0 pulse(0 200u 1m 10u 10u 0.5m 10m)"]
    for k in range(m):
        lines.append("X%d v%d hh" % (k, k))
        if k < m - 1:
            lines.append("Ra%d v%d v%d 100" % (k, k, k + 1))
    return lines + [".save v(v0) v(v%d)" % min(m - 1, 5), ".options reltol=1e-3 abstol=1e-10 vntol=1e-6",
                    ".tran 25u 20m 0 25u uic"]


def timed(command, folder):
    """CPU seconds and peak MiB of a child."""
    child = subprocess.Popen(["/usr/bin/env"] + command, cwd=folder, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median(values):
    return sorted(values)[len(values) // 2]


def error(reference, run):
    worst = 0.0
    x = [v for v in reference[1][reference[2][0]]]
    at = run[1][run[2][0]]
    for name in run[2][1:]:
        if variable(name) not in reference[1]:
            continue
        y = reference[1][variable(name)]
        scale, k = max(abs(v) for v in y) or 1.0, 0
        for t, v in zip(at, run[1][name]):
            line, k = interpolate(x, y, t, k)
            worst = max(worst, abs(line - v) / scale)
    return worst


def measure(hysteron, deck, runs):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "deck.cir"), "w", encoding="utf-8") as out:
            out.write("\n".join(deck + [".end", ""]))
        own = [hysteron, "sim", "deck.cir", "--format", "raw", "-o", "own"]
        peer = ["ngspice", "-b", "-r", "peer.raw", "deck.cir"]
        subprocess.run(own[:-1] + ["fine", "--rtol", "1e-8"], cwd=folder, stdout=subprocess.DEVNULL, check=False)
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(timed(own, folder))
            theirs.append(timed(peer, folder))
        fine = read_raw(os.path.join(folder, "fine", "results.raw"))[0]
        errors = [error(fine, read_raw(os.path.join(folder, name))[0]) for name in ("own/results.raw", "peer.raw")]
        return [median([t for t, _ in each]) for each in (ours, theirs)], [median([m for _, m in each])
                                                                          for each in (ours, theirs)], errors


def main():
    if not shutil.which("ngspice"):
        print("ngspice is not installed")
        return 1
    hysteron = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[sys.argv.index("--runs") + 1]) if "--runs" in sys.argv else 3
    cases = [("crossbar %d x %d" % (n, n), crossbar(n)) for n in (8, 16)]
    cases += [("neuristor line %d" % m, neuristors(m)) for m in (10, 100)]
    cases += [("Hodgkin-Huxley chain %d" % m, axons(m)) for m in (10, 100)]
    if "--large" in sys.argv:
        cases += [("crossbar 32 x 32", crossbar(32)), ("crossbar 64 x 64", crossbar(64)),
                  ("neuristor line 1000", neuristors(1000)), ("Hodgkin-Huxley chain 1000", axons(1000))]
    print("%-28s %20s %20s %8s %18s" % ("", "hysteron: s, MiB", "ngspice: s, MiB", "ratio", "errors"))
    for name, deck in cases:
        seconds, memory, errors = measure(hysteron, deck, 1 if "1000" in name or "64 x" in name else runs)
        print("%-28s %11.3f %8.0f %11.3f %8.0f %8.1f %9.1e %8.1e" %
              (name, seconds[0], memory[0], seconds[1], memory[1], seconds[1] / seconds[0], errors[0], errors[1]),
              flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
