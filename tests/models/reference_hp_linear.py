# SPDX-License-Identifier: Apache-2.0
"""Linear ion drift: closed forms for no window and for the Joglekar window with p = 1; integration
for the rest.

M(q) = Roff - (Roff - Ron)(x0 + k q) without a window, k = muv Ron/D^2; with q' = v/M the flux
obeys phi = Rini q - (Roff - Ron) k q^2/2.  Joglekar p = 1: x = 1/(1 + a exp(-4 k q)), a = (1 -
x0)/x0 (Biolek and others, reliable SPICE models, R.1).  At the frequency of that paper, 1 Hz, 1 -
x falls to 1e-26 with its parameters: no double holds that and any solver sticks at the border, so
5 Hz is used here.
"""

import numpy as np
from scipy.optimize import brentq

from reference_tools import CLOSED, OWN, Report, integrate, sine

NAME = "hp_linear"
STRUKOV = dict(Ron=100.0, Roff=16e3, D=10e-9, muv=1e-14, x0=5.0 / 15.9)
R1 = dict(Ron=100.0, Roff=10e3, D=10e-9, muv=1e-14, x0=5000.0 / 9900.0)


def resistance(x, p):
    return p["Ron"] * x + p["Roff"] * (1 - x)


def window(kind, x, i, p_win, j=1.0):
    if kind == 1:
        return 1 - (2 * x - 1) ** (2 * p_win)
    if kind == 2:
        return 1 - (x - (1.0 if i <= 0 else 0.0)) ** (2 * p_win)
    if kind == 3:
        return j * (1 - ((x - 0.5) ** 2 + 0.75) ** p_win)
    return 1.0


def run(p, wave, periods, freq, kind=0, p_win=1):
    k = p["muv"] * p["Ron"] / p["D"] ** 2

    def rate(t, y):
        i = wave(t) / resistance(y[0], p)
        return [k * i * window(kind, y[0], i, p_win)]

    halves = np.arange(2 * periods + 1) / (2 * freq)
    t, y = integrate(rate, [p["x0"]], halves)
    x = y[0]
    return t, x, wave(t) / resistance(x, p)


def x_no_window(phi, p):
    """State at flux phi, closed form."""
    k = p["muv"] * p["Ron"] / p["D"] ** 2
    m = np.sqrt(resistance(p["x0"], p) ** 2 - 2 * k * (p["Roff"] - p["Ron"]) * phi)
    return (p["Roff"] - m) / (p["Roff"] - p["Ron"])


def x_joglekar1(phi, p):
    """State at flux phi, window 1 with p = 1: solve phi(q) in closed form for q."""
    k = p["muv"] * p["Ron"] / p["D"] ** 2
    a = (1 - p["x0"]) / p["x0"]
    flux = lambda q: p["Roff"] * q + (p["Ron"] - p["Roff"]) / (4 * k) * np.log(
        (np.exp(4 * k * q) + a) / (1 + a)
    )
    q = brentq(lambda q: flux(q) - phi, 0, phi / p["Ron"], xtol=1e-18, rtol=1e-14)
    return 1 / (1 + a * np.exp(-4 * k * q))


def check():
    r = Report(NAME)
    wave = sine(1.0, 1.0)
    t, x, _ = run(STRUKOV, wave, 1, 1.0)
    r.compare(
        "no window, x at half period against M(q)",
        np.interp(0.5, t, x),
        x_no_window(1 / np.pi, STRUKOV),
        1e-8,
    )
    r.compare("no window, x returns", x[-1], STRUKOV["x0"], 1e-8)
    t, x, _ = run(R1, sine(1.0, 5.0), 1, 5.0, 1, 1)
    r.compare(
        "Joglekar, x at half period against closed form",
        np.interp(0.1, t, x),
        x_joglekar1(0.2 / np.pi, R1),
        1e-7,
    )
    r.compare("Joglekar, x returns", x[-1], R1["x0"], 1e-7)
    return r


def rows():
    base = "hysteron iv hp_linear --wave sine:1V,1Hz --cycles 1 --points 2000"
    out = []
    x_half = x_no_window(1 / np.pi, STRUKOV)
    out += [
        ("x@time=0.5", base, x_half, "1", 1e-4, "M(q) without window; Strukov 2008", CLOSED),
        ("last(x)", base, STRUKOV["x0"], "1", 1e-4, "zero flux returns the state", CLOSED),
    ]
    _, _, i = run(STRUKOV, sine(1.0, 1.0), 1, 1.0)
    out.append(("max(i)", base, i.max(), "A", 1e-3, "Strukov-type set", OWN))
    out.append(
        (
            "max(x)",
            base.replace("1V", "1.2V"),
            1.0,
            "1",
            2e-3,
            "flux beyond the range: the state stops at 1 and does not wind up",
            CLOSED,
        )
    )
    r1 = base.replace("1Hz", "5Hz") + " --set Roff=10k --set x0=0.50505050505 --set window=1"
    out += [
        (
            "x@time=0.1",
            r1,
            x_joglekar1(0.2 / np.pi, R1),
            "1",
            1e-4,
            "Biolek R.1 closed form, at 5 Hz",
            CLOSED,
        ),
        ("last(x)", r1, R1["x0"], "1", 1e-4, "Biolek R.1: state returns with zero flux", CLOSED),
    ]
    for kind, p_win, name in ((2, 2, "Biolek"), (3, 2, "Prodromakis")):
        t, x, i = run(R1, sine(1.0, 5.0), 2, 5.0, kind, p_win)
        cmd = (
            "hysteron iv hp_linear --wave sine:1V,5Hz --cycles 2 --points 2000 --set Roff=10k "
            f"--set x0=0.50505050505 --set window={kind} --set p_window={p_win}"
        )
        out += [
            ("max(x)", cmd, x.max(), "1", 1e-3, f"{name} window, set R.1", OWN),
            ("x@time=0.3", cmd, np.interp(0.3, t, x), "1", 1e-3, f"{name} window, set R.1", OWN),
            ("max(i)", cmd, i.max(), "A", 1e-3, f"{name} window, set R.1", OWN),
        ]
    return out


if __name__ == "__main__":
    check().finish()
