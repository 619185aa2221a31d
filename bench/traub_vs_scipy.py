#!/usr/bin/env python3
"""A cell of benchmark COBAHH under the synapses of its network, integrated tightly: the times of its spikes.

    python3 bench/traub_vs_scipy.py

Needs SciPy.  Excitatory and inhibitory spikes arrive on a grid of 0.1 ms, as a linear congruential generator has them;
between arrivals the equations of Brette et al. (2007) go by a Runge-Kutta method of order 8 at 1e-12.
tests/brain/test_traub.c has what is printed.
"""
import math

import numpy
from scipy.integrate import solve_ivp

SLOTS = 1000  # of 0.1 ms
SLOT = 1e-4  # s
EXCITATORY, INHIBITORY = 300, 30  # arrivals in a thousand slots
AREA = 20000e-12  # m2


def arrivals():
    """The generator of Numerical Recipes; a slot asks it twice."""
    x = 12345
    for slot in range(SLOTS):
        x = (1664525 * x + 1013904223) % 2**32
        excitatory = (x >> 16) % 1000 < EXCITATORY
        x = (1664525 * x + 1013904223) % 2**32
        inhibitory = (x >> 16) % 1000 < INHIBITORY
        yield slot, slot > 0 and excitatory, slot > 0 and inhibitory


def ratio(z):
    return 1 - z / 2 + z * z / 12 if abs(z) < 1e-4 else z / math.expm1(z)


def slopes(_, y):
    v, m, h, n, excitatory, inhibitory = y
    u = 1e3 * (v + 63e-3)
    i = (0.5 * (v + 60e-3) + 1000 * m**3 * h * (v - 50e-3) + 300 * n**4 * (v + 90e-3)) * AREA
    i += excitatory * v + inhibitory * (v + 80e-3)
    return [
        -i / (0.01 * AREA),
        1e3 * (1.28 * ratio((13 - u) / 4) * (1 - m) - 1.4 * ratio((u - 40) / 5) * m),
        1e3 * (0.128 * math.exp((17 - u) / 18) * (1 - h) - 4 / (1 + math.exp((40 - u) / 5)) * h),
        1e3 * (0.16 * ratio((15 - u) / 5) * (1 - n) - 0.5 * math.exp((10 - u) / 40) * n),
        -excitatory / 5e-3,
        -inhibitory / 10e-3,
    ]


def rise(_, y):
    return y[0] + 20e-3


rise.direction = 1


def main():
    y, spikes = numpy.array([-65e-3, 0, 1, 0, 0, 0], dtype=float), []
    for slot, excitatory, inhibitory in arrivals():
        y[4] += 6e-9 * excitatory
        y[5] += 67e-9 * inhibitory
        done = solve_ivp(slopes, [slot * SLOT, (slot + 1) * SLOT], y, method="DOP853", rtol=1e-12, atol=1e-15,
                         events=rise)
        spikes += list(done.t_events[0])
        y = done.y[:, -1]
    print(f"{len(spikes)} spikes (ms):", ", ".join(f"{1e3 * t:.7f}" for t in spikes))
    print(f"V at the end: {1e3 * y[0]:.7f} mV")


if __name__ == "__main__":
    main()
