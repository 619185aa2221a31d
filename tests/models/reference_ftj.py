# SPDX-License-Identifier: Apache-2.0
"""Ferroelectric devices: closed forms and integrals behind models/ferroelectric/reproduce.csv.

Nucleation-limited switching is integrated over its Lorentzian directly (no classes); the tunnel current is
Gruverman's formula as printed, with its 0/0, in SI units.  Run it: it prints the expected values.
"""

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.stats import beta as beta_distribution

HBAR, H, Q, K, ME = 1.054571817e-34, 6.62607015e-34, 1.602176634e-19, 1.380649e-23, 9.1093837015e-31


def nls(t, tau_m, w):
    """Share switched at constant field: Lorentzian of log10(tau), exponential for each tau."""

    def integrand(y):  # y = arctan((log10 tau - log10 tau_m)/w)
        return 1 - np.exp(-t / tau_m * 10.0 ** np.clip(-w * np.tan(y), -300, 300))

    edge = np.arctan(np.log10(t / tau_m) / w)
    lo, hi = -np.pi / 2, np.pi / 2
    return (quad(integrand, lo, edge, limit=500)[0] + quad(integrand, edge, hi, limit=500)[0]) / np.pi


def merz(v, d_fe=4e-9, tau_inf=1e-13, e_a=6e9, m=1.0):
    return tau_inf * np.exp((e_a * d_fe / abs(v)) ** m)


def gruverman(v, phi1, phi2, d, m):
    """A/m^2 as printed (barriers in volts)."""
    e, p1, p2 = Q, phi1 * Q, phi2 * Q
    c = -32 * np.pi * e * m / (9 * H**3)
    alpha = 8 * np.pi * d * np.sqrt(2 * m) / (3 * H * (p1 + e * v - p2))
    a, b = p2 - e * v / 2, p1 + e * v / 2
    root = np.sqrt(a) - np.sqrt(b)
    return c * np.exp(alpha * (a**1.5 - b**1.5)) / (alpha * root) ** 2 * np.sinh(3 * e * v / 4 * alpha * root)


def brinkman_g0(phi, d, m):
    return (Q / H) ** 2 * np.sqrt(2 * m * phi * Q / d**2) * np.exp(-2 * d / HBAR * np.sqrt(2 * m * phi * Q))


def show(name, value):
    print(f"{name:44s} {value:.9g}")


def switching():
    for v, times in ((1.5, (100e-9, 1e-6, 9.9e-6)), (2.0, (10e-9, 30e-9, 1e-6))):
        for t in times:
            show(f"nls {v} V {t:g} s", nls(t, merz(v), 0.5))
            show("   arctan form", 0.5 + np.arctan(np.log10(t / merz(v)) / 0.5) / np.pi)


def tunnelling():
    area, d, m = 1e-12, 2e-9, 0.5 * ME
    show("G0 at 1.1 V uS", 1e6 * area * brinkman_g0(1.1, d, m))
    for v, a, b in ((0.2 + 1e-9, 1.0, 1.2), (0.5, 1.0, 1.2), (-0.5, 1.0, 1.2), (1.0, 2.36748, 2.36748)):
        show(f"gruverman {v:.3g} V {a} {b} A", area * gruverman(v, a, b, d, m))
    kappa = 4 * np.sqrt(2 * m) * d / (3 * HBAR) * np.sqrt(Q)
    slope = (gruverman(0.051, 1.1, 1.1, d, m) - gruverman(0.049, 1.1, 1.1, d, m)) / 2e-3
    show("curvature at 50 mV, gruverman 1/V^2", (slope / brinkman_g0(1.1, d, m) - 1) / 0.05**2)
    show("curvature, brinkman 1/V^2", 9 * kappa**2 / (128 * 1.1))


def spike(start):
    return np.array([0, start, start + 2e-9, start + 100e-9, start + 102e-9, start + 600e-9, 1e-5]), np.array(
        [0, 0, 1.4, 1.4, -0.9, 0, 0.0]
    )


def timing():
    """BiFeO3 set: 4000 waiting times, exact for each step of 0.2 ns."""
    n, dt = 4000, 2e-10
    speed = 10.0 ** np.clip(-0.3 * np.tan((np.arange(n) + 0.5) / n * np.pi - np.pi / 2), -200, 15)
    for name, post, pre in (("after", 1.15e-6, 1e-6), ("before", 0.85e-6, 1e-6)):
        t = np.arange(0, 2e-6, dt)
        s = np.full(n, 0.5)
        for v in np.interp(t, *spike(post)) - np.interp(t, *spike(pre)):
            if abs(v) > 0.2:
                rate = np.minimum(speed / merz(v, 4.6e-9, 1e-13, 5.2e9), 1e15)
                s = (v > 0) + (s - (v > 0)) * np.exp(-rate * dt)
        show("stdp post " + name, s.mean())


def nucleation(t, v, pdf, lo, hi, tau0, alpha, beta, d=8e-9):
    f = lambda x: (1 - np.exp(-((t / (tau0 * np.exp((x * d / v) ** alpha))) ** beta))) * pdf(x)
    return quad(f, lo, hi, limit=800, points=np.linspace(lo, hi, 20)[1:-1])[0]


def fecap():
    a, p, q, b = 8, 0.6775, 0.8115, 2e8

    def gb2(x):
        y = (x / b) ** a / (1 + (x / b) ** a)
        return beta_distribution.pdf(y, p, q) * a * (x / b) ** (a - 1) / b / (1 + (x / b) ** a) ** 2

    def normal(x):
        return np.exp(-0.5 * ((x - 2.3e8) / 0.4e8) ** 2) / np.sqrt(2 * np.pi) / 0.4e8

    for v, t in ((2.0, 1e-6), (1.6, 1e-6), (1.6, 1e-5), (1.0, 1e-5), (1.0, 9.9e-5)):
        show(f"fecap GB2 {v} V {t:g} s", nucleation(t, v, gb2, 1e6, 3e9, 1e-7, 3.2975, 2))
    for v, t in ((1.0, 1e-5), (1.0, 1e-6), (1.0, 9.9e-5)):
        show(f"fecap normal {v} V {t:g} s", nucleation(t, v, normal, 1e6, 5e8, 1.9e-8, 3, 2))


def heracles():
    def rates(e, temp=300.15):
        k0, vt = K * temp / H, K * temp / Q
        w = (e - 2e7) * 7.5e-9
        hop = lambda barrier: k0 * np.exp(-max(barrier, 0.0) / vt)
        return hop(1.05 - w), hop(1.05 + w)

    up, down = rates(1.05 / 9.8e-9)
    show("heracles share after 1 us at 1.05 V", up / (up + down) * (1 - np.exp(-(up + down) * 1e-6)))
    up, down = rates(0.22 / 9.8e-9, 400.0)
    show("heracles share at 0.22 V, 400 K", up / (up + down))
    eps0, t_fe, t_int, p_s = 8.8541878128e-12, 9.8e-9, 1.5e-9, 0.27
    corners = [0, 0.25e-3, 0.75e-3, 1.25e-3, 1.5e-3], [0, 3, -3, 3, 0]

    def rhs(t, u):
        v = np.interp(t, *corners)
        e = (v * 90 - t_int * p_s * (2 * u[0] - 1) / eps0) / (t_fe * 90 + t_int * 70)
        up, down = rates(e)
        return [up * (1 - u[0]) - down * u[0]]

    sol = solve_ivp(rhs, (0, 1.5e-3), [0.5], method="Radau", rtol=1e-8, atol=1e-10, max_step=1e-6)
    v = np.interp(sol.t, *corners)
    u = sol.y[0]
    for k in np.nonzero((u[1:] - 0.5) * (u[:-1] - 0.5) < 0)[0]:
        show("heracles loop passes u = 1/2 at V", v[k] + (0.5 - u[k]) / (u[k + 1] - u[k]) * (v[k + 1] - v[k]))
    show("heracles P at 0 V", p_s * (2 * np.interp(0.5e-3, sol.t, u) - 1))
    e = 3 * 70 / (t_fe * 90 + t_int * 70)
    phi, area = 0.65, 625e-12
    a = Q**2 / (8 * np.pi * H * phi)
    b = 8 * np.pi / 3 * np.sqrt(2 * ME * (Q * phi) ** 3 / (H * Q) ** 2)
    show("heracles FN current 3 V A", area * a * e**2 * np.exp(-b / e))


def second_order():
    def rates(v):
        return 5 * (np.exp(v / 0.8) - 1)

    c, tau = rates(3.0), 7e-3
    fast, end = c + 1 / tau, c / (c + 1 / tau)
    q1 = end * (1 - np.exp(-fast * 2e-3))
    for gap in (5e-3, 10e-3, 20e-3, 40e-3):
        start = q1 * np.exp(-gap / tau)
        q2 = end + (start - end) * np.exp(-fast * 2e-3)
        show(f"second order PPF {gap:g} s", np.exp(3 * (q2 - q1)))
    for name, period in (("fast", 3e-3), ("slow", 102e-3)):
        s = q = 0.0
        for _ in range(10):

            def rhs(_, y, c=rates(2.4)):
                return [np.exp(-30 / (2.4 * (1 + 0.3 * y[1]))) / 1e-7 * (1 - y[0]), c * (1 - y[1]) - y[1] / tau]

            s, q = solve_ivp(rhs, (0, 2.001e-3), [s, q], rtol=1e-10, atol=1e-12).y[:, -1]
            q *= np.exp(-(period - 2e-3) / tau)
        show("second order s " + name, s)


if __name__ == "__main__":
    switching()
    tunnelling()
    timing()
    fecap()
    heracles()
    second_order()
