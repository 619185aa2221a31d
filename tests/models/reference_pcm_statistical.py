# SPDX-License-Identifier: Apache-2.0
"""Statistics of the inference noise models: means and spreads by quadrature over the normal draws.

The formulas are those of aihwkit's PCMLikeNoiseModel, ReRamWan2022NoiseModel and ReRamCMONoiseModel
in microsiemens; nothing is drawn here.
"""

import numpy as np

X, W = np.polynomial.hermite_e.hermegauss(201)
W = W / W.sum()


def drift_law(x):
    mu = np.clip(-0.0155 * np.log(x) + 0.0244, 0.049, 0.1)
    return mu, np.clip(-0.0125 * np.log(x) - 0.0059, 0.008, 0.045)


def sigma_prog(x):
    return max(0.26348 + 1.9650 * x - 1.1731 * x * x, 0.0)


def read(x, t):
    q = min(0.0088 / max(x**0.65, 1e-3), 0.2)
    return q, q * np.sqrt(np.log((t + 20.0 + 250e-9) / (2 * 250e-9)))


def moments(values, weights):
    mean = (values * weights).sum()
    return mean, np.sqrt(((values - mean) ** 2 * weights).sum())


def main():
    for g in (25.0, 12.5, 5.0, 1.0):
        x = g / 25
        mu, s = drift_law(x)
        print(f"{g} uS: s_prog {sigma_prog(x):.5f} mu {mu:.5f} s {s:.5f} Q {read(x, 0)[0]:.6f}")
        for t in (25.0, 3600.0, 86400.0, 31536000.0):
            d = ((t + 20) / 20) ** -mu
            print(f"   t {t:.0f}: drift {d:.5f} read {g * d * read(x, t)[1]:.5f} uS")
    mu, s = drift_law(1 / 25)
    xi = np.linspace(-9, 9, 200001)  # the fold at zero wants a fine grid
    bell = np.exp(-(xi**2) / 2)
    mean, std = moments(np.abs(mu + s * xi), bell / bell.sum())
    print(f"nu at 1 uS: mean {mean:.6f} std {std:.6f}")
    mu, s = drift_law(5 / 25)
    g = 5 * ((3600.5 + 20) / 20) ** -np.abs(mu + s * X)
    mean, _ = moments(g, W)
    second = ((g**2 * (1 + read(0.2, 3600.5)[1] ** 2)) * W).sum()
    print(f"5 uS at 3600.5 s: mean {mean:.5f} std {np.sqrt(second - mean**2):.5f}")
    x = 0.5
    print(f"Wan 1 d at 20 uS: std {np.polyval([-16.458, 47.095, -50.773, 22.086, 0.701], x):.5f}")
    lt = np.log(3600.5)
    mean = 50 - 0.08900206 * lt
    prog, rel = 0.01129027418 * 50 + 0.0112185391, 0.04201137 * lt + 0.41183342
    noise = 0.0277316483 * np.log10(mean) * np.sqrt(np.log((3600.5 + 1e-6) / 2e-6))
    print(f"CMO 2 % at 50 uS, 1 h: mean {mean:.5f} std {np.sqrt(prog**2 + rel**2 + noise**2):.5f}")


if __name__ == "__main__":
    main()
