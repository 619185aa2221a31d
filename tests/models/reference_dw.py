# SPDX-License-Identifier: Apache-2.0
"""Domain walls: the closed forms behind the rows dw_* of models/spin/reproduce.csv.  Run it: it prints them."""


import numpy as np

MU_B, Q = 9.2740100783e-24, 1.602176634e-19
# First corner of the authors' table: 1.1e-11 J/m, 1.11e6 J/m^3, alpha 0.01, 1.2 MA/m, track of 100 nm.
C = (0.18024997062303208, -9.946250702493719e-11, 1.1178134799469526e-22, -5.361107318272578e-35)
D0, D1 = 49154617.19999064, 6.736395204757528e-05


def spin_velocity(v, r=500.0, p=0.5, w=100e-9, t=3e-9, ms=8e5):
    return MU_B * p * v / r / (w * t * Q * ms)


def collective(gamma=1.76e11, d=10e-9, bk=0.04, alpha=0.1, beta=0.2):
    u_k = gamma * d * bk / 2
    print("u_K m/s", u_k, "Walker", u_k * alpha / abs(beta - alpha))
    u = spin_velocity(0.083)
    print("u(0.083 V)", u, "flow", beta * u / alpha)
    u = spin_velocity(0.249)
    drift = np.sqrt(((beta - alpha) * u) ** 2 - (alpha * u_k) ** 2) / (1 + alpha**2)
    print("u(0.249 V)", u, "turning", beta * u / alpha - drift / alpha)
    print("intrinsic", np.sqrt(u * u - u_k * u_k) / (1 + alpha**2))
    print("u_pin", gamma * d * 2e-3 / beta)


def kinematic():
    for i in (8e-6, 2e-6):
        j = i / 1e-16
        print(f"terminal velocity at {j:g} A/m^2", -sum(c * j**k for k, c in enumerate(C)))
        print("time constant ns", 1e9 / (D0 + D1 * j))
    print("k0 = d0 c0", D0 * C[0], "printed 8.860e6")


if __name__ == "__main__":
    collective()
    kinematic()
