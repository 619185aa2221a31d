#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Values that the glia family is to reproduce, from the equations of the papers (NumPy, SciPy; DOP853 at 1e-11).

No kernel of hysteron is used. Li-Rinzel: De Pitta et al., Phys. Rev. E 77, 030903 (2008). G-ChI and the tripartite
synapse: Stimberg et al., 10.1007/978-3-030-00817-8_18. The rest: the formulas at the heads of the models.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import invgauss

# ---- Li-Rinzel (uM, s) ----


def li_rinzel(y, ip3, k_er):
    c, h = y
    m = ip3 / (ip3 + 0.13) * c / (c + 0.08234)
    q2 = 1.049 * (ip3 + 0.13) / (ip3 + 0.9434)
    gradient = 2 - 1.185 * c
    return np.array(
        [(6 * m**3 * h**3 + 0.11) * gradient - 0.9 * c * c / (c * c + k_er**2), 0.2 * (q2 * (1 - h) - c * h)]
    )


def h_settled(c, ip3):
    q2 = 1.049 * (ip3 + 0.13) / (ip3 + 0.9434)
    return q2 / (q2 + c)


def settled(ip3, k_er, branch=0):
    grid = np.geomspace(1e-3, 1.6, 3000)
    values = [li_rinzel((c, h_settled(c, ip3)), ip3, k_er)[0] for c in grid]
    places = [k for k in range(len(grid) - 1) if values[k] * values[k + 1] < 0]
    k = places[branch]
    return brentq(lambda c: li_rinzel((c, h_settled(c, ip3)), ip3, k_er)[0], grid[k], grid[k + 1], xtol=1e-15)


def jacobian(c, ip3, k_er):
    at = np.array([c, h_settled(c, ip3)], complex)
    out = np.zeros((2, 2))
    for k in range(2):
        y = at.copy()
        y[k] += 1e-30j
        out[:, k] = li_rinzel(y, ip3, k_er).imag / 1e-30
    return out


def print_hopf():
    for name, k_er, lo, hi in (
        ("am", 0.1, 0.3525, 0.356),
        ("am", 0.1, 0.63, 0.64),
        ("fm", 0.051, 0.5075, 0.5105),
        ("fm", 0.051, 0.84, 0.86),
    ):
        ip3 = brentq(lambda i: np.trace(jacobian(settled(i, k_er), i, k_er)), lo, hi, xtol=1e-13)
        det = np.linalg.det(jacobian(settled(ip3, k_er), ip3, k_er))
        print(f"li_rinzel_{name} Hopf at {ip3:.9f} uM, {np.sqrt(det) / 2 / np.pi:.8f} Hz")
    ip3_of = lambda c: brentq(lambda i: li_rinzel((c, h_settled(c, i)), i, 0.051)[0], 0.05, 5, xtol=1e-15)
    for sign, bounds in ((-1, (0.05, 0.09)), (1, (0.09, 0.2))):
        r = minimize_scalar(lambda c: sign * ip3_of(c), bounds=bounds, method="bounded", options={"xatol": 1e-10})
        print(f"li_rinzel_fm fold at {sign * r.fun:.9f} uM")


def print_periods():
    for ip3, k_er in ((0.4, 0.1), (0.5, 0.1), (0.6, 0.1), (0.6, 0.051)):
        event = lambda t, y: y[0] - 0.2
        event.direction = 1
        s = solve_ivp(
            lambda t, y: li_rinzel(y, ip3, k_er),
            (0, 400),
            [0.1, 0.8],
            "DOP853",
            rtol=1e-11,
            atol=1e-12,
            events=event,
            max_step=0.05,
        )
        late = s.y[0][s.t > 200]
        print(
            f"li_rinzel K={k_er} IP3={ip3}: period {np.diff(s.t_events[0])[-1]:.6f} s, {late.min():.7f} to {late.max():.7f} uM"
        )


# ---- G-ChI (uM, s; transmitter in uM) ----


def gchi(t, y, transmitter, f_ex, i_bias):
    gam, i, c, h = y
    d = i - i_bias
    j_ex = -f_ex / 2 * (1 + np.tanh((abs(d) - 0.3) / 0.05)) * np.sign(d)
    m = i / (i + 0.13) * c / (c + 0.08)
    q2 = 1.05 * (i + 0.13) / (i + 0.9434)
    return [
        0.3 * transmitter(t) * (1 - gam) - 0.5 * (1 + 10 * c / (c + 0.5)) * gam,
        3.2 * gam
        + 0.6 / (1 + i / 1.5) * c**2 / (c**2 + 0.01)
        - 4.5 * c**4 / (c**4 + 0.7**4) * i / (i + 1)
        - 0.05 * i
        + j_ex,
        (6 * m**3 * h**3 + 0.1) * (2 - 1.18 * c) - 0.9 * c**2 / (c**2 + 0.0025),
        0.2 * (q2 + c) * (q2 / (q2 + c) - h),
    ]


def print_gchi():
    ramp = lambda t: 20 * min(max((t - 10) / 0.1, 0), 1)
    for name, transmitter, f_ex, i_bias, look in (("trace", ramp, 0, 0, 10), ("bias", lambda t: 0, 2, 1, 100)):
        event = lambda t, y: y[2] - 0.5
        event.direction = 1
        s = solve_ivp(
            lambda t, y: gchi(t, y, transmitter, f_ex, i_bias),
            (0, 120),
            [0, 0.01, 0.01, 0.9],
            "DOP853",
            rtol=1e-10,
            atol=1e-12,
            events=event,
            max_step=0.02,
            dense_output=True,
        )
        times, x, last, released = s.t_events[0], 1.0, 0.0, 0.0
        for t in times:
            x = 1 - (1 - x) * np.exp(-0.6 * (t - last))
            released += 6.5e-4 * 200 * 0.6 * x
            x, last = 0.4 * x, t
        print(
            f"gchi {name}: {len(times)} releases at {times[:4]} s, together {released:.6f} mM, peak {s.y[2].max():.6f} uM, IP3({look}) {s.sol(look)[1]:.7f} uM"
        )


# ---- synapse ----


def release(rate, u_0):
    t = 1 / rate
    u = u_0 / (1 - (1 - u_0) * np.exp(-3.33 * t))
    e = np.exp(-2.0 * t)
    return u * (1 - e) / (1 - (1 - u) * e)


def print_synapse():
    for rate in (0.1, 1, 3, 10, 30, 100):
        print(f"synapse_tripartite {rate} Hz: release {release(rate, 0.6):.8f}")
    gam = 0.0075 / (0.0075 + 0.5 / 60)
    for alpha in (0, 0.5, 1):
        print(f"synapse_tripartite 5 Hz, Gam {gam:.7f}, alpha {alpha}: {release(5, (1 - gam) * 0.6 + alpha * gam):.8f}")
    print(f"bound at 12 s: {gam * (1 - np.exp(-12 * (0.0075 + 0.5 / 60))):.8f}")
    print(
        f"transmitter 25 ms after: {0.005 * 500 * 0.6 * np.exp(-1):.8f} mM; current after 5 ms: {0.6e-9 * 0.065 * np.exp(-1):.6e} A"
    )
    for dt, atp in ((5, 1), (20, 1), (5, 0.8), (20, 0.8), (40, 0.5)):
        print(f"synapse_energy dt {dt} ms, ATP {atp}: {0.01 * np.exp(-5 * (1 - atp)) * np.exp(-dt / 20):.9f}")
    e = np.exp(-0.1)
    steps = [0.02 * (1 - e**n) / (1 - e) for n in range(1, 10)]
    n = next(k + 1 for k, s in enumerate(steps) if s >= 0.1)
    print(f"synapse_caching: committed at pulse {n}, l = {0.3 + steps[n - 1]:.9f}; without: {steps}")
    tail = np.exp(-0.05)
    left = steps[9 - n - 1] * tail
    # the integral of |s| of a labile weight that decays is what was added minus what is there, times tau_s
    spent = 0.1 * (n * 0.02 - steps[n - 1] + (9 - n) * 0.02 - left) + steps[n - 1]
    print(
        f"s at 0.95 s {left:.9f}, spent {spent:.9f}; without a commit {0.1 * (9 * 0.02 - steps[8] * tail):.9f}, s {steps[8] * tail:.9f}"
    )
    print(f"wait: committed {steps[8] * np.exp(-0.04):.9f}")


def print_loop():
    """Synapse at 10 Hz for 60 s with an astrocyte: state Y (uM), Gam_S, G_A (uM), u, x, x_A, then gchi's."""
    for name, f_ex, gain in (("open", 2, 0), ("closed", 0, 1)):

        def rhs(t, y):
            out = [
                -40 * y[0],
                1.5 * y[2] * (1 - y[1]) - 0.5 / 60 * y[1],
                -60 * y[2],
                -3.33 * y[3],
                2 * (1 - y[4]),
                0.6 * (1 - y[5]),
            ]
            return np.array(out + gchi(t, y[6:], lambda t: gain * y[0], f_ex, 1.0))

        event = lambda t, y: y[8] - 0.5
        event.terminal, event.direction = True, 1
        t, y, total, releases = 0.0, np.array([0, 0, 0, 0, 1.0, 1.0, 0, 0.01, 0.01, 0.9]), 0.0, []
        for k in range(1, 602):
            end = 0.1 * k + 0.5e-6 if k <= 600 else 60.04
            while t < end:
                s = solve_ivp(rhs, (t, end), y, "DOP853", rtol=1e-9, atol=1e-11, events=event)
                t, y = s.t[-1], s.y[:, -1].copy()
                if s.status == 1:
                    releases.append(t)
                    y[2] += 130 * 0.6 * y[5]
                    y[5] *= 0.4
                    y[8] += 1e-12
            if k > 600:
                break
            u_0 = (1 - y[1]) * 0.6
            y[3] += u_0 * (1 - y[3])
            r = y[3] * y[4]
            y[4] -= r
            y[0] += 0.005 * 500e3 * r
            total += r
        print(f"loop {name}: mean release {total / 600:.8f}, bound {y[1]:.7f}, releases {releases}")


# ---- neurons ----


def print_neuron_energy():
    """Between spikes everything is linear: V, the trace and ATP in closed form, one after the other."""
    for current in (200e-12, 300e-12, 600e-12):
        infinity, theta, u, t, trace, atp, spikes = current * 80e6, 15e-3, 0.0, 0.0, 0.0, 100.0, []
        while t < 1 and len(spikes) < 12:
            wait = (8e-3 if spikes else 0) + 20e-3 * np.log((infinity - u) / (infinity - theta))
            k, e = 1e3, 8 / 60e-3
            # A' = k(100 - A) - e tr, tr = trace exp(-t/60 ms)
            part = -e * trace / (k - 1 / 60e-3)
            atp = 100 + part * np.exp(-wait / 60e-3) + (atp - 100 - part) * np.exp(-k * wait)
            trace = trace * np.exp(-wait / 60e-3) + 1
            t += wait
            spikes.append(t)
            beta = 1 - (2 - 2 / (1 + np.exp(-50 * (100 - atp) / 100)))
            u = beta * theta
        # the probe is -57 mV rising: u = 13 mV; a reset lies below it or no probe is crossed
        print(
            f"neuron_energy {current * 1e12:.0f} pA: first interval {np.diff(spikes)[0] * 1e3:.6f} ms, tenth {np.diff(spikes)[9] * 1e3:.6f} ms, u after {u * 1e3:.4f} mV; {np.array(spikes)[:3]}"
        )


def madexp(t, y, current):
    u, w, eps = y
    e_l = -55e-3 + 5e-3 * (1 - eps / 0.5)
    swing = 30e-9 * 2e-3 * (eps - 0.15) / 0.5 * np.exp((u + 50e-3) / 2e-3)
    return [
        (-30e-9 * (u - e_l) + swing - w + current) / 200e-12,
        (-eps / 0.5 * w + 1e-12 * 0.5 / (0.5 + eps)) / 0.144,
        ((1 - eps / 0.5) ** 3 - (u + 45e-3) / 10e-3 - w / 200e-12) / 0.5,
    ]


def print_madexp():
    for current in (200e-12, 250e-12):
        event, probe = lambda t, y: y[0] + 50e-3, lambda t, y: y[0] + 51e-3
        event.terminal, event.direction, probe.direction, probed = True, 1, 1, []
        t, y, spikes, eps_low = 0.0, [-60e-3, 0.0, 0.5], [], 1.0
        while t < 1:
            s = solve_ivp(
                lambda t, y: madexp(t, y, current),
                (t, 1),
                y,
                "DOP853",
                rtol=1e-11,
                atol=[1e-13, 1e-22, 1e-13],
                events=(event, probe),
            )
            probed += list(s.t_events[1])
            t, y = s.t[-1], s.y[:, -1]
            eps_low = min(eps_low, s.y[2].min())
            if s.status != 1:
                break
            if y[2] <= 0.15:
                # too little energy: no spike, and none later, as the energy stays below
                s = solve_ivp(
                    lambda t, y: madexp(t, y, current), (t, 1), y, "DOP853", rtol=1e-11, atol=[1e-13, 1e-22, 1e-13]
                )
                t, y = 1.0, s.y[:, -1]
                assert s.y[2].max() <= 0.15
                break
            spikes.append(t)
            y = [-60e-3, y[1] + 80.5e-12, y[2] - 0.02]
        print(
            f"madexp {current * 1e12:.0f} pA: {len(spikes)} spikes, -51 mV at {[round(1e3 * float(x), 5) for x in probed]} ms, energy at 1 s {y[2]:.7f}, lowest {eps_low:.4f}"
        )


def print_first_passage():
    d, mu, s = 15e-3, 1.0, 0.05
    mean, lam = d / mu, d * d / s**2
    law = invgauss(mean / lam, scale=lam)
    print(
        f"first_passage: mean {law.mean() * 1e3:.6f} ms, std {law.std() * 1e3:.6f} ms, by 13 ms {law.cdf(13e-3):.6f}, kurtosis {law.stats('k')}"
    )
    far = d + 0.5826 * s * np.sqrt(1e-3)
    print(f"coarse: mean {far / mu * 1e3:.6f} ms, std {np.sqrt(far * s * s / mu**3) * 1e3:.6f} ms")


if __name__ == "__main__":
    print_hopf()
    print_periods()
    print_gchi()
    print_synapse()
    print_loop()
    print_neuron_energy()
    print_madexp()
    print_first_passage()
