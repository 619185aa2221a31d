#!/usr/bin/env python3
"""Cells on several threads beside one: wall time, and whether all spikes are the same.

    python3 brain_threads.py HYSTERON [--threads 2] [--runs 7]

COBAHH (examples/brain/cobahh.yaml, 0.5 s; delays of one step, so that threads meet at each of them) and 10^5 somata
with the channels of Hodgkin and Huxley (25 us, 10 ms; no synapses).  Runs take turns and the least of each counts: a
machine that has no such number of idle cores shows less."""
import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "examples" / "brain" / "cobahh.yaml"
SOMATA = """
dt: 25us
duration: 10ms
seed: 1
temperature: 6.3degC
cells:
  soma:
    area: 1000um^2
    capacitance: 1uF/cm^2
    leak: {conductance: 0.3mS/cm^2, reversal: -54.387mV}
    channels: {na: {device: hh_na}, k: {device: hh_k}}
groups: {many: {cell: soma, n: 100000, start_noise: 5mV}}
electrodes: [{group: many, current: {value: 0.1nA}}]
"""


def run(program, path, duration, threads):
    """Wall time of the steps (s), a digest of all spikes, and their number."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([program, "brain", "run", str(path), "--json", "--duration", duration, "--threads",
                               str(threads), "-o", folder, "--format", "csv"], capture_output=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            sys.exit(done.stderr.decode())
        digest, n = hashlib.blake2b(), 0
        for file in sorted(pathlib.Path(folder).glob("spikes_*.csv")):
            lines = [x for x in file.read_bytes().splitlines() if not x.startswith(b"#")]
            digest.update(b"\n".join(lines))
            n += len(lines) - 1
        return json.loads(done.stdout)["run_s"], digest.hexdigest(), n


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hysteron")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=7)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        somata = pathlib.Path(folder, "somata.yaml")
        somata.write_text(SOMATA)
        for name, path, duration, steps in (("COBAHH", EXAMPLE, "0.5s", 4000 * 5000),
                                            ("10^5 somata", somata, "10ms", 100000 * 400)):
            one, many = zip(*[[run(a.hysteron, path, duration, n) for n in (1, a.threads)] for _ in range(a.runs)])
            times = [1e9 * min(x[0] for x in found) / steps for found in (one, many)]
            same = len({x[1] for x in one + many}) == 1
            print(f"{name:12} {times[0]:.2f} ns a cell and step on one thread, {times[1]:.2f} on {a.threads}: "
                  f"{times[0] / times[1]:.2f} times as fast; {one[0][2]} spikes, "
                  f"{'the same' if same else 'NOT THE SAME'}", flush=True)
            if not same:
                sys.exit(1)


if __name__ == "__main__":
    main()
