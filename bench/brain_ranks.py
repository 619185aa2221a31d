#!/usr/bin/env python3
"""Networks on MPI ranks beside one: wall time of the steps, and whether all spikes are the same.

    python3 brain_ranks.py HYSTERON [--ranks 2] [--runs 7] [--mpirun "mpirun --oversubscribe"]

Strong: COBAHH (examples/brain/cobahh.yaml, 0.5 s; delays of one step, so that ranks meet at each of them) and 10^5
somata with the channels of Hodgkin and Huxley, each of which hears 10 others 1 ms later (25 us, 20 ms).  Each rank has
one thread.  Runs take turns and the least of each counts: a machine that has no such number of idle cores shows less.

Weak: 2000 such somata for each of 1, 2, 4, 8 ranks; where there are fewer cores the time says nothing, but the spikes
have to be those of one rank."""
import argparse
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "examples" / "brain" / "cobahh.yaml"
SOMATA = """
dt: 25us
duration: 20ms
seed: 1
temperature: 6.3degC
cells:
  soma:
    area: 1000um^2
    capacitance: 1uF/cm^2
    leak: {conductance: 0.3mS/cm^2, reversal: -54.387mV}
    channels: {na: {device: hh_na}, k: {device: hh_k}}
    ports: {syn: {tau: 2ms}}
groups: {many: {cell: soma, n: CELLS, start_noise: 5mV}}
connect: [{from: many, to: many, port: syn, rule: indegree, number: 10, weight: 0.3nS, delay: 1ms}]
electrodes: [{group: many, current: {value: 0.1nA}}]
"""


def run(a, path, duration, ranks):
    """Wall time of the steps (s), a digest of all spikes, and their number."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        launch = shlex.split(a.mpirun) + ["-n", str(ranks)] if ranks > 1 else []
        done = subprocess.run(launch + [a.hysteron, "brain", "run", str(path), "--json", "--duration", duration,
                                        "--threads", "1", "-o", folder, "--format", "csv"], capture_output=True,
                              check=False, env=dict(os.environ, TMPDIR="/tmp"))
        if done.returncode not in (0, 1) or not done.stdout.startswith(b"{"):
            sys.exit((done.stdout + done.stderr).decode())
        digest, n = hashlib.blake2b(), 0
        for file in sorted(pathlib.Path(folder).glob("spikes_*.csv")):
            lines = [x for x in file.read_bytes().splitlines() if not x.startswith(b"#")]
            digest.update(b"\n".join(lines))
            n += len(lines) - 1
        return json.loads(done.stdout)["run_s"], digest.hexdigest(), n


def strong(a, name, path, duration, steps):
    """Times of one rank and of several, in turns."""
    one, many = zip(*[[run(a, path, duration, n) for n in (1, a.ranks)] for _ in range(a.runs)])
    times = [1e9 * min(x[0] for x in found) / steps for found in (one, many)]
    same = len({x[1] for x in one + many}) == 1
    print(f"{name:12} {times[0]:.2f} ns a cell and step on one rank, {times[1]:.2f} on {a.ranks}: "
          f"{times[0] / times[1]:.2f} times as fast; {one[0][2]} spikes, {'the same' if same else 'NOT THE SAME'}",
          flush=True)
    return same


def weak(a, folder, ranks):
    """The same number of cells for each rank."""
    path = pathlib.Path(folder, f"weak{ranks}.yaml")
    path.write_text(SOMATA.replace("CELLS", str(2000 * ranks)))
    one, many = run(a, path, "20ms", 1), run(a, path, "20ms", ranks)
    same = one[1] == many[1]
    print(f"{2000 * ranks:6} somata on {ranks} ranks: {1e3 * many[0]:.0f} ms ({1e3 * one[0]:.0f} ms on one); "
          f"{one[2]} spikes, {'the same' if same else 'NOT THE SAME'}", flush=True)
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hysteron")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--mpirun", default="mpirun --oversubscribe" + " --allow-run-as-root" * (os.getuid() == 0))
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        somata = pathlib.Path(folder, "somata.yaml")
        somata.write_text(SOMATA.replace("CELLS", "100000"))
        good = [strong(a, "COBAHH", EXAMPLE, "0.5s", 4000 * 5000),
                strong(a, "10^5 somata", somata, "20ms", 100000 * 800)]
        good += [weak(a, folder, n) for n in (1, 2, 4, 8)]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
