#!/bin/sh
# mpi_sweep.sh BUILD [RANKS]: Monte Carlo of a memristive oscillator on 1 and on RANKS (2) processes of one thread each,
# and on as many threads of one process; wall-clock time, best of three in turn, ratios against one; the results are compared bit by bit.
set -eu
build=$(cd "$1" && pwd)
ranks=${2:-2}
command -v mpirun >/dev/null 2>&1 || { echo "skipped: there is no mpirun"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >sweep.cir <<'END'
Pearson-Anson oscillator with spread
V1 in 0 4
R1 in a agauss(30k,3k,1)
C1 a 0 1n
X1 a 0 vteam
.tran 200n 2m uic
.mc 200
.meas tran peak max v(a)
.end
END
seconds() { # COMMAND...
    begin=$(date +%s%N)
    "$@" >report
    end=$(date +%s%N)
    echo "$begin $end" | awk '{ printf "%.3f\n", ($2 - $1) / 1e9 }'
}
started() {
    n=$1
    shift
    mpirun --oversubscribe --allow-run-as-root -n "$n" "$@"
}
sim() { # folder THREADS PREFIX...
    folder=$1
    threads=$2
    shift 2
    seconds "$@" "$build/hysteron" sim sweep.cir -o "$folder" --format raw --threads "$threads"
}
sim warm 1 env >/dev/null # compiles what has to be compiled
for _ in 1 2 3; do
    sim alone 1 env >>alone.s
    sim threads "$ranks" env >>threads.s
    sim one 1 started 1 >>one.s
    sim many 1 started "$ranks" >>many.s
done
cmp alone/results.raw many/results.raw && cmp alone/results.raw threads/results.raw
for what in alone threads one many; do sort -n "$what.s" | head -n 1; done | tr '\n' ' ' |
    awk -v n="$ranks" '{
        printf "one process, one thread   %7.2f s\n", $1
        printf "one process, %d threads    %7.2f s   %.2f times as fast\n", n, $2, $1 / $2
        printf "mpirun -n 1               %7.2f s\n", $3
        printf "mpirun -n %d               %7.2f s   %.2f times as fast as -n 1, %.2f as one process\n", n, $4, $3 / $4, $1 / $4
    }'
