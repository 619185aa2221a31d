#!/bin/sh
# run.sh BUILD: every benchmark, medians and ratios against the named peer, in one run.
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
for bench in "$build"/bench/bench_*; do
    [ -x "$bench" ] || continue
    echo "== $(basename "$bench")"
    "$bench"
done
echo "== compiling"
python3 "$here/compile_time.py" "$build/hysteron"
echo "== one device, ngspice beside"
python3 "$here/iv_vs_ngspice.py" "$build/hysteron"
echo "== circuits, ngspice beside"
python3 "$here/circuits_vs_ngspice.py" "$build/hysteron" --runs 1
echo "== crossbars, ngspice beside"
python3 "$here/array_vs_ngspice.py" "$build" --sizes 16,32
echo "== runs shared out over MPI ranks"
sh "$here/mpi_sweep.sh" "$build"
echo "== circuits, VACASK beside"
python3 "$here/circuits_vs_vacask.py" "$build/hysteron" --runs 1
echo "== resistive crossbars, badcrossbar and direct solutions beside"
python3 "$here/array_vs_peers.py" "$build/hysteron"
echo "== networks, aihwkit beside"
python3 "$here/network_vs_aihwkit.py" "$build/hysteron" || true
echo "== spiking networks, Brian2 beside"
python3 "$here/network_vs_brian2.py" "$build/hysteron" || true
echo "== brains on two threads"
python3 "$here/brain_threads.py" "$build/hysteron"
echo "== brains on two ranks"
python3 "$here/brain_ranks.py" "$build/hysteron" || true
echo "== brains, Brian2, NEST and Arbor beside"
python3 "$here/brain_vs_brian2.py" "$build/hysteron" || true
python3 "$here/brain_vs_nest.py" "$build/hysteron" || true
python3 "$here/brain_vs_arbor.py" "$build/bench/bench_brain" || true
python3 "$here/brain_vs_neuron.py" "$build/bench/bench_brain" || true
if [ -n "${CROSS_SIM:-}" ]; then
    echo "== networks, CrossSim beside"
    python3 "$here/network_vs_crosssim.py" "$build/hysteron" --cross-sim "$CROSS_SIM"
fi
