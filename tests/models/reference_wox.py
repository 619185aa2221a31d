# SPDX-License-Identifier: Apache-2.0
"""Volatile WOx (Chang 2011, Du 2017): at constant voltage the state is linear, so pulse trains
have a closed form.
"""

import numpy as np

from reference_tools import CLOSED, OWN, Report, integrate, polyline, sine, train_corners

NAME = "wox"
DU = dict(alpha=1e-8, beta=0.5, gamma=1e-5, delta=4.0, lam=1.0, eta=8.0, tau=50e-3, wmin=0.1)
CHANG = dict(
    alpha=0.5e-6,
    beta=0.5,
    gamma=4e-6,
    delta=2.0,
    lam=4.5 * 0.004,
    eta=4.0,
    tau=10.0 / 4.5,
    wmin=0.0,
)


def current(v, w, p):
    return (1 - w) * p["alpha"] * (1 - np.exp(-p["beta"] * v)) + w * p["gamma"] * np.sinh(
        p["delta"] * v
    )


def hold(w, v, t, p):
    """State after t at constant v, below 1."""
    w_end = p["wmin"] + p["tau"] * p["lam"] * np.sinh(p["eta"] * v)
    return w_end + (w - w_end) * np.exp(-t / p["tau"])


def train(v, width, period, count, p):
    """State at the end of the last pulse and after its gap."""
    w = p["wmin"]
    for _ in range(count):
        top = hold(w, v, width, p)
        w = hold(top, 0.0, period - width, p)
    return top, w


def run(p, wave, corners, n_out=4000):
    t, y = integrate(
        lambda t, y: [p["lam"] * np.sinh(p["eta"] * wave(t)) - (y[0] - p["wmin"]) / p["tau"]],
        [p["wmin"]],
        corners,
        n_out=n_out,
    )
    return t, y[0], current(wave(t), y[0], p)


def check():
    r = Report(NAME)
    t, w, _ = run(DU, lambda t: 0.5, [0.0, 5e-3])
    r.compare("5 ms at 0.5 V against closed form", w[-1], hold(0.1, 0.5, 5e-3, DU), 1e-9)
    times, volts = train_corners(0.5, 1e-3, 2e-3, 10)
    _, w, _ = run(DU, polyline(times, volts), times, 200)
    r.compare(
        "10 pulses with edges against the closed form without",
        w.max(),
        train(0.5, 1e-3, 3.01e-3, 10, DU)[0],
        1e-2,
    )
    t, w, _ = run(CHANG, lambda t: 0.0 * t, [0.0, 1.0])
    r.compare("Chang: decay time tau/lambda 2.22 s", CHANG["tau"], 2.22, 2e-3)
    return r


def rows():
    cmd = "hysteron pulse wox --train 0.5V,1ms,2ms,10"
    times, volts = train_corners(0.5, 1e-3, 2e-3, 10)
    t, w, i = run(DU, polyline(times, volts), times, 200)
    out = [
        ("max(w)", cmd, w.max(), "1", 1e-3, "10 pulses, edges counted", OWN),
        ("last(w)", cmd, w[-1], "1", 1e-3, "10 pulses, edges counted", OWN),
    ]
    cmd = "hysteron iv wox --wave sine:0.4V,50Hz --cycles 3 --points 2000"
    t, w, i = run(DU, sine(0.4, 50.0), np.arange(7) * 0.01)
    out += [
        ("max(w)", cmd, w.max(), "1", 1e-3, "Du 2017 set", OWN),
        ("max(i)", cmd, i.max(), "A", 1e-3, "Du 2017 set", OWN),
    ]
    cmd = (
        "hysteron iv wox --wave sine:1.2V,0.5Hz --cycles 1 --points 2000 --set alpha=0.5u --set beta=0.5 --set gamma=4u "
        "--set delta=2 --set lambda=0.018 --set eta=4 --set tau=2.2222222 --set w_min=0 --set w0=0"
    )
    t, w, i = run(CHANG, sine(1.2, 0.5), [0.0, 1.0])
    out += [
        ("max(w)", cmd, w.max(), "1", 1e-3, "Chang 2011 set", OWN),
        ("max(i)", cmd, i.max(), "A", 1e-3, "Chang 2011 set", OWN),
    ]
    out.append(
        (
            "max(w)",
            "hysteron iv wox --wave sine:1.5V,5Hz --cycles 1 --points 2000",
            1.0,
            "1",
            2e-3,
            "strong drift stops at 1",
            CLOSED,
        )
    )
    return out


if __name__ == "__main__":
    check().finish()
