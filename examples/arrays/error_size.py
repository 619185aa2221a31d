#!/usr/bin/env python3
"""How wires make products wrong: random matrices of n x n on pairs of columns, 1 to 100 uS.  Writes error_size.csv."""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = (4, 8, 16, 32, 64, 128)
WIRES = (0.5, 1, 2.5, 5, 10)  # ohm, a segment


def write(path, rows, columns, draw):
    path.write_text("".join(",".join(f"{draw():.6f}" for _ in range(columns)) + "\n" for _ in range(rows)))


def relative_error(folder, wire):
    command = ["hysteron", "array", "mvm", "-W", folder / "w.csv", "-i", folder / "x.csv", "--rwire", f"{wire}ohm", "--json"]
    error = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["error"]
    return error["rms"] / error["signal_rms"]


def main():
    random.seed(1)
    lines = ["n," + ",".join(f"error at {wire} ohm" for wire in WIRES)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in SIZES:
            write(folder / "w.csv", n, n, lambda: random.uniform(-1, 1))
            write(folder / "x.csv", 20, n, lambda: random.uniform(-1, 1))
            lines.append(f"{n}," + ",".join(f"{relative_error(folder, wire):.5g}" for wire in WIRES))
            print(lines[-1], file=sys.stderr)
    Path(__file__).with_name("error_size.csv").write_text("\n".join(lines) + "\n")


main()
