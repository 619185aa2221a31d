#!/usr/bin/env python3
"""check_nir_spiking.py FILE.nir STEPS DT COUNT...: reads a chain of weights and spiking neurons with the Python package
nir, lets the constant currents (7 k mod 17) / 17 in, solves each neuron's equations of the NIR paper by Euler's method
with 400 parts of a step, looks for spikes at the end of each step, and compares the numbers of spikes of the last
neurons with the counts.  Without counts it prints them.  Exit 77: the package is missing."""
import sys

try:
    import nir
except ImportError:
    sys.exit(77)
import numpy as np

PARTS = 400


def text(word):
    return word.decode() if isinstance(word, bytes) else word


class Neurons:
    def __init__(self, node):
        self.node, self.kind = node, type(node).__name__
        self.v = np.zeros(np.shape(node.v_threshold))
        self.i = np.zeros_like(self.v)
        self.is_subtracted = text(node.metadata.get("reset", "")) == "subtract"

    def slope(self, x):
        n = self.node
        if self.kind == "IF":
            return n.r * x
        if self.kind == "LIF":
            return (n.v_leak - self.v + n.r * x) / n.tau
        return (n.v_leak - self.v + n.r * self.i) / n.tau_mem

    def step(self, x, dt):
        h = dt / PARTS
        for _ in range(PARTS):
            change = self.slope(x)
            if self.kind == "CubaLIF":
                self.i = self.i + h * (self.node.w_in * x - self.i) / self.node.tau_syn
            self.v = self.v + h * change
        fires = self.v >= self.node.v_threshold
        reset = self.v - (self.node.v_threshold - self.node.v_reset) if self.is_subtracted else self.node.v_reset
        self.v = np.where(fires, reset, self.v)
        return fires.astype(float)


def chain(graph):
    follows = dict(graph.edges)
    names, name = [], "input"
    while name in follows:
        name = follows[name]
        names.append(name)
    return [graph.nodes[k] for k in names if type(graph.nodes[k]).__name__ != "Output"]


def compute(graph, steps, dt):
    nodes = chain(graph)
    neurons = {k: Neurons(n) for k, n in enumerate(nodes) if hasattr(n, "v_threshold")}
    count = 0
    for _ in range(steps):
        width = int(np.prod(graph.nodes["input"].input_type["input"]))
        x = (7 * np.arange(width) % 17) / 17
        for k, node in enumerate(nodes):
            if k in neurons:
                x = neurons[k].step(x, dt)
            else:
                x = node.weight @ x + getattr(node, "bias", 0)
        count = count + x
    return count


def main():
    want = np.array([float(k) for k in sys.argv[4:]])
    got = compute(nir.read(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    if not want.size:
        print(*got.astype(int))
    elif got.shape != want.shape or np.abs(got - want).max() > 1:  # a spike at the very end of a step may fall behind it
        sys.exit(f"{got} spikes in NumPy, not {want}")


if __name__ == "__main__":
    main()
