#!/usr/bin/env python3
"""A network of 784-64-10 on Fashion-MNIST in hysteron and in aihwkit: 10,000 inferences, and an epoch of training in
place with 60,000 samples.

usage: network_vs_aihwkit.py HYSTERON [--threads 1] [--runs 3] [--batch 50] [--rate 0.05] [--epochs 1]
                             [--data /usr/share/datasets/fashion-mnist]

Inference: the same weights in both; inputs and outputs of 8 bits, noise in each read.  hysteron (--fidelity distilled)
has a pair of cells for each weight, whose reads scatter by 1 % of their conductance each, and converters whose ranges
are calibrated; aihwkit has signed weights with output-referred noise of 0.01 of the largest weight, and converters
whose ranges follow each input (noise management by the largest).  Neither has wires.
Training: pulses change each cell by 1/600 of its window, up and down alike, without spread; trains of at most 31 slots,
as few as a sample needs (both); no noise, no converters.  Plain SGD, the same batch, rate and mean of the batch.
hysteron's biases are digital, as aihwkit's are.
Seconds are wall time of the inference (inference_s) and of the epochs (device_s, with the tests behind each epoch,
which are not in aihwkit's), on so many threads: best of the runs, each run both in turn."""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time

for at, value in enumerate(sys.argv):
    if value == "--threads" and at + 1 < len(sys.argv):
        os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[at + 1]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
try:
    import numpy
except ImportError:
    sys.exit("network_vs_aihwkit: needs python3-numpy")

PULSES = 600


def idx(folder, name):
    path = os.path.join(folder, name)
    with (gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")) as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * k:8 + 4 * k], "big") for k in range(data[3])]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(shape)


def samples(folder, name):
    images = idx(folder, name + "-images-idx3-ubyte").reshape(-1, 784).astype("float32") / 255
    return torch.tensor(images), torch.tensor(idx(folder, name + "-labels-idx1-ubyte").astype("int64"))


def hysteron(options, *more):
    command = [options["program"], "network", "accuracy", "--data", options["data"], "--seeds", "1", "--threads",
               options["threads"], "--json"] + list(more)
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def analog(sizes, rpu, weights=None):
    layers = []
    for k in range(len(sizes) - 1):
        layer = AnalogLinear(sizes[k], sizes[k + 1], bias=True, rpu_config=rpu)
        if weights is not None:
            layer.set_weights(torch.tensor(weights["dense%d.weight" % (k + 1)].T.copy()),
                              torch.tensor(weights["dense%d.bias" % (k + 1)]))
        layers += [layer, torch.nn.ReLU()]
    return AnalogSequential(*layers[:-1])


def accuracy(network, inputs, labels):
    network.eval()
    with torch.no_grad():
        start = time.perf_counter()
        classes = network(inputs).argmax(1)
        seconds = time.perf_counter() - start
    network.train()
    return seconds, (classes == labels).float().mean().item()


def infer(options, test, weights):
    rpu = InferenceRPUConfig()
    rpu.forward = IOParameters(inp_res=1 / 256, out_res=1 / 256, out_noise=0.0, w_noise=0.01,
                               w_noise_type=WeightNoiseType.ADDITIVE_CONSTANT)
    return accuracy(analog((784, 64, 10), rpu, weights), *test)


def infer_hysteron(options, path):
    result = hysteron(options, "--weights", path, "--fidelity", "distilled", "--dac", "8", "--adc", "8",
                      "--read-noise", "1%", "--perfect")
    return result["inference_s"], result["accuracy"]


def train(options, data, test):
    rpu = SingleRPUConfig(device=ConstantStepDevice(dw_min=1.2 / PULSES, dw_min_dtod=0, dw_min_std=0, w_max_dtod=0,
                                                    w_min_dtod=0, up_down_dtod=0),
                          update=UpdateParameters(desired_bl=31))
    rpu.forward.is_perfect = rpu.backward.is_perfect = True
    torch.manual_seed(0)
    network = analog((784, 64, 10), rpu)
    optimiser = AnalogSGD(network.parameters(), lr=float(options["rate"]))
    optimiser.regroup_param_groups(network)
    loss = torch.nn.CrossEntropyLoss()
    n, batch = len(data[1]), int(options["batch"])
    start = time.perf_counter()
    for _ in range(int(options["epochs"])):
        order = torch.randperm(n)
        for k in range(0, n, batch):
            chosen = order[k:k + batch]
            optimiser.zero_grad()
            loss(network(data[0][chosen]), data[1][chosen]).backward()
            optimiser.step()
    return time.perf_counter() - start, accuracy(network, *test)[1]


def write_pulses(path):
    with open(path, "w") as file:
        print("pulse,g", file=file)
        for up in (True, False):
            for k in range(PULSES + 1):
                print("%d,%.9g" % (1 if up else -1, 1e-6 + 99e-6 * (k if up else PULSES - k) / PULSES), file=file)


def train_hysteron(options, path):
    result = hysteron(options, "--measured", path, "--training", "inplace", "--rule", "stochastic", "--epochs", "0",
                      "--tune", options["epochs"], "--tune-rate", options["rate"], "--batch", options["batch"])
    return result["device_s"], result["accuracy"]


def best(runs, *works):
    found = [(float("inf"), 0)] * len(works)
    for _ in range(runs):
        found = [min(was, work(), key=lambda one: one[0]) for was, work in zip(found, works)]
    return found


def tell(what, own, other):
    print("%-28s hysteron %8.3f s (%.2f %%)   aihwkit %8.3f s (%.2f %%)   %.1f x" % (
        what, own[0], 100 * own[1], other[0], 100 * other[1], other[0] / own[0]), flush=True)


def main(arguments):
    options = {"threads": "1", "runs": "3", "batch": "50", "rate": "0.05", "epochs": "1",
               "data": "/usr/share/datasets/fashion-mnist"}
    while len(arguments) > 2:
        value, option = arguments.pop(), arguments.pop()
        if option[2:] not in options:
            sys.exit(__doc__)
        options[option[2:]] = value
    if len(arguments) != 2 or arguments[1].startswith("-"):
        sys.exit(__doc__)
    options["program"] = arguments[1]
    torch.set_num_threads(int(options["threads"]))
    data, test = samples(options["data"], "train"), samples(options["data"], "t10k")
    with tempfile.TemporaryDirectory() as folder:
        hysteron(options, "--epochs", "2", "--perfect", "--no-noise", "-o", folder)
        path, pulses = os.path.join(folder, "weights.npz"), os.path.join(folder, "pulses.csv")
        write_pulses(pulses)
        weights = numpy.load(path)
        tell("10,000 inferences, %s thread" % options["threads"],
             *best(int(options["runs"]), lambda: infer_hysteron(options, path),
                   lambda: infer(options, test, weights)))
        tell("training in place, batch %s" % options["batch"],
             *best(int(options["runs"]), lambda: train_hysteron(options, pulses),
                   lambda: train(options, data, test)))


if __name__ == "__main__":
    try:
        import torch
        from aihwkit.nn import AnalogLinear, AnalogSequential
        from aihwkit.optim import AnalogSGD
        from aihwkit.simulator.configs import (ConstantStepDevice, InferenceRPUConfig, IOParameters, SingleRPUConfig,
                                               UpdateParameters)
        from aihwkit.simulator.parameters.enums import WeightNoiseType
    except ImportError as error:
        sys.exit("network_vs_aihwkit: needs aihwkit and PyTorch: %s" % error)
    main(sys.argv)
