#!/usr/bin/env python3
"""check_nir.py FILE.nir VALUE...: reads the graph with the Python package nir, computes it in NumPy for the pixels
7 k mod 17 / 17, and compares what comes out with the values.  Exit 77: the package is missing."""
import sys

try:
    import nir
except ImportError:
    sys.exit(77)
import numpy as np


def patches(x, height, width, stride):
    rows, columns = (x.shape[1] - height) // stride[0] + 1, (x.shape[2] - width) // stride[1] + 1
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride[0], j * stride[1]
            yield x[:, top : top + height, left : left + width]


def shaped(x, height, width, stride, values):
    rows, columns = (x.shape[1] - height) // stride[0] + 1, (x.shape[2] - width) // stride[1] + 1
    return np.array(values).T.reshape(-1, rows, columns)


def convolve(node, x):
    pad = [(int(p), int(p)) for p in node.padding]
    x = np.pad(x, [(0, 0)] + pad)
    size = node.weight.shape[2:] + (node.stride,)
    values = [(node.weight * patch).sum((1, 2, 3)) + node.bias for patch in patches(x, *size)]
    return shaped(x, *size, values)


def pool(node, x):
    size = tuple(int(k) for k in node.kernel_size) + (node.stride,)
    return shaped(x, *size, [patch.mean((1, 2)) for patch in patches(x, *size)])


COMPUTE = {
    "Conv2d": convolve,
    "AvgPool2d": pool,
    "Flatten": lambda node, x: x.reshape(-1),
    "Linear": lambda node, x: node.weight @ x,
    "Affine": lambda node, x: node.weight @ x + node.bias,
    "Output": lambda node, x: x,
}
ACTIVATE = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(),
}

graph = nir.read(sys.argv[1])
follows = dict(graph.edges)
shape = graph.nodes["input"].input_type["input"]
signal = (7 * np.arange(np.prod(shape)) % 17 / 17).reshape(shape)
name = follows["input"]
while True:
    current = graph.nodes[name]
    signal = COMPUTE[type(current).__name__](current, signal)
    if "activation" in current.metadata:
        word = current.metadata["activation"]
        signal = ACTIVATE[word.decode() if isinstance(word, bytes) else word](signal)
    if name not in follows:
        break
    name = follows[name]
want = np.array([float(value) for value in sys.argv[2:]])
if signal.shape != want.shape or not np.allclose(signal, want, rtol=1e-4, atol=1e-6):
    sys.exit(f"{signal} in NumPy, not {want}")
