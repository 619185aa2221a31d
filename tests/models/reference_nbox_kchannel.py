# SPDX-License-Identifier: Apache-2.0
"""NbOx as a potassium channel: current law and windowed drift of the fit to Ju and Kim 2024."""

import numpy as np

from reference_tools import CLOSED, OWN, Report, integrate, polyline, train_corners

NAME = "nbox_kchannel"
P = dict(
    alpha=1.0378567e-6,
    beta=1.2025751,
    gamma=13.483879e-6,
    delta=0.71460414,
    lam=15.609243,
    eta=0.71460414,
    tau=11.03e-3,
    wmin=0.082101814,
)


def current(v, w, p=P):
    return (1 - w) * p["alpha"] * (1 - np.exp(-p["beta"] * v)) + w * p["gamma"] * np.sinh(
        p["delta"] * v
    )


def rate(v, w, p=P):
    return (1 - np.exp(3 * w) / np.exp(3)) * (
        p["lam"] * np.sinh(p["eta"] * v) - (w - p["wmin"]) / p["tau"]
    )


def trapezoids(v, width, rest, count):
    """The train as hysteron makes it, with edges: greatest w, greatest i, last w."""
    times, volts = train_corners(v, width, rest, count)
    wave = polyline(times, volts)
    t, y = integrate(lambda t, y: [rate(wave(t), y[0])], [P["wmin"]], times, n_out=100, rtol=1e-9)
    return y[0].max(), current(wave(t), y[0]).max(), y[0, -1]


def hold(w, v, t):
    return integrate(lambda _, y: [rate(v, y[0])], [w], [0.0, t], n_out=50, rtol=1e-11)[1][0, -1]


def train(v, width, period, count):
    w = P["wmin"]
    for _ in range(count):
        top = hold(w, v, width)
        w = hold(top, 0.0, period - width)
    return top, w


def check():
    r = Report(NAME)
    # Small voltages: the window is constant to first order, so w follows an exponential with its rate W(wmin)/tau.
    v = 1e-3
    w_end = P["wmin"] + P["tau"] * P["lam"] * np.sinh(P["eta"] * v)
    k = (1 - np.exp(3 * (P["wmin"] - 1))) / P["tau"]
    r.compare(
        "small signal against an exponential",
        hold(P["wmin"], v, 5e-3) - P["wmin"],
        (w_end - P["wmin"]) * (1 - np.exp(-k * 5e-3)),
        1e-3,
    )
    r.note(
        f"current at 3.3 V after 10 pulses of 1 ms/2 ms: {current(3.3, train(3.3, 1e-3, 2e-3, 10)[0]):.4g} A "
        "(measured range 6.6 to 135 uA at 2.4 to 4.2 V)"
    )
    return r


def rows():
    out = []
    for v in (2.4, 3.3, 4.2):
        cmd = f"hysteron pulse nbox_kchannel --train {v}V,1ms,1ms,10"
        top, i, low = trapezoids(v, 1e-3, 1e-3, 10)
        out += [
            ("max(w)", cmd, top, "1", 2e-3, "10 pulses, edges counted", OWN),
            ("max(i)", cmd, i, "A", 3e-3, "end of the tenth pulse", OWN),
            ("last(w)", cmd, low, "1", 2e-3, "after the last gap", OWN),
        ]
    out.append(
        (
            "last(w)",
            "hysteron pulse nbox_kchannel --train=-2V,1ms,1ms,10",
            P["wmin"],
            "1",
            2e-3,
            "negative voltage does not push w below w_min",
            CLOSED,
        )
    )
    return out


if __name__ == "__main__":
    check().finish()
