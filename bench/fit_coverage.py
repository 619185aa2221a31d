#!/usr/bin/env python3
"""How often the intervals of a fit hold the truth: curves of models with noise, fitted many times.

usage: fit_coverage.py HYSTERON [--fits N] [--case NAME,...] [--points N] [--level P] [--jobs N]

For each parameter: in how many of N (default 200) fits its interval holds the value with which the curve was made, how
often it was said not to be determined, and the median width of the interval.  An interval of a parameter that is said
not to be determined is open, and holds everything.  Exit status 1 where coverage is below the level by more than three
standard deviations of a binomial of N draws.  Noise "ar" is that of an AR(1) process with a correlation of 0.9 of
neighbours."""
import concurrent.futures
import csv
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile

CASES = {
    "hp_linear": {"model": "hp_linear", "wave": "sine:1V,1Hz", "noise": 0.02, "points": 60,
                  "truth": {"muv": 1e-14, "x0": 5/15.9}},
    "hp_linear_ar": {"model": "hp_linear", "wave": "sine:1V,1Hz", "noise": 0.02, "points": 200, "kind": "ar",
                     "truth": {"muv": 1e-14, "x0": 5/15.9}},
    "vteam": {"model": "vteam", "wave": "sine:1.5V,10Hz", "noise": 0.005, "points": 400,
              "truth": {"Ron": 10e3, "Roff": 1e6, "v_off": 0.7, "k_on": -0.5e-9, "v_on": -10e-3}},
    "yakopcic": {"model": "yakopcic", "wave": "sine:0.45V,100Hz", "noise": 0.01, "points": 500, "set": ["b=2"],
                 "fix": ["xp=0.3", "xn=0.5", "alphap=1", "alphan=5"],
                 "truth": {"a1": 0.17, "a2": 0.17, "b": 2.0, "Vp": 0.16, "Vn": 0.15, "Ap": 4000.0, "An": 4000.0,
                           "x0": 0.11}},
}


def option(name, default):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def clean_curve(program, case, points, folder):
    path = os.path.join(folder, "clean.csv")
    command = [program, "iv", case["model"], "--wave", case["wave"], "--cycles", "1", "--points", str(points),
               "--rtol", "1e-9", "-o", path]
    for text in case.get("set", []):
        command += ["--set", text]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    names = [cell.split("[")[0] for cell in rows[0]]
    columns = [names.index(name) for name in ("time", "v", "i")]
    return [[float(row[c]) for c in columns] for row in rows[1:]]


def noise(kind, draw, n):
    white = [draw.gauss(0, 1) for _ in range(n)]
    if kind != "ar":
        return white
    out = [white[0]]
    for w in white[1:]:
        out.append(0.9*out[-1] + math.sqrt(1 - 0.81)*w)
    return out


def fit(program, case, clean, level, seed, folder):
    draw = random.Random(seed)
    most = max(abs(row[2]) for row in clean)
    path = os.path.join(folder, "noisy%d.csv" % seed)
    errors = noise(case.get("kind"), draw, len(clean))
    with open(path, "w") as file:
        file.write("time[s],v[V],i[A]\n")
        for row, e in zip(clean, errors):
            file.write("%.12g,%.12g,%.12g\n" % (row[0], row[1], row[2] + case["noise"]*most*e))
    command = [program, "fit", path, "--model", case["model"], "--free", ",".join(case["truth"]), "--json",
               "--level", str(level), "--threads", "1"]
    for text in case.get("fix", []):
        command += ["--fix", text]
    answer = subprocess.run(command, check=True, capture_output=True)
    os.unlink(path)
    return json.loads(answer.stdout)


def judge(name, case, answers, level):
    n = len(answers)
    least = level - 3*math.sqrt(level*(1 - level)/n)
    is_good = True
    print("%s: %d fits, level %g: at least %.3f; %.2f s each" %
          (name, n, level, least, statistics.mean(a["seconds"] for a in answers)))
    for key, truth in case["truth"].items():
        hits = open_ended = 0
        widths, values = [], []
        for answer in answers:
            p = next(p for p in answer["parameters"] if p["name"] == key)
            values.append(p["value"])
            if not p["identified"]:
                open_ended += 1
                hits += 1
                continue
            hits += p["low"] <= truth <= p["high"]
            widths.append((p["high"] - p["low"])/abs(truth))
        is_low = hits/n < least
        is_good = is_good and not is_low
        print("  %-6s holds %.3f%s, open %.3f, median width %.3g of the truth, median value %.6g (%.6g)" %
              (key, hits/n, "  LOW" if is_low else "", open_ended/n,
               statistics.median(widths) if widths else math.nan, statistics.median(values), truth), flush=True)
    return is_good


def main():
    program, fits, level = sys.argv[1], int(option("--fits", "200")), float(option("--level", "0.95"))
    names = option("--case", ",".join(CASES)).split(",")
    is_good = True
    for name in names:
        case = CASES[name]
        points = int(option("--points", str(case["points"])))
        with tempfile.TemporaryDirectory() as folder, \
                concurrent.futures.ThreadPoolExecutor(int(option("--jobs", "2"))) as pool:
            clean = clean_curve(program, case, points, folder)
            tasks = [pool.submit(fit, program, case, clean, level, seed, folder) for seed in range(fits)]
            is_good = judge(name, case, [task.result() for task in tasks], level) and is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
