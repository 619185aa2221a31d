#!/usr/bin/env python3
"""Time from Verilog-A to a loadable kernel, C compiler included, with an empty cache.

usage: compile_time.py HYSTERON [FILE.va ...]      default: the model library
Prints for each file the median of three whole processes, cold and warm.
"""
import glob, os, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))


def run(program, path, cache):
    start = time.perf_counter()
    done = subprocess.run([program, "iv", path, "--wave", "sine:1mV,1Hz", "--cycles", "1", "--points", "2", "--json"],
                          capture_output=True, text=True, env=dict(os.environ, HYSTERON_CACHE=cache))
    return time.perf_counter() - start, done.returncode


def main():
    program = os.path.abspath(sys.argv[1])
    paths = sys.argv[2:] or sorted(glob.glob(os.path.join(HERE, "..", "models", "*", "*.va")))
    worst = 0.
    for path in paths:
        cold, warm, status = [], [], 0
        for _ in range(3):
            with tempfile.TemporaryDirectory() as cache:
                # A copy elsewhere, so that no kernel made with the build is found.
                copy = os.path.join(cache, os.path.basename(path))
                with open(path) as source, open(copy, "w") as target:
                    target.write(source.read() + f"\n// {time.time()}\n")
                seconds, status = run(program, copy, cache)
                cold.append(seconds)
                warm.append(run(program, copy, cache)[0])
        worst = max(worst, statistics.median(cold))
        print(f"{os.path.basename(path):24s} cold {statistics.median(cold) * 1e3:8.1f} ms   warm {statistics.median(warm) * 1e3:7.1f} ms   exit {status}")
    print(f"slowest cold: {worst * 1e3:.0f} ms")


main()
