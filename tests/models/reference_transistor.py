# SPDX-License-Identifier: Apache-2.0
"""Access transistor: closed forms of the long-channel limits, and the whole expression in mpmath-free
NumPy, written from the equations in the header of the model.
"""

import numpy as np

K_B, Q_E = 1.380649e-23, 1.602176634e-19


def current(vg, vd, vs, temp=300.15, w=200e-9, l=100e-9, v_t=0.45, gam=0.3, phi=0.8, mu_c=300e-6, lam=0.05, e_c=8e6,
            bex=-1.5, tcv=0.8e-3):
    vt = K_B * temp / Q_E
    vx = vg - v_t + tcv * (temp - 300.15) + phi + gam * np.sqrt(phi)
    vp = vx - phi - gam * (np.sqrt(vx + gam**2 / 4) - gam / 2)
    n = 1 + gam / (2 * np.sqrt(phi + vp + 4 * vt))
    us, ud = (np.log1p(np.exp((vp - v) / (2 * vt))) for v in (vs, vd))
    vds = vd - vs
    m = (1 + lam * (np.sqrt(vds**2 + 4 * vt**2) - 2 * vt)) / np.sqrt(1 + (2 * vt * (us - ud) / (e_c * l)) ** 2)
    return 2 * n * mu_c * w / l * (temp / 300.15) ** bex * vt**2 * (us**2 - ud**2) * m, n, vp


LONG = dict(w=1e-6, l=1e-6, v_t=0.5, mu_c=100e-6, lam=0.0, e_c=1e30)


def main():
    vt = K_B * 300.15 / Q_E
    print(f"no body effect: swing {vt * np.log(10) * 1e3:.4f} mV/decade, gm/Id {1 / vt:.4f} 1/V")
    print(f"  square law at 1.5 V {100e-6 / 2:.6e} A; at V_T {2 * 100e-6 * vt**2 * np.log(2)**2:.6e} A")
    _, n, vp = current(0.125, 1.8, 0.0, gam=0.4, **LONG)
    low, high = (current(vg, 1.8, 0.0, gam=0.4, **LONG)[0] for vg in (0.10, 0.15))
    print(f"body effect 0.4: swing {50 / np.log10(high / low):.4f} mV/decade; by the slope of V_p alone "
          f"{(1 + 0.4 / (2 * np.sqrt(0.8 + vp))) * vt * np.log(10) * 1e3:.4f}")
    i, n, vp = current(1.5, 1.8, 0.0, gam=0.4, **LONG)
    print(f"  saturation at 1.5 V {i:.6e} A, n beta V_p^2/2 {n * 100e-6 * vp**2 / 2:.6e} A")
    print(f"  source 0.5 V above the bulk {current(1.5, 1.8, 0.5, gam=0.4, **LONG)[0]:.6e} A")
    print(f"all effects: {current(1.2, 1.8, 0.0)[0]:.6e} A at 1.2 V, {current(0.3, 1.8, 0.0)[0]:.6e} A at 0.3 V")
    n65 = dict(w=200e-9, l=60e-9, v_t=0.42, gam=0.25, phi=0.9, mu_c=400e-6, lam=0.15, e_c=5e6)
    print(f"65 nm, drain 0.05 V, source -0.05 V, gate 1.0 V, bulk -0.3 V: {current(1.3, 0.35, 0.25, **n65)[0]:.6e} A")
    for temp in (250.0, 300.15, 400.0):
        print(f"{temp} K: {current(0.3, 1.8, 0.0, temp=temp)[0]:.6e} A  {current(1.5, 1.8, 0.0, temp=temp)[0]:.6e} A")


if __name__ == "__main__":
    main()
