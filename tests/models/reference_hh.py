# SPDX-License-Identifier: Apache-2.0
"""Hodgkin-Huxley channels as memristors: steady states, sine loops, pulse trains.

Form A has the signs of 1952 (V from rest, depolarisation negative), form B modern signs.  A form A
device is a form B device with its terminals swapped: v_A = -v_B, i_A = -i_B.  mV, ms, mS/cm2,
uA/cm2.
"""

import numpy as np

from reference_tools import OWN, Report, integrate, lobe_area

NAME = "hh"
INF_TAU = """-77 0.15879 5.79228 0.01190 0.12683 0.89619 7.02630
-65 0.31768 5.45858 0.05293 0.23677 0.59612 8.51601
-50 0.55081 4.33457 0.25081 0.43097 0.15344 4.64056
-40 0.67859 3.51451 0.50065 0.50065 0.05044 2.51512
-30 0.77141 2.83236 0.73435 0.46420 0.01917 1.57574
-20 0.83518 2.31417 0.87569 0.37859 0.00894 1.21219
0 0.90873 1.64548 0.97416 0.23908 0.00279 1.02732
40 0.96580 1.01656 0.99854 0.12478 0.00037 1.00019"""
# sine 50 mV, form A: f, G min, max, i min, max, area v>0, v<0
K_SINE = [
    (10, 2.22e-9, 13.825, -683.35, 1.7247, 25.84, 6357.7),
    (100, 0.03996, 3.1300, -111.06, 37.906, 1273.3, 3144.2),
    (200, 0.17472, 1.5793, -55.128, 34.031, 841.01, 1377.2),
    (1000, 0.48273, 0.75081, -31.692, 30.487, 185.18, 257.80),
    (5000, 0.57922, 0.63273, None, None, 37.18, 51.41),
]
NA_SINE = [
    (100, 0.0058826, 0.24582, -1.4596, 11.442, 172.56, 46.52),
    (200, 0.019051, 0.19156, -2.8685, 8.3972, 155.62, 69.97),
    (1000, 0.066713, 0.10856, -4.3156, 4.7261, 43.00, 24.89),
    (5000, 0.083415, 0.091588, None, None, 8.50, 4.66),
]
K_500 = [9.862, 18.77, 22.50, 23.76, 24.17, 24.29, 24.33, 24.35], [
    6.648,
    12.06,
    14.27,
    15.02,
    15.26,
    15.33,
    15.35,
]
K_250 = [30.45, 30.80, 30.81], [20.78, 21.00, 21.01]
NA_500 = [26.21, 11.50, 6.692, 5.118, 4.603, 4.434, 4.379, 4.361], [9.34e-3, 5.42e-3, 4.14e-3]
NA_250 = [0.522, 0.3219, 0.3145, 0.3142], [4.26e-3, 4.14e-3]


def ratio(x):
    """x/(e^x - 1)"""
    x = np.asarray(x, float)
    return np.where(np.abs(x) < 1e-5, 1 - x / 2, x / np.where(x == 0, 1, np.expm1(x)))


def rates(gate, v):
    """alpha, beta in 1/ms at membrane potential v in mV, form B."""
    if gate == "n":
        return 0.1 * ratio(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)
    if gate == "m":
        return ratio(-(v + 40) / 10), 4 * np.exp(-(v + 65) / 18)
    return 0.07 * np.exp(-(v + 65) / 20), 1 / (np.exp(-(v + 35) / 10) + 1)


def settled(gate, v):
    a, b = rates(gate, v)
    return a / (a + b)


def gates(names, wave, corners, start, n_out=4000):
    f = lambda t, y: [
        rates(g, wave(t))[0] * (1 - x) - rates(g, wave(t))[1] * x for g, x in zip(names, y)
    ]
    return integrate(
        f, [settled(g, start) for g in names], corners, n_out=n_out, rtol=1e-9, atol=1e-14
    )


def conductance(names, y):
    return 36 * y[0] ** 4 if names == "n" else 120 * y[0] ** 3 * y[1]


def sine_loop(names, e_rev, freq_hz, settle_ms=100.0):
    """Last cycle under 50 mV in form A signs: v, i, G."""
    period = 1e3 / freq_hz
    n = int(np.ceil(settle_ms / period)) + 1
    v_dev = lambda t: -50 * np.sin(2 * np.pi * t / period)  # form A positive is form B negative
    corners = np.array([0, (n - 1) * period, n * period])
    t, y = gates(names, lambda t: v_dev(t) + e_rev, corners, e_rev, n_out=20001)
    last = t >= (n - 1) * period * (1 - 1e-12)
    g = conductance(names, y[:, last])
    v = -v_dev(t[last])
    return v, g * v, g


def pulses(names, on_ms, period_ms, count, start=-65.0, low=-65.0, high=40.0):
    """G at the end of each on and off phase; y at the end; trace of the first pulse."""
    y = [settled(g, start) for g in names]
    return pulses_from(names, y, on_ms, period_ms, count, low, high)


def pulses_from(names, y, on_ms, period_ms, count, low=-65.0, high=40.0):
    def move(y, v, t):
        out = []
        for g, x in zip(names, y):
            a, b = rates(g, v)
            inf = a / (a + b)
            out.append(inf + (x - inf) * np.exp(-(a + b) * t))
        return out

    on, off, peaks = [], [], []
    for _ in range(count):
        grid = np.linspace(0, on_ms, 20001)
        tr = conductance(names, np.array(move(y, high, grid)))
        peaks.append((tr.max(), grid[tr.argmax()]))
        y = move(y, high, on_ms)
        on.append(float(conductance(names, np.array(y))))
        y = move(y, low, period_ms - on_ms)
        off.append(float(conductance(names, np.array(y))))
    return on, off, peaks, y


def check():
    r = Report(NAME)
    for line in INF_TAU.split("\n"):
        c = [float(x) for x in line.split()]
        for k, g in enumerate("nmh"):
            a, b = rates(g, c[0])
            r.compare(
                f"{g}_inf({c[0]:g})",
                float(a / (a + b)),
                c[1 + 2 * k],
                2e-2 if c[1 + 2 * k] < 1e-3 else 2e-3,
            )
            r.compare(f"tau_{g}({c[0]:g})", float(1 / (a + b)), c[2 + 2 * k], 1e-4)
    for names, e_rev, table in (("n", -77.0, K_SINE), ("mh", 50.0, NA_SINE)):
        for f, gmin, gmax, imin, imax, ap, an in table:
            v, i, g = sine_loop(names, e_rev, f)
            tag = f"{names} {f} Hz"
            r.compare(tag + " Gmax", g.max(), gmax, 1e-3)
            r.compare(tag + " Gmin", g.min(), gmin, 1e-2)
            r.compare(tag + " area v>0", lobe_area(v, i, 1), ap, 2e-3)
            r.compare(tag + " area v<0", lobe_area(v, i, -1), an, 2e-3)
            if imin:
                r.compare(tag + " imin", i.min(), imin, 1e-3)
                r.compare(tag + " imax", i.max(), imax, 2e-3)
    for names, first, second in (("n", K_500, K_250), ("mh", NA_500, NA_250)):
        on, off, peaks, y = pulses(names, 1.0, 2.0, 10)
        for k, want in enumerate(first[0]):
            r.compare(f"{names} 500 Hz on {k + 1}", on[k], want, 1e-3)
        for k, want in enumerate(first[1]):
            r.compare(f"{names} 500 Hz off {k + 1}", off[k], want, 2e-3)
        on, off, peaks2, _ = pulses_from(names, y, 3.2, 4.0, 10)
        for k, want in enumerate(second[0]):
            r.compare(f"{names} 250 Hz on {k + 1}", on[k], want, 2e-3)
        for k, want in enumerate(second[1]):
            r.compare(f"{names} 250 Hz off {k + 1}", off[k], want, 2e-3)
        if names == "mh":
            for (g, t), (wg, wt) in zip(
                peaks[:2] + peaks2[:1], [(42.472, 0.396), (18.658, 0.393), (7.0398, 0.393)]
            ):
                r.compare("Na peak", g, wg, 1e-3)
                r.compare("Na time to peak", t, wt, 5e-3)
    return r


def waves():
    """Device voltage of the pulse trains, edges of 1 ns: 10 x (1 ms on, 1 ms off), 10 x (3.2 ms
    on, 0.8 ms off).
    """
    out = {}
    for dev, e_rev in (("hh_k", -77.0), ("hh_na", 50.0)):
        low, high = (-65.0 - e_rev) * 1e-3, (40.0 - e_rev) * 1e-3
        t, corners = 0.0, []
        for on, period in [(1e-3, 2e-3)] * 10 + [(3.2e-3, 4e-3)] * 10:
            corners += [
                (t + (1e-9 if corners else 0.0), high),
                (t + on, high),
                (t + on + 1e-9, low),
                (t + period, low),
            ]
            t += period
        out[dev + "_pulses"] = corners
    return out


def rows():
    """Currents per cm2 in uA read as uA with the default area of 1 cm2; areas in uA mV are 1e-9 W."""
    out = []
    # v_K 12 -> 117 mV and v_Na -115 -> -10 mV from csv waves; states at the end of the phases.
    for dev, names, first, second in (("hh_k", "n", K_500, K_250), ("hh_na", "mh", NA_500, NA_250)):
        cmd = f"hysteron iv {dev} --wave csv:tests/models/waves/{dev}_pulses.csv --cycles 1 --points 60000"
        g = "36e-3*n_gate**4" if dev == "hh_k" else "120e-3*m_gate**3*h_gate"
        src = "pulse trains 500 Hz 50 % and 250 Hz 80 %, V between -65 and +40 mV; conductance at the end of a phase"
        conf = "tabulated by an independent program, 4 digits; exact exponentials agree"
        for k in (0, 1, 2, 7):
            out.append(
                (f"{g}@time={2e-3 * k + 1e-3:g}", cmd, first[0][k] * 1e-3, "S", 2e-3, src, conf)
            )
        for k in (0, 1, 2):
            out.append(
                (f"{g}@time={2e-3 * k + 2e-3:g}", cmd, first[1][k] * 1e-3, "S", 4e-3, src, conf)
            )
        for k in (0, 1):
            out.append(
                (
                    f"{g}@time={20e-3 + 4e-3 * k + 3.2e-3:g}",
                    cmd,
                    second[0][k] * 1e-3,
                    "S",
                    3e-3,
                    src,
                    conf,
                )
            )
            out.append(
                (
                    f"{g}@time={20e-3 + 4e-3 * (k + 1):g}",
                    cmd,
                    second[1][k] * 1e-3,
                    "S",
                    4e-3,
                    src,
                    conf,
                )
            )
    cmd = (
        "hysteron iv hh_na --wave csv:tests/models/waves/hh_na_pulses.csv --cycles 1 --points 60000"
    )
    out.append(
        (
            "max(120e-3*m_gate**3*h_gate)",
            cmd,
            42.472e-3,
            "S",
            2e-3,
            "peak inside the first pulse",
            "tabulated by an independent program; own integration agrees",
        )
    )
    for dev, names, e_rev, table in (("hh_k", "n", -77, K_SINE), ("hh_na", "mh", 50, NA_SINE)):
        for f, gmin, gmax, imin, imax, ap, an in table:
            cycles = max(2, int(np.ceil(0.1 * f)) + 1)
            if f < 100 or f > 1000:
                continue
            t0 = (cycles - 1) / f
            cmd = f"hysteron iv {dev} --wave sine:-50mV,{f}Hz --cycles {cycles} --points 1000 --set V_start={e_rev}m"
            src = "form A sine 50 mV, last cycle; form B with v = -v_A"
            conf = "tabulated by an independent program; own integration agrees"
            out += [
                (f"area(v<0) if time>={t0:.9g}", cmd, ap * 1e-9, "W", 5e-3, src, conf),
                (f"area(v>0) if time>={t0:.9g}", cmd, an * 1e-9, "W", 5e-3, src, conf),
                (f"min(-i) if time>={t0:.9g}", cmd, imin * 1e-6, "A", 2e-3, src, conf),
                (f"max(-i) if time>={t0:.9g}", cmd, imax * 1e-6, "A", 2e-3, src, conf),
            ]
    for v in (-77.0, -40.0, 0.0, 40.0):
        for dev, e, gs in (("hh_k", -77, "n"), ("hh_na", 50, "mh")):
            for g in gs:
                out.append(
                    (
                        f"first({g}_gate)",
                        f"hysteron iv {dev} --wave sine:10mV,1kHz --set V_start={v / 1e3:g}",
                        float(settled(g, v)),
                        "1",
                        1e-4,
                        "steady state of the gate",
                        "closed form",
                    )
                )
    return out


if __name__ == "__main__":
    check().finish()
