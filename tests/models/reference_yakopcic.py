# SPDX-License-Identifier: Apache-2.0
"""Yakopcic's generalised memristor: integration for three published sets; closed form far from the
bounds.
"""

import numpy as np
from scipy.integrate import quad

from reference_tools import CLOSED, OWN, Report, integrate, polyline, sine, triangle

NAME = "yakopcic"
OBLEA = dict(
    a1=0.17,
    a2=0.17,
    b=0.05,
    Vp=0.16,
    Vn=0.15,
    Ap=4000.0,
    An=4000.0,
    xp=0.3,
    xn=0.5,
    alphap=1.0,
    alphan=5.0,
    x0=0.11,
)
MIAO = dict(OBLEA, a1=0.11, a2=0.11, b=0.5, Vp=0.09, Vn=0.75, Ap=7.5, An=2.0)
JO = dict(
    a1=3.7e-7,
    a2=4.35e-7,
    b=0.7,
    Vp=1.5,
    Vn=0.5,
    Ap=0.005,
    An=0.08,
    xp=0.2,
    xn=0.5,
    alphap=1.2,
    alphan=3.0,
    x0=0.1,
)


def drive(v, p):
    if v > p["Vp"]:
        return p["Ap"] * (np.exp(v) - np.exp(p["Vp"]))
    if v < -p["Vn"]:
        return -p["An"] * (np.exp(-v) - np.exp(p["Vn"]))
    return 0.0


def limit(v, x, p):
    if v > 0:
        return (
            np.exp(-p["alphap"] * (x - p["xp"])) * ((p["xp"] - x) / (1 - p["xp"]) + 1)
            if x >= p["xp"]
            else 1.0
        )
    return np.exp(p["alphan"] * (x + p["xn"] - 1)) * x / (1 - p["xn"]) if x <= 1 - p["xn"] else 1.0


def current(v, x, p):
    return np.where(v >= 0, p["a1"], p["a2"]) * x * np.sinh(p["b"] * v)


def run(p, wave, corners):
    t, y = integrate(
        lambda t, y: [drive(wave(t), p) * limit(wave(t), y[0], p)], [p["x0"]], corners, n_out=8000
    )
    v = wave(t)
    return t, y[0], v, current(v, y[0], p)


def check():
    r = Report(NAME)
    p = dict(OBLEA, Ap=150.0)  # weak enough to stay below xp
    t, x, _, _ = run(p, sine(0.45, 100.0), [0, 0.005])
    t0 = np.arcsin(0.16 / 0.45) / (200 * np.pi)
    exact = (
        p["x0"]
        + quad(lambda t: drive(0.45 * np.sin(200 * np.pi * t), p), t0, 0.005 - t0, epsrel=1e-12)[0]
    )
    r.compare(
        "below xp the state is a quadrature" if exact < 0.3 else "xp was reached",
        x[-1],
        exact,
        1e-7,
    )
    return r


def rows():
    out = []
    p = dict(OBLEA, Ap=150.0)
    t0 = np.arcsin(0.16 / 0.45) / (200 * np.pi)
    exact = (
        p["x0"]
        + quad(lambda t: drive(0.45 * np.sin(200 * np.pi * t), p), t0, 0.005 - t0, epsrel=1e-12)[0]
    )
    if exact < 0.3:
        out.append(
            (
                "x@time=0.005",
                "hysteron iv yakopcic --wave sine:0.45V,100Hz --cycles 1 --points 2000 --set Ap=150",
                exact,
                "1",
                1e-4,
                "quadrature below xp",
                CLOSED,
            )
        )
    t, x, v, i = run(OBLEA, sine(0.45, 100.0), np.arange(5) * 0.005)
    cmd = "hysteron iv yakopcic --wave sine:0.45V,100Hz --cycles 2 --points 2000"
    out += [
        ("max(x)", cmd, x.max(), "1", 1e-3, "Oblea set", OWN),
        ("min(x)", cmd, x.min(), "1", 1e-2, "Oblea set", OWN),
        ("max(i)", cmd, i.max(), "A", 1e-3, "Oblea set", OWN),
        ("min(i)", cmd, i.min(), "A", 1e-3, "Oblea set", OWN),
    ]
    times, vals = triangle(4.0, -2.0, 0.2)
    t, x, v, i = run(JO, polyline(times, vals), times)
    cmd = (
        "hysteron iv yakopcic --wave triangle:4V,-2V,0.2Hz --cycles 1 --points 2000 --set a1=3.7e-7 --set a2=4.35e-7 "
        "--set b=0.7 --set Vp=1.5 --set Vn=0.5 --set Ap=0.005 --set An=0.08 --set xp=0.2 --set alphap=1.2 "
        "--set alphan=3 --set x0=0.1"
    )
    out += [
        ("max(i)", cmd, i.max(), "A", 2e-3, "Jo set, triangle +4/-2 V", OWN),
        ("max(x)", cmd, x.max(), "1", 1e-3, "Jo set, triangle +4/-2 V", OWN),
    ]
    return out


if __name__ == "__main__":
    check().finish()
