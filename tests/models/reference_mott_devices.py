#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mott devices beyond the moving phase boundary: what the reproductions of models/mott have to give.

Written from the published equations, without a look at the Verilog-A.  `python3 reference_mott_devices.py` checks
itself against published and tabulated numbers, `--values` prints what models/mott/reproduce.csv names as computed by
it.
"""

import sys
from math import erf, erfc, exp, log, pi, sin, sqrt

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, minimize_scalar

import reference_mott as boundary
from reference_tools import EPS0, K_B, Q, Report

NAME = "mott devices"
KB = K_B / Q

# ---- NbO2 by Poole-Frenkel conduction ----

PF = dict(area=pi * 30e-9**2, d=20e-9, sigma=8.33e4, ea=0.1505, eps=45.0, amb=296.0)


def pf_current(v, temp, field=True):
    x = sqrt(Q / (pi * EPS0 * PF["eps"]) * v / PF["d"]) / (KB * temp)
    bracket = (1 + (x - 1) * exp(x)) / x**2 + 0.5 if field else 1.0
    return PF["area"] * PF["sigma"] * exp(-PF["ea"] / (KB * temp)) * bracket * v / PF["d"]


def pf_voltage(temp, rth, field=True):
    """v at which the device settles at temp."""
    need = (temp - PF["amb"]) / rth
    return brentq(lambda v: v * pf_current(v, temp, field) - need, 1e-6, 50, xtol=1e-14)


def pf_folds(rth, field=True):
    """(T, v, i) of the onset and of the end of the negative resistance."""
    t = np.linspace(300, 1600, 2601)
    v = np.array([pf_voltage(x, rth, field) for x in t])
    out = []
    for k in range(1, len(t) - 1):
        s = np.sign(v[k] - v[k - 1])
        if s * (v[k + 1] - v[k]) < 0:
            down = lambda x: -s * pf_voltage(x, rth, field)
            tight = dict(xatol=1e-7)
            best = minimize_scalar(down, bounds=(t[k - 1], t[k + 1]), method="bounded", options=tight).x
            volts = pf_voltage(best, rth, field)
            out.append((best, volts, pf_current(volts, best, field)))
    return out


def pf_section(vin, r, bias, rth=1e6):
    """Steady voltage of the shunt, gain of the section at low frequency and without heating."""

    def misfit(temp):
        v = pf_voltage(temp, rth)
        return (vin - v) / r + bias - pf_current(v, temp)

    temp = brentq(misfit, 300, 1000, xtol=1e-12)
    h = 1e-3
    slope = [(pf_voltage(temp + s, rth), pf_current(pf_voltage(temp + s, rth), temp + s)) for s in (-h, h)]
    y = (slope[1][1] - slope[0][1]) / (slope[1][0] - slope[0][0])
    v = pf_voltage(temp, rth)
    fast = (pf_current(v + 1e-5, temp) - pf_current(v - 1e-5, temp)) / 2e-5
    return v, 1 / (1 + r * y), 1 / (1 + r * fast)


# ---- spin-crossover element ----

LCO = dict(ls=0.2e-3, hs=20e-3, ts=500.0, w=30.0, rth=1e4, amb=300.0)


def lco_conductance(temp):
    return LCO["ls"] + (LCO["hs"] - LCO["ls"]) / (1 + exp(-(temp - LCO["ts"]) / LCO["w"]))


def lco_point(temp):
    """v, i, resistance at low frequency."""
    power, g = (temp - LCO["amb"]) / LCO["rth"], lco_conductance(temp)
    slope = (lco_conductance(temp + 1e-4) - lco_conductance(temp - 1e-4)) / 2e-4 / g
    rise = slope * (temp - LCO["amb"])
    return sqrt(power / g), sqrt(power * g), (1 - rise) / (1 + rise) / g


def lco_folds():
    t = np.linspace(301, 900, 60000)
    v = np.array([lco_point(x)[0] for x in t])
    k = [j for j in range(1, len(t) - 1) if (v[j] - v[j - 1]) * (v[j + 1] - v[j]) < 0]
    return [lco_point(t[j])[:2] for j in k]


def lco_gain(r, bias=10e-3, load=2e3):
    """Gain of a section at low frequency and for fast signals."""

    def misfit(temp):
        v, i, _ = lco_point(temp)
        return (bias - i) * load - i * r - v  # the node behind the element is at -(v + i r)

    temp = brentq(lambda x: misfit(x), 420, 900, xtol=1e-10)
    z = lco_point(temp)[2]
    return lco_point(temp)[1], load / (load + r + z), load / (load + r + 1 / lco_conductance(temp))


# ---- VO2 fitted to a measurement: the published program's sweep ----


def edge_sweep(step=2e-8):
    t, hot, rows = 30.0, False, []
    for k in range(int(0.1 / step)):
        i = 1.5e-3 * sin(10 * pi * k * step)
        hot = t > 65 or (hot and t >= 60)
        loss = 5e-5 * erf((t - 72) / 8) + 1e-4 if hot else 1e-4 * erf((t - 70) / 8) + 1.85e-4
        if t <= 58:
            r, extra = 16630 / (1 + 0.0075 * (t - 30)), 0.0
        else:
            r, extra = erfc((t - 62) / 10) * (1 - t / 100) * 16e3 + 1500, 0.415e-3
        if k % 50 == 0:
            rows.append((k * step, i, i * r, t))
        t += step / 2.68e-9 * (i * i * r - (t - 30) * loss + extra)
    return np.array(rows)


# ---- threshold switch in an oscillator: closed forms ----


def switch_period(vdd, rs, c, rins, rmet, vimt, vmit):
    """Fall of the node while insulating, rise while metallic."""
    par = lambda a, b: a * b / (a + b)
    low, high = vdd * rs / (rs + rins), vdd * rs / (rs + rmet)
    fall = par(rs, rins) * c * log((vdd - vmit - low) / (vdd - vimt - low))
    rise = par(rs, rmet) * c * log((high - vdd + vimt) / (high - vdd + vmit))
    return fall, rise


def switch_spread(n=200000):
    """Standard deviation of the period (through 12.5 V) for thresholds that vary by 0.1 %; the 14 V cell."""
    z = np.random.default_rng(1).normal(size=(2, n))
    hold, up = 1 + 1e-3 * z[0], 1.99 * (1 + 1e-3 * z[1])
    ti, tm = 47e3 * 100.2e3 / 147.2e3 * 300e-12, 47e3 * 990 / 47990 * 300e-12
    low, high = 14 * 47 / 147.2, 14 * 47 / 47.99
    rise = tm * (np.log((high - 12.5) / (high - 14 + hold)) + np.log((high - 14 + up) / (high - 12.5)))
    return (rise + ti * np.log((14 - hold - low) / (14 - up - low))).std()


# ---- escape, volatile film ----


def lif_first(current):
    """Time of the first spike without chance, h_0 = 1e6 1/s at 1 V, at most 1e9, 20 mV an e-fold, 100 kohm,
    100 pF."""
    volts = lambda t: current * 1e5 * (1 - exp(-t / 1e-5))
    escape = lambda t: 1 / (1e-9 + 1e-6 * exp((1 - volts(t)) / 0.02))
    level = lambda t: quad(escape, 0, t, limit=400, epsrel=1e-11)[0] - 1
    return brentq(level, 1e-7, 90e-6, xtol=1e-15)


def film(temp, on, i_ma=10.0, r0=1e4, rm=100.0):
    """Both time constants and the resistance at the end of the current."""
    s = 20 / (1 + exp((74 - temp) / 1.359))
    rise = (0.175 - 6e-4 * i_ma) * s
    settled = 1 / ((r0 - rm) * exp(-0.11 * i_ma) + rm)
    g = settled + (1 / r0 - settled) * exp(-on / rise)
    past = -log((1 / g - rm) / (r0 - rm)) / 0.12
    return rise, (0.2277 * exp(past / 86.81) - 0.1167) * s, 1 / g


def film_resistance(temp, i_ma):
    r0 = 2.3e7 / (temp + 200) * (0.999 / (1 + exp((temp - 62) / 3)) + 0.001) + 10
    return (r0 - 100) * exp(-0.11 * i_ma) + 100


# ---- neuristor of two switches: what the closed set of numbers lacks ----


def neuristor(amp, level):
    """Peak, trough, time of the peak and width at a level for a pulse of 10 us."""
    p = boundary.NBO2

    def f(t, y, vin):
        v1, v2, y1, y2 = y
        r1, r2 = (boundary.resistance(boundary.radius(q), p) for q in (y1, y2))
        d1, d2 = v1 + 0.9, v2 - 0.9
        return [
            ((vin - v1) / 3200 - (v1 - v2) / 3200 - d1 / r1) / 5.1e-9 * 1e-6,
            ((v1 - v2) / 3200 - d2 / r2) / 0.75e-9 * 1e-6,
            boundary.dy_dt(y1, d1 * d1 / r1, p) * 1e-6,
            boundary.dy_dt(y2, d2 * d2 / r2, p) * 1e-6,
        ]

    y, ts, vs = [0.0] * 4, [], []
    for t0, t1, vin in ((-200, 0, 0.0), (0, 10, amp), (10, 40, 0.0)):
        step = 0.004 if t0 >= 0 else 1.0
        run = solve_ivp(f, (t0, t1), y, method="Radau", rtol=1e-8, atol=1e-10, max_step=step, args=(vin,))
        y = run.y[:, -1]
        if t0 >= 0:
            ts.append(run.t)
            vs.append(run.y[1])
    t, v = np.concatenate(ts), np.concatenate(vs)
    above = v > level
    return v.max(), v.min(), t[v.argmax()], (t[above].max() - t[above].min()) if above.any() else 0.0


def check():
    r = Report(NAME)
    table = {
        3e5: (500, 0.9146, 744e-6, 880, 0.8958),
        1e6: (437, 0.5642, 250e-6, 1052, 0.5154),
        2e6: (420, 0.4236, 147e-6, None, 0.3716),
    }
    for rth, (t1, v1, i1, t2, v2) in table.items():
        a, b = pf_folds(rth)
        for what, got, want, rel in (
            ("T", a[0], t1, 2e-3),
            ("V", a[1], v1, 2e-4),
            ("I", a[2], i1, 3e-3),
            ("T end", b[0], t2, 2e-3),
            ("V end", b[1], v2, 3e-4),
        ):
            if want:
                r.compare(f"PF {rth:g} K/W {what}", got, want, rel)
    r.compare("PF resistance, 300 K, 1 mV", 1e-3 / pf_current(1e-3, 300.0), 27.7e3, 2e-3)
    fall, rise = switch_period(14, 47e3, 300e-12, 100.2e3, 0.99e3, 1.99, 1.0)
    r.compare("switch 14 V, fall", fall, 1.184e-6, 1e-3)
    r.compare("switch 14 V, rise", rise, 0.254e-6, 3e-3)
    r.compare("cell of a network", 1 / sum(switch_period(2.5, 20e3, 500e-12, 100.2e3, 0.99e3, 1.99, 0.99)), 48031, 3e-4)
    r.compare("film 62 degC, time", film(62.01, 1, 0.0)[0], 0.5e-3, 0.1)
    r.compare("film 69 degC, time", film(69.25, 1, 0.0)[0], 0.1, 0.1)
    return r


def values():
    for rth in (3e5, 1e6, 2e6):
        print("PF folds", rth, pf_folds(rth))
    print("PF folds without field", pf_folds(1e6, False))
    print("PF section", pf_section(0.54, 100, 0.56e-3))
    print("LCO folds", lco_folds())
    for r in (1e-3, 60, 240):
        print("LCO gain", r, lco_gain(r))
    print("switch", switch_period(14, 47e3, 300e-12, 100.2e3, 0.99e3, 1.99, 1.0), switch_spread())
    print("cell", switch_period(2.5, 20e3, 500e-12, 100.2e3, 0.99e3, 1.99, 0.99))
    for i in (10e-6, 12e-6, 20e-6):
        print("LIF", i, lif_first(i))
    print("film", film(62.01, 2e-3), film(69.25, 0.4), [film_resistance(62.01, i) for i in (0, 10, 30)])
    print("neuristor", neuristor(0.3, 0.2741))
    rows = edge_sweep()
    up, down = rows[rows[:, 0] < 0.05], rows[rows[:, 0] >= 0.05]
    print("edge", up[up[:, 2].argmax()], down[0], down[down[:, 2].argmax()], up[up[:, 1] >= 0.45e-3][0])


if __name__ == "__main__":
    if "--values" in sys.argv:
        values()
    else:
        check().finish()
