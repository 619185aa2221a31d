# SPDX-License-Identifier: Apache-2.0
"""What the reference programs share: waves, tight integration, features of a trace, the report.

A reference_<model>.py holds the equations of one model written from the literature, without a look
at the Verilog-A, checks itself against published or closed-form numbers (check), and lists what
`hysteron` has to give (rows).  `python3 reference_<model>.py` runs the check;
make_reference_values.py collects all rows in reference_values.csv.
"""

import sys

import numpy as np
from scipy.integrate import solve_ivp

K_B = 1.380649e-23
Q = 1.602176634e-19
H = 6.62607015e-34
EPS0 = 8.8541878128e-12

CLOSED = "closed form"
OWN = "own integration of the published equations (SciPy, rtol 1e-10)"


def vt(temp):
    """Thermal voltage in V."""
    return K_B * temp / Q


def sine(amp, freq):
    return lambda t: amp * np.sin(2 * np.pi * freq * t)


def polyline(times, values):
    return lambda t: np.interp(t, times, values)


def triangle(pos, neg, freq):
    """0, pos, neg, 0 at constant slope."""
    span = 2.0 * (pos - neg) * freq
    times = np.array([0.0, pos / span, (2 * pos - neg) / span, 2 * (pos - neg) / span])
    return times, np.array([0.0, pos, neg, 0.0])


def train_corners(height, width, rest, count):
    """Corners of `hysteron pulse`: width at half height, edges of width/100, each pulse followed
    by rest.
    """
    edge = width / 100
    times, values = [0.0], [0.0]
    for _ in range(count):
        for length, value in ((edge, height), (width - edge, height), (edge, 0.0), (rest, 0.0)):
            times.append(times[-1] + length)
            values.append(value)
    return np.array(times), np.array(values)


def integrate(rate, x0, times, n_out=4000, rtol=1e-10, atol=1e-12, method="LSODA"):
    """x' = rate(t, x) from piece to piece of times (corners of the drive); returns t, x on a fine
    grid.
    """
    x = np.atleast_1d(np.asarray(x0, float))
    ts, xs = [np.array([times[0]])], [x[:, None]]
    for t0, t1 in zip(times[:-1], times[1:]):
        grid = np.linspace(t0, t1, n_out)
        sol = solve_ivp(
            rate,
            (t0, t1),
            x,
            method=method,
            t_eval=grid,
            rtol=rtol,
            atol=atol,
            first_step=(t1 - t0) * 1e-6,
        )
        if not sol.success:
            raise RuntimeError(sol.message)
        x = sol.y[:, -1]
        ts.append(sol.t[1:])
        xs.append(sol.y[:, 1:])
    return np.concatenate(ts), np.concatenate(xs, axis=1)


def crossing(t, y, level, direction):
    """Time of the first crossing, direction +1 or -1."""
    d = direction * (y - level)
    k = np.nonzero((d[:-1] < 0) & (d[1:] >= 0))[0]
    if not len(k):
        return np.nan
    k = k[0]
    return t[k] + (t[k + 1] - t[k]) * d[k] / (d[k] - d[k + 1])


def lobe_area(v, i, sign):
    """|closed integral of i dv| over the half plane sign*v > 0 of one cycle."""
    mid = 0.5 * (v[1:] + v[:-1])
    take = sign * mid > 0
    return abs(np.sum(0.5 * (i[1:] + i[:-1])[take] * np.diff(v)[take]))


class Report:
    """Prints lines `ok`/`BAD` and remembers whether all was ok."""

    def __init__(self, name):
        self.good = True
        print(name)

    def compare(self, what, got, want, rel):
        ok = abs(got - want) <= rel * abs(want) or got == want
        self.good = self.good and ok
        print(f"  {'ok ' if ok else 'BAD'} {what}: {got:.7g}, reference {want:.7g} (rel {rel:g})")

    def note(self, text):
        print("      " + text)

    def finish(self):
        sys.exit(0 if self.good else 1)
