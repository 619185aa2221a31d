#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes example_values.csv: what the circuits of examples/circuits have to give.  Needs NumPy and SciPy.

The numbers are closed forms, published ones, or integrations by SciPy of equations written here from the literature,
never results of hysteron.  Tolerances: default accuracy of `hysteron sim` (1e-4) times the number of periods over which
errors of phase add up; ten times that where a quantity is an extreme between output points.
"""

import csv
import os

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

HERE = os.path.dirname(os.path.abspath(__file__))
OWN = "own integration (SciPy, tests/circuit/reference_circuits.py)"
ROWS = []


def add(command, quantity, expected, unit, rel_tol, source):
    ROWS.append([command, quantity, f"{expected:.8g}", unit, f"{rel_tol:g}", source])


def sim(name, *options):
    return " ".join(["hysteron sim examples/circuits/" + name + ".cir", *options])


def crossings(t, v, level, direction):
    d = direction * (v - level)
    k = np.nonzero((d[:-1] < 0) & (d[1:] >= 0))[0]
    return t[k] + (t[k + 1] - t[k]) * d[k] / (d[k] - d[k + 1])


# ---- Mott switches (y = 1/ln(1/u), Pickett and Williams 2012) ----

NBO2 = dict(ri=3.56e-3, rm=3.56e-5, L=20e-9, r=30e-9, kap=1.5, cp=2.6e6, dh=1.6e8, dT=784.0, re=0.0)
VO2 = dict(ri=1e-2, rm=3e-6, L=50e-9, r=36e-9, kap=3.5, cp=3.3e6, dh=2.35e8, dT=43.0, re=300.0)


def mott(v, y, p):
    """Current, dy/dt."""
    z = max(y, 3e-3)
    u2 = np.exp(-2 / z)
    res = p["ri"] * p["L"] / (np.pi * p["r"] ** 2) / (1 + (p["ri"] / p["rm"] - 1) * u2)
    i = v / (p["re"] + res)
    heat = np.pi * p["L"] * p["r"] ** 2 * (p["cp"] * p["dT"] * (1 - u2 - 2 * u2 / z) / 2 + 2 * p["dh"] * u2 / z**2)
    return i, (res * i * i - 2 * np.pi * p["L"] * p["kap"] * p["dT"] * y) / heat


def solve(rate, start, corners, max_step=np.inf, rtol=1e-9):
    ts, ys = [], []
    y = np.array(start, float)
    for t0, t1 in zip(corners[:-1], corners[1:]):
        run = solve_ivp(rate, (t0, t1), y, method="LSODA", rtol=rtol, atol=1e-11, max_step=max_step)
        ts.append(run.t)
        ys.append(run.y)
        y = run.y[:, -1]
    return np.concatenate(ts), np.concatenate(ys, axis=1)


def pearson_anson():
    for name, p, vs, level in (("pearson_anson_vo2", dict(VO2, re=0.0), 1.2, 0.5), ("pearson_anson_nbo2", NBO2, 1.5, 0.7)):

        def rate(t, s):
            i, dy = mott(s[0], s[1], p)
            return [((vs - s[0]) / 5e3 - i) / 100e-12, dy]

        t, s = solve(rate, [0, 0], [0, 12e-6])
        up = crossings(t, s[0], level, 1)
        add(sim(name), "frequency", 1 / (up[5] - up[4]), "Hz", 1e-3, OWN)
        add(sim(name), "v_low", s[0][t > 5e-6].min(), "V", 0.01, OWN)
        add(sim(name), "v_high", s[0][t > 5e-6].max(), "V", 2e-3, OWN)


def neuron(p, vdc, vin, c1, c2, rl1, rl2, c_in, times, rest):
    """Pickett's neuristor; input vin(t) through rl1 (None: none) and c_in from a rest at vin = 0."""

    def rate(t, s):
        v1, y1, v2, y2 = s
        i1, d1 = mott(v1 + vdc, y1, p)
        i2, d2 = mott(vdc - v2, y2, p)
        into = ((vin(t) - v1) / rl1 if rl1 else 0) + (v2 - v1) / rl2
        return [(into - i1) / (c1 + c_in), d1, ((v1 - v2) / rl2 + i2) / c2, d2]

    y = lambda v: 0.01
    _, s = solve(lambda t, z: rate(-1.0, z), [rest[0], y(0), rest[1], y(0)], [0, 40 * rl2 * (c1 + c2)])
    start = s[:, -1].copy()
    settled = start[2]
    if c_in:  # the step charges through c_in
        t0, t1 = times[1], times[-1]
        start[0] += c_in / (c1 + c_in) * vin(t1)
        t, s = solve(rate, start, [t0, t1])
    else:
        t, s = solve(rate, start, times)
    return settled, t, s


def neurons():
    pulse = lambda t: 0.3 if 5e-6 <= t < 15.01e-6 else 0.0
    rest, t, s = neuron(NBO2, 0.9, pulse, 5.1e-9, 0.75e-9, 3.2e3, 3.2e3, 0, [0, 5.005e-6, 15.015e-6, 40e-6], (0, 0.1))
    add(sim("neuristor"), "rest", rest, "V", 1e-2, OWN + "; met 5 us after the start from y = 0")
    add(sim("neuristor"), "peak", s[2].max(), "V", 5e-3, OWN)
    add(sim("neuristor"), "trough", s[2].min(), "V", 1e-2, OWN)
    for name, rl1, c_in, amp in (("tonic", 10e3, 0, 0.5), ("phasic", None, 0.5e-9, 0.6), ("mixed", 10e3, 0.5e-9, 0.5)):
        step = lambda t, a=amp: a if t >= 10e-6 else 0.0
        rest, t, s = neuron(
            VO2, 0.93, step, 1e-9, 0.5e-9, rl1, 20e3, c_in, [0, 10.005e-6, 200e-6], (0, 0.1)
        )
        up = crossings(t, s[2], 0.4, 1)
        add(sim("vo2_" + name), "rest", rest, "V", 2e-3, OWN)
        add(sim("vo2_" + name), "isi", up[1] - up[0], "s", 5e-3, OWN)
    source = "reference pages: ten neuristors integrated by SciPy: 0.94 us a stage"
    add(sim("neuristor_line"), "per_stage", 0.9406e-6, "s", 0.01, source)


# ---- thermal neuristor (arXiv:2312.12899) ----

TH = dict(w=7.19357064, tc=332.805839, beta=0.252796285, gamma=0.956269682, r0=5.35882879e-3, ea=5220.47417, rm=1286.3165)
TH.update(c=145.34619293e-12, cth=49.62776831e-12, sth=0.20558726e-3, t0=325.0)


def insulator(temp, state):
    delta, tr, tpr = state
    x = (temp - tr) / tpr if tpr else 0.0
    shift = tpr * 0.5 * (1 - np.sin(TH["gamma"] * x)) * (1 + np.tanh(np.pi**2 - 2 * np.pi * x))
    return 0.5 + 0.5 * np.tanh(TH["beta"] * (delta * TH["w"] / 2 + TH["tc"] - temp - shift))


def film(temp, state):
    clipped = min(max(temp, 305.0), 370.0)
    return TH["r0"] * np.exp(TH["ea"] / clipped) * insulator(temp, state) + TH["rm"]


def thermal(vins, tend, kc=0.0):
    n = len(vins)
    y = np.array([0.0] * n + [TH["t0"]] * n)
    state = [(1.0, 0.0, 0.0)] * n
    t, ts, ys = 0.0, [], []

    def heat(y, k):
        others = sum(kc * TH["sth"] * (y[n + k] - y[n + j]) for j in range(n) if j != k)
        return y[k] ** 2 / film(y[n + k], state[k]) - TH["sth"] * (y[n + k] - TH["t0"]) - others

    def rate(t, y):
        volts = [((vins[k] - y[k]) / 12e3 - y[k] / film(y[n + k], state[k])) / TH["c"] for k in range(n)]
        return volts + [heat(y, k) / TH["cth"] for k in range(n)]

    while t < tend:
        events = []
        for k in range(n):
            event = lambda t, y, k=k: heat(y, k) + state[k][0] * 1e-7
            event.terminal, event.direction = True, -state[k][0]
            events.append(event)
        run = solve_ivp(rate, (t, tend), y, method="LSODA", rtol=1e-9, atol=1e-10, events=events, max_step=1e-7)
        ts.append(run.t)
        ys.append(run.y)
        t, y = run.t[-1], run.y[:, -1].copy()
        for k in range(n):
            if run.status == 1 and len(run.t_events[k]):
                g = 2 * insulator(y[n + k], state[k]) - 1
                g = min(max(g, -1 + 1e-12), 1 - 1e-12)
                delta, temp = -state[k][0], y[n + k]
                state[k] = (delta, temp, delta * TH["w"] / 2 + TH["tc"] - np.arctanh(g) / TH["beta"] - temp)
    return np.concatenate(ts), np.concatenate(ys, axis=1)


def thermal_neuristors():
    for vin in (11.0, 12.0, 14.0):
        t, y = thermal([vin], 60e-6)
        down = crossings(t, y[0], 3.0, -1)
        options = [] if vin == 12 else [f"--set vin={vin:g}"]
        add(sim("vo2_thermal_neuristor", *options), "frequency", 10 / (down[14] - down[4]), "Hz", 1e-3, OWN)
        if vin == 12:
            add(sim("vo2_thermal_neuristor"), "t_max", y[1][t > 20e-6].max() - TH["t0"], "K", 2e-3, OWN)
    for kc in (0.2, 0.02):
        t, y = thermal([12.0, 12.5], 120e-6, kc)
        options = [] if kc == 0.2 else [f"--set kc={kc:g}"]
        for k, name in enumerate(("rate_a", "rate_b")):
            down = crossings(t, y[k], 3.0, -1)
            add(sim("vo2_thermal_pair", *options), name, 20 / (down[29] - down[9]), "Hz", 1e-3, OWN)


# ---- oscillators with ideal hysteretic switches: exact between switchings ----


def oscillators(n, edges, rc, v, tend):
    rs, c, ron, roff, vdd, lo, hi = 20e3, 500e-12, 0.99e3, 100.2e3, 2.5, 1.0, 1.99
    v, t, down = np.array(v, float), 0.0, [[] for _ in range(n)]
    on = vdd - v > hi
    while t < tend:
        g = np.where(on, 1 / ron, 1 / roff)
        a = -np.diag(g + 1 / rs) / c
        for i, j in edges:
            a[i, i] -= 1 / rc / c
            a[j, j] -= 1 / rc / c
            a[i, j] += 1 / rc / c
            a[j, i] += 1 / rc / c
        rest = -np.linalg.solve(a, g * vdd / c)
        w, u = np.linalg.eig(a)
        k = np.linalg.solve(u, v - rest)
        at = lambda s: (rest + u @ (np.exp(w * s) * k)).real
        beyond = lambda y: np.where(on, y - (vdd - lo), (vdd - hi) - y)
        s, step, last = 0.0, 2e-8, v
        while True:
            now = at(s + step)
            for i in np.nonzero((last > 1.0) & (now <= 1.0))[0]:
                down[i].append(t + brentq(lambda q: at(q)[i] - 1.0, s, s + step, xtol=1e-18))
            if (beyond(now) > 0).any() or t + s > tend:
                break
            s, last = s + step, now
        if t + s > tend:
            break
        when = [
            brentq(lambda q: beyond(at(q))[i], s, s + step, xtol=1e-18) if beyond(now)[i] > 0 else np.inf for i in range(n)
        ]
        s = min(when)
        for lists in down:  # crossings behind the switching belong to the next piece
            while lists and lists[-1] > t + s:
                lists.pop()
        v, t = at(s), t + s
        on = np.where(np.array(when) <= s + 1e-15, ~on, on)
    return down


def oscillator_networks():
    ring = [(0, 1), (1, 2), (2, 3), (3, 0)]
    cases = [("coupled_oscillators", 2, [(0, 1)], rc, [0, 0.8]) for rc in (50e3, 100e3)]
    cases += [("oscillator_network", 4, ring, rc, [0, 0.8, 0.1, 1.0]) for rc in (50e3, 5e3)]
    for name, n, edges, rc, start in cases:
        down = oscillators(n, edges, rc, start, 1.4e-3)
        k = min(map(len, down)) - 3
        period = down[0][k + 1] - down[0][k]
        options = [] if rc == 50e3 else [f"--set rc={rc:g}"]
        add(sim(name, *options), "frequency", 1 / period, "Hz", 1e-3, OWN + ", exact between switchings")
        if rc == 50e3:
            later = next(x for x in down[1] if x > down[0][k])
            quantity = "phase" if n == 2 else "phase_b"
            add(sim(name), quantity, 360 * (later - down[0][k]) / period, "degree", 1e-2, OWN + ", exact between switchings")


# ---- others ----


def quasi_hh():
    ts, tr, a, ds, dr = 1.2e-7, 1.3e-7, 2, 0.05, 0.5
    s = lambda z: 1 / (1 + np.exp(-min(max(z, -200), 200)))

    def rate(t, y, i0, etd):
        m, x = y
        v = m + etd
        diode = 1.16e-7 * (np.exp(v / 0.066) - np.exp(-v / 0.066)) + 2.17e-5 / 0.09 * v * np.exp(-(v - 0.09) / 0.09)
        diode += -3.22e-6 * (np.arctan(26 * (v - 0.14)) + np.arctan(26 * (v + 0.14)))
        u = -m
        up = (1 - np.exp(-(a * x + ds))) * (1 - x) + (1 - np.exp(-a * (1 - x))) * x
        down = (1 - np.exp(-a * x)) * (1 - x) + (1 - np.exp(-(a * (1 - x) + dr))) * x
        dx = s((u - 0.267) * (u + 0.119) / 0.0099**2) * up / ts - (1 - s((u - 0.08) * (u + 0.006) / 0.0175**2)) * down / tr
        i = u * x / (806 if u >= 0 else 1434)
        return [(i0 - diode + i) / 22e-9, dx]

    for i0, etd, options in ((21e-6, 0.07, []), (22e-6, 0.04, ["--set i0=22u", "--set etd=0.04"])):
        t, y = solve(lambda t, y: rate(t, y, i0, etd), [0, 0], [0, 12e-3], max_step=2e-6, rtol=1e-8)
        down = crossings(t, y[0], 0.08, -1)
        add(sim("quasi_hh_tunnel", *options), "period", down[4] - down[3], "s", 1e-2, OWN + ", Ostrovskii et al. 2025")
        if not options:
            add(sim("quasi_hh_tunnel"), "v_max", y[0][t > 4e-3].max(), "V", 5e-3, OWN + ", Ostrovskii et al. 2025")


def chua():
    def rate(t, y):
        x, i, z, w = y
        return [4 * (i - (0.2 if abs(w) < 1 else 10) * x), z - x, -i + 0.65 * z, x]

    t, y = solve(rate, [0.1, 0, 0, 0], [0, 30], max_step=1e-3, rtol=1e-11)
    source = OWN + ", equations of Itoh and Chua 2008"
    add(sim("chua_memristive"), "a_max", y[0].max(), "V", 2e-3, source)
    add(sim("chua_memristive"), "a_min", y[0].min(), "V", 2e-3, source)
    add(sim("chua_memristive"), "phi_max", y[3].max(), "uWb", 1e-3, source)
    add(sim("chua_memristive"), "turn", crossings(t, y[2], 0, -1)[2] * 1e-6, "s", 1e-3, source)


def lif():
    def rate(t, y):
        m, x = y
        phase = (t - 10e-6) % 100e-6 if t >= 10e-6 else 1.0
        i = 2e-6 * min(phase / 1e-7, 1.0, max((20.2e-6 - phase) / 1e-7, 0.0))
        u = 0.05 + 0.2 * np.exp(-x / 0.2e-3)
        z = min(max((m - u) / 2e-3, -300), 300)
        return [(i - m / 1e6 - (10e-9 + (1e-3 - 10e-9) * x) * m) / 1e-9, (1 - x) * 1e6 / (1 + np.exp(-z)) - x / 20e-6]

    corners = [0, 10e-6]
    for k in range(24):
        corners += [10e-6 + k * 1e-4 + d for d in (1e-7, 20.1e-6, 20.2e-6, 1e-4)]
    t, y = solve(rate, [0, 0], corners)
    up = crossings(t, y[1], 0.5, 1)
    for name, k in (("first", 0), ("second", 1), ("third", 2)):
        add(sim("lif_diffusive"), name, up[k], "s", 1e-3, OWN)


def logic():
    truth = "truth table"
    node = lambda rp, rq: (0.9 / rp + 1.4 / rq) / (1 / rp + 1 / rq + 1 / 10e3)
    for p in (0, 1):
        for q in (0, 1):
            name = f"{p}{q}"
            if p or q:
                volts = node(1e3 if p else 1e5, 1e3 if q else 1e5)
                add(sim("imply"), "vg" + name, volts, "V", 1e-4, "closed form: divider")
            add(sim("imply"), "q" + name, float(not p or q), "1", 1e-3, truth)
            add(sim("imply"), "p" + name, float(p), "1", 1e-3, truth)
            add(sim("magic"), "nor" + name, 0 if p or q else 1, "state", 1e-2, truth)
            add(sim("magic"), "nand" + name, 0 if p and q else 1, "state", 1e-2, truth)
    add(sim("magic"), "v00", 1 / 151, "V", 1e-4, "closed form: divider")
    for k in range(8):
        a, b, c = k >> 2 & 1, k >> 1 & 1, k & 1
        for name, value in (("sum", a ^ b ^ c), ("carry", a + b + c > 1)):
            add(sim("imply_full_adder"), f"{name}{a}{b}{c}", float(value), "1", 1e-2, truth)
            add(sim("magic_full_adder"), f"{name}{a}{b}{c}", float(value), "state", 1e-2, truth)


def cells():
    for k, vg in enumerate((1.0, 1.2, 1.4)):
        current = 0.5 * 200e-6 * 4 * (vg - 0.5) ** 2
        source = "closed form: saturation current, r = |v_on|/i"
        add(sim("one_transistor_one_memristor"), f"r@{k}", 1.5 / current, "ohm", 2e-3, source)
        add(sim("one_transistor_one_memristor"), f"i_set@{k}", -current, "A", 1e-4, source)
    for k, res in enumerate((10e3, 1e6)):
        cell = lambda v: 1e-9 * np.sinh(brentq(lambda s: 1e-9 * np.sinh(s / 0.05) - (v - s) / res, 0, v, xtol=1e-15) / 0.05)
        add(sim("one_selector_one_memristor"), f"i_full@{k}", -cell(1.2), "A", 1e-4, "closed form: root of one equation")
        add(sim("one_selector_one_memristor"), f"ratio@{k}", cell(1.2) / cell(0.6), "1", 1e-4, "closed form")


# ---- Hodgkin and Huxley ----


def gates(v):
    """alpha, beta of n, m, h; v in mV, 1/ms."""
    linear = lambda x: x / np.expm1(x) if abs(x) > 1e-9 else 1 - x / 2
    return [
        (0.1 * linear(-0.1 * v - 5.5), 0.125 * np.exp(-0.0125 * v - 0.8125)),
        (linear(-0.1 * v - 4), 4 * np.exp(-(v + 65) / 18)),
        (0.07 * np.exp(-0.05 * v - 3.25), 1 / (np.exp(-0.1 * v - 3.5) + 1)),
    ]


def membrane(y, current):
    v, n, m, h = y
    ionic = 36 * n**4 * (v + 77) + 120 * m**3 * h * (v - 50) + 0.3 * (v + 54.387)
    return [current - ionic] + [a * (1 - x) - b * x for x, (a, b) in zip((n, m, h), gates(v))]


def hopf_matrix(v):
    """Current at rest and the Jacobian there."""
    steady = [a / (a + b) for a, b in gates(v)]
    y = np.array([v] + steady)
    current = -membrane(y, 0)[0]
    columns = []
    for k in range(4):
        step = np.zeros(4)
        step[k] = 1e-5 * max(1, abs(y[k]))
        slope = (np.array(membrane(y + step, 0)) - np.array(membrane(y - step, 0))) / (2 * step[k])
        columns.append(slope)
    return current, np.array(columns).T


def hodgkin_huxley():
    t, y = solve(lambda t, y: membrane(y, 10), [-65, 0.31768, 0.05293, 0.59612], [0, 200])
    up = crossings(t, y[0], 0, 1)
    add(sim("hh_neuron"), "rate", 1e3 / (up[5] - up[4]), "Hz", 1e-3, OWN)
    add(sim("hh_neuron"), "v_max", y[0][t > 100].max() * 1e-3, "V", 5e-3, OWN)
    add(sim("hh_neuron"), "v_min", y[0][t > 100].min() * 1e-3, "V", 1e-3, OWN)
    pair = lambda v: max(np.linalg.eigvals(hopf_matrix(v)[1]), key=lambda z: (abs(z.imag) > 1e-6, z.real))
    diagram = "hysteron bifurcation examples/circuits/hh_bifurcation.cir --param iext --from 0A --to 200uA"
    for k, (lo, hi) in enumerate(((-62, -58), (-46, -41))):
        v = brentq(lambda v: pair(v).real, lo, hi, xtol=1e-12)
        current, _ = hopf_matrix(v)
        source = "own eigenvalues (NumPy)"
        add(diagram, f"hopf{k}.param", current * 1e-6, "A", 1e-5, source)
        add(diagram, f"hopf{k}.frequency", abs(pair(v).imag) / (2 * np.pi) * 1e3, "Hz", 1e-5, source)
    add(diagram, "cycle-fold_min.param", 6.2601e-6, "A", 1e-4, "published continuation: fold of cycles at 6.2601 uA/cm2")
    impedance_rows()


def impedance_rows():
    v = brentq(lambda v: hopf_matrix(v)[0], -66, -64, xtol=1e-13)
    n, m, h = (a / (a + b) for a, b in gates(v))
    slopes = []
    for k in range(3):
        inf = lambda v, k=k: gates(v)[k][0] / sum(gates(v)[k])
        slopes.append((inf(v + 1e-4) - inf(v - 1e-4)) / 2e-4)
    by_gate = [
        36 * 4 * n**3 * (v + 77) * slopes[0],
        120 * 3 * m**2 * h * (v - 50) * slopes[1],
        120 * m**3 * (v - 50) * slopes[2],
    ]
    command = "hysteron impedance examples/circuits/hh_impedance.cir --port vm --freq 0.1Hz:10kHz"
    source = "closed form: linearised Hodgkin and Huxley"
    order = sorted(zip(by_gate, gates(v)), key=lambda pair: sum(pair[1]))
    for k, (g, (a, b)) in enumerate(order):
        add(command, f"R{k + 2}", 1e3 / g, "ohm", 1e-4, source)
        add(command, f"L{k + 1}", 1e3 / g * 1e-3 / (a + b), "H", 1e-4, source)
    conductance = 36 * n**4 + 120 * m**3 * h + 0.3
    add(command, "R1", 1e3 / conductance, "ohm", 1e-4, source)
    add(command, "C1", 1e-6, "F", 1e-6, "the membrane's capacitor")
    f = np.logspace(0, 3, 200001)
    jw = 2j * np.pi * f
    y = jw * 1e-3 + conductance + sum(g / (1 + jw * 1e-3 / (a + b)) for g, (a, b) in zip(by_gate, gates(v)))
    z = 1e3 / np.abs(y)
    add(sim("hh_impedance"), "z_max", z.max(), "ohm", 1e-3, source)
    add(sim("hh_impedance"), "f_max", f[z.argmax()], "Hz", 5e-3, source)


def main():
    for make in (pearson_anson, neurons, thermal_neuristors, quasi_hh, chua, lif, logic, cells, hodgkin_huxley):
        make()
    oscillator_networks()
    with open(os.path.join(HERE, "example_values.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["command", "quantity", "expected", "unit", "rel_tol", "source"])
        writer.writerows(ROWS)


if __name__ == "__main__":
    main()
