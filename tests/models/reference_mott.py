# SPDX-License-Identifier: Apache-2.0
"""Mott switches: quasi-static curve in closed form (in u), switching in the published state u,
circuits.

u = r_met/r_ch.  Equilibrium: R(u) i^2 = Gth(u) dT, so i(u) = sqrt(Gth dT/R), v = i R: the folds
are the extrema of v. The dynamics are checked in u; from rest they are run in y = 1/ln(1/u),
because u reaches 0 in finite time.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from reference_tools import OWN, Report

NAME = "mott"
NBO2 = dict(ri=3.56e-3, rm=3.56e-5, L=20e-9, r=30e-9, kap=1.5, cp=2.6e6, dh=1.6e8, dT=784.0)
VO2 = dict(ri=1e-2, rm=3e-6, L=50e-9, r=36e-9, kap=3.5, cp=3.3e6, dh=2.35e8, dT=43.0)
VO2_LARGE = dict(VO2, L=100e-9, r=56e-9)
# name, set, V_th, I_th, V_hold, I_hold
FOLDS = [
    ("nbo2", NBO2, 0.99989, 47.26e-6, 0.4459, 644.6e-6),
    ("vo2", VO2, 1.007, 9.08e-6, 0.0973, 0.971e-3),
    ("vo2 large", VO2_LARGE, 1.295, 14.1e-6, 0.125, 1.51e-3),
]
# NbO2 through 500 ohm: step V, t90, energy
STEPS = [
    (1.1, 2.07e-9, 210e-15),
    (1.2, 1.22e-9, 169e-15),
    (1.5, 0.547e-9, 137e-15),
    (2.0, 0.258e-9, 121e-15),
]
# Pearson-Anson: set, Vs, Rs, C, f
PEARSON = [
    (VO2, 1.2, 5e3, 100e-12, 1.0242e6),
    (VO2, 1.8, 5e3, 100e-12, 2.4314e6),
    (NBO2, 1.5, 5e3, 100e-12, 1.8628e6),
]


def resistance(u, p):
    return p["ri"] * p["L"] / (np.pi * p["r"] ** 2) / (1 + (p["ri"] / p["rm"] - 1) * u * u)


def loss(u, p):
    return 2 * np.pi * p["L"] * p["kap"] / np.log(1 / u) * p["dT"]


def static(u, p):
    i = np.sqrt(loss(u, p) / resistance(u, p))
    return i * resistance(u, p), i


def folds(p):
    x = np.linspace(np.log(1e-6), np.log(0.9999), 200001)
    v = static(np.exp(x), p)[0]
    k = np.nonzero((v[1:-1] - v[:-2]) * (v[2:] - v[1:-1]) < 0)[0] + 1
    out = []
    for j in k:
        s = np.sign(v[j] - v[j - 1])
        z = minimize_scalar(
            lambda z: -s * static(np.exp(z), p)[0],
            bounds=(x[j - 1], x[j + 1]),
            method="bounded",
            options=dict(xatol=1e-12),
        ).x
        out.append((*static(np.exp(z), p), np.exp(z)))
    return out


def du_dt(u, power, p):
    l = np.log(u)
    dh = (
        np.pi
        * p["L"]
        * p["r"] ** 2
        * (p["cp"] * p["dT"] * (1 - u * u + 2 * u * u * l) / (2 * u * l * l) + 2 * p["dh"] * u)
    )
    return (power - loss(u, p)) / dh


def dy_dt(y, power, p):
    """The same state as y = 1/ln(1/u), regular at rest."""
    z = max(y, 3e-3)
    u2 = np.exp(-2 / z)
    dh = (
        np.pi
        * p["L"]
        * p["r"] ** 2
        * (p["cp"] * p["dT"] * (1 - u2 - 2 * u2 / z) / 2 + 2 * p["dh"] * u2 / z**2)
    )
    return (power - 2 * np.pi * p["L"] * p["kap"] * p["dT"] * y) / dh


def radius(y):
    return np.exp(-1 / np.maximum(y, 3e-3))


def step_response(p, vs, rs, u0=None):
    """t90 of the current and Joule energy in the device up to then; from rest in y, or from u0 in
    ln u.
    """
    in_u = u0 is not None
    core = np.exp if in_u else radius

    def f(t, y):
        u = core(y[0])
        r = resistance(u, p)
        power = r * (vs / (rs + r)) ** 2
        return [
            (du_dt(u, power, p) / u if in_u else dy_dt(y[0], power, p)) * 1e-9,
            power * 1e3,
        ]  # per ns, pJ

    sol = solve_ivp(
        f,
        (0.0, 50.0),
        [np.log(u0) if in_u else 0.0, 0.0],
        method="LSODA",
        rtol=1e-10,
        atol=1e-12,
        max_step=0.005,
    )
    i = vs / (rs + resistance(core(sol.y[0]), p))
    t = np.interp(0.9 * i[-1], i, sol.t)
    return t * 1e-9, np.interp(t, sol.t, sol.y[1]) * 1e-12


def pearson_anson(p, vs, rs, c, re=0.0):
    """Frequency of source - rs - node, capacitor and device to ground."""
    tau = rs * c

    def f(t, y):
        r = resistance(radius(y[1]), p)
        i = y[0] / (re + r)
        return [((vs - y[0]) / rs - i) / c * tau, dy_dt(y[1], i * i * r, p) * tau]

    ev = lambda t, y: y[1] - 0.5
    ev.direction = 1
    sol = solve_ivp(
        f, (0.0, 20.0), [0.0, 0.0], method="Radau", rtol=1e-7, atol=1e-9, events=ev, max_step=0.05
    )
    t = sol.t_events[0]
    return 1 / (np.diff(t)[-3:].mean() * tau)


def neuristor_peak(p, height, vdc=0.9, c1=5.1e-9, c2=0.75e-9, rl=3.2e3):
    """Greatest output of the two-switch neuristor (Pickett 2013) for a pulse of 10 us.

    Input - rl - node 1 - rl - node 2; at node 1 a switch and c1 to -vdc, at node 2 to +vdc.
    """

    def f(t, y, vin):
        v1, v2, y1, y2 = y
        r1, r2 = resistance(radius(y1), p), resistance(radius(y2), p)
        d1, d2 = v1 + vdc, v2 - vdc
        return [
            ((vin - v1) / rl - (v1 - v2) / rl - d1 / r1) / c1 * 1e-6,
            ((v1 - v2) / rl - d2 / r2) / c2 * 1e-6,
            dy_dt(y1, d1 * d1 / r1, p) * 1e-6,
            dy_dt(y2, d2 * d2 / r2, p) * 1e-6,
        ]

    y, peak = [0.0, 0.0, 0.0, 0.0], -1.0
    for t0, t1, vin in ((-100.0, 0.0, 0.0), (0.0, 10.0, height), (10.0, 40.0, 0.0)):
        sol = solve_ivp(
            f, (t0, t1), y, method="Radau", rtol=1e-7, atol=1e-9, max_step=0.2, args=(vin,)
        )
        y = sol.y[:, -1]
        if t0 >= 0:
            peak = max(peak, sol.y[1].max())
    return peak


def check():
    r = Report(NAME)
    for name, p, vth, ith, vhold, ihold in FOLDS:
        (v1, i1, _), (v2, i2, _) = folds(p)
        for what, got, want in (
            ("V_th", v1, vth),
            ("I_th", i1, ith),
            ("V_hold", v2, vhold),
            ("I_hold", i2, ihold),
        ):
            r.compare(f"{name} {what}", got, want, 2e-3)
    r.compare("nbo2 R_ins", resistance(0.0, NBO2), 25.18e3, 1e-3)
    r.compare("nbo2 R_met", resistance(1.0, NBO2), 251.8, 1e-3)
    r.compare("nbo2 thermal time", NBO2["cp"] * NBO2["r"] ** 2 / (4 * NBO2["kap"]), 0.39e-9, 1e-2)
    y = 1 / np.log(1 / 1e-6)
    power = 3e-5
    r.compare(
        "dy/dt against du/dt at u = 1e-6",
        dy_dt(y, power, NBO2),
        du_dt(1e-6, power, NBO2) * y * y / 1e-6,
        1e-9,
    )
    y = 1 / np.log(1 / 0.3)
    r.compare(
        "dy/dt against du/dt at u = 0.3",
        dy_dt(y, power, NBO2),
        du_dt(0.3, power, NBO2) * y * y / 0.3,
        1e-9,
    )
    for vs, t90, energy in STEPS:
        t, e = step_response(NBO2, vs, 500.0)
        r.compare(f"nbo2 {vs} V through 500 ohm: t90", t, t90, 3e-2)
        r.compare(f"nbo2 {vs} V through 500 ohm: energy", e, energy, 3e-2)
    for p, vs, rs, c, freq in PEARSON:
        r.compare(
            f"Pearson-Anson {vs} V, {rs:g} ohm, {c:g} F", pearson_anson(p, vs, rs, c), freq, 5e-3
        )
    r.compare("neuristor, 0.2 V for 10 us: no spike", neuristor_peak(NBO2, 0.2), 0.1538, 5e-3)
    r.compare("neuristor, 0.3 V for 10 us: a spike", neuristor_peak(NBO2, 0.3), 0.4565, 5e-3)
    return r


def rows():
    out = []
    for name, p, vth, ith, vhold, ihold in FOLDS:
        (v1, i1, _), (v2, i2, _) = folds(p)
        device = name.split()[0]
        extra = " --temp 296K" if device == "nbo2" else " --temp 297K --set R_e=0"
        if "large" in name:
            extra += " --set L=100n --set r_ch=56n"
        src = (
            "quasi-static curve, closed form in u; agrees with the tabulated fold points of the set"
        )
        cut = 3 * i1
        low = f"hysteron iv {device} --wave dc:0A,{6 * i1:.3g}A,3001{extra}"
        high = f"hysteron iv {device} --wave dc:0A,{2 * i2:.3g}A,3001{extra}"
        out += [
            ("max(v)", low, v1, "V", 1e-3, src, "closed form"),
            ("i@max(v)", low, i1, "A", 2e-2, src, "closed form; a flat maximum on a grid of 0.2 %"),
            (f"min(v) if i>{cut:.3g}", high, v2, "V", 1e-3, src, "closed form"),
            (f"i@min(v) if i>{cut:.3g}", high, i2, "A", 3e-2, src, "closed form; a flat minimum"),
        ]
    for vs, _, _ in STEPS:
        t, _ = step_response(NBO2, vs, 500.0)
        i_end = step_end(NBO2, vs, 500.0)
        out.append(
            (
                f"time@i>{.9 * i_end:.6g}",
                f"hysteron iv nbo2 --temp 296K --wave csv:tests/models/waves/step_{vs}V.csv --cycles 1 --points 10000 --series 500ohm",
                t,
                "s",
                1e-2,
                "t90 of the current after a step from rest; the rise of 1 ps is not counted",
                OWN,
            )
        )
    return out


def waves():
    """Steps with a rise of 1 ps, 10 ns long."""
    return {f"step_{vs}V": [(0.0, 0.0), (1e-12, vs), (1e-8, vs)] for vs, _, _ in STEPS}


def step_end(p, vs, rs):
    """Final current of the step: the stable root of the power balance on the metallic side."""
    x = np.linspace(np.log(0.2), np.log(0.99999), 200001)
    u = np.exp(x)
    i = vs / (rs + resistance(u, p))
    net = resistance(u, p) * i * i - loss(u, p)
    k = np.nonzero((net[:-1] > 0) & (net[1:] <= 0))[0][-1]
    return i[k]


if __name__ == "__main__":
    check().finish()
