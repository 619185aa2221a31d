# SPDX-License-Identifier: Apache-2.0
"""Volatile models: closed forms, and SciPy where there is none.

Written from the published equations, without a look at the Verilog-A.  Prints name and value, SI units.
"""

import numpy as np
from scipy.integrate import solve_ivp

from reference_tools import integrate

VALUES = {}


def put(name, value):
    VALUES[name] = float(value)


def wox():
    """w = w_min + tau lambda sinh(eta v) (1 - exp(-t/tau)) below w = 1."""
    for name, lam, eta, tau, wmin, v, span in (
        ("du", 1.0, 8.0, 50e-3, 0.1, 0.4, 10e-3),
        ("chang", 0.018, 4.0, 1 / 0.45, 0.0, 0.8, 0.5),
    ):
        w = wmin + tau * lam * np.sinh(eta * v) * -np.expm1(-span / tau)
        put(f"wox.{name}_w", w)
        put(f"wox.{name}_decay", wmin + (w - wmin) * np.exp(-1))
        al, be, ga, de = (1e-8, 0.5, 1e-5, 4.0) if name == "du" else (0.5e-6, 0.5, 4e-6, 2.0)
        put(f"wox.{name}_i", (1 - w) * al * -np.expm1(-be * v) + w * ga * np.sinh(de * v))


def nbox():
    """Window 1 - exp(3 (w - 1)) on the whole rate; ten pulses of 1 ms every 2 ms."""
    al, be, ga, de, lam, tau, wmin = 1.0378567e-6, 1.2025751, 13.483879e-6, 0.71460414, 15.609243, 11.03e-3, 0.082101814

    def rate(v):
        return lambda t, y: [(1 - np.exp(3 * (y[0] - 1))) * (lam * np.sinh(de * v) - (y[0] - wmin) / tau)]

    for amp in (2.4, 3.3, 4.2):
        w = wmin
        for k in range(10):
            for v in (amp, 0.0):
                sol = solve_ivp(rate(v), (0, 1e-3), [w], rtol=1e-10, atol=1e-12)
                w = sol.y[0][-1]
                if v > 0:
                    top = w
        put(f"nbox.w_{amp:g}", top)
        put(f"nbox.i_{amp:g}", (1 - top) * al * -np.expm1(-be * amp) + top * ga * np.sinh(de * amp))
        put(f"nbox.end_{amp:g}", w)


def wox2():
    lam, rc, rm, tl, ts, eps, sig, c0 = 0.01, 12.5, 0.1, 1e3, 1e3, 0.01, 25.0, 1e-3

    def rate(v):
        def f(t, y):
            c, m = y
            return [
                lam * np.exp(eps * c) * np.sinh(rc * v) - (c - c0) * (1 / tl + sig * m / ts),
                lam * np.sinh(rm * abs(v)) - (m - c0) * m / ts,
            ]

        return f

    t, y = integrate(rate(0.4), [c0, c0], [0, 0.1], n_out=200)
    put("wox2.c_pulse", y[0][-1])
    put("wox2.m_pulse", y[1][-1])
    t, y = integrate(rate(0.0), [0.5, 0.3], [0, 10.0, 100.0], n_out=200)
    put("wox2.c_100", y[0][-1])
    put("wox2.m_100", c0 / (1 - (1 - c0 / 0.3) * np.exp(-c0 * 100 / ts)))
    assert abs(y[1][-1] - VALUES["wox2.m_100"]) < 1e-8
    c, m = VALUES["wox2.c_pulse"], VALUES["wox2.m_pulse"]
    put("wox2.i_pulse", (1 - c) * 2e-7 * -np.expm1(-2.1 * 0.4) + c * 1e-4 * np.sinh(1.35 * 0.4))
    # four pulses, close and far
    for gap in (0.05, 5.0):
        y = np.array([c0, c0])
        for k in range(4):
            for v, span in ((0.4, 0.05), (0.0, gap)):
                sol = solve_ivp(rate(v), (0, span), y, method="LSODA", rtol=1e-10, atol=1e-13)
                y = sol.y[:, -1]
                if v:
                    top = y[0]
        put(f"wox2.c_train_{gap:g}", top)


def taox():
    al, be, ga, de, lam, eta, tw, tm, k = 1e-5, 0.5, 2e-4, 1.5, 10.0, 6.0, 1.0, 5e-6, 5e10

    def rate(v):
        def f(t, y):
            w, mu = y
            i = (1 - w) * al * -np.expm1(-be * v) + w * ga * np.sinh(de * v)
            return [mu * lam * np.sinh(eta * v) - w / tw, -(mu - 1) / tm + k * abs(i * v)]

        return f

    for gap in (1e-6, 20e-6):
        y = np.array([0.0, 1.0])
        for j in range(5):
            for v, span in ((1.0, 1e-6), (0.0, gap)):
                sol = solve_ivp(rate(v), (0, span), y, method="LSODA", rtol=1e-10, atol=1e-13)
                y = sol.y[:, -1]
                if v:
                    top = y
        put(f"taox.w_{gap:g}", top[0])
        put(f"taox.mu_{gap:g}", top[1])


def sig(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def and_rate(x, v):
    a, ds, dr, ts, tr = 2.0, 0.05, 0.5, 1.2e-7, 1.3e-7
    bs = (v - 0.267) * (v + 0.119) / 0.0099**2
    br = (v - 0.08) * (v + 0.006) / 0.0175**2
    a_s = (1 - np.exp(-(a * x + ds))) * (1 - x) + (1 - np.exp(-a * (1 - x))) * x
    a_r = (1 - np.exp(-a * x)) * (1 - x) + (1 - np.exp(-(a * (1 - x) + dr))) * x
    return sig(bs) * a_s / ts - (1 - sig(br)) * a_r / tr


def and_ts():
    hit = lambda t, y: y[0] - 0.8
    hit.terminal = True
    sol = solve_ivp(lambda t, y: [and_rate(y[0], 1.5)], (0, 1e-6), [0.0], rtol=1e-10, atol=1e-12, events=hit)
    put("and_ts.set_time", sol.t_events[0][0])
    low = lambda t, y: y[0] - 0.2
    low.terminal = True
    sol = solve_ivp(lambda t, y: [and_rate(y[0], 0.0)], (0, 1e-5), [0.8], rtol=1e-10, atol=1e-12, events=low)
    put("and_ts.reset_time", sol.t_events[0][0])

    is_, vt, ip, vp, iv, d, e = 1.16e-7, 0.066, 2.17e-5, 0.090, -3.22e-6, 26.0, 0.14

    def diode(v):
        return (
            is_ * (np.exp(v / vt) - np.exp(-v / vt))
            + ip / vp * v * np.exp(-(v - vp) / vp)
            + iv * (np.arctan(d * (v - e)) + np.arctan(d * (v + e)))
        )

    def rate(t, y, i_in, e_td):
        v, x = y
        i_vm = v * x / 1434.0 + 1e-12 if v >= 0 else v * x / 806.0 - 1e-12
        return [(i_in - diode(v + e_td) - i_vm) / 22e-9, and_rate(x, -v)]

    for e_td, i_in in ((0.04, 21e-6), (0.06, 22e-6), (0.07, 21e-6)):
        top = lambda t, y, *a: y[0] - 0.08
        top.direction = 1
        sol = solve_ivp(rate, (0, 12e-3), [0.0, 0.0], args=(i_in, e_td), method="LSODA", rtol=1e-8, atol=1e-11,
                        max_step=2e-6, events=top)
        ev = sol.t_events[0]
        put(f"and_ts.period_{e_td:g}_{i_in * 1e6:g}", np.mean(np.diff(ev[2:])) if len(ev) > 4 else np.nan)
        put(f"and_ts.v_max_{e_td:g}_{i_in * 1e6:g}", sol.y[0][sol.t > 4e-3].max())
        put(f"and_ts.v_min_{e_td:g}_{i_in * 1e6:g}", sol.y[0][sol.t > 4e-3].min())


def diffusive():
    eta, kw, ap, n, q = 1e-3, 1.0, 0.02, 4, 5.0

    def rate(v):
        def f(t, y):
            x = y[0]
            wall = 1e3 * (max(x - 1, 0) + min(x + 1, 0))
            return [(q * v - kw * (x + 1) + np.pi * n * ap * np.sin(n * np.pi * (x + 1)) - wall) / eta]

        return f

    for v in (0.3, 0.4, 0.6):
        hit = lambda t, y: y[0] + 0.2
        hit.terminal = True
        sol = solve_ivp(rate(v), (0, 0.1), [-1.0], method="LSODA", rtol=1e-9, atol=1e-12, events=hit)
        put(f"diffusive.delay_{v:g}", sol.t_events[0][0])
    sol = solve_ivp(rate(0.0), (0, 2e-3), [0.0], method="LSODA", rtol=1e-9, atol=1e-12)
    put("diffusive.back", sol.y[0][-1])
    put("diffusive.variance_free", 0.01 * 300.15 / 300 / 1.0)


def others():
    put("vteam_volatile.grown", -np.expm1(-5e7 * (0.1 / 0.02 - 1) ** 3 * 0.2e-9))
    put("vteam_volatile.decay", np.exp(-2.0))
    put("vteam_volatile.stretched", np.exp(-(np.log(2.0) ** 2 + 2.0) ** 0.5))
    # antiferroelectric: exponential return of P, conductance with its square
    put("afe.p_on", 0.5 * (np.tanh(5.0) + np.tanh(25.0)) * -np.expm1(-1e-6 / np.exp(
        0.5 * (1 + np.tanh(5.0)) * np.log(1e-6) + 0.5 * (1 - np.tanh(5.0)) * np.log(1e-5))))
    share = 0.5 * (1 + np.tanh(-10.0))
    put("afe.p_off", np.exp(-1e-5 / np.exp(share * np.log(1e-6) + (1 - share) * np.log(1e-5))))
    # relaxation
    s0 = 5e-3 / 10
    for t in (1.0, 10.0, 100.0):
        put(f"relaxation.left_{t:g}", np.exp(-((t / 10 + s0) ** 0.5)))
    # short to long term
    for n in (10, 30, 60, 90, 120):
        tau = 100 - (100 - 0.1) * np.exp(-n * 0.01)
        put(f"stp_ltp.tau_{n}", tau)
        put(f"stp_ltp.left_{n}", np.exp(-10.0 / tau))
    # linear
    for gap in (10, 50, 100, 500):
        put(f"linear.ppf_{gap}", 1 + np.exp(-(gap + 10) / 100))
    r = np.exp(-0.6)
    put("linear.srdp", 1 / (1 - r))
    tau, a, g0, gm = 11.7324e-3, 0.283705e-3, 2.0446e-6, 2.17704e-6
    g = g0
    for k in range(54):
        g = gm + a * tau + (g - gm - a * tau) * np.exp(-1e-3 / tau)
        top = g
        g = gm + (g - gm) * np.exp(-0.1e-3 / tau)
    put("linear.nbox_top", top)
    put("linear.nbox_end", gm + (g - gm) * np.exp(-46 * 1.1e-3 / tau))


for part in (wox, nbox, wox2, taox, and_ts, diffusive, others):
    part()

if __name__ == "__main__":
    for name, value in VALUES.items():
        print(f"{name},{value:.9g}")
