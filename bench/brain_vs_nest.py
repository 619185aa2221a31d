#!/usr/bin/env python3
"""The cortical microcircuit of Potjans and Diesmann (Cereb. Cortex 24, 785 (2014)) beside NEST.

    python3 brain_vs_nest.py HYSTERON [--part 0.1] [--seconds 1] [--threads 1] [--runs 3]

The same model in both, as examples/brain/microcircuit.py makes it: a part of the cells with that part of their
synapses, steps of 0.1 ms, Poisson input to each cell.  Time is that of the simulated seconds after a first tenth of
one: CPU time with one thread, wall time with more (a machine of its own is then needed), the least of the runs;
building is told beside it.  Memory is what the process takes at most.  Rates are those of the authors' own simulation
of all cells.
NEST is taken from the interpreter that runs this (pip install nest-simulator)."""
import argparse
import contextlib
import importlib.util
import io
import json
import os
import pathlib
import re
import resource
import runpy
import subprocess
import sys
import tempfile
import time
import types

MAKER = pathlib.Path(__file__).resolve().parent.parent / "examples" / "brain" / "microcircuit.py"
WARM = 0.1  # s


def maker():
    """Its numbers: it prints when it runs."""
    kept, sys.argv = sys.argv, [str(MAKER)]
    with contextlib.redirect_stdout(io.StringIO()):
        space = runpy.run_path(str(MAKER))
    sys.argv = kept
    return types.SimpleNamespace(**space)


def child(command):
    """Its output, CPU time (s) and memory (bytes)."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out = process.stdout.read()
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if not out:
        sys.exit(error.decode())
    return out, usage.ru_utime, usage.ru_maxrss * 1024


def ours(program, part, seconds, threads, runs):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "micro.yaml")
        done = subprocess.run([sys.executable, str(MAKER), str(part)], capture_output=True, check=True, text=True)
        pathlib.Path(path).write_text(re.sub(r"\nafter: .*", f"\nafter: {WARM}s", done.stdout))

        def run(duration):
            out, cpu, memory = child([program, "brain", "run", path, "--json", "--threads", str(threads), "--duration",
                                      f"{duration}s"])
            found = json.loads(out)
            return (cpu if threads == 1 else found["run_s"]), memory, found

        short = min(run(WARM)[0] for _ in range(runs))
        long = [run(WARM + seconds) for _ in range(runs)]
    found = long[0][2]
    return {"name": "hysteron " + found["hysteron"], "run": min(x[0] for x in long) - short, "build": found["build_s"],
            "memory": long[0][1], "synapses": found["n_synapses"], "rates": [g["rate_Hz"] for g in found["groups"]]}


def nest_once(part, seconds, threads):
    import nest
    m = maker()
    clock = time.thread_time if threads == 1 else time.perf_counter
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.SetKernelStatus({"local_num_threads": threads, "resolution": 0.1, "rng_seed": 1})
    before = time.perf_counter()
    populations, recorders = [], []
    more = part**-0.5
    for k in range(8):
        cells = nest.Create("iaf_psc_exp", round(m.CELLS[k] * part),
                            {"C_m": 250., "tau_m": 10., "t_ref": 2., "E_L": -65., "V_reset": -65., "V_th": -50.,
                             "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "I_e": m.bias(k, part)})
        cells.V_m = nest.random.normal(-58., 10.)
        noise = nest.Create("poisson_generator", params={"rate": m.EXTERNAL[k] * 8 * part})
        nest.Connect(noise, cells, syn_spec={"weight": m.WEIGHT * more, "delay": 0.1})
        recorder = nest.Create("spike_recorder", params={"start": 1e3 * WARM})
        nest.Connect(cells, recorder)
        populations.append(cells)
        recorders.append(recorder)
    n_synapses = 0
    for target in range(8):
        for source in range(8):
            if not m.PROBABILITY[target][source]:
                continue
            n = round(m.number(target, source) * part * part)
            w, delay = m.weight(target, source) * more, 0.75 if source % 2 else 1.5
            bounds = (-1e9, 0.) if w < 0 else (0., 1e9)
            weight = nest.math.redraw(nest.random.normal(w, abs(w) / 10), *bounds)
            nest.Connect(populations[source], populations[target],
                         {"rule": "fixed_total_number", "N": n, "allow_autapses": True, "allow_multapses": True},
                         {"weight": weight, "delay": nest.math.redraw(nest.random.normal(delay, delay / 2), 0.1, 1e3)})
            n_synapses += n
    nest.Prepare()
    built = time.perf_counter() - before
    nest.Run(1e3 * WARM)
    start = clock()
    nest.Run(1e3 * seconds)
    took = clock() - start
    rates = [r.n_events / seconds / len(c) for r, c in zip(recorders, populations)]
    nest.Cleanup()
    return {"name": "NEST " + nest.__version__, "run": took, "build": built, "synapses": n_synapses, "rates": rates,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def theirs(part, seconds, threads, runs):
    command = [sys.executable, __file__, "--one", json.dumps([part, seconds, threads])]
    found = [json.loads(child(command)[0].decode().splitlines()[-1]) for _ in range(runs)]
    return {**found[0], "run": min(x["run"] for x in found)}


def show(found, m, part, seconds):
    cells = [round(n * part) for n in m.CELLS]
    spikes = sum(r * n for r, n in zip(found["rates"], cells)) * seconds
    events, step = spikes * found["synapses"] / sum(cells), found["run"] * 1e9 / sum(cells) / seconds / 1e4
    print(f"{found['name']:16} {found['run']:8.2f} s ({found['run'] / seconds:.2f} of real time), "
          f"{step:.1f} ns a neuron and step, {events / found['run']:.3g} events/s; "
          f"built in {found['build']:.1f} s, {found['memory'] / 1e9:.2f} GB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hysteron")
    parser.add_argument("--part", type=float, default=0.1)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(nest_once(*json.loads(sys.argv[2]))))
        return
    a = parser.parse_args()
    if not importlib.util.find_spec("nest"):
        sys.exit("this Python has no NEST: pip install nest-simulator")
    m = maker()
    both = ours(a.hysteron, a.part, a.seconds, a.threads, a.runs), theirs(a.part, a.seconds, a.threads, a.runs)
    print(f"{a.part:g} of the cells, {both[0]['synapses']} and {both[1]['synapses']} synapses, {a.seconds:g} s, "
          f"threads: {a.threads}")
    for found in both:
        show(found, m, a.part, a.seconds)
    print(f"ratio {both[1]['run'] / both[0]['run']:.2f}")
    print(f"{'Hz':6}" + "".join(f"{name:>8}" for name in m.NAMES))
    for name, rates in (("ours", both[0]["rates"]), ("NEST", both[1]["rates"]), ("paper", m.RATES)):
        print(f"{name:6}" + "".join(f"{r:8.3f}" for r in rates))


if __name__ == "__main__":
    main()
