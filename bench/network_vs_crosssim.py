#!/usr/bin/env python3
"""10,000 inferences of 784-64-10 on Fashion-MNIST in hysteron and in CrossSim.

usage: network_vs_crosssim.py HYSTERON --cross-sim FOLDER [--runs 3] [--samples 500]
                              [--data /usr/share/datasets/fashion-mnist]

The same weights on pairs of cells from 10 kohm to 1 Mohm without wires, inputs and outputs of 8 bits, each read of a
cell scattered by 1 % of its conductance, in hysteron (--fidelity distilled) by its statistics, in CrossSim cell by
cell.
CrossSim's ranges are the largest of 500 inputs, hysteron's are calibrated on as many.
Seconds are CPU time on one thread, the least of the runs (hysteron's as network_vs_aihwkit.py has them); CrossSim
multiplies so many samples at once, whose time is in proportion to them and is scaled to 10,000."""
import os
import sys
import tempfile
import time

from network_vs_aihwkit import hysteron, idx, infer_hysteron, numpy  # numpy: on one thread


def core_of(weights, inputs):
    from simulator import AnalogCore, CrossSimParameters
    p = CrossSimParameters()
    p.core.style = "BALANCED"
    p.core.balanced.style = "ONE_SIDED"
    most, largest = float(abs(weights).max()), float(abs(inputs).max())
    p.core.mapping.weights.min, p.core.mapping.weights.max = -most, most
    p.core.mapping.inputs.mvm.min, p.core.mapping.inputs.mvm.max = -largest, largest
    p.xbar.device.Rmin, p.xbar.device.Rmax = 1e4, 1e6
    p.xbar.device.read_noise.enable = True
    p.xbar.device.read_noise.model = "NormalProportionalDevice"
    p.xbar.device.read_noise.magnitude = 0.01
    p.xbar.dac.mvm.model, p.xbar.dac.mvm.bits = "SignMagnitudeDAC", 8
    p.xbar.adc.mvm.model, p.xbar.adc.mvm.bits, p.xbar.adc.mvm.signed = "SignMagnitudeADC", 8, True
    reach = float(abs(inputs @ weights).max()) / (most * largest)
    p.xbar.adc.mvm.calibrated_range = [-reach, reach]
    return AnalogCore(weights.T, p)


def network_of(w, inputs):
    hidden = numpy.maximum(inputs @ w["dense1.weight"] + w["dense1.bias"], 0)
    return core_of(w["dense1.weight"], inputs), core_of(w["dense2.weight"], hidden)


def infer(cores, w, inputs, labels):
    start = time.process_time()
    hidden = numpy.maximum((cores[0] @ inputs.T).T + w["dense1.bias"], 0)
    classes = ((cores[1] @ hidden.T).T + w["dense2.bias"]).argmax(1)
    return time.process_time() - start, (classes == labels).mean()


def main(arguments):
    options = {"threads": "1", "runs": "3", "samples": "500", "cross-sim": "",
               "data": "/usr/share/datasets/fashion-mnist"}
    while len(arguments) > 2:
        value, option = arguments.pop(), arguments.pop()
        if option[2:] not in options:
            sys.exit(__doc__)
        options[option[2:]] = value
    if len(arguments) != 2 or arguments[1].startswith("-"):
        sys.exit(__doc__)
    options["program"] = arguments[1]
    sys.path.insert(0, options["cross-sim"])
    try:
        import simulator  # noqa: F401
    except ImportError as error:
        sys.exit("network_vs_crosssim: needs CrossSim: %s" % error)
    n = int(options["samples"])
    inputs = idx(options["data"], "t10k-images-idx3-ubyte")[:n].reshape(-1, 784).astype("float32") / 255
    labels = idx(options["data"], "t10k-labels-idx1-ubyte")[:n]
    some = idx(options["data"], "train-images-idx3-ubyte")[:500].reshape(-1, 784).astype("float32") / 255
    with tempfile.TemporaryDirectory() as folder:
        hysteron(options, "--epochs", "2", "--perfect", "--no-noise", "-o", folder)
        path = os.path.join(folder, "weights.npz")
        w = dict(numpy.load(path))
        cores = network_of(w, some)
        own = infer_hysteron(options, path)
        other = min((infer(cores, w, inputs, labels) for _ in range(int(options["runs"]))), key=lambda one: one[0])
    seconds = other[0] * 10000 / n
    print("10,000 inferences  hysteron %.3f s (%.2f %%)   CrossSim %.3f s (%.2f %% of %d)   %.0f x" % (
        own[0], 100 * own[1], seconds, 100 * other[1], n, seconds / own[0]))


if __name__ == "__main__":
    main(sys.argv)
