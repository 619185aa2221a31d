#!/usr/bin/env python3
"""Resistive crossbars in hysteron, badcrossbar, CrossSim and CHOLMOD's or SuperLU's direct solution, side by side.

usage: array_vs_peers.py HYSTERON [--sizes 32,64,128,256] [--runs 3] [--cross-sim FOLDER] [--cross-sim-most N]
                         [--qucs FOLDER]

N x N cells of 1 to 100 kohm (log-uniform, seed 1), wires of 2 ohm a segment, word lines at 1 V on the left, bit lines
at 0 V at the bottom.  Times are processor time of one solution with its set-up (hysteron: its own solve_s on one
thread), best of the runs, each run all programs in turn; the ratio is the peer's time over hysteron's.  The error is
the largest difference of a bit line's current from hysteron's, over the largest current.  A peer that is not installed
is left out, with a line that says so.  CrossSim's repository has no package: --cross-sim names a checkout; its first
product looks for a relaxation parameter, the second shows what later products take.  --qucs names tests/qucs of
badcrossbar's repository: 33 crossbars, also with wires of 0 ohm, that Qucs has solved, by `array mvm`."""
import json
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import time
import types

try:
    import numpy
except ImportError:
    sys.exit("array_vs_peers: needs python3-numpy")

WIRE = 2.0


def cells_of(n):
    return 10.0 ** -numpy.random.default_rng(1).uniform(3, 5, (n, n))


def hysteron(program, g):
    with tempfile.TemporaryDirectory() as folder:
        numpy.save(os.path.join(folder, "g.npy"), g)
        text = subprocess.run([program, "array", "op", "-g", os.path.join(folder, "g.npy"), "--rwire", "%gohm" % WIRE,
                               "--threads", "1", "--json", "-o", folder], check=True, capture_output=True).stdout
        return json.loads(text)["solve_s"], numpy.load(os.path.join(folder, "bit_currents.npy"))[0]


def compare_qucs(program, folder):
    worst, count = 0.0, 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".pickle"):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            resistances, volts, word, bit, currents = pickle.load(file)[:5]
        with tempfile.TemporaryDirectory() as temp:
            paths = [os.path.join(temp, what) for what in ("g.npy", "v.npy", "i.npy")]
            numpy.save(paths[0], 1 / numpy.asarray(resistances, float))
            numpy.save(paths[1], numpy.asarray(volts, float).reshape(1, -1))
            subprocess.run([program, "array", "mvm", "-g", paths[0], "-i", paths[1], "--rword", "%rohm" % float(word),
                            "--rbit", "%rohm" % float(bit), "--tolerance", "1e-13", "-o", paths[2]], check=True)
            own = numpy.load(paths[2]).ravel()
        expected = numpy.ravel(currents)
        worst = max(worst, abs(own - expected).max() / (abs(expected).max() or 1))
        count += 1
    print("%d crossbars of Qucs: largest difference of a current %.1e of the largest" % (count, worst))


def timed(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def find_badcrossbar():
    import warnings
    shown, warnings.showwarning = warnings.showwarning, lambda *about, **more: None  # its drawings need pycairo
    try:
        import badcrossbar
    finally:
        warnings.showwarning = shown
    logging.disable(logging.INFO)

    def solve(g):
        volts = numpy.ones((g.shape[0], 1))
        return timed(lambda: numpy.ravel(badcrossbar.compute(volts, 1 / g, WIRE, node_voltages=False,
                                                             all_currents=False).currents.output))
    return solve


def find_direct():
    """The nodal matrix, by scikit-sparse's CHOLMOD where it is installed, else by SciPy's SuperLU."""
    import scipy.sparse
    try:
        from sksparse.cholmod import cholesky
        name, factor = "CHOLMOD", cholesky
    except ImportError:
        from scipy.sparse.linalg import splu
        name, factor = "SuperLU", lambda a: splu(a, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}).solve

    def solve(g):
        n, wire = g.shape[0], 1 / WIRE
        line = scipy.sparse.diags([numpy.full(n - 1, -wire), numpy.full(n, 2 * wire), numpy.full(n - 1, -wire)],
                                  [-1, 0, 1], format="lil")
        first, last = line.copy(), line.copy()
        first[n - 1, n - 1] = last[0, 0] = wire  # word lines end on the left, bit lines at the bottom
        cells, one = scipy.sparse.diags(g.ravel()), scipy.sparse.identity(n)
        a = scipy.sparse.bmat([[scipy.sparse.kron(one, first) + cells, -cells],
                               [-cells, scipy.sparse.kron(last, one) + cells]], format="csc")
        b = numpy.zeros(2 * n * n)
        b[0:n * n:n] = wire

        def work():
            solution = factor(a)
            return solution(b)
        seconds, v = timed(work)
        return seconds, wire * v[2 * n * n - n:]
    return name, solve


def find_cross_sim(folder):
    if folder:
        sys.path.insert(0, folder)
    from simulator.backend import ComputeBackend
    ComputeBackend(use_gpu=False)
    from simulator.circuits.array.NonInterleaved_InputSource import NoninterleavedInputSourceArray
    from simulator.parameters.core_parameters import CoreStyle

    def space(**values):
        return types.SimpleNamespace(**values)

    def solve(g):
        most = g.max()
        normal = WIRE * most
        parasitics = space(Rp_row_norm=normal, Rp_col_norm=normal, Rp_row_terminal_norm=0, Rp_col_terminal_norm=0)
        simulation = space(fast_matmul=False, Niters_max_parasitics=100, Verr_th_mvm=1e-3, hide_convergence_msg=True,
                           Verr_matmul_criterion="max_mean", relaxation_gamma=1)
        array = NoninterleavedInputSourceArray(
            space(xbar=space(array=space(parasitics=parasitics), device=space(nonlinear_IV=space(enable=False))),
                  simulation=simulation, core=space(style=CoreStyle.OFFSET)))
        matrix, volts = (g / most).T.copy(), numpy.ones(g.shape[0])

        def work():
            return array.iterative_solve(matrix, volts)
        first, currents = timed(work)
        return first, currents * most, timed(work)[0]
    return solve


def peers_of(options):
    peers = []
    for name, find in (("badcrossbar", find_badcrossbar), ("direct", find_direct),
                       ("CrossSim", lambda: find_cross_sim(options["cross-sim"]))):
        try:
            found = find()
            peers.append(found if isinstance(found, tuple) else (name, found))
        except ImportError as error:
            print("%s is left out: %s" % (name, error))
    return peers


def compare(program, n, runs, peers, most):
    g = cells_of(n)
    best = {}
    for _ in range(runs):
        seconds, currents = hysteron(program, g)
        best["hysteron"] = min(seconds, best.get("hysteron", (seconds,))[0]), 0.0, None
        for name, solve in peers:
            if name == "CrossSim" and n > most:
                continue
            try:
                result = solve(g)
            except ValueError as error:
                best[name] = None, str(error), None
                continue
            error = abs(result[1] - currents).max() / abs(currents).max()
            before = best.get(name, (result[0],))[0]
            best[name] = min(result[0], before), error, result[2] if len(result) > 2 else None
    own = best["hysteron"][0]
    print("%4d  %-12s %10.2f ms" % (n, "hysteron", 1e3 * own))
    for name, (seconds, error, later) in list(best.items())[1:]:
        if seconds is None:
            print("      %-12s %s" % (name, error))
            continue
        print("      %-12s %10.2f ms %9.1f x  error %.1e%s" % (
            name, 1e3 * seconds, seconds / own, error,
            "" if later is None else "  later products %.2f ms, %.1f x" % (1e3 * later, later / own)))


def main(arguments):
    options = {"sizes": "32,64,128,256", "runs": "3", "cross-sim": "", "cross-sim-most": "128", "qucs": ""}
    while len(arguments) > 2:
        value, option = arguments.pop(), arguments.pop()
        if option[2:] not in options:
            sys.exit(__doc__)
        options[option[2:]] = value
    if len(arguments) != 2 or arguments[1].startswith("-"):
        sys.exit(__doc__)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    peers = peers_of(options)
    if options["qucs"]:
        compare_qucs(arguments[1], options["qucs"])
    for n in map(int, options["sizes"].split(",")):
        compare(arguments[1], n, int(options["runs"]), peers, int(options["cross-sim-most"]))


if __name__ == "__main__":
    main(sys.argv)
