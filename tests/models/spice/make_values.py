#!/usr/bin/env python3
"""Currents and admittances of the SPICE models by ngspice 39, written to values.csv.

Every terminal is held by a voltage source.  Lines: "@model,settings,temperature [degC]", then for each point the
terminal voltages [V], the analysis and its values:
    dc           the current into each terminal [A]
    ac T F       real and imaginary part of the current into each terminal [A] for 1 V at terminal number T and F Hz

usage: make_values.py [NGSPICE] > values.csv
"""
import itertools
import re
import subprocess
import sys

NGSPICE = sys.argv[1] if len(sys.argv) > 1 else "ngspice"

DIODE = [
    "",
    "is=2n rs=0.5 n=1.8 cjo=4p vj=0.6 m=0.4 tt=5n",
    "is=1f n=1.05 rs=2 bv=6 ibv=1m cjo=10p",
    "is=1f bv=20 ibv=10u nbv=1.3 eg=0.69 xti=2",
    "is=10f ikf=1m rs=1 area=3 cjo=1p fc=0.7 tt=1n",
]
BJT = [
    "type=1",
    "type=1 is=14f bf=255 nf=1 vaf=75 ikf=0.28 ise=14f ne=1.3 br=6 nr=1 var=30 ikr=0.1 isc=1f nc=2 rb=10 rc=1 re=0.2 "
    "cje=22p vje=0.7 mje=0.37 cjc=8p vjc=0.6 mjc=0.34 tf=0.4n tr=47n xtf=3 vtf=4 itf=0.6 xtb=1.5 xti=3 eg=1.11 fc=0.5",
    "type=-1 is=1f bf=180 vaf=115 ikf=80m ise=3f ne=1.6 br=4 nr=1 rb=100 rbm=10 irb=1m rc=5 re=1 cje=8p cjc=5p xcjc=0.6 "
    "tf=0.6n tr=30n xtb=1.5",
    "type=1 is=1f bf=100 rb=20 cje=1p cjc=0.5p tf=100p ptf=20",
    "type=1 is=1f bf=100 rb=200 rbm=20 ikf=10m cje=1p tf=10p xtf=10 itf=5m",
]
MOS = [
    "type=1 vto=1",
    "type=1 vto=0.7 kp=120u gamma=0.45 phi=0.65 lambda=0.04 l=2u w=10u rd=20 rs=30 cgso=0.3n cgdo=0.3n cgbo=0.2n "
    "tox=20n ld=0.1u",
    "type=-1 vto=-0.8 kp=40u gamma=0.6 phi=0.65 lambda=0.05 l=1u w=20u ad=40p as=50p pd=24u ps=26u cj=0.5m mj=0.45 "
    "cjsw=0.3n mjsw=0.3 pb=0.9 js=1u tox=15n cgso=0.2n cgdo=0.2n",
    "type=1 nsub=2e16 tox=30n nss=1e10 u0=550 l=5u w=50u cbd=20f cbs=30f rsh=30 nrd=2 nrs=3 tpg=1",
]
JFET = [
    "type=1",
    "type=1 vto=-1.5 beta=1.3m lambda=8m rd=10 rs=15 cgs=4p cgd=2p pb=0.8 is=30f",
    "type=-1 vto=-2 beta=0.5m lambda=10m rd=5 rs=5 cgs=3p cgd=3p is=10f area=2",
]

NAMES = {"diode": ("d", "ac"), "bjt": ("q", "cbe"), "mos1": ("m", "dgsb"), "jfet": ("j", "dgs")}
TYPES = {"diode": ("d", "d"), "bjt": ("npn", "pnp"), "mos1": ("nmos", "pmos"), "jfet": ("njf", "pjf")}
ON_INSTANCE = {"area", "l", "w", "ad", "as", "pd", "ps", "nrd", "nrs"}


def biases(model, settings):
    if model == "diode":
        edge = {"bv=6": [-5.5, -5.9, -6.0, -6.1], "bv=20": [-19, -20, -20.3]}
        more = next((v for k, v in edge.items() if k in settings), [])
        return [(v, 0.0) for v in more + [-2, -0.5, -0.07, 0.0, 0.1, 0.3, 0.45, 0.6, 0.7, 0.85]]
    sign = -1 if "type=-1" in settings else 1
    if model == "bjt":
        points = [(c, b, 0) for b in (0.3, 0.55, 0.65, 0.75) for c in (0.05, 0.3, 1.5, 5)]
        points += [(0, 0.6, 1), (-0.4, 0.2, 0), (3, -1, 0), (-1.0, -0.3, 0), (0, 0.7, 0)]
    elif model == "mos1":
        points = [(d, g, 0, b) for g in (-2, 0.45, 0.9, 1.6, 3) for d in (0.05, 0.8, 4) for b in (0, -1.2)]
        points += [(-1, 1.5, 0, -1.5), (0.2, 2, 0, 0.3), (1, 1.5, 2, 0), (0, 0.2, 0, 0)]
    else:
        points = [(d, g, 0) for g in (-3, -1.2, -0.4, 0, 0.3) for d in (0.1, 1, 5)]
        points += [(-1, -0.5, 0), (0, 0.5, 0)]
    return [tuple(sign * v for v in p) for p in points]


def value(setting):
    return setting.split("=")[0], setting.split("=")[1]


def deck(model, settings, temp, rows):
    letter, terminals = NAMES[model]
    words = [value(s) for s in settings.split()]
    kind = TYPES[model][1 if ("type", "-1") in words else 0]
    card = " ".join(f"{n}={v}" for n, v in words if n != "type" and n not in ON_INSTANCE)
    own = " ".join(f"{n}={v}" for n, v in words if n in ON_INSTANCE)
    text = [f"* {model}", ".options reltol=1e-8 abstol=1e-18 vntol=1e-12 gmin=1e-12 itl1=500 numdgt=14",
            f".temp {temp}", f".model mm {kind} {'level=1 ' if model in ('mos1', 'bjt', 'diode') else ''}{card}"]
    nodes = " ".join(f"n{t}" for t in terminals)
    if model == "bjt":  # the substrate beside its partner: ngspice puts gmin between them
        nodes += " nc" if kind == "npn" else " nb"
    text.append(f"{letter}1 {nodes} mm {own}")
    text += [f"v{t} n{t} 0 0" for t in terminals]
    text += [".control", "set numdgt=14"]
    for kind, volts, extra in rows:
        text += [f"alter v{t} = {v}" for t, v in zip(terminals, volts)]
        if kind == "dc":
            text += ["op", "echo ROW"]
            text += [f"print i(v{t})" for t in terminals]
        else:
            which, freq = extra
            text += [f"alter v{t} acmag = {1 if k == which else 0}" for k, t in enumerate(terminals)]
            text += ["op", f"ac lin 1 {freq} {freq}", "echo ROW"]
            text += [f"print real(i(v{t})) imag(i(v{t}))" for t in terminals]
    return "\n".join(text + ["quit", ".endc", ".end", ""])


def plain(settings):
    """Numbers without SPICE's prefixes."""
    scale = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3}
    words = []
    for name, v in (value(s) for s in settings.split()):
        words.append(f"{name}={float(v[:-1]) * scale[v[-1]]:.12g}" if v[-1] in scale else f"{name}={v}")
    return " ".join(words)


def run(model, settings, temp, rows):
    text = deck(model, settings, temp, rows)
    out = subprocess.run([NGSPICE, "-b", "/dev/stdin"], input=text, capture_output=True, text=True).stdout
    blocks = out.split("ROW")[1:]
    if len(blocks) != len(rows):
        sys.exit(f"{model} {settings}: {len(blocks)} of {len(rows)}\n{text}\n{out}")
    n = len(NAMES[model][1])
    print(f"@{model},{plain(settings)},{temp:g}")
    for (kind, volts, extra), block in zip(rows, blocks):
        found = re.findall(r"^(?:real|imag|i)\(.*= *([-+0-9.e]+)", block, re.M)
        if len(found) < (n if kind == "dc" else 2 * n):
            sys.exit(f"{model} {settings} {volts}: {block}")
        numbers = [-float(x) for x in found][: n if kind == "dc" else 2 * n]
        what = kind if kind == "dc" else f"ac {extra[0]} {extra[1]:g}"
        print(f"{' '.join(f'{v:g}' for v in volts)},{what},{' '.join(f'{x:.9g}' for x in numbers)}")


def main():
    print("# Made by make_values.py with ngspice 39; do not edit.")
    print("# @model,settings,temperature[degC]; then: terminal voltages[V],analysis,values[A]")
    for model, sets in (("diode", DIODE), ("bjt", BJT), ("mos1", MOS), ("jfet", JFET)):
        for settings in sets:
            for temp in (27, -20, 100):
                points = biases(model, settings)
                rows = [("dc", p, None) for p in points]
                # ngspice leaves the derivative of the base resistance out of its linearisation.
                if temp != -20 and "rbm=" not in settings:
                    terminals = range(len(NAMES[model][1]) - 1)
                    some = points[::3] if temp == 27 else points[1::7]
                    # ngspice's derivative with respect to a forward bulk voltage is not that of its current.
                    some = [p for p in some if model != "mos1" or p != (0.2, 2, 0, 0.3) and p != (-0.2, -2, 0, -0.3)]
                    rows += [("ac", p, (k, f)) for p, k, f in itertools.product(some, terminals, (1e8 if "ptf=" in settings else 1e6,))]
                run(model, settings, temp, rows)


main()
