# SPDX-License-Identifier: Apache-2.0
"""Magnetic tunnel junctions: closed forms and a macrospin of its own, for models/spin/reproduce.csv.

The macrospin has axial symmetry, so u = m_z obeys one equation, whose time of switching is an
integral:  du/dt = gamma/(1 + alpha^2) (alpha B_k u - a(u)) (1 - u^2).
Run it: it prints every expected value of the spin family that is marked derived or computed here.
"""

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.special import dawsn

HBAR, Q, K, MU0 = 1.054571817e-34, 1.602176634e-19, 1.380649e-23, 1.25663706212e-6
MU_B = 9.2740100783e-24


class Stt:
    """Parameters of the ARM framework (its Verilog-A set)."""

    def __init__(self, lam=1.2, temp=300.15, **other):
        self.ms, self.alpha, self.ki, self.t = 1.2e6, 0.01, 1e-3, 1e-9
        self.w = self.l = 50e-9
        self.p, self.lam, self.gamma = 0.35, lam, 1.76e11
        self.__dict__.update(other)
        self.vol = np.pi / 4 * self.w * self.l * self.t
        r = np.sqrt(self.w * self.l) / 2
        nz = 1 / (2 * self.t / (r * np.sqrt(np.pi)) + 1)
        self.bk = 2 * self.ki / (self.ms * self.t) - MU0 * self.ms * (nz - (1 - nz) / 2)
        self.delta = self.ms * self.bk * self.vol / (2 * K * temp)
        self.theta0 = np.sqrt(1 / (2 * self.delta))
        self.tau_d = (1 + self.alpha**2) / (self.alpha * self.gamma * self.bk)

    def eps(self, u):
        l2 = self.lam**2
        return self.p * l2 / (l2 + 1 + (l2 - 1) * u)

    def torque(self, i, u):
        return self.eps(u) * HBAR * i / (Q * self.ms * self.vol)

    def critical(self, u):
        return self.alpha * self.bk * Q * self.ms * self.vol / (HBAR * self.eps(u))

    def time(self, i, u0, u1):
        """From u0 to u1 under the constant current i (destabilises +z where positive)."""
        f = self.gamma / (1 + self.alpha**2)
        rate = lambda u: f * (self.alpha * self.bk * u - self.torque(i, u)) * (1 - u * u)
        return quad(lambda x: (1 - np.tanh(x) ** 2) / rate(np.tanh(x)), np.arctanh(u0), np.arctanh(u1), epsrel=1e-12)[0]


def macrospin(sot, a, b_x=0.0, t=20e-9, m0=None):
    """Full three-dimensional reference with the spin along y (spin-orbit torque of strength a, tesla)."""
    y = np.array([0.0, 1.0, 0.0])

    def rhs(_, m):
        b = np.array([b_x, 0, sot["bk"] * m[2]])
        g = -np.cross(m, b) - a * np.cross(m, np.cross(m, y))
        return sot["gamma"] / (1 + sot["alpha"] ** 2) * (g + sot["alpha"] * np.cross(m, g))

    m0 = np.array([1e-3, 0, 1.0]) if m0 is None else m0
    return solve_ivp(rhs, (0, t), m0 / np.linalg.norm(m0), rtol=1e-9, atol=1e-11)


def write_error_exact(s, i, t):
    """Share of Boltzmann's small angles, exp(-delta theta^2), that have not passed the equator after t."""
    lo, hi = 1e-9, np.pi / 2
    for _ in range(200):
        mid = np.sqrt(lo * hi)
        lo, hi = (mid, hi) if s.time(i, np.cos(mid), 0.0) > t else (lo, mid)
    return 1 - np.exp(-s.delta * lo**2), lo


def write_error_butler(s, i, t):
    return 1 - np.exp(-np.pi**2 * s.delta * (i - 1) / (4 * (i * np.exp(2 * (i - 1) * t / s.tau_d) - 1)))


def show(name, value):
    print(f"{name:44s} {value:.9g}")


def stt():
    s = Stt()
    show("stt.B_k T", s.bk)
    show("stt.delta", s.delta)
    show("stt.theta0 rad", s.theta0)
    show("stt.ic0 out of P uA", 1e6 * s.critical(1.0))
    show("stt.ic0 out of AP uA", 1e6 * s.critical(-1.0))
    show("stt.tau_D ns", 1e9 * s.tau_d)
    show("stt.time P to AP -100 uA ns", 1e9 * s.time(100e-6, np.cos(s.theta0), 0.0))
    # out of AP: mirror u, the torque then is that of -u
    back = Stt()
    back.eps = lambda u, e=s.eps: e(-u)
    show("stt.time AP to P 100 uA ns", 1e9 * back.time(100e-6, np.cos(s.theta0), 0.0))
    plain = Stt(lam=1.0)
    ic = plain.critical(1.0)
    show("stt.ic0 lambda 1 uA", 1e6 * ic)
    for i in (1.5, 2.0, 3.0):
        show(f"stt.time i={i} lambda 1 ns", 1e9 * plain.time(i * ic, np.cos(plain.theta0), 0.0))
    for t in (4.0e-9, 4.5e-9, 5.0e-9, 5.5e-9):
        show(f"stt.wer exact 2 Ic0 {t:g}", write_error_exact(plain, 2 * ic, t)[0])
        show(f"stt.wer butler 2 Ic0 {t:g}", write_error_butler(plain, 2.0, t))
    for d in (s.delta, 20.0, 10.0):
        show(f"stt.mean sin^2 Boltzmann delta={d:.6g}", 1 - (1 / (2 * np.sqrt(d) * dawsn(np.sqrt(d))) - 1 / (2 * d)))


def behavioural():
    delta, ic, tau0, p, m_f, w = 72.88778, 52.444812e-6, 1e-9, 0.35, 1.2e6 * 1.9634954e-24, 0.1
    c_p = 2 / (np.euler_gamma + np.log(np.pi**2 * delta / 4)) * MU_B * p / (Q * m_f * (1 + p * p))
    for k in (0.85, 2.5):
        s = 0.5 * (k - 1 + np.hypot(k - 1, w))
        show(f"behavioural.tau k={k} both s", tau0 * np.exp(delta * (1 - k)) + 1 / (c_p * ic * s))
        show(f"behavioural.tau k={k} thermal law s", tau0 * np.exp(delta * (1 - k)))
        show(f"behavioural.tau k={k} precessional law s", 1 / (c_p * (k - 1) * ic))


def sot():
    ms, t = 1e6, 1.2e-9
    bk = 1.5 - MU0 * ms * (0.9318 - 0.0341)
    jp = 2 * t * ms * Q / HBAR
    area = 55e-9 * 4e-9
    show("sot.R_hm ohm", 200e-8 * 55e-9 / area)
    show("sot.B_k T", bk)
    show("sot.J_crit A/m^2", 0.5 * bk * jp / 0.3)
    show("sot.I_crit uA", 1e6 * 0.5 * bk * jp / 0.3 * area)
    show("sot.m_z at half of it", np.cos(0.5 * np.arcsin(0.5)))
    bx = 0.05
    show("sot.m_z at rest with B_x = 50 mT", np.sqrt(1 - (bx / bk) ** 2))
    a = 0.3 * 600e-6 / area / jp
    pars = dict(bk=bk, alpha=0.05, gamma=1.76e11)
    first = macrospin(pars, a, bx, 3e-9).y[:, -1]
    show("sot.m_z 3 ns into the first pulse", first[2])
    up = macrospin(pars, 0.0, bx, 10e-9, first).y[:, -1]
    second = macrospin(pars, -a, bx, 3e-9, up).y[:, -1]
    show("sot.m_z after it", up[2])
    show("sot.m_z 3 ns into the second pulse", second[2])
    show("sot.m_z after it", macrospin(pars, 0.0, bx, 10e-9, second).y[2, -1])


if __name__ == "__main__":
    stt()
    behavioural()
    sot()
