#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes examples/circuits/imply_full_adder.cir and magic_full_adder.cir: make_adders.py [FOLDER]

One row of twelve memristors: a, b, c (carry in) and nine work devices.  Nine NANDs make the sum and the carry:
    n1 = ab, n2 = a n1, n3 = b n1, n4 = n2 n3, n5 = n4 c, n6 = n4 n5, n7 = c n5, sum = n6 n7, carry = n1 n5
Both outputs are self-dual functions, so the same net of NORs makes them too.  Eight rows hold the eight inputs.
"""

import os
import sys

GATES = [
    ("n1", "a", "b"),
    ("n2", "a", "n1"),
    ("n3", "b", "n1"),
    ("n4", "n2", "n3"),
    ("n5", "n4", "c"),
    ("n6", "n4", "n5"),
    ("n7", "c", "n5"),
    ("sum", "n6", "n7"),
    ("carry", "n1", "n5"),
]
DEVICES = ["a", "b", "c"] + [gate[0] for gate in GATES]
STEP = 1.0  # us
EDGE = 0.01


def pulses(levels):
    """PWL of one level a step: at rest for a tenth of the step at both ends."""
    points = [(0.0, "0")]
    for k, level in enumerate(levels):
        if level == "0":
            continue
        start, end = (k + 0.1) * STEP, (k + 0.9) * STEP
        points += [(start, "0"), (start + EDGE, level), (end, level), (end + EDGE, "0")]
    return " ".join(f"{t:.4g}u {v}" for t, v in points)


def wrap(text, width=116):
    """A card on several lines."""
    lines, line = [], ""
    for word in text.split(" "):
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = "+ " + word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join(lines + [line])


def drives(steps):
    """Sources: the voltage of each device's line, and 1 where the line is connected.  A step is {device: voltage}."""
    text = []
    for name in DEVICES:
        text.append(wrap(f"Vd{name} d{name} 0 pwl({pulses([step.get(name, '0') for step in steps])})"))
        enabled = [("1" if name in step else "0") for step in steps]
        text.append(wrap(f"Ve{name} e{name} 0 pwl({pulses(enabled)})"))
    return text


def row(start, device, extra):
    """Subcircuit of one row: line - switch - memristor - common node g."""
    text = [f".subckt row a=0 b=0 c=0"] + extra
    for name in DEVICES:
        text.append(f"S{name} d{name} t{name} e{name} 0 line")
        text.append(device(name, start(name)))
    return text + [".ends"]


def rows_and_results(result):
    text, saves = [], []
    for k in range(8):
        a, b, c = k >> 2 & 1, k >> 1 & 1, k & 1
        text.append(f"X{a}{b}{c} row a={a} b={b} c={c}")
    for k in range(8):
        name = f"{k >> 2 & 1}{k >> 1 & 1}{k & 1}"
        saves.append(f".save {result(name, 'sum')} {result(name, 'carry')}")
    return text, saves


def measures(n_steps, probe):
    text = []
    for k in range(8):
        name = f"{k >> 2 & 1}{k >> 1 & 1}{k & 1}"
        for out in ("sum", "carry"):
            text.append(f".meas tran {out}{name} find {probe(name, out)} at={n_steps * STEP:g}u")
    return text


def globals_line():
    return wrap(".global " + " ".join(f"d{n} e{n}" for n in DEVICES))


def imply():
    steps = []
    for out, p, q in GATES:
        steps += [{p: "{vcond}", out: "{vset}"}, {q: "{vcond}", out: "{vset}"}]
    team = [
        ".subckt team p n x x0=0",
        ".param ron=1k roff=100k ion=10u ioff=300u k=1e8",
        ".func cur(v,x) {v/(roff+(ron-roff)*min(max(x,0),1))}",
        "Cx x 0 1n ic={x0}",
        "Bx 0 x I=1n*k*(cur(V(p,n),V(x))>ion ? (cur(V(p,n),V(x))/ion-1)*(1-V(x)) : (cur(V(p,n),V(x))<-ioff ?",
        "+ (cur(V(p,n),V(x))/ioff+1)*V(x) : 0))",
        "Bi p n I=cur(V(p,n),V(x))",
        ".ends",
    ]
    start = lambda name: "{" + name + "}" if name in "abc" else "0"
    device = lambda name, x0: f"X{name} t{name} g s{name} team x0={x0}"
    node = lambda k, out: f"v(x{k}.s{out})"
    rows, saves = rows_and_results(node)
    return [
        "One-bit full adder of IMPLY steps: nine NANDs, eighteen steps, twelve memristors",
        "* Cell, voltages and memristor as in imply.cir; a NAND is p IMP s, q IMP s on a fresh device s = 0 (high resistance).",
        "* Eight rows hold the eight inputs a b c.  Made by tests/circuit/make_adders.py.",
        "* Look at v(x101.ssum) and its like: 1 is low resistance.",
        ".param vcond=0.9 vset=1.4 rg=10k",
        ".model line sw(vt=0.5 vh=0 ron=1 roff=1e10)",
        globals_line(),
        *team,
        *row(start, device, ["Rg g 0 {rg}"]),
        *drives(steps),
        *rows,
        f".tran 10n {len(steps) * STEP:g}u uic",
        *saves,
        *measures(len(steps), node),
        ".end",
    ]


def magic():
    steps = [{a: "{v0}", b: "{v0}", out: "0"} for out, a, b in GATES]
    start = lambda name: "{3n*(1-" + name + ")}" if name in "abc" else "0"
    device = lambda name, w0: f"X{name} g t{name} mem w0={w0}"
    rows, saves = rows_and_results(lambda k, out: f"x{k}.x{out}:w")
    return [
        "One-bit full adder of MAGIC NORs: nine steps, twelve memristors",
        "* Devices as in magic.cir.  In a step the lines of both inputs have v0, the line of the output is grounded and the",
        "* others are open; outputs start at low resistance (1).  Sum and carry are self-dual: the net of nine NANDs that",
        "* makes them makes them of NORs too.  Eight rows hold the eight inputs a b c.  Made by tests/circuit/make_adders.py.",
        "* Look at x101.xsum:w and its like: 0 is 1 (low resistance), 3 nm is 0.",
        ".param v0=1",
        ".model mem vteam Ron=1k Roff=300k v_on=-1.5 v_off=0.3 k_on=-216.2 k_off=0.091 alpha_on=4 alpha_off=4 window=2",
        ".model line sw(vt=0.5 vh=0 ron=1 roff=1e10)",
        globals_line(),
        *row(start, device, ["Rleak g 0 1e9"]),
        *drives(steps),
        *rows,
        f".tran 10n {len(steps) * STEP:g}u",
        *saves,
        *measures(len(steps), lambda k, out: f"@x{k}.x{out}[w]"),
        ".end",
    ]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..", "examples", "circuits")
    for name, lines in (("imply_full_adder.cir", imply()), ("magic_full_adder.cir", magic())):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


main()
