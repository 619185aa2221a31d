#!/usr/bin/env python3
"""pcm_drift.py KELVIN NU_LOW NU_HIGH [straight] > law.yaml: a synapse whose resistance drifts as R0 (t / 0.9 ms)^nu, with
nu of the low and of the high resistance, between them straight in the logarithm of the conductance, or in the conductance
itself, and which is perfect otherwise: ten levels are the network's to ask for."""
import sys
from math import log

POINTS, TIMES = 33, 16
G_MIN, G_MAX, T0 = 1e-6, 100e-6, 0.9e-3  # S, S, s
YEARS = 10 * 31557600.0


def row(values):
    return "[" + ", ".join(f"{v:.5g}" for v in values) + "]"


def log_place(g):
    return log(g / G_MIN) / log(G_MAX / G_MIN)


def main():
    kelvin, low, high = (float(word) for word in sys.argv[1:4])
    times = [1e-6 * (YEARS / 1e-6) ** (k / (TIMES - 1)) for k in range(TIMES)]
    part = [k / (POINTS - 1) for k in range(POINTS)]
    place = part if sys.argv[4:] else [log_place(G_MIN + (G_MAX - G_MIN) * x) for x in part]
    nu = [high + (low - high) * p for p in place]
    print(f"# Drift of 28 nm embedded PCM at {kelvin:g} K, and nothing else: made by pcm_drift.py.")
    print(f'name: "PCM at {kelvin:g} K (drift alone)"')
    print('source: "exponents: Palhares et al., npj Unconv. Comput. 2024, doi 10.1038/s44335-024-00008-y"')
    print(f"g_min: {G_MIN:g} # S\ng_max: {G_MAX:g} # S\ntemperature: {kelvin:g} # K")
    print("up: {voltage: 1, width: 1e-7}\ndown: {voltage: -1, width: 1e-7}\nread: {voltage: 0.1, width: 1e-7}")
    print("up_mean:", row([1 / 64] * POINTS))
    print("down_mean:", row([-1 / 64] * POINTS))
    print("times:", row(times), "# s")
    rows = [row([(t / T0) ** -n - 1 if t > T0 else 0 for n in nu])[1:-1] for t in times]
    print("retention_mean: [" + ",\n  ".join(rows) + "]")


main()
