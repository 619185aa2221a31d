#!/usr/bin/env python3
"""A network of 784-64-10 on Fashion-MNIST in hysteron and in aihwkit: 10,000 inferences, and an epoch of training in
place with 60,000 samples.

usage: network_vs_aihwkit.py HYSTERON [--threads 1] [--runs 3] [--batch 50] [--rate 0.05]
                             [--data /usr/share/datasets/fashion-mnist]

Inference: the same weights in both; inputs and outputs of 8 bits, noise in each read.  hysteron (--fidelity distilled)
has a pair of cells for each weight, whose reads scatter by 1 % of their conductance each, and converters whose ranges
are calibrated; aihwkit has signed weights, converters whose ranges follow each input (noise management by the largest),
and noise of either of two kinds: one that depends on what each weight carries, as hysteron's does (PCM_READ), and one
that is the same for all weights (ADDITIVE_CONSTANT), which asks for no second product.  Neither has wires;
hysteron's linear arrays with wires are timed beside.
Training: pulses change each cell by 1/600 of its window, up and down alike, without spread; trains of at most 31 slots,
as few as a sample needs (both); no noise, no converters.  Plain SGD, the same batch, rate and mean of the batch.
hysteron's biases are digital, as aihwkit's are.
Seconds are CPU time of the process, on so many threads, the least of the runs.  hysteron's are differences between runs
of its program that do the same more often: 10 times 9,900 inferences, two epochs; what it reads and prepares is not in
them, as it is not in aihwkit's."""
import gzip
import json
import os
import resource
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


def cpu(options, *more):
    """Least CPU time of the program in so many runs."""
    found = float("inf")
    for _ in range(int(options["runs"])):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        hysteron(options, *more)
        found = min(found, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return found


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
        start = time.process_time()
        classes = network(inputs).argmax(1)
        seconds = time.process_time() - start
    network.train()
    return seconds, (classes == labels).float().mean().item()


def infer(options, test, weights, kind, noise):
    rpu = InferenceRPUConfig()
    rpu.forward = IOParameters(inp_res=1 / 256, out_res=1 / 256, out_noise=0.0, w_noise=noise, w_noise_type=kind)
    network = analog((784, 64, 10), rpu, weights)
    return min((accuracy(network, *test) for _ in range(3 * int(options["runs"]))), key=lambda one: one[0])


def infer_hysteron(options, path, *arrays):
    """Sweeps with one value and with eleven, of few and of all samples: what is left is inference."""
    arrays = arrays or ("--fidelity", "distilled")
    common = ["--weights", path, "--dac", "8", "--adc", "8", "--read-noise", "1%", "--perfect", *arrays]
    ways = [1, 11]
    times = [[cpu(options, *common, "--test", str(n), "--sweep", "read-noise=" + ",".join(["1%"] * k)) for k in ways]
             for n in (100, 10000)]
    seconds = (times[1][1] - times[1][0] - times[0][1] + times[0][0]) / 10 * 10000 / 9900
    return seconds, hysteron(options, *common)["accuracy"]


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
    start = time.process_time()
    order = torch.randperm(n)
    for k in range(0, n, batch):
        chosen = order[k:k + batch]
        optimiser.zero_grad()
        loss(network(data[0][chosen]), data[1][chosen]).backward()
        optimiser.step()
    return time.process_time() - start, accuracy(network, *test)[1]


def write_pulses(path):
    with open(path, "w") as file:
        print("pulse,g", file=file)
        for up in (True, False):
            for k in range(PULSES + 1):
                print("%d,%.9g" % (1 if up else -1, 1e-6 + 99e-6 * (k if up else PULSES - k) / PULSES), file=file)


def train_hysteron(options, path):
    common = ["--measured", path, "--training", "inplace", "--rule", "stochastic", "--epochs", "0", "--tune-rate",
              options["rate"], "--batch", options["batch"]]
    times = [cpu(options, *common, "--test", "100", "--tune", str(epochs)) for epochs in (1, 3)]
    return (times[1] - times[0]) / 2, hysteron(options, *common, "--tune", "1")["accuracy"]


def tell(what, own, other):
    print("%-46s hysteron %8.3f s (%.2f %%)   aihwkit %8.3f s (%.2f %%)   %.1f x" % (
        what, own[0], 100 * own[1], other[0], 100 * other[1], other[0] / own[0]), flush=True)


def main(arguments):
    options = {"threads": "1", "runs": "3", "batch": "50", "rate": "0.05",
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
        own = infer_hysteron(options, path)
        kinds = [("noise by weight", WeightNoiseType.PCM_READ, 0.0175),
                 ("even noise", WeightNoiseType.ADDITIVE_CONSTANT, 0.01)]
        for name, kind, noise in kinds:
            tell("10,000 inferences, aihwkit with " + name, own, infer(options, test, weights, kind, noise))
        linear = infer_hysteron(options, path, "--fidelity", "linear", "--rwire", "1ohm")
        print("10,000 inferences, linear with wires of 1 ohm: %.3f s, %.2f x of distilled" % (
            linear[0], linear[0] / own[0]), flush=True)
        tell("an epoch in place, batch %s" % options["batch"], train_hysteron(options, pulses),
             min((train(options, data, test) for _ in range(int(options["runs"]))), key=lambda one: one[0]))


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
