# SPDX-License-Identifier: Apache-2.0
"""VTEAM: exact travel without a window (a quadrature), integration with windows (Kvatinsky 2015)."""

import numpy as np
from scipy.integrate import quad

from reference_tools import CLOSED, OWN, Report, integrate, sine

NAME = "vteam"
LOGIC = dict(
    Ron=10e3,
    Roff=1e6,
    von=-10e-3,
    voff=0.7,
    kon=-0.5e-9,
    koff=1e-2,
    aon=3,
    aoff=3,
    D=3e-9,
    wc=107e-12,
    w0=1.5e-9,
)
FIT = dict(
    Ron=1e3,
    Roff=300e3,
    von=-1.5,
    voff=0.3,
    kon=-216.2,
    koff=0.091,
    aon=4,
    aoff=4,
    D=3e-9,
    wc=107e-12,
    w0=1.5e-9,
)


def speed(v, p):
    if v > p["voff"]:
        return p["koff"] * (v / p["voff"] - 1) ** p["aoff"]
    if v < p["von"]:
        return p["kon"] * (v / p["von"] - 1) ** p["aon"]
    return 0.0


def biolek(s, up, p_win):
    return 1 - s ** (2 * p_win) if up else 1 - (1 - s) ** (2 * p_win)


def kvatinsky(w, up, p):
    return np.exp(-np.exp((w - p["D"]) / p["wc"])) if up else np.exp(-np.exp(-w / p["wc"]))


def run(p, amp, freq, periods, window):
    wave = sine(amp, freq)

    def rate(t, y):
        v = wave(t)
        k = speed(v, p)
        return [0.0 if k == 0 else k / p["D"] * window(y[0], v > 0)]

    t, y = integrate(rate, [p["w0"] / p["D"]], np.arange(2 * periods + 1) / (2 * freq), n_out=8000)
    s = y[0]
    return t, s * p["D"], wave(t) / (p["Ron"] + (p["Roff"] - p["Ron"]) * s)


def travel(p, amp, freq):
    """Way of the state over a half wave of height amp (its sign says which), no window."""
    t0 = np.arcsin((p["voff"] if amp > 0 else p["von"]) / amp) / (2 * np.pi * freq)
    f = lambda t: speed(amp * np.sin(2 * np.pi * freq * t), p)
    return quad(f, t0, 0.5 / freq - t0, epsabs=0, epsrel=1e-12)[0]


def check():
    r = Report(NAME)
    t, w, _ = run(LOGIC, 1.1, 200e3, 1, lambda s, up: 1.0)
    r.compare(
        "way without window against quadrature",
        np.interp(2.5e-6, t, w) - LOGIC["w0"],
        travel(LOGIC, 1.1, 200e3),
        1e-6,
    )
    return r


def rows():
    out = []
    cmd = "hysteron iv vteam --wave sine:1.1V,200kHz --cycles 1 --points 2000 --set window=0"
    out.append(
        (
            "w@time=2.5e-6",
            cmd,
            LOGIC["w0"] + travel(LOGIC, 1.1, 200e3),
            "m",
            1e-4,
            "quadrature of k_off (v/v_off - 1)^3, no window",
            CLOSED,
        )
    )
    out.append(
        (
            "last(w)",
            cmd,
            LOGIC["w0"] + travel(LOGIC, 1.1, 200e3) + travel(LOGIC, -1.1, 200e3),
            "m",
            1e-4,
            "the same for both half waves",
            CLOSED,
        )
    )
    cmd = "hysteron iv vteam --wave sine:2V,200kHz --cycles 1 --points 2000"
    out += [
        ("max(w+1e-9)", cmd, 4e-9, "m", 2e-3, "more drift than range: w stops at w_off", CLOSED),
        ("min(w+1e-9)", cmd, 1e-9, "m", 1e-2, "and at w_on, within the fading rim", CLOSED),
    ]
    p = LOGIC
    _, w, i = run(
        p, 1.1, 200e3, 2, lambda s, up: kvatinsky(s * p["D"], up, p) if 0 < s < 1 else 0.0
    )
    cmd = "hysteron iv vteam --wave sine:1.1V,200kHz --cycles 2 --points 2000"
    out += [
        (
            "max(w) if time<2.5e-6",
            cmd,
            w[:8000].max(),
            "m",
            2e-3,
            "logic set, Kvatinsky window",
            OWN,
        )
    ]
    p = FIT
    t, w, i = run(p, 2.0, 1e6, 10, lambda s, up: biolek(s, up, 2))
    cmd = (
        "hysteron iv vteam --wave sine:2V,1MHz --cycles 10 --points 2000 --set Ron=1k --set Roff=300k --set v_on=-1.5 "
        "--set v_off=0.3 --set k_on=-216.2 --set k_off=0.091 --set alpha_on=4 --set alpha_off=4 --set window=2 "
        "--set p_window=2"
    )
    last = t >= 9e-6
    src = "fitted set, Biolek window p = 2 (the ngspice peer deck)"
    out += [
        ("max(i)", cmd, i.max(), "A", 3e-3, src, OWN),
        ("max(w) if time>=9e-6", cmd, w[last].max(), "m", 2e-3, src, OWN),
        ("min(w+1e-9) if time>=9e-6", cmd, 1e-9, "m", 5e-3, src, OWN),
    ]
    return out


if __name__ == "__main__":
    check().finish()
