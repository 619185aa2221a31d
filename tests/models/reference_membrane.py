#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Membrane channels beyond Hodgkin and Huxley: what the reproductions of models/membrane have to give.

Written from the published equations, without a look at the Verilog-A.  `python3 reference_membrane.py` checks itself
against published and closed-form numbers, `--values` prints all numbers that models/membrane/reproduce.csv names as
computed by it.  mV, ms, mS/cm2, uA/cm2 for membranes; SI for the others.
"""

import sys

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, least_squares

from reference_hh import rates, settled
from reference_tools import K_B, Q, Report

NAME = "membrane"


def crossings(t, v, level):
    k = np.nonzero((v[:-1] < level) & (v[1:] >= level))[0]
    return t[k] + (t[k + 1] - t[k]) * (level - v[k]) / (v[k + 1] - v[k])


# ---- Connor and Stevens, as in Dayan and Abbott (2001) ----


def connor_gates(v):
    """x_inf, tau of m, h, n, a, b."""
    lin = lambda x: 10 / (1 - 0.05 * x) if abs(x) < 1e-7 else x / -np.expm1(-0.1 * x)
    pairs = [
        (0.38 * lin(v + 29.7), 15.2 * np.exp(-0.0556 * (v + 54.7))),
        (0.266 * np.exp(-0.05 * (v + 48)), 3.8 / (1 + np.exp(-0.1 * (v + 18)))),
        (0.02 * lin(v + 45.7), 0.25 * np.exp(-0.0125 * (v + 55.7))),
    ]
    out = [(a / (a + b), 1 / (a + b)) for a, b in pairs]
    a_inf = (0.0761 * np.exp(0.0314 * (v + 94.22)) / (1 + np.exp(0.0346 * (v + 1.17)))) ** (1 / 3)
    out.append((a_inf, 0.3632 + 1.158 / (1 + np.exp(0.0497 * (v + 55.96)))))
    b_inf = (1 / (1 + np.exp(0.0688 * (v + 53.3)))) ** 4
    out.append((b_inf, 1.24 + 2.678 / (1 + np.exp(0.0624 * (v + 50)))))
    return out


def connor_current(v, x):
    m, h, n, a, b = x
    return 120 * m**3 * h * (v - 55) + 20 * n**4 * (v + 72) + 47.7 * a**3 * b * (v + 75) + 0.3 * (v + 17)


def connor_rest():
    f = lambda v: connor_current(v, [g[0] for g in connor_gates(v)])
    return brentq(f, -70, -66, xtol=1e-12)


def connor_fold():
    """Saddle-node: the greatest steady current before the middle branch."""
    v = np.linspace(-64, -50, 140001)
    f = np.array([connor_current(x, [g[0] for g in connor_gates(x)]) for x in v])
    k = np.nonzero((f[1:-1] > f[:-2]) & (f[1:-1] >= f[2:]))[0][0] + 1
    return f[k], v[k]


def connor_rate(current, tend=600.0):
    v0 = connor_rest()
    rate = lambda t, y: [current - connor_current(y[0], y[1:])] + [
        (inf - x) / tau for x, (inf, tau) in zip(y[1:], connor_gates(y[0]))
    ]
    run = solve_ivp(
        rate, (0, tend), [v0] + [g[0] for g in connor_gates(v0)], method="LSODA", rtol=1e-9, atol=1e-11, max_step=0.05
    )
    up = crossings(run.t, run.y[0], 0.0)
    return 1e3 * 2 / (up[-1] - up[-3])


# ---- T calcium current ----


def ca_gates(v, blend=0.5):
    m = 1 / (1 + np.exp(-(v + 57) / 6.2))
    h = 1 / (1 + np.exp((v + 81) / 4))
    tau_m = 0.612 + 1 / (np.exp(-(v + 132) / 16.7) + np.exp((v + 16.8) / 18.2))
    low, high = np.exp((v + 467) / 66.6), 28 + np.exp(-(v + 22) / 10.5)
    w = 1 / (1 + np.exp((v + 80) / blend)) if blend else float(v < -80)
    return m, h, tau_m, w * low + (1 - w) * high


def ca_step(v0, v1, g=2.0, e_rev=120.0):
    """Greatest inward current after a step, its time: gates relax exponentially."""
    m0, h0, _, _ = ca_gates(v0)
    m1, h1, tm, th = ca_gates(v1)
    t = np.linspace(0, 60, 600001)
    i = g * (m1 + (m0 - m1) * np.exp(-t / tm)) ** 2 * (h1 + (h0 - h1) * np.exp(-t / th)) * (v1 - e_rev)
    return i.min(), t[i.argmin()]


# ---- conical channel (Kamsma et al. 2023) ----

CONE = dict(length=10e-6, base=200e-9, tip=50e-9, sigma=-0.0015e18, psi=-10.2464e-3, eta=1.00935e-3)
CONE.update(temp=293.15, salt=0.1, eps=80.23 * 8.8541878128e-12)


def cone(volts, diffusion):
    """g_inf/g0 by adaptive quadrature along the channel."""
    c = CONE
    ratio = c["tip"] / c["base"]
    flow = np.pi * c["tip"] * c["base"] / c["length"] * c["eps"] * c["psi"] / c["eta"] * volts
    pe = flow * c["length"] / (diffusion * np.pi * c["tip"] ** 2)
    w = Q * diffusion * c["eta"] / (K_B * c["temp"] * c["eps"] * c["psi"])
    du = c["sigma"] / (2 * c["salt"] * 6.02214076e23 * c["tip"])
    dg = -2 * w * (1 - ratio) * du

    def part(x):
        r = c["base"] - (c["base"] - c["tip"]) * x / c["length"]
        u = x * c["tip"] / (c["length"] * r)
        if abs(pe) < 1e-9:
            return 0.0
        return u - np.expm1(pe * u * ratio) / np.expm1(pe * ratio)

    return 1 + dg * quad(part, 0, c["length"], epsabs=0, epsrel=1e-10)[0] / c["length"]


def cone_g0(diffusion):
    c = CONE
    kappa = 2 * c["salt"] * 6.02214076e23 * Q * Q * diffusion / (K_B * c["temp"])
    return np.pi * c["tip"] * c["base"] / c["length"] * kappa


# ---- quasi-linear memristor and chemical inductor: closed forms, SI ----

CALM = dict(gl=1e-5, gh=1e-3, a0=100 / (1 + np.exp(6)), b0=100 / (1 + np.exp(-6)), fold=0.1)


def calm_rates(v):
    return CALM["a0"] * np.exp(v / CALM["fold"]), CALM["b0"] * np.exp(-v / CALM["fold"])


def calm_settled(v):
    """x_inf, tau, current."""
    a, b = calm_rates(v)
    x = a / (a + b)
    return x, 1 / (a + b), (CALM["gl"] + (CALM["gh"] - CALM["gl"]) * x) * v


def calm_branch(v):
    """R_b, R_a, L_a of Y = 1/R_b + 1/(R_a + i w L_a)."""
    x, tau, _ = calm_settled(v)
    slope = x * (1 - x) * 2 / CALM["fold"]
    ra = 1 / ((CALM["gh"] - CALM["gl"]) * v * slope)
    return 1 / (CALM["gl"] + (CALM["gh"] - CALM["gl"]) * x), ra, tau * ra


def calm_loop(v, c, ramp):
    """Forward minus backward current of a slow ramp."""
    return 2 * ramp * (c - calm_settled(v)[1] / calm_branch(v)[1])


def calm_train(height, on, period, count):
    """Memory at the end of each pulse, from zero."""
    x, out = 0.0, []
    for _ in range(count):
        for v, t in ((height, on), (0.0, period - on)):
            inf, tau, _ = calm_settled(v)
            x = inf + (x - inf) * np.exp(-t / tau)
            if v:
                out.append(x)
    return out


def inductor_hopf(c, rb, g3, ra, tau):
    """Current and frequency of the Hopf point at v > 0: the trace of the Jacobian is zero."""
    v = np.sqrt((-c / tau - 1 / rb) / (3 * g3))
    return v / rb + g3 * v**3 + v / ra, np.sqrt((1 / ra - c / tau) / (tau * c)) / (2 * np.pi)


# ---- replacements of the gates by what circuits have ----


def fit_gates(make, start, gate):
    v = np.linspace(-90, 50, 141)
    inf = settled(gate, v)
    tau = np.array([1 / sum(rates(gate, x)) for x in v])
    misfit = lambda p: np.concatenate([make(p, v)[0] - inf, 0.3 * (np.log(make(p, v)[1]) - np.log(tau))])
    fit = least_squares(misfit, start, x_scale=np.abs(start), xtol=1e-13, ftol=1e-13)
    return fit.x, np.abs(make(fit.x, v)[0] - inf).max()


def exponentials(p, v):
    """p: rates at -50 mV in 1/ms, e-folds in mV."""
    a, b = p[0] * np.exp((v + 50) / p[1]), p[2] * np.exp(-(v + 50) / p[3])
    return a / (a + b), 1 / (a + b)


def tanhs(p, v):
    """p: half, slope, least time, height, top, width."""
    inf = 0.5 + 0.5 * np.tanh((v - p[0]) / p[1])
    return inf, np.maximum(p[2], 1e-3) + p[3] * (1 - np.tanh((v - p[4]) / p[5]) ** 2)


STARTS = {
    exponentials: {"n": [0.12, 30, 0.1, 60], "m": [0.6, 20, 1.7, 18], "h": [0.033, -20, 0.18, -30]},
    tanhs: {"n": [-53, 30, 1, 5, -75, 40], "m": [-40, 18, 0.1, 0.4, -40, 30], "h": [-62, -14, 1, 7.5, -67, 20]},
}


def fits(make):
    return {g: fit_gates(make, s, g) for g, s in STARTS[make].items()}


def rate_of_fit(make, params, current, tend=300.0):
    """Spikes of the membrane of the squid axon with these gates; None if silent.  Params as given in the variants."""

    def f(t, y):
        v, (n, m, h) = y[0], y[1:]
        out = [current - 36 * n**4 * (v + 77) - 120 * m**3 * h * (v - 50) - 0.3 * (v + 54.387)]
        for x, g in zip((n, m, h), "nmh"):
            inf, tau = make(params[g], v)
            out.append((inf - x) / tau)
        return out

    start = [-65.0] + [float(make(params[g], -65.0)[0]) for g in "nmh"]
    run = solve_ivp(f, (0, tend), start, method="LSODA", rtol=1e-9, atol=1e-11, max_step=0.05)
    up = crossings(run.t, run.y[0], 0.0)
    return (1e3 / (up[-1] - up[-2]) if len(up) > 2 else None), run.y[0][run.t > tend / 2].max()


def check():
    r = Report(NAME)
    r.compare("Connor-Stevens rest", connor_rest(), -67.97812, 1e-6)
    i, v = connor_fold()
    r.compare("Connor-Stevens rheobase", i, 8.114053, 1e-5)
    r.compare("Connor-Stevens rheobase V", v, -57.12233, 1e-5)
    for current, want in ((8.5, 9.7281), (10, 34.0459), (20, 132.3005)):
        r.compare(f"Connor-Stevens {current}", connor_rate(current), want, 2e-4)
    table = {
        1.75e-9: [0.3068, 0.5628, 0.8054, 1, 1.2094, 1.5226, 1.9642],
        1.0e-9: [0.5126, 0.6316, 0.8147, 1, 1.2104, 1.4951, 1.7956],
    }
    for d, row in table.items():
        for volts, want in zip((-1, -0.5, -0.2, 0, 0.2, 0.5, 1), row):
            r.compare(f"cone D={d:g} {volts} V", cone(volts, d), want, 3e-4)
    return r


def values():
    for current in (8.5, 10, 15, 20, 30):
        print("connor rate", current, connor_rate(current))
    for v0, v1 in ((-100, -50), (-90, -40), (-80, -50)):
        print("ca_t step", v0, v1, *ca_step(v0, v1))
    for v in (-100, -85, -70, -57, -40):
        print("ca_t gates", v, *ca_gates(v), "published tau_h", ca_gates(v, 0)[3])
    for v in (0.2, 0.3, 0.4):
        print("calm settled", v, *calm_settled(v))
    for v in (0.25, 0.3, 0.35):
        print("calm branch", v, *calm_branch(v))
    print("calm loop", calm_loop(0.15, 20e-6, 1e-4), calm_loop(0.3, 20e-6, 1e-4))
    print("calm train", calm_train(0.35, 1e-3, 3e-3, 5))
    print("inductor Hopf", *inductor_hopf(1e-6, -2e3, 2e-3, 1e3, 0.02))
    print("cone g0", cone_g0(1.75e-9))
    for make in (exponentials, tanhs):
        fit = fits(make)
        rounded = {g: [float(f"{x:.4g}") for x in p] for g, (p, _) in fit.items()}
        print(make.__name__, rounded, "misfit of x_inf", {g: round(float(e), 4) for g, (_, e) in fit.items()})
        for current in (5, 10, 20):
            print("  rate at", current, rate_of_fit(make, rounded, current))


if __name__ == "__main__":
    if "--values" in sys.argv:
        values()
    else:
        check().finish()
