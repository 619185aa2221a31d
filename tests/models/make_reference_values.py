#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every reference program against the literature, then writes reference_values.csv and
waves/.

Needs numpy and scipy; takes some minutes.  The result is committed: tests only read it.
"""

import csv
import os
import sys

import reference_hh
import reference_hp_linear
import reference_mott
import reference_nbox_kchannel
import reference_stanford_rram
import reference_vcm
import reference_vteam
import reference_wox
import reference_yakopcic

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = [
    reference_hp_linear,
    reference_vteam,
    reference_yakopcic,
    reference_stanford_rram,
    reference_vcm,
    reference_wox,
    reference_nbox_kchannel,
    reference_mott,
    reference_hh,
]
COLUMNS = ["model", "quantity", "command", "expected", "unit", "rel_tol", "source", "confidence"]


def write_wave(name, corners, unit):
    os.makedirs(os.path.join(HERE, "waves"), exist_ok=True)
    with open(os.path.join(HERE, "waves", name + ".csv"), "w", encoding="utf-8") as file:
        file.write(f"time[s],{'v' if unit == 'V' else 'i'}[{unit}]\n")
        for t, x in corners:
            file.write(f"{t:.12g},{x:.9g}\n")


def main():
    good = True
    for module in MODULES:
        good = module.check().good and good
    if not good:
        print("a reference program does not agree with its source: nothing is written")
        return 1
    for name, corners in {**reference_hh.waves(), **reference_mott.waves()}.items():
        write_wave(name, corners, "V")
    with open(
        os.path.join(HERE, "reference_values.csv"), "w", newline="", encoding="utf-8"
    ) as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for module in MODULES:
            for quantity, command, expected, *rest in module.rows():
                model = command.split()[2]
                out.writerow([model, quantity, command, f"{float(expected):.8g}", *rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
