#!/usr/bin/env python3
"""Kramers-Kronig tests and fits of equivalent circuits beside impedance.py (pip install impedance).

usage: compare_impedance.py HYSTERON [FOLDER]   FOLDER: files of spectra, as those of impedance.py's data/

Both get the very numbers that hysteron read from a file.  Without FOLDER only spectra that are made here are compared.
Exit status 77 where impedance.py is missing.
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import warnings

try:
    import numpy as np
    from impedance.validation import linKK
    from impedance.models.circuits import CustomCircuit
    from scipy.stats import t as student
except ImportError:
    print("impedance.py is missing")
    sys.exit(77)

RNG = np.random.default_rng(1)
warnings.simplefilter("ignore")


def hysteron(program, path, *words):
    """JSON and table of `hysteron impedance --data`."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "z.csv")
        done = subprocess.run([program, "impedance", "--data", path, "--json", "-o", out, *words],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None, None
        with open(out, encoding="utf-8") as file:
            rows = list(csv.reader(io.StringIO("".join(line for line in file if line[0] != "#"))))
    table = {name.split("[")[0]: np.array([float(row[k]) for row in rows[1:]]) for k, name in enumerate(rows[0])}
    return json.loads(done.stdout), table


def write(path, f, z):
    with open(path, "w", encoding="utf-8") as file:
        file.write("f[Hz],Z.re[ohm],Z.im[ohm]\n")
        for row in zip(f, z.real, z.imag):
            file.write(",".join(repr(float(x)) for x in row) + "\n")


def made(folder):
    """Spectra with known circuits."""
    f = np.logspace(-1, 5, 61)
    w = 2j * np.pi * f
    cases = {
        "two arcs": 10 + 100 / (1 + w * 1e-4) + 1000 / (1 + w * 1e-2),
        "depressed arc, Warburg": 20 + 1 / (1 / (300 + 100 / np.sqrt(w)) + 2e-6 * w**0.85),
        "inductive loop": 5 + 1 / (1e-3 + w * 1e-6 + 1 / (500 + w * 20)),
    }
    paths = {}
    for name, z in cases.items():
        noise = 1e-3 * (RNG.standard_normal(f.size) + 1j * RNG.standard_normal(f.size))
        paths[name] = os.path.join(folder, name.replace(" ", "_").replace(",", "") + ".csv")
        write(paths[name], f, z * (1 + noise))
    return paths


def compare_test(name, report, table):
    """The same M, mu and residuals."""
    test = report["test"]
    f, z = table["frequency"], table["Z.re"] + 1j * table["Z.im"]
    count = test["relaxations"]
    with io.StringIO() as quiet:
        stdout, sys.stdout = sys.stdout, quiet
        try:
            m, mu, _, re, im = linKK(f, z, c=0.85, max_M=50, fit_type="complex", add_cap=True)
            first = m
            if count != test["criterion"]:
                m, mu, _, re, im = linKK(f, z, c=None, max_M=count, fit_type="complex", add_cap=True)
        finally:
            sys.stdout = stdout
    off = max(np.max(np.abs(re - table["kk.re"])), np.max(np.abs(im - table["kk.im"])))
    good = m == count and first == test["criterion"] and abs(mu - test["mu"]) < 1e-3 and off < 1e-4
    print(f"{name:34} {test['verdict']:9} M {count:2} {m:2} (criterion: {first:2})  mu {test['mu']:8.5f} {mu:8.5f}  "
          f"largest {test['largest']:.3e} {np.max(np.hypot(re, im)):.3e}  off {off:.1e} {'' if good else 'DIFFERENT'}")
    return good


# circuit, the files or spectra it is for, a guess for impedance.py in the order of the elements
FITS = [
    ("R0-p(R1,C1)-p(R2,C2)", ["two arcs"], [5, 200, 2e-7, 500, 2e-5]),
    ("R0-p(R1-W1,CPE1)", ["depressed arc, Warburg"], [10, 100, 50, 1e-6, 0.9]),
    ("R0-p(R1,C1)-p(R2-Wo1,C2)", ["exampleData.csv"], [0.01, 0.01, 100, 0.01, 0.05, 100, 1]),
    ("L0-R0-p(R1,CPE1)", ["Circuit1_EIS_1.z", "Circuit1_EIS_2.z"], [1e-6, 30, 40, 1e-5, 0.9]),
    ("R0-p(R1,C1)-p(R2,C2)", ["Circuit3_EIS_1.z", "Circuit3_EIS_2.z"], [1000, 2000, 1e-7, 2000, 1e-6]),
    ("R0-p(R1,CPE1)-p(R2,CPE2)", ["Circuit2_EIS_1.z", "Circuit2_EIS_2.z"], [100, 200, 1e-8, 0.9, 300, 1e-6, 0.9]),
]


def their_fit(circuit, f, z, guess):
    try:
        fitted = CustomCircuit(circuit, initial_guess=list(guess)).fit(f, z, weight_by_modulus=True)
    except (RuntimeError, ValueError):
        return None, np.inf
    values = np.array(fitted.parameters_)
    return values, np.sum(their_residual(circuit, f, z, values) ** 2)


def their_residual(circuit, f, z, values):
    residual = (CustomCircuit(circuit, initial_guess=list(values)).predict(f, use_initial=True) - z) / np.abs(z)
    return np.concatenate([residual.real, residual.imag])


def standard_errors(circuit, f, z, values):
    """Of the values' logarithms, by central differences of impedance.py's circuit; its own come from one-sided ones, and
    are tens of percent off where parameters trade off against each other."""
    n, h = values.size, 1e-5
    columns = [(their_residual(circuit, f, z, values * (1 + h * (np.arange(n) == k)))
                - their_residual(circuit, f, z, values * (1 - h * (np.arange(n) == k)))) / (2 * h) for k in range(n)]
    jacobian, left = np.array(columns).T, their_residual(circuit, f, z, values)
    return np.sqrt(np.diag(np.linalg.inv(jacobian.T @ jacobian)) * (left @ left) / (left.size - n))


def compare_fit(program, name, path, circuit, guess):
    """From its own guess impedance.py comes no lower; from hysteron's values it stays there; errors are the same."""
    report, table = hysteron(program, path, "--circuit", circuit)
    ours = report["fits"][0]["parameters"]
    values = np.array([p["value"] for p in ours])
    f, z = table["frequency"], table["Z.re"] + 1j * table["Z.im"]
    mine = np.sum(table["residual.re"] ** 2 + table["residual.im"] ** 2)
    _, guessed = their_fit(circuit, f, z, guess)
    theirs, stayed = their_fit(circuit, f, z, values)
    sure = np.array([p["determined"] and p["note"] != "at its bound" for p in ours])
    off = np.max(np.abs(theirs / values - 1)[sure])
    factor = 2 * student.ppf(0.975, 2 * f.size - values.size)
    spread = np.array([(p["high"] - p["low"]) / p["value"] if p["name"].endswith(".n") else np.log(p["high"] / p["low"])
                       for p in ours]) / factor
    error = np.max(np.abs(spread / standard_errors(circuit, f, z, values) - 1)[sure])
    good = mine <= min(guessed, stayed) * (1 + 1e-6) and off < 2e-3 and error < 1e-2
    print(f"{name:26} {circuit:28} sum of squares {mine:.6e}  impedance.py from its guess {guessed:.6e}, from ours "
          f"{stayed:.6e}; values off {off:.1e}, standard errors {error:.1e} {'' if good else 'DIFFERENT'}")
    return good


def main():
    program, good, n = sys.argv[1], True, 0
    with tempfile.TemporaryDirectory() as folder:
        paths = made(folder)
        if len(sys.argv) > 2:
            paths.update({name: os.path.join(sys.argv[2], name) for name in sorted(os.listdir(sys.argv[2]))})
        for name, path in paths.items():
            report, table = hysteron(program, path)
            if report is None:
                print(f"{name:34} is not read")
                continue
            good = compare_test(name, report, table) and good
            n += 1
        for circuit, names, guess in FITS:
            for name in names:
                if name in paths:
                    good = compare_fit(program, name, paths[name], circuit, guess) and good
    print(f"{n} spectra: {'the same' if good else 'differences'}")
    sys.exit(0 if good else 1)


main()
