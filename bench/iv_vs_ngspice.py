#!/usr/bin/env python3
"""Single device, 10 periods of a sine: hysteron beside ngspice on the same equations, at equal measured error.

usage: iv_vs_ngspice.py HYSTERON [RUNS]

Both are run in turn, RUNS times after one warm-up.  Printed: medians of solver time (ngspice: "Total analysis time";
hysteron: solver_s of --json) and of whole-process wall time, the largest error of the current against an independent
integration (SciPy LSODA, rtol 1e-11), relative to the largest current, and the ratios.  hysteron's rtol is the loosest of a
short list at which its error is not larger than ngspice's.
"""
import json, math, os, re, statistics, subprocess, sys, tempfile, time
import numpy as np
from scipy.integrate import solve_ivp

HERE = os.path.dirname(os.path.abspath(__file__))


def yakopcic_rate(v, x):
    f = (math.exp(-(x - .3)) * ((.3 - x) / .7 + 1) if x >= .3 else 1) if v >= 0 else (
        math.exp(5 * (x + .5 - 1)) * x / .5 if x <= .5 else 1)
    g = 4000 * (math.exp(v) - math.exp(.16)) if v > .16 else -4000 * (math.exp(-v) - math.exp(.15)) if v < -.15 else 0
    return f * g


def vteam_rate(v, w):
    if v > .3:
        return .091 / 3e-9 * (v / .3 - 1) ** 4 * (1 - w ** 4)
    if v < -1.5:
        return -216.2 / 3e-9 * (v / -1.5 - 1) ** 4 * (1 - (1 - w) ** 4)
    return 0.


CASES = {
    "yakopcic": dict(deck="yakopcic_single.cir", data="yak_free.txt", amplitude=.45, frequency=100., x0=.11, rate=yakopcic_rate,
                     current=lambda v, x: .17 * x * np.sinh(.05 * v)),
    "vteam": dict(deck="vteam_single.cir", data="vteam_single.txt", amplitude=2., frequency=1e6, x0=.5, rate=vteam_rate,
                  current=lambda v, w: v / (1e3 + 299e3 * w)),
}


def reference(case, times):
    """The current at the times, by LSODA in pieces of a quarter period (corners lie inside; the step is bounded)."""
    period = 1 / case["frequency"]
    drive = lambda t: case["amplitude"] * math.sin(2 * math.pi * case["frequency"] * t)
    solution = solve_ivp(lambda t, y: [case["rate"](drive(t), y[0])], (0, 10 * period), [case["x0"]], method="LSODA", rtol=1e-11,
                         atol=1e-13, max_step=period / 400, t_eval=np.clip(times, 0, 10 * period))
    v = case["amplitude"] * np.sin(2 * np.pi * case["frequency"] * times)
    return case["current"](v, solution.y[0])


def error_of(case, times, current):
    order = np.argsort(times, kind="stable")
    times, current = times[order], current[order]
    keep = np.concatenate(([True], np.diff(times) > 0)) & (times <= 10 / case["frequency"])
    times, current = times[keep], current[keep]
    exact = reference(case, times)
    return float(np.max(np.abs(current - exact)) / np.max(np.abs(exact)))


def run_ngspice(case, folder):
    start = time.perf_counter()
    done = subprocess.run(["ngspice", "-b", os.path.join(HERE, "decks", case["deck"])], cwd=folder, capture_output=True, text=True)
    wall = time.perf_counter() - start
    found = re.search(r"Total analysis time \(seconds\) = ([0-9.eE+-]+)", done.stdout + done.stderr)
    return wall, float(found.group(1)) if found else math.nan


def ngspice_error(case, folder):
    table = np.loadtxt(os.path.join(folder, case["data"]))
    return error_of(case, table[:, 0], -table[:, 3])


def run_hysteron(program, name, case, rtol, folder, points=1000):
    command = [program, "iv", os.path.join(HERE, "decks", name + ".va"), "--wave", f"sine:{case['amplitude']}V,{case['frequency']}Hz",
               "--cycles", "10", "--points", str(points), "--rtol", str(rtol), "-o", os.path.join(folder, name + ".csv"), "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    wall = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return wall, json.loads(done.stdout)["statistics"]


def hysteron_error(name, case, folder):
    table = np.genfromtxt(os.path.join(folder, name + ".csv"), delimiter=",", comments="#", skip_header=0)
    table = table[~np.isnan(table[:, 0])]
    return error_of(case, table[:, 0], table[:, 2])


def compare(program, runs, name, case, folder):
    run_ngspice(case, folder)
    bar = ngspice_error(case, folder)
    for rtol in (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6, 1e-7):
        run_hysteron(program, name, case, rtol, folder)
        error = hysteron_error(name, case, folder)
        if error <= bar:
            break
    peer, ours = [], []
    for _ in range(runs):
        peer.append(run_ngspice(case, folder))
        wall, statistics_ = run_hysteron(program, name, case, rtol, folder)
        ours.append((wall, statistics_["solver_s"], statistics_["steps"]))
    median = lambda rows, k: statistics.median(row[k] for row in rows)
    print(f"{name}: 10 periods, 1000 output points each")
    print(f"  ngspice   solver {median(peer, 1) * 1e3:8.2f} ms  process {median(peer, 0) * 1e3:8.2f} ms  error {bar:.1e}")
    print(f"  hysteron  solver {median(ours, 1) * 1e3:8.2f} ms  process {median(ours, 0) * 1e3:8.2f} ms  error {error:.1e}"
          f"  (rtol {rtol:g}, {ours[0][2]} steps)")
    print(f"  ratio     solver {median(peer, 1) / median(ours, 1):8.1f}     process {median(peer, 0) / median(ours, 0):8.1f}")


def main():
    program = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as folder:
        for name, case in CASES.items():
            compare(program, runs, name, case, folder)
    walls = []
    for _ in range(50):
        start = time.perf_counter()
        subprocess.run([program, "--version"], capture_output=True)
        walls.append(time.perf_counter() - start)
    floor = []
    for _ in range(50):
        start = time.perf_counter()
        subprocess.run(["/bin/true"], capture_output=True)
        floor.append(time.perf_counter() - start)
    print(f"hysteron --version: {statistics.median(walls) * 1e3:.2f} ms (starting /bin/true the same way: {statistics.median(floor) * 1e3:.2f} ms)")


main()
