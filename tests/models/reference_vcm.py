# SPDX-License-Identifier: Apache-2.0
"""VCM after JART v1b: static points by root finding, sweeps by integration of ln N.

The published equations with their clamps as they stand.  For forward voltages the circuit of
contact and resistances has up to three solutions: the barrier lowering ends where the contact sees
phi_Bn0 - phi_n = 80 mV, and beyond it the full barrier is back.  LOW is the solution that starts
at v = 0 (continuity), HIGH the one beyond 80 mV.  The reference table (STATIC, SWEEPS) was made
with a root finder that may take either; check() says which.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from reference_tools import EPS0, H, Q, Report, polyline, vt

NAME = "vcm"
A_STAR, M_E, ZVO, EPS_S, EPS_PHI = 6.01e5, 9.10938e-31, 2, 17 * EPS0, 5.5 * EPS0
PHI0, PHI_N, MU, N_PLUG, N_MIN, N_MAX = 0.18, 0.1, 4e-6, 20e26, 0.008e26, 20e26
HOP, NU0, DW, RTH, SCALE = 0.25e-9, 2e13, 1.35, 15.72e6, 0.27
RADIUS, L_CELL, L_DISC, R_TIOX, R0, RTH_LINE, ALPHA = (
    45e-9,
    3e-9,
    0.4e-9,
    650.0,
    719.2437,
    90471.47,
    3.92e-3,
)
T0 = 293.0
AREA = np.pi * RADIUS**2
STATIC = [
    (0.008e26, -0.35, -3.7528e-6, 313.34),
    (0.008e26, 0.1, 1.5212e-6, None),
    (0.008e26, 0.35, 5.3641e-6, None),
    (20e26, -0.35, -2.2009e-4, 454.55),
    (20e26, -0.1, -6.2656e-5, None),
    (20e26, 0.1, 6.1592e-5, None),
    (20e26, 0.35, 1.3910e-4, 386.90),
]
# slew V/s, |V| peak, Vset, max |I| SET, I(-.2 V) HRS, LRS, peak I RESET, Vreset (N crosses its geometric mean)
SWEEPS = [
    (1.0, 1.5, -0.592, 8.669e-4, -1.91e-6, -1.257e-4, 3.93e-4, 0.711),
    (1e3, 1.5, -0.772, 8.667e-4, -1.93e-6, -1.250e-4, 7.04e-4, 1.208),
    (1e6, 2.0, -0.985, 1.091e-3, -1.93e-6, -1.254e-4, 9.63e-4, 1.725),
]


def contact(vs, temp, n):
    """Current of the contact: (14), (15), barrier (19)."""
    kt = vt(temp)
    bend = PHI0 - PHI_N - vs
    phi = PHI0
    if bend > 0:
        phi = max(PHI0 - (Q**3 * ZVO * n * bend / (8 * np.pi**2 * EPS_PHI**3)) ** 0.25, 0.0)
    if vs >= 0:
        return AREA * A_STAR * temp**2 * np.exp(-phi / kt) * np.expm1(vs / kt)
    w00 = H / (4 * np.pi) * np.sqrt(ZVO * n / (M_E * EPS_S))
    c = w00 / kt
    w0, w1 = w00 / np.tanh(c), w00 / (c - np.tanh(c))
    pre = AREA * A_STAR * temp**2 / kt * np.sqrt(np.pi * w00 * (-vs + phi / np.cosh(c) ** 2))
    return -pre * np.exp(-phi / w0) * np.expm1(-vs / w1)


def solve(v, n, high=False):
    """i, v_contact, T, R_disc, R_plug at terminal voltage v."""
    sigma = ZVO * Q * MU * AREA
    r_disc, r_plug = L_DISC / (n * sigma), (L_CELL - L_DISC) / (N_PLUG * sigma)
    if v == 0:
        return 0.0, 0.0, T0, r_disc, r_plug
    rth = RTH * (1.0 if v < 0 else SCALE)
    base = r_disc + r_plug + R_TIOX + R0
    cubic = R0 * R0 * ALPHA * RTH_LINE

    def at(vs):
        x = (
            1.5 * (v - vs) / base * np.sqrt(3 * cubic / base)
        )  # base i + cubic i^3 = v - vs, one real root
        i = 2 * np.sqrt(base / (3 * cubic)) * np.sinh(np.arcsinh(x) / 3)
        temp = T0 + i * (vs + i * (r_disc + r_plug)) * rth
        return contact(vs, temp, n) - i, i, temp

    lo, hi = (v, 0.0) if v < 0 else (0.0, v)
    if v > 0:
        if high:
            lo = PHI0 - PHI_N
        else:  # the first sign change
            grid = np.unique(np.concatenate([np.geomspace(1e-6, 0.08, 120), [v]]))
            grid = grid[grid <= v]
            for x in grid:
                if at(x)[0] > 0:
                    hi = x
                    break
                lo = x
    vs = brentq(lambda x: at(x)[0], lo, hi, xtol=1e-16, rtol=1e-13)
    _, i, temp = at(vs)
    return i, vs, temp, r_disc, r_plug


def rate(v, n, high=False):
    """dN/dt: (1)-(4), (7)-(11)."""
    i, vs, temp, r_disc, r_plug = solve(v, n, high)
    kt = vt(temp)
    field = i * r_disc / L_DISC if v < 0 else (vs + i * (r_disc + r_plug)) / L_CELL
    g = ZVO * field * HOP / (np.pi * DW)
    mean = np.sqrt(1 - g * g) + g * np.arcsin(g)
    hop = np.exp(-DW * (mean - g * np.pi / 2) / kt) - np.exp(-DW * (mean + g * np.pi / 2) / kt)
    limit = 1 - (n / N_MAX) ** 10 if v < 0 else 1 - (N_MIN / n) ** 10
    return -(N_PLUG + n) / 2 * HOP * NU0 / L_DISC * hop * limit, i


def sweep(slew, peak, high=False):
    """0, -peak, 0, +peak, 0: t, v, N, i (N in units of ln)."""
    q = peak / slew
    times, vals = np.arange(5) * q, np.array([0.0, -peak, 0.0, peak, 0.0])
    wave = polyline(times, vals)
    ts, ns = [], []
    y = np.log(N_MIN)
    for k in range(4):
        f = lambda x, y: [rate(wave((k + x) * q), np.exp(y[0]), high)[0] / np.exp(y[0]) * q]
        sol = solve_ivp(
            f, (0.0, 1.0), [y], method="Radau", rtol=1e-7, atol=1e-9, max_step=0.01, first_step=1e-6
        )
        y = min(max(sol.y[0, -1], np.log(N_MIN)), np.log(N_MAX))
        ts.append((k + sol.t) * q)
        ns.append(np.exp(sol.y[0]))
    t, n = np.concatenate(ts), np.concatenate(ns)
    v = wave(t)
    return t, v, n, np.array([rate(a, b, high)[1] for a, b in zip(v, n)])


def features(slew, peak, high=False):
    t, v, n, i = sweep(slew, peak, high)
    q = peak / slew
    mid = np.log(np.sqrt(N_MIN * N_MAX))
    ln = np.log(n)
    k = np.nonzero((ln[:-1] < mid) & (ln[1:] >= mid))[0][0]
    vset = np.interp(mid, ln[k : k + 2], v[k : k + 2])
    down = np.nonzero((ln[:-1] > mid) & (ln[1:] <= mid) & (t[:-1] > 2 * q))[0]
    vreset = (
        np.nan
        if not len(down)
        else np.interp(-mid, -ln[down[0] : down[0] + 2], v[down[0] : down[0] + 2])
    )
    first, second = t <= q * (1 + 1e-12), (t > q) & (t <= 2 * q)
    hrs = np.interp(0.2, -v[first], i[first])
    lrs = np.interp(-0.2, v[second], i[second])
    return dict(
        vset=vset, iset=-i[t <= 2 * q].min(), hrs=hrs, lrs=lrs, ireset=i.max(), vreset=vreset
    )


def check():
    r = Report(NAME)
    for n, v, i, temp in STATIC:
        got = solve(v, n)
        if n > 1e27 and v == 0.35:
            r.compare("N 20e26, 0.35 V, branch beyond 80 mV: i", solve(v, n, True)[0], i, 2e-4)
            r.note(
                f"the table holds the branch beyond 80 mV; the one from v = 0 has i = {got[0]:.5g} A, T = {got[2]:.2f} K"
            )
            continue
        r.compare(f"N {n:g}, {v} V: i", got[0], i, 2e-4)
        if temp:
            r.compare(f"N {n:g}, {v} V: T", got[2], temp, 1e-4)
    for slew, peak, vset, iset, hrs, lrs, ireset, vreset in SWEEPS:
        f = features(slew, peak)
        r.compare(f"{slew:g} V/s Vset", f["vset"], vset, 1e-2)
        r.compare(f"{slew:g} V/s max SET current", f["iset"], iset, 5e-3)
        r.compare(f"{slew:g} V/s I(-.2 V) HRS", f["hrs"], hrs, 2e-2)
        r.compare(f"{slew:g} V/s I(-.2 V) LRS", f["lrs"], lrs, 1e-2)
        r.note(
            f"RESET from v = 0 on: peak {f['ireset']:.4g} A, Vreset {f['vreset']:.4g} V; table {ireset:g} A, {vreset} V"
        )
    return r


def rows():
    out = []
    for n, v, i, temp in STATIC:
        cmd = f"hysteron iv vcm --temp 293K --wave sine:{v:g}V,1Hz --cycles 1 --points 400 --set nu0=0 --set N_init={n:g}"
        peak = "i@time=0.25"
        if n > 1e27 and v == 0.35:
            out.append(
                (
                    peak,
                    cmd,
                    solve(v, n)[0],
                    "A",
                    2e-3,
                    "branch from v = 0 (the table's 1.391e-4 A is the other one)",
                    "own root finding",
                )
            )
            continue
        out.append(
            (
                peak,
                cmd,
                i,
                "A",
                2e-3,
                "static point",
                "tabulated by an independent program, 4 digits; own root finding agrees",
            )
        )
    for slew, peak, vset, iset, hrs, lrs, ireset, vreset in SWEEPS:
        cmd = f"hysteron iv vcm --temp 293K --wave triangle:-{peak:g}V,{peak:g}V,{4 * peak / slew:g}s --cycles 1 --points 8000"
        f = features(slew, peak)
        t = peak / slew
        src = "0, -Vp, 0, +Vp, 0; N crosses its geometric mean"
        tab = (
            "tabulated by an independent program, sweep voltages about 5 mV; own integration agrees"
        )
        out += [
            ("v@N_disc>4e25", cmd, vset, "V", 1.2e-2, src, tab),
            ("max(-i)", cmd, iset, "A", 5e-3, src, tab),
            (f"i@time={.2 / slew:.9g}", cmd, hrs, "A", 2e-2, "-0.2 V on the way out", tab),
            (f"i@time={2 * t - .2 / slew:.9g}", cmd, lrs, "A", 1e-2, "-0.2 V on the way back", tab),
            (
                f"max(i) if time>{2 * t:g}",
                cmd,
                f["ireset"],
                "A",
                1e-2,
                "branch from v = 0",
                "own integration",
            ),
            (f"v@N_disc<4e25", cmd, f["vreset"], "V", 1e-2, "branch from v = 0", "own integration"),
        ]
    return out


if __name__ == "__main__":
    check().finish()
