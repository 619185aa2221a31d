#!/usr/bin/env python3
"""One fit in hysteron and in SciPy: the model of Yakopcic, eight parameters, a noisy loop.

usage: fit_vs_scipy.py HYSTERON [--points N] [--generations G]

SciPy: differential evolution over the same windows, driving solve_ivp (RK45, rtol 1e-4, no step above a fortieth of
the period) of the same equations.  As a full search takes SciPy long, G generations are timed (default 2), and the
time of the whole is that of a curve times hysteron's number of curves.  Wall times.  Most of hysteron's curves have
the 500 points of its global search; SciPy's have all, but its time goes into the steps of solve_ivp, which do not
depend on them."""
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import differential_evolution

TRUTH = {"a1": 0.17, "a2": 0.17, "b": 2.0, "Vp": 0.16, "Vn": 0.15, "Ap": 4000.0, "An": 4000.0, "x0": 0.11}
HELD = {"xp": 0.3, "xn": 0.5, "alphap": 1.0, "alphan": 5.0}
WINDOWS = [(-4, 2), (-4, 2), (-3, 1.3), (0, 0.54), (0, 0.54), (-1.4, 8.6), (-1.4, 8.6), (0, 1)]
LOGS = [True, True, True, False, False, True, True, False]


def make(program, points, folder):
    path = os.path.join(folder, "clean.csv")
    command = [program, "iv", "yakopcic", "--wave", "sine:0.45V,100Hz", "--cycles", "1", "--points", str(points),
               "--rtol", "1e-8", "-o", path, "--set", "b=2"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    names = [cell.split("[")[0] for cell in rows[0]]
    columns = [names.index(name) for name in ("time", "v", "i")]
    data = np.array([[float(row[c]) for c in columns] for row in rows[1:]])
    draw = random.Random(1)
    most = max(abs(data[:, 2]))
    data[:, 2] += [0.01 * most * draw.gauss(0, 1) for _ in data]
    noisy = os.path.join(folder, "noisy.csv")
    with open(noisy, "w") as file:
        file.write("time[s],v[V],i[A]\n")
        file.writelines("%.12g,%.12g,%.12g\n" % tuple(row) for row in data)
    return noisy, data


def curve(z, data):
    a1, a2, b, vp, vn, ap, an, x0 = [10**v if is_log else v for v, is_log in zip(z, LOGS)]
    xp, xn, alphap, alphan = HELD["xp"], HELD["xn"], HELD["alphap"], HELD["alphan"]
    t, v = data[:, 0], data[:, 1]

    def rate(time_now, y):
        u = np.interp(time_now, t, v)
        x = min(max(y[0], 0.0), 1.0)
        g = ap*(math.exp(u) - math.exp(vp)) if u > vp else -an*(math.exp(-u) - math.exp(vn)) if u < -vn else 0.0
        if u > 0:
            f = math.exp(-alphap*(x - xp))*((xp - x)/(1 - xp) + 1) if x >= xp else 1.0
        else:
            f = math.exp(alphan*(x + xn - 1))*x/(1 - xn) if x <= 1 - xn else 1.0
        return [g*f]

    run = solve_ivp(rate, (t[0], t[-1]), [x0], t_eval=t, rtol=1e-4, atol=1e-6, max_step=(t[-1] - t[0])/40)
    x = np.clip(run.y[0], 0, 1) if run.success else np.full(len(t), np.nan)
    return np.where(v >= 0, a1, a2)*x*np.sinh(b*v)


def main():
    program = sys.argv[1]
    points = int(sys.argv[sys.argv.index("--points") + 1]) if "--points" in sys.argv else 10000
    generations = int(sys.argv[sys.argv.index("--generations") + 1]) if "--generations" in sys.argv else 2
    with tempfile.TemporaryDirectory() as folder:
        noisy, data = make(program, points, folder)
        command = [program, "fit", noisy, "--model", "yakopcic", "--free", ",".join(TRUTH), "--json"]
        for name, value in HELD.items():
            command += ["--fix", "%s=%g" % (name, value)]
        begin = time.time()
        ours = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        seconds = time.time() - begin
    print("hysteron: %.2f s, %d curves, rms %.4g of the largest current (noise 0.01)"
          % (seconds, ours["evaluations"], ours["rms_relative"]))
    for p in ours["parameters"]:
        print("  %-4s %.5g  [%s, %s]  truth %g" % (p["name"], p["value"], p["low"], p["high"], TRUTH[p["name"]]))
    count = [0]
    most = max(abs(data[:, 2]))

    def cost(z):
        count[0] += 1
        r = (curve(z, data) - data[:, 2])/most
        total = float(np.sum(r*r))
        return total if math.isfinite(total) else 1e300

    begin = time.time()
    found = differential_evolution(cost, WINDOWS, maxiter=generations, popsize=4, polish=False, seed=1, tol=0)
    theirs = time.time() - begin
    each = theirs/count[0]
    print("SciPy: %d curves in %.1f s, %.1f ms each; rms after them %.4g"
          % (count[0], theirs, 1e3*each, math.sqrt(found.fun/len(data))))
    whole = each*ours["evaluations"]
    print("ratio: %.0f (as many curves in SciPy: %.0f s)" % (whole/seconds, whole))
    print("ratio with 20000 curves, a usual search in SciPy: %.0f" % (each*20000/seconds))


if __name__ == "__main__":
    main()
