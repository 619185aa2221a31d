# SPDX-License-Identifier: Apache-2.0
"""Phase-change cell: the numbers that models/pcm/reproduce.csv marks as computed or derived.

Written from the equations in the header of the model, current driven, so that no algebraic equation
is left: SciPy LSODA, rtol 1e-9.  Prints the numbers.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

K_B, Q_E = 1.380649e-23, 1.602176634e-19
P = dict(L=25e-9, A=2e-15, N=6e25, dz=5e-9, t0h=1e-14, Ea=0.3, Tq=200.0, Rh=1e3, Rc=5e3, ron=0.2, Vf=0.2, Fth=45e6,
         dF=0.02, ton=0.5e-9, Vh=0.4, Ih=1e-6, Ram=500.0, Rth=2.2e6, Cth=9e-16, kap=0.4, Tm=900.0, tm=0.5e-9, dH=0.1,
         v1=2.1e22, E1=2.7, v2=60.0, E2=0.25, f0=1e-3, K1=3e28, EK=2.6, K2=2e7, n=3.0, td=1e-6, nul=0.03, nuh=0.09)


def factors(s, temp, p):
    """Factors of drift of the layer and of the film."""
    at = np.array([12.0, 77.0, 300.0])
    hrs = np.polyval(np.polyfit(at, [0.041, 0.044, p["nuh"]], 2), temp)
    lrs = np.polyval(np.polyfit(at, [0.0005, 0.0072, p["nul"]], 2), temp)
    return np.exp(hrs * s), np.exp(lrs * s)


def parts(i, temp, f, drift, on, p):
    tc = (temp**4 + p["Tq"]**4) ** 0.25
    field0 = 2 * K_B * tc / (Q_E * p["dz"])
    i0 = 2 * Q_E * p["A"] * p["N"] * p["dz"] / p["t0h"] * np.exp(-p["Ea"] * Q_E / (K_B * tc))
    field = field0 * np.arcsinh(i * drift[0] / i0)
    volt = i * (p["Rh"] + p["Rc"] * (p["ron"] + (drift[1] - p["ron"]) / (1 + (p["Rc"] * i / p["Vf"]) ** 4) ** 0.25))
    volt += f * ((1 - on) * p["L"] * field + on * (p["Vh"] * i / np.hypot(i, p["Ih"]) + p["Ram"] * i))
    return volt, field


def drive(temp, p):
    return 1 - np.exp(-p["dH"] * Q_E / K_B * (1 / temp - 1 / p["Tm"])) if temp < p["Tm"] else 0.0


def growth(temp, p):
    kt = K_B * temp / Q_E
    return drive(temp, p) / (np.exp(p["E1"] / kt) / p["v1"] + np.exp(p["E2"] / kt) / p["v2"])


def nucleation(temp, p):
    kt = K_B * temp / Q_E
    return drive(temp, p) / (np.exp(p["EK"] / kt) / p["K1"] + 1 / p["K2"])


def over(x):
    return x * x / (x + 0.02) if x > 0 else 0.0


def rates(t, z, current, amb, p):
    temp, f, y, s, on = z
    i = current(t)
    drift = factors(s, amb, p)
    volt, field = parts(i, temp, f, drift, on, p)
    rim = temp - p["kap"] * f * (temp - amb)
    melt = over((rim - p["Tm"]) / (p["Tm"] - amb)) / p["tm"]
    reset = over((temp - p["Tm"]) / (p["Tm"] - amb)) / p["tm"]
    nucl = nucleation(temp, p)
    df = (1 - f) * melt - growth(rim, p) / p["L"] * f / (f + p["f0"]) - f * p["n"] * nucl * max(y, 0) ** (p["n"] - 1)
    target = 1 / (1 + np.exp(min((p["Fth"] - abs(field)) / (p["dF"] * p["Fth"]), 200)))
    return [(i * volt - (temp - amb) / p["Rth"]) / p["Cth"], df, nucl * (1 - min(y / 4, 1) ** 8) - y * reset,
            np.exp(-s) / p["td"] - s * reset, (target - on) / p["ton"]]


def run(times, currents, f0, p=P, amb=300.15):
    z = np.array([amb, f0, 0.0, 0.0, 0.0])
    for a, b, ia, ib in zip(times, times[1:], currents, currents[1:]):
        current = lambda t: ia + (ib - ia) * (t - a) / (b - a)
        sol = solve_ivp(rates, [a, b], z, method="LSODA", rtol=1e-9, atol=1e-12, args=(current, amb, p),
                        max_step=(b - a) / 50)
        z = sol.y[:, -1]
    return z


def levels():
    for ip in (0.30e-3, 0.345e-3, 0.355e-3, 0.365e-3, 0.375e-3, 0.385e-3, 0.40e-3, 0.45e-3):
        z = run([0, 10e-9, 12e-9, 110e-9, 112e-9, 300e-9, 301e-9, 690e-9], [0, 0, ip, ip, 0, 0, 10e-9, 10e-9], 0.0)
        volt, _ = parts(10e-9, z[0], z[1], factors(z[3], 300.15, P), z[4], P)
        print(f"levels: {ip*1e6:.0f} uA  f {z[1]:.6f}  R {volt/10e-9:.1f} ohm")


def static_curve(f, s, amb=300.15, p=P):
    """Voltage over current at rest of heat and excitation: the largest is the threshold voltage."""
    def at(i):
        drift = factors(s, amb, p)
        temp, on = amb, 0.0
        def off(temp):
            _, field = parts(i, temp, f, drift, 0.0, p)
            on = 1 / (1 + np.exp(min((p["Fth"] - field) / (p["dF"] * p["Fth"]), 200)))
            volt, _ = parts(i, temp, f, drift, on, p)
            return temp - amb - p["Rth"] * i * volt
        temp = brentq(off, amb, amb + 2000)
        return (temp - amb) / (p["Rth"] * i)
    i = np.linspace(0.1e-6, 60e-6, 60000)
    return i, np.array([at(x) for x in i])


def main():
    p = P
    for t in (50, 100, 150):
        print(f"JMAK at 430 K, {t} s: {np.exp(-(nucleation(430.0, p)*t)**3):.6f}")
    v = growth(430.0, p)
    print(f"growth at 430 K, 20 s: {brentq(lambda f: f + p['f0']*np.log(f) - 1 + v*20/p['L'], 1e-6, 1):.6f}")
    # Drift grows on while the current is ramped (1 ms for 60 uA): s = ln(1 + t/t0) at the time of the threshold.
    for f in (1.0, 0.5):
        s = np.log(1 + 0.2e-3 / 1e-6)
        for _ in range(3):
            i, volt = static_curve(f, s)
            top = i[:40000][np.argmax(volt[:40000])]
            s = np.log(1 + top / 60e-6 * 1e-3 / 1e-6)
        print(f"threshold f {f}: V_th {volt[:40000].max():.5f} V at {top*1e6:.3f} uA")
        if f == 1.0:
            s = np.log(1 + 40 / 60 * 1e-3 / 1e-6)
            i, volt = static_curve(f, s)
            print(f"  at 40 uA: {np.interp(40e-6, i, volt):.5f} V")
    levels()
    # Full cycle of melting twice: the age starts anew, so R at the same age agrees.
    print("ln D at 300.15 K for s = 1:", np.log(factors(1.0, 300.15, p)))
    speeds = np.arange(500.0, 900.0, 1.0)
    g = np.array([growth(t, p) for t in speeds])
    print(f"growth is fastest at {speeds[g.argmax()]:.0f} K: {g.max():.3f} m/s")


if __name__ == "__main__":
    main()
