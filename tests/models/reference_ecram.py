# SPDX-License-Identifier: Apache-2.0
"""Linear-step update of electrochemical cells (aihwkit's LinearStepDevice), pulse by pulse, and the
cell's own differential equation in closed form.
"""

import numpy as np
from scipy.optimize import brentq

K_B, Q_E = 1.380649e-23, 1.602176634e-19
VT = K_B * 300.15 / Q_E


def linear_step(w, dw, slope, count):
    for _ in range(count):
        w += dw * (1 - slope * w)
    return w


def main():
    for name, dw, up, down, w_max, w_min in (("Tang", 0.002, 0.1153, 0.5085, 1.1724, -0.8276),
                                             ("Kim", 2.8214e-4, 0.4152, 0.7342, 1.1714, -0.8286)):
        print(name, "first step up from -0.5:", linear_step(-0.5, dw, up / w_max, 1) + 0.5)
        for n in (100, 500):
            print(f"  {n} up from -0.5: {linear_step(-0.5, dw, up / w_max, n):.6f}"
                  f"   {n} down from 0.5: {-linear_step(-0.5, dw, -down / w_min, n):.6f}")
    # Open gate: the charge-transfer resistance at zero overpotential stands in series with the leak.
    v_n = 2 * 10 * VT
    r_ct = v_n * np.sinh(1 / v_n) / (0.1 * 1e-11 / 1e-3)
    for t in (1000.0, 4000.0):
        print(f"leak {t} s: {0.5 * np.exp(-t * 0.02 / (1e-11 * (2e12 + r_ct))):.6f}")
    # Ionic floating gate: dw/dt of a pulse with the slowly rising open-circuit voltage E_1 w.
    v_n = 2 * VT
    w, rate = 0.0, 0.01 / 200e-9
    for _ in range(20):
        # top of 198 ns and two linear edges of 2 ns; the edges see sinh averaged over the ramp
        for span, kind in ((2e-9, "edge"), (198e-9, "top"), (2e-9, "edge")):
            steps = 400
            for k in range(steps):
                v = 1.0 if kind == "top" else (k + 0.5) / steps
                w += rate * span / steps * np.sinh((v - 0.02 * w) / v_n) / np.sinh(1 / v_n)
        v_off = 800e-9 / 400
        for k in range(400):
            w += rate * v_off * np.sinh(-0.02 * w / v_n) / np.sinh(1 / v_n)
    print(f"ionic floating gate after 20 pulses: w {w:.6f}")


if __name__ == "__main__":
    main()
