# SPDX-License-Identifier: Apache-2.0
"""RRAM models without a reference program of their own: closed forms, and SciPy where there is none.

Written from the published equations, without a look at the Verilog-A.  Prints name and value, SI units.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from reference_tools import Q, integrate, vt

VALUES = {}


def put(name, value):
    VALUES[name] = float(value)


def hp_r1():
    """Biolek R.1: M = Roff + (Ron - Roff)/(1 + a exp(-4 k q)), flux = integral of M dq."""
    ron, roff, rini = 100.0, 10e3, 5e3
    k = 10e-15 * ron / (10e-9) ** 2
    a = (rini - ron) / (roff - rini)

    def flux(q):
        return roff * q + (ron - roff) / (4 * k) * np.log((np.exp(4 * k * q) + a) / (1 + a))

    for freq, name in ((1.0, "1hz"), (5.0, "5hz"), (20.0, "20hz")):
        q = brentq(lambda q: flux(q) - 1 / (np.pi * freq), 0, 0.01, xtol=1e-18)
        put("hp_r1.x_" + name, 1 / (1 + a * np.exp(-4 * k * q)))


def vteam():
    put("vteam_memtorch.w_up", 0.5e-9 + 5e-4 * (0.1 / 0.02 - 1) ** 3 * 20e-9)
    put("vteam_memtorch.w_down", 2.5e-9 - 10 * (0.3 / 0.2 - 1) * 0.2e-9)


def yakopcic():
    put("yakopcic.oblea_pulsed_x", 0.001 + 4000 * (np.exp(0.25) - np.exp(0.16)) * 0.5e-3)
    put("yakopcic.oblea_pulsed_i", 0.097 * VALUES["yakopcic.oblea_pulsed_x"] * np.sinh(0.05 * 0.25))
    put("yakopcic.miao_time", (0.3 - 0.11) / (7.5 * (np.exp(0.5) - np.exp(0.09))))
    # the form of 2020
    put("yakopcic_2020.i_low", 1.5e-5 * np.sinh(6.91 * 0.4))
    put("yakopcic_2020.i_high", 9e-5 * np.sinh(4.96 * 0.4))
    put("yakopcic_2020.i_low_n", -4.4e-7 * np.sinh(2.6 * 0.4))
    put("yakopcic_2020.i_high_n", -1.7e-4 * np.sinh(3.23 * 0.4))
    times, volts = np.array([0, 1.0, 4.0, 6.0]) * 1e-2, np.array([0, 1.0, -2.0, 0])

    def rate(t, y):
        v, x = np.interp(t, times, volts), y[0]
        if v > 0.5:
            w = (0.1 - x) / 0.9 + 1 if x >= 0.1 else 1.0
            f = np.exp(-(x - 0.1)) * w if x >= 0.1 else 1.0
            return [90 * (np.exp(v) - np.exp(0.5)) * f]
        if v < -0.5:
            f = np.exp(x + 0.242 - 1) * x / (1 - 0.242) if x <= 1 - 0.242 else 1.0
            return [-10 * (np.exp(-v) - np.exp(0.5)) * f]
        return [0.0]

    cuts = np.array([0, 0.5, 1.0, 1.5, 2.5, 3.9999999, 5.5, 6.0]) * 1e-2
    t, x = integrate(rate, [0.0], cuts, rtol=1e-9)
    put("yakopcic_2020.x_max", x[0].max())
    put("yakopcic_2020.x_end", x[0][-1])


def pershin():
    beta, vt_, roff, amp, freq = 1e13, 4.6, 10e3, 5.0, 50e6
    root = np.sqrt((amp / vt_) ** 2 - 1)
    low = roff - beta * vt_ / (2 * np.pi * freq) * (2 * root - np.pi + 2 * np.arcsin(vt_ / amp))
    put("pershin.r_low", low)
    put("pershin_logic.r", 5e3 + 2e13 * (2.0 - 1.6) * 0.2e-9)
    put("pershin.alpha", 5e3 + (1e12 * 4.6 + 1e13 * (5 - 4.6)) * 0.5e-9)


def team():
    i = 150e-6
    put("team.rise", 1.4e-9 + 1.46e-9 * (i / 115e-6 - 1) ** 10 * 20e3)
    i = -20e-6
    put("team.fall", 1.6e-9 - 4.68e-13 * (i / -8.9e-6 - 1) ** 10 * 100.0)

    def rate(t, y):
        f = np.exp(-np.exp((y[0] * 1e-9 - 1.2e-9) / 107e-12))
        return [1.46 * (300e-6 / 115e-6 - 1) ** 10 * f]

    t, x = integrate(rate, [1.25], [0, 0.1, 1.0])
    put("team.window", x[0][-1] * 1e-9)


def messaris():
    sets = {
        "dut1": (0.12, 0.59, 8.10e-3, 3085, 1862, 0, -79.03, 1.12, 9.43e-3, 5193, 378, 0, 1, 1.0, 4600.0, 5200.0),
        "dut2": (743.47, 6.51, 5.11e-4, 16.71e3, 0, 0, -6.80e4, 0.31, 1.17e-3, 29.30e3, 23.69e3, 0, 1, 0.5, 12e3, 18e3),
        "taox_tio2": (-2.06e5, 0.38, 6.13e-6, 1.23e7, -2.39e6, 1.21e5, 3.66, 0.015, 2.17e-6, 1.29e7, 58.07e4,
                      56.45e3, -1, 3.0, 7e6, 4e6),
        "taox": (-6.82e6, 1.08, 0.017, 2794, -4553, 1973, 7.25e7, 0.036, 0.018, 857, 1135, 675, -1, 1.0, 300.0, 200.0),
    }
    spans = {"dut1": (1.0, 10e-3), "dut2": (1e-3, 20e-3), "taox_tio2": (1.0, 100.0), "taox": (1e-6, 1e-5)}
    for name, (ap, tp, kp, p0, p1, p2, an, tn, kn, n0, n1, n2, eta, amp, start_p, start_n) in sets.items():
        for side, sign in (("p", 1), ("n", -1)):
            v = sign * amp
            span = spans[name][0 if side == "p" else 1]
            if side == "p":
                s, k, r = ap * np.expm1(tp * amp), kp, p0 + p1 * v + p2 * v * v
                y0 = eta * k * (r - start_p)
                y = -np.log(1 - (1 - np.exp(-y0)) * np.exp(-eta * k * s * span)) if y0 > 0 else y0
                put(f"messaris.{name}_p", r - y / (eta * k))
            else:
                s, k, r = an * np.expm1(tn * amp), kn, n0 + n1 * v + n2 * v * v
                y0 = eta * k * (start_n - r)
                y = -np.log(1 - (1 - np.exp(-y0)) * np.exp(eta * k * s * span)) if y0 > 0 else y0
                put(f"messaris.{name}_n", r + y / (eta * k))
    put("messaris.i_read", 0.24 / 5000 * np.sinh(2.81 * 0.2))


MMS = {
    "wsdc": (1e-4, 1 / 1500, 1 / 500, 0.27, 0.27, 1.0, 0, 0, 0, 0),
    "ag_chalcogenide": (3.2e-4, 0.91e-3, 0.87e-2, 0.17, 0.22, 1.0, 0, 0, 0, 0),
    "aginsbte": (1.5e-4, 0.1e-1, 0.4e-1, 0.23, 0.25, 1.0, 0, 0, 0, 0),
    "gst": (4.2e-4, 0.12e-2, 0.12e-3, 0.9, 0.6, 0.7, 5e-5, 3.0, 5e-5, 3.0),
    "wo3": (8e-4, 0.4e-5, 2.5e-5, 0.8, 1.0, 0.55, 1e-9, 8.5, 22e-9, 6.2),
}


def mms():
    t_v = vt(300.15)
    for name, (tau, goff, gon, va, vb, phi, af, bf, ar, br) in MMS.items():
        v = va
        a = 1 / (1 + np.exp(-(v - va) / t_v)) / tau
        b = (1 - 1 / (1 + np.exp(-(v + vb) / t_v))) / tau
        x = a / (a + b) * -np.expm1(-(a + b) * tau)
        g = x * gon + (1 - x) * goff
        put(f"mms.{name}_x", x)
        put(f"mms.{name}_i", phi * g * v + (1 - phi) * (af * np.expm1(bf * v) - ar * np.expm1(-br * v)))
    # 20 switches, 0.25 V
    v, tau, n = 0.25, 1e-4, 20
    a = 1 / (1 + np.exp(-(v - 0.27) / t_v)) / tau
    b = (1 - 1 / (1 + np.exp(-(v + 0.27) / t_v))) / tau
    # settled only where both flips happen: thresholds +-0 in the test of the spread
    put("mms_events.a", a)
    put("mms_events.b", b)
    p = 1 / (1 + np.exp(-0.02 / t_v))
    b0 = 1 / (1 + np.exp(0.02 / t_v))
    part = p / (p + b0)
    put("mms_events.mean", n * part)
    put("mms_events.variance", n * part * (1 - part))
    put("mms.noise_sd", np.sqrt(part * (1 - part) / 1000))
    put("mms.noise_mean", part)
    rate = (p + b0) / tau
    put("mms_events.early_mean", n * part * -np.expm1(-rate * 0.5e-4))


AR, AS, BR, BS, C1, C2, C3, WC, XON, XOFF, RP, RS = (
    4.7447e-8, 1.1253e-8, 2.6831, 9.3348, 2.9457e-4, 57414, 11103, 1000, 0.1, 0.284, 8e6, 278.0,
)


def interface_g(vm, x):
    s = np.sign(vm)
    return AR * x * np.exp(BR * s * np.sqrt(abs(vm) / x)) + AS * x * np.exp(-BS * s * np.sqrt(abs(vm)))


def interface_vm(v, x):
    if v == 0:
        return 0.0
    return brentq(lambda u: u + RS * interface_g(u, x) * u - v, min(v, 0), max(v, 0), xtol=1e-14)


def interface():
    def r(x):
        vm = interface_vm(1.0, x)
        return 1 / (1 / RP + interface_g(vm, x) * vm)

    put("interface.x_53k", brentq(lambda x: r(x) - 53e3, 0.1, 0.284))
    put("interface.x_247k", brentq(lambda x: r(x) - 247e3, 0.1, 0.284))
    put("interface.r_106", r(0.106))
    put("interface.r_200", r(0.2))

    def rate(v):
        def f(t, y):
            x = y[0]
            vm = interface_vm(v, x)
            im = interface_g(vm, x) * vm
            up = np.exp(C2 * x * im - np.exp((x - XOFF) * WC))
            return [C1 * (up - np.exp(-C3 * x * im - np.exp((XON - x) * WC)))]

        return f

    for v, x0, spans, name in ((-3.0, 0.2, (1e-4, 1e-2), "set"), (2.7, 0.12, (1e-2, 1e-1), "reset")):
        for span in spans:
            t, x = integrate(rate(v), [x0], [0, span], n_out=200, rtol=1e-9)
            put(f"interface.{name}_{span:g}", x[0][-1])


def filament():
    rho, tox, ea, alpha, nu, rth, cth, rleak = 7.854e-6, 10e-9, 1.2, 0.6, 1e4, 2e5, 5e-16, 1e6
    gf = np.pi * (5e-9) ** 2 / (4 * rho * tox)
    put("filament.heat", 300.15 + 0.25 * gf * rth * -np.expm1(-1.0))
    put("filament.heat_end", 300.15 + 0.25 * gf * rth)
    v = 0.6
    put("filament.cold", 0.5e-9 + nu * (np.exp(-(ea - alpha * v) / vt(300.15)) - np.exp(-(ea + alpha * v) / vt(300.15)))
        * 1.0)

    def rate(vs, rs):
        def f(t, y):
            w, temp = y[0] * 1e-9, y[1]
            g = np.pi * w * w / (4 * rho * tox)
            v = vs / (1 + rs * (g + 1 / rleak))
            th = vt(temp)
            grow = nu * (np.exp((alpha * v - ea) / th) - np.exp((-alpha * v - ea) / th))
            return [grow * 1e9, (v * v * g * rth - (temp - 300.15)) / (rth * cth)]

        return f

    t, y = integrate(rate(1.2, 2e3), [0.6, 300.15], [0, 1e-7, 1e-6, 1e-5], rtol=1e-9, atol=1e-12)
    for span in (1e-7, 1e-6, 1e-5):
        put(f"filament.w_{span:g}", np.interp(span, t, y[0]) * 1e-9)
        put(f"filament.t_{span:g}", np.interp(span, t, y[1]))
    t, y = integrate(rate(-1.2, 200.0), [8.0, 300.15], [0, 1e-8, 1e-7], rtol=1e-9, atol=1e-12)
    put("filament.reset_w", y[0][-1] * 1e-9)
    put("filament.reset_t", y[1].max())


def memdiode():
    put("memdiode.h_set", -np.expm1(-np.exp(25 * 0.1)*0.05))
    put("memdiode.h_reset", np.exp(-np.exp(25 * 0.1)*0.05))
    i0 = 1e-4

    def diode(v, i0, rs):
        return brentq(lambda i: i - 2 * i0 * np.sinh(v - i * rs), 0, v / rs, xtol=1e-18)

    put("memdiode.i_half", diode(0.4, i0, 100.0))
    put("memdiode.i_on", diode(0.4, 1e-3, 100.0))
    put("memdiode.i_linear", diode(0.4, 0.5 * (1e-5 + 1e-3), 100.0))


def stanford_b():
    i0, g0, v0, gmin, gmax = 6.14e-5, 0.27505, 0.43, 0.1, 1.7
    put("stanford_b.i_high", i0 * np.exp(-gmax / g0) * np.sinh(0.1 / v0))
    put("stanford_b.i_low", i0 * np.exp(-gmin / g0) * np.sinh(0.1 / v0))
    put("stanford_a.i_low_memtorch", 1e-3 * np.exp(-0.2 / 0.25) * np.sinh(0.1 / 0.25))

    def rate(slope):
        def f(t, y):
            g, v = y[0], slope * t
            i = i0 * np.exp(-g / g0) * np.sinh(v / v0)
            th = vt(298.0 + abs(v * i) * 722.7e3)
            gam = 16.5 - 1.25 * g**3
            return [-150e9 * (np.exp((gam * 0.05 * v - 1.501) / th) - np.exp((-gam * 0.05 * v - 1.5) / th))]

        return f

    for slope, name in ((1.0, "1"), (1e3, "1k"), (1e6, "1meg")):
        stop = 3.0 / slope
        f = rate(slope)
        hit = lambda t, y: y[0] - 0.9
        hit.terminal = True
        sol = solve_ivp(f, (0, stop), [1.7], method="LSODA", rtol=1e-9, atol=1e-12, events=hit, max_step=stop / 300)
        put("stanford_b.vset_" + name, slope * sol.t_events[0][0])


def simmons():
    """Barrier law from physical constants (permittivity 5, 1e4 nm^2), not from rounded numbers."""
    phi0, k, area, m, h, eps0 = 0.95, 5.0, 1e-14, 9.1093837e-31, 6.62607015e-34, 8.8541878128e-12

    def tunnel(u, x):
        lam = Q * np.log(2) / (8 * np.pi * k * eps0 * x)
        w1 = 1.2 * lam * x / phi0
        w2 = w1 + x * (1 - 9.2 * lam / (3 * phi0 + 4 * lam - 2 * u))
        dw = w2 - w1
        f = phi0 - u * (w1 + w2) / x - 1.15 * lam * x / dw * np.log(w2 * (x - w1) / (w1 * (x - w2)))
        b = 4 * np.pi * dw * np.sqrt(2 * m * Q) / h
        return Q * Q * area / (2 * np.pi * h * dw**2) * (
            f * np.exp(-b * np.sqrt(f)) - (f + u) * np.exp(-b * np.sqrt(f + u)))

    for x, name in ((1.2e-9, "12"), (1.5e-9, "15"), (1.8e-9, "18")):
        u = brentq(lambda u: u + 215.0 * tunnel(u, x) - 0.4, 1e-6, 0.4)
        put("simmons.i_" + name, tunnel(u, x))

    def off(t, y):
        i, x = 200e-6, y[0] * 1e-9
        return [3.5e3 * np.sinh(i / 115e-6) * np.exp(-np.exp((x - 1.2e-9) / 107e-12 - i / 500e-6) - x / 107e-12)]

    def on(t, y):
        i, x = 100e-6, y[0] * 1e-9
        return [-40e3 * np.sinh(i / 8.9e-6) * np.exp(-np.exp((1.8e-9 - x) / 107e-12 - i / 500e-6) - x / 107e-12)]

    for f, x0, name in ((off, 1.2, "off"), (on, 1.6, "on")):
        t, x = integrate(f, [x0], [0, 1e-2, 1.0], n_out=200)
        put(f"simmons.x_{name}_10m", np.interp(1e-2, t, x[0]) * 1e-9)
        put(f"simmons.x_{name}_1", x[0][-1] * 1e-9)


for part in (hp_r1, vteam, yakopcic, pershin, team, messaris, mms, interface, filament, memdiode, stanford_b, simmons):
    part()

if __name__ == "__main__":
    for name, value in VALUES.items():
        print(f"{name},{value:.9g}")
