# SPDX-License-Identifier: Apache-2.0
"""Closed forms of the light-written synapse: paired pulses, two exponentials, stretched exponential."""

import numpy as np


def main():
    for gap in (10, 50, 100, 500):
        print(f"PPF {gap} ms: {1 + np.exp(-(gap + 10) / 100):.6f}")
    # 100 ms of light into both states, then 0.1 ms of darkness before the first read.
    charge = [tau * (1 - np.exp(-0.1 / tau)) for tau in (0.04, 0.3)]
    at = lambda t: sum(c * np.exp(-t / tau) for c, tau in zip(charge, (0.04, 0.3)))
    for t in (0.1, 0.5):
        print(f"two exponentials {t} s: {at(t + 1e-4) / at(1e-4):.6f}")
    age = 1e-4 * 10 + 1e-3 * 10 / 100 + 0.1e-3 - 0.5e-6
    for t in (1.0, 5.0):
        print(f"stretched {t} s: {np.exp(-np.sqrt((t + age) / 10) + np.sqrt(age / 10)):.6f}")
    edge = lambda nm: 1 / (1 + np.exp((nm - 600) / 20))
    print(f"600 nm over 250 nm: {edge(600) / edge(250):.6f}   range {194.01 / 0.51:.4f}")
    # Both: dw/dt = k_w (P_1 + P_2) sinh(v/V_w), P(t) = tau eta L (1 - exp(-t/tau)) in a pulse of 10 ms
    area = sum(50 * tau * (0.01 - tau * (1 - np.exp(-0.01 / tau))) for tau in (0.05, 10.0))
    print(f"heterosynapse w: {50 * np.sinh(0.3 / 0.3) * area * edge(405):.6f}")


if __name__ == "__main__":
    main()
