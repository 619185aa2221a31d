#!/usr/bin/env python3
"""The cortical microcircuit of Potjans and Diesmann (Cereb. Cortex 24, 785 (2014)) as an experiment.

    python3 microcircuit.py 0.1 > microcircuit.yaml      # a tenth of the cells, as it is here
    python3 microcircuit.py 1 > full.yaml                # 77169 cells, 0.3e9 synapses, about 3 GB

With a part of the cells, each has that part of its synapses; weights grow by 1/sqrt(part), and a steady current makes
up for the mean of what is left out (van Albada et al., PLoS Comput. Biol. 11, e1004490 (2015)).
"""
import math
import sys

NAMES = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
CELLS = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
EXTERNAL = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
RATES = [0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523]  # Hz, the authors' own simulation
PROBABILITY = [  # rows: targets
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
    [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
    [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
    [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
]
WEIGHT, TAU = 87.81, 0.5e-3  # pA, s


def number(target, source):
    """Pairs drawn with repetition so often that a pair is connected with the probability given."""
    pairs = CELLS[target] * CELLS[source]
    return math.log1p(-PROBABILITY[target][source]) / math.log1p(-1 / pairs)


def weight(target, source):
    return WEIGHT * (-4 if source % 2 else 2 if (target, source) == (0, 2) else 1)


def bias(target, part):
    mean = EXTERNAL[target] * 8 * WEIGHT
    for source in range(8):
        mean += weight(target, source) * number(target, source) / CELLS[target] * RATES[source]
    return mean * TAU * (1 - math.sqrt(part))


def main():
    part = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    more = 1 / math.sqrt(part)
    print(f"""# The cortical microcircuit of Potjans and Diesmann, Cereb. Cortex 24, 785 (2014): {part:g} of its cells.
# Made by microcircuit.py, which says what was scaled; for all of it: python3 microcircuit.py 1 > full.yaml
#   hysteron brain run examples/brain/microcircuit.yaml -o out --figure
title: cortical microcircuit, {part:g} of its cells
dt: 0.1ms
duration: 1s
after: 0.2s
seed: 1
cells:""")
    for k, name in enumerate(NAMES):
        print(f"  {name}:\n    lif: {{start: -58mV, start_noise: 10mV, bias: {bias(k, part):.6g}pA}}\n"
              "    ports: {syn: {current: true, tau: 0.5ms}}")
    print("groups:")
    for k, name in enumerate(NAMES):
        print(f"  {name}: {{cell: {name}, n: {round(CELLS[k] * part)}, "
              f"background: {{port: syn, rate: {EXTERNAL[k] * 8 * part:g}Hz, weight: {WEIGHT * more:.6g}pA}}}}")
    print("connect:")
    for target in range(8):
        for source in range(8):
            if not PROBABILITY[target][source]:
                continue
            w = weight(target, source) * more
            low, high = ("-1A", "0A") if w < 0 else ("0A", "1A")
            delay = "normal 0.75ms 0.375ms 0.1ms 1s" if source % 2 else "normal 1.5ms 0.75ms 0.1ms 1s"
            print(f"  - {{from: {NAMES[source]}, to: {NAMES[target]}, port: syn, rule: total, "
                  f"number: {round(number(target, source) * part * part)}, self: true,\n     weight: "
                  f"normal {w:.6g}pA {abs(w) / 10:.6g}pA {low} {high}, delay: {delay}}}")
    print("expected: # rates of the authors' own simulation, of all cells; the second of some cells has its own scatter")
    for k, name in enumerate(NAMES):
        print(f"  - {{name: {name}.rate, value: {RATES[k]}, tolerance: {max(0.4, 0.35 * RATES[k]):.3g}}}")


main()
