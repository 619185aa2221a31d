#!/usr/bin/env python3
"""Makes the .nir.gz files beside it with the Python package nir (pip install nir; 1.0.8 made those that are kept), and
prints what conv.nir says to an input, and how often the last neurons of lif.nir fire: reference values of
tests/network/test_nir.c and test_spiking.c, by loops in NumPy."""
import gzip
import os
import sys

import nir
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from check_nir_spiking import compute  # noqa: E402


def constant(value, n=2):
    return np.full(n, value, "f8")


def write(name, graph):
    nir.write("tmp.nir", graph)
    with open("tmp.nir", "rb") as made, gzip.GzipFile(name + ".nir.gz", "wb", 9, mtime=0) as packed:
        packed.write(made.read())
    os.remove("tmp.nir")


def spiking():
    recurrent = nir.NIRGraph(
        nodes={
            "input": nir.Input(np.array([2])),
            "lif": nir.LIF(constant(0.02), constant(1.0), constant(0.0), constant(1.5), v_reset=constant(0.25)),
            "w_rec": nir.Linear(np.array([[0.0, 0.5], [-0.5, 0.0]], "f4")),
            "output": nir.Output(np.array([2])),
        },
        edges=[("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")],
    )
    affine = nir.Affine(
        np.arange(6).reshape(2, 3).astype("f4") / 8,
        np.array([0.5, -0.25], "f4"),
        metadata={"note": "first", "dt": 1e-4},
    )
    cuba = nir.CubaLIF(
        tau_syn=constant(0.005),
        tau_mem=constant(0.01),
        r=constant(1.0),
        v_leak=constant(0.0),
        v_threshold=constant(1.0),
        w_in=constant(2.0),
    )
    nodes = {
        "input": nir.Input(np.array([3])),
        "affine": affine,
        "rec": recurrent,
        "cuba": cuba,
        "delay": nir.Delay(constant(0.001)),
        "scale": nir.Scale(constant(3.0)),
        "threshold": nir.Threshold(constant(0.75)),
        "if": nir.IF(constant(1.0), constant(1.0)),
        "li": nir.LI(constant(0.1), constant(1.0), constant(0.0)),
        "output": nir.Output(np.array([2])),
    }
    names = list(nodes)
    return nir.NIRGraph(nodes=nodes, edges=list(zip(names, names[1:])))


def convolve(x, w, bias, padding):
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    height, width = x.shape[1] - w.shape[2] + 1, x.shape[2] - w.shape[3] + 1
    y = np.zeros((w.shape[0], height, width))
    for f in range(w.shape[0]):
        for i in range(height):
            for j in range(width):
                y[f, i, j] = (x[:, i : i + w.shape[2], j : j + w.shape[3]] * w[f]).sum() + bias[f]
    return y


def conv():
    """Weights are k^2 mod 17 / 16 - 0.5, so that C can make the same ones."""

    def draw(*shape):
        k = np.arange(np.prod(shape))
        return ((k * k % 17) / 16 - 0.5).reshape(shape).astype("f4")

    w1, b1, w2, b2 = draw(3, 1, 3, 3), draw(3), draw(4, 3, 3, 3), draw(4)
    w3, b3, w4 = draw(6, 16), draw(6), draw(3, 6)
    x = ((np.arange(64) * 5 % 13) / 13).reshape(1, 8, 8)
    y = convolve(x, w1, b1, 1).reshape(3, 4, 2, 4, 2).sum((2, 4))
    y = convolve(y, w2, b2, 0).reshape(-1)
    print("conv.nir:", w4 @ np.maximum(w3 @ y + b3, 0))
    nodes = {
        "input": nir.Input(np.array([1, 8, 8])),
        "conv": nir.Conv2d((8, 8), w1, 1, "same", 1, 1, b1),
        "pool": nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        "conv_2": nir.Conv2d((4, 4), w2, (1, 1), 0, (1, 1), 1, b2),
        "flatten": nir.Flatten(np.array([4, 2, 2]), 0),
        "affine": nir.Affine(w3, b3, metadata={"activation": "relu"}),
        "linear": nir.Linear(w4),
        "output": nir.Output(np.array([3])),
    }
    names = list(nodes)
    return nir.NIRGraph(nodes=nodes, edges=list(zip(names, names[1:])))


def lif():
    """Three kinds of neurons, each with numbers of its own."""

    def draw(*shape):
        k = np.arange(np.prod(shape))
        return ((k * k % 17) / 16 - 0.3).reshape(shape).astype("f4")

    k = np.arange(5)
    nodes = {
        "input": nir.Input(np.array([6])),
        "affine": nir.Affine(2 * draw(5, 6), np.array([0.2, -0.1, 0.3, 0.5, 0], "f4")),
        "lif": nir.LIF(0.004 + 0.002 * k, 1 + 0.1 * k, 0.02 * k, 0.4 + 0.1 * k, v_reset=0.05 * k),
        "linear": nir.Linear(2 * draw(4, 5) + 0.6),
        "cuba": nir.CubaLIF(
            tau_syn=0.003 + 0.001 * k[:4],
            tau_mem=0.008 - 0.001 * k[:4],
            r=constant(1.5, 4),
            v_leak=constant(0.01, 4),
            v_threshold=0.2 + 0.05 * k[:4],
            w_in=constant(1.25, 4),
            v_reset=constant(0.02, 4),
        ),
        "linear_2": nir.Linear(draw(3, 4) + 0.2),
        "if": nir.IF(constant(300.0, 3), 0.25 + 0.125 * k[:3], v_reset=constant(0.0, 3)),
        "output": nir.Output(np.array([3])),
    }
    names = list(nodes)
    graph = nir.NIRGraph(nodes=nodes, edges=list(zip(names, names[1:])))
    print("lif.nir:", compute(graph, 300, 1e-3))
    return graph


write("spiking", spiking())
write("conv", conv())
write("lif", lif())
