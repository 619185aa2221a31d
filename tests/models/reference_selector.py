# SPDX-License-Identifier: Apache-2.0
"""Selectors: closed forms and own solutions of the equations in the headers of models/selector."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

VT = 1.380649e-23 * 300.15 / 1.602176634e-19


def exponential(v, i_s, v_0, r):
    """Current by root finding on i = 2 I_s sinh((v - r i)/V_0)."""
    return brentq(lambda i: i - 2 * i_s * np.sinh((v - r * i) / v_0), 0.0, v / r, xtol=1e-22, rtol=1e-13)


def folds(v_th, v_hold, v_w):
    span = v_th - v_hold
    x = (1 + np.array([-1, 1]) * np.sqrt(1 - 4 * v_w / span)) / 2
    return v_th - span * x + v_w * np.log(x / (1 - x))


def oscillator(v_dd=2.0, r=200e3, c=1e-12 + 1e-15):
    def rates(t, z):
        v, x = z
        target = 1 / (1 + np.exp(np.clip((1.5 - 0.7 * x - abs(v)) / 5e-3, -200, 200)))
        i = 1e-10 * np.sinh(v / 0.3) + x**3 * v / 2e3
        return [((v_dd - v) / r - i) / c, (target - x) / (5e-9 + (1e-9 - 5e-9) * target)]

    up = lambda t, z: z[0] - 1.2
    up.direction = 1
    sol = solve_ivp(rates, [0, 2e-6], [0.0, 0.0], method="LSODA", rtol=1e-9, atol=1e-12, events=up, max_step=1e-9)
    t = sol.t_events[0]
    late = sol.t > 0.5e-6
    return np.mean(np.diff(t[2:8])), sol.y[0][late].min(), sol.y[0][late].max()


def zener(v, i_f, n_f, i_r, v_b, v_r, r):
    def current(vj):
        return i_f * (np.exp(vj / (n_f * VT)) - 1) - i_r * (np.exp(-(vj + v_b) / v_r) - np.exp(-v_b / v_r))
    low, high = (v, 0.0) if v < 0 else (0.0, min(v, 1.2))
    vj = brentq(lambda x: x + r * current(x) - v, low, high, xtol=1e-15)
    return (v - vj) / r


def main():
    print(f"exponential: decade {0.0369 * np.log(10) * 1e3:.4f} mV, I(0.6)/I(0.3) {2 * np.cosh(0.3 / 0.0369):.4f}")
    print(f"  I(0.75) {2 * 1.5e-17 * np.sinh(0.75 / 0.0369):.6e}")
    print(f"  I(1.2) with 1 kohm {exponential(1.2, 1.5e-17, 0.0369, 1e3):.6e}")
    low, half, high = (exponential(v, 2e-12, 0.1, r) for v, r in ((2, 105e3), (1, 105e3), (2, 10.005e6)))
    print(f"  1S1R: NL {low / half:.4f}  N_max {1 + low / half * ((1 - high / low) / 0.1 - 1):.4f}")
    for v in (1.0, -3.0):
        print(f"zener at {v} V: {zener(v, 1e-14, 1.5, 1e-6, 2.0, 0.08, 500.0):.6e}")
    print(f"bidirectional: {zener(1.0, 1e-13, 2.0, 1e-13, 0.0, 0.0517298, 500.0):.6e}")
    rf, rr = (zener(v, 1e-14, 1.2, 1e-12, 20.0, 0.5, 500.0) for v in (1.0, -1.0))
    print(f"rectifier: {rf:.6e} {rr:.6e}  decades {np.log10(-rf / rr):.5f}")
    print("threshold, hold at the folds:", folds(1.5, 0.8, 5e-3))
    period, low, high = oscillator()
    print(f"oscillator: period {period * 1e9:.4f} ns, {low:.5f} V to {high:.5f} V")
    print(f"  charging alone: {200e3 * 1e-12 * np.log((2 - low) / (2 - high)) * 1e9:.2f} ns")


if __name__ == "__main__":
    main()
