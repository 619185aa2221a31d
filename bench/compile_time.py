#!/usr/bin/env python3
"""Time from Verilog-A to a loadable kernel, C compiler included, with an empty cache.

usage: compile_time.py HYSTERON [FILE.va[:MODULE] ...]      default: the model library
Prints for each file the median of three whole processes, cold and warm: elapsed, and processor time of hysteron
and the C compiler together, which other processes of a busy machine do not change.
"""
import glob, os, shutil, statistics, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))


def run(program, path, module, cache):
    """Elapsed and processor seconds, exit status.  The run fails where a module does not have two terminals: it is
    the time to the kernel that counts."""
    args = [program, "iv", path, "--wave", "sine:1mV,1Hz", "--cycles", "1", "--points", "2", "--json"]
    args += ["--module", module] if module else []
    start = time.perf_counter()
    with open(os.devnull, "r+b") as null:
        files = [(os.POSIX_SPAWN_DUP2, null.fileno(), fd) for fd in range(3)]
        pid = os.posix_spawn(program, args, dict(os.environ, HYSTERON_CACHE=cache), file_actions=files)
    _, status, usage = os.wait4(pid, 0)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)


def main():
    program = os.path.abspath(sys.argv[1])
    paths = sys.argv[2:] or sorted(glob.glob(os.path.join(HERE, "..", "models", "*", "*.va")))
    worst = 0.
    for name in paths:
        path, _, module = name.partition(":")
        cold, work, warm, status = [], [], [], 0
        for _ in range(3):
            with tempfile.TemporaryDirectory() as cache:
                # A copy elsewhere, with what it includes, so that no kernel made with the build is found.
                for other in glob.glob(os.path.join(os.path.dirname(os.path.abspath(path)), "*")):
                    if os.path.isfile(other):
                        shutil.copy(other, cache)
                copy = os.path.join(cache, os.path.basename(path))
                with open(copy, "a") as target:
                    target.write(f"\n// {time.time()}\n")
                elapsed, processor, status = run(program, copy, module, cache)
                cold.append(elapsed)
                work.append(processor)
                warm.append(run(program, copy, module, cache)[0])
        worst = max(worst, statistics.median(work))
        print(f"{os.path.basename(path):24s} cold {statistics.median(cold) * 1e3:8.1f} ms, processor "
              f"{statistics.median(work) * 1e3:8.1f} ms   warm {statistics.median(warm) * 1e3:7.1f} ms   exit {status}")
    print(f"most processor time: {worst * 1e3:.0f} ms")


main()
