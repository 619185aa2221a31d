#!/usr/bin/env python3
"""Spiking networks at the scale of MNIST against Brian2 (code generation with Cython), one thread each, in one run.

    python3 network_vs_brian2.py HYSTERON [DATA] [SAMPLES]

1. 784 Poisson inputs, 400 LIF neurons with thresholds that adapt and inhibition among all of them, learning by pairs of
   spikes in 313600 synapses: 350 steps of 1 ms a sample.
2. 784-64-10 with LIF neurons, Poisson inputs, without learning: 100 steps of 1 ms a sample.
Times are those of simulated samples, in CPU time of one thread, but for hysteron's of learning, which its program tells
in wall time; what either takes to compile, to read data and to begin is left out.  Brian2 is taken from the interpreter
that runs this."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np


def spiking(program, args):
    command = [program, "network", "spiking", "--json", "--threads", "1", "--seeds", "1"] + args
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, json.loads(answer.stdout)


def ours_learning(program, data, samples):
    args = ["--data", data, "-t", "stdp", "--neurons", "400", "--train", str(samples), "--test", "20"]
    return spiking(program, args)[1]["train_s_per_sample"]


def ours_plain(program, data):
    """Each run reads 64 samples, tests twice, and does all else alike: the difference is 2 x 3000 samples."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "w.npz")
        np.savez(path, **{"dense1.weight": rng.normal(0, 0.06, (784, 64)).astype("f4"),
                          "dense1.bias": np.zeros(64, "f4"),
                          "dense2.weight": rng.normal(0, 0.2, (64, 10)).astype("f4"),
                          "dense2.bias": np.zeros(10, "f4")})
        common = ["--data", data, "-t", "surrogate", "-w", path, "--train", "64", "--steps", "100", "--spike-rate",
                  "63.75Hz", "--readout", "count"]
        times = [min(spiking(program, common + ["--test", str(n)])[0] for _ in range(2)) for n in (1000, 4000)]
    return (times[1] - times[0]) / 6000


def brian_learning(b, images):
    tau, plus, minus, slow = 100 * b.ms, 16.8 * b.ms, 33.7 * b.ms, 200 * b.second
    gain, base, rise = (1 - np.exp(-0.01)) / 784, 0.006 * 0.06375, 0.02
    space = dict(tau=tau, plus=plus, minus=minus, slow=slow, gain=gain, base=base, rise=rise)
    inputs, space["images"] = inputs_of(b, images, 350)
    neurons = b.NeuronGroup(400, "dv/dt = -v/tau : 1\ndtheta/dt = -theta/slow : 1", threshold="v > base*(1 + theta)",
                            reset="v = 0\ntheta += rise*(1 + theta)", method="exact", namespace=space)
    learning = b.Synapses(inputs, neurons, "w : 1\ndbefore/dt = -before/plus : 1 (event-driven)\n"
                          "dbehind/dt = -behind/minus : 1 (event-driven)",
                          on_pre="v_post += gain*w\nbefore += 1\nw = clip(w - 0.003*behind*w, 0, 1)",
                          on_post="behind += 1\nw = clip(w + 0.03*before*(1 - w), 0, 1)", namespace=space)
    learning.connect()
    learning.w = "0.06 + 0.14*rand()"
    holding = b.Synapses(neurons, neurons, on_pre="v_post = 0")
    holding.connect(condition="i != j")
    return run_brian(b, b.Network(inputs, neurons, learning, holding), len(images), 350)


def brian_plain(b, images):
    space = dict(tau=5 * b.ms, gain=1 - np.exp(-0.2))
    inputs, space["images"] = inputs_of(b, images, 100)
    layers = [b.NeuronGroup(n, "dv/dt = -v/tau : 1", threshold="v > 1", reset="v = 0", method="exact", namespace=space)
              for n in (64, 10)]
    first = b.Synapses(inputs, layers[0], "w : 1", on_pre="v_post += gain*15.7*w", namespace=space)
    second = b.Synapses(layers[0], layers[1], "w : 1", on_pre="v_post += gain*w", namespace=space)
    for synapses, spread in ((first, 0.06), (second, 0.2)):
        synapses.connect()
        synapses.w = "%g*randn()" % spread
    return run_brian(b, b.Network(inputs, *layers, first, second), len(images), 100)


def inputs_of(b, images, steps):
    rates = b.TimedArray(images / 255 * 63.75 * b.Hz, dt=steps * b.ms)
    return b.PoissonGroup(784, rates="images(t, i)", namespace={"images": rates}), rates


def run_brian(b, network, n, steps):
    """Seconds a sample of one run; the first sample, for which code is compiled, is not counted."""
    network.run(steps * b.ms, namespace={})
    start = time.process_time()
    network.run((n - 1) * steps * b.ms, namespace={})
    return (time.process_time() - start) / (n - 1)


def images_of(data, n):
    import gzip
    folder = "/usr/share/datasets/fashion-mnist" if data == "fashion-mnist" else data
    with gzip.open(os.path.join(folder, "train-images-idx3-ubyte.gz")) as file:
        return np.frombuffer(file.read(16 + 784 * n), "u1", offset=16).reshape(n, 784)


def main():
    program = sys.argv[1]
    data = sys.argv[2] if len(sys.argv) > 2 else "fashion-mnist"
    samples = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    import brian2 as b
    b.prefs.codegen.target = "cython"
    b.defaultclock.dt = 1 * b.ms
    images = images_of(data, 13)
    for name, ours, theirs in (("learning", lambda: ours_learning(program, data, samples),
                                lambda: brian_learning(b, images)),
                               ("plain", lambda: ours_plain(program, data), lambda: brian_plain(b, images))):
        mine, other = ours(), theirs()
        print("%-10s hysteron %.3g ms a sample, Brian2 %s %.3g ms: ratio %.0f"
              % (name, 1e3 * mine, b.__version__, 1e3 * other, other / mine), flush=True)


if __name__ == "__main__":
    main()
