#!/bin/sh
# Products with a matrix on many arrays, shared out over MPI ranks: the same bits at any number of ranks, one message,
# the same status.  Needs $HYSTERON; skipped where mpirun or the plugin is missing.
set -u
: "${HYSTERON:?}"
plugin=$(dirname "$HYSTERON")/libhysteron_mpi.so
command -v mpirun >/dev/null 2>&1 || { echo "SKIPPED: there is no mpirun (Debian: openmpi-bin)"; exit 77; }
[ -e "$plugin" ] || { echo "SKIPPED: hysteron was built without MPI"; exit 77; }
mpirun --version 2>&1 | grep -q "Open MPI" || { echo "SKIPPED: mpirun is not Open MPI's"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
# MPI gives not all of its memory back.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export TMPDIR=/tmp # names of sockets in it are short
ranks() { # n COMMAND...
    n=$1
    shift
    timeout 60 mpirun --oversubscribe --allow-run-as-root -n "$n" "$@"
}

awk 'BEGIN { srand(1); for (i = 0; i < 40; i++) for (j = 0; j < 20; j++)
    printf "%.4f%s", 2 * rand() - 1, j < 19 ? "," : "\n" }' > W.csv
awk 'BEGIN { srand(2); for (i = 0; i < 20; i++) for (j = 0; j < 40; j++)
    printf "%.4f%s", 2 * rand() - 1, j < 39 ? "," : "\n" }' > X.csv
# Nine arrays; ranges of converters, gains and noise of each are known to its rank alone.
set -- array mvm -W W.csv -i X.csv --tile 16x16 --rwire 3ohm --adc 8 --adc-range 99% --read-noise 1% --program pcm \
    --drift 1h --compensate
"$HYSTERON" "$@" --report --energy --json > alone.json || fail "alone"
for n in 2 3; do
    ranks "$n" "$HYSTERON" "$@" --report --energy --json > ranks.json || fail "$n ranks"
    cmp -s alone.json ranks.json || fail "$n ranks give other numbers"
done
"$HYSTERON" "$@" -o alone.npy --arrays alone || fail "alone"
ranks 2 "$HYSTERON" "$@" --threads 2 -o ranks.npy --arrays ranks || fail "two ranks of two threads"
cmp -s alone.npy ranks.npy || fail "two ranks of two threads give other numbers"
cmp -s alone/array9.npy ranks/array9.npy || fail "other conductances"

refused() { # status words COMMAND...
    wanted=$1
    words=$2
    shift 2
    "$@" > report 2> err
    status=$?
    [ "$status" = "$wanted" ] || fail "$*: status $status: $(cat err)"
    [ "$(grep -c "$words" err)" = 1 ] || fail "$*: not said once: $(cat err)"
}
mpi="timeout 60 mpirun --oversubscribe --allow-run-as-root"
refused 2 "other numbers than rank 0" $mpi -n 1 "$HYSTERON" array mvm -W W.csv -i X.csv : \
    -n 1 "$HYSTERON" array mvm -W W.csv -i X.csv --seed 1 --program pcm
refused 3 "rank 1 cannot go on" $mpi -n 1 "$HYSTERON" array mvm -W W.csv -i X.csv : \
    -n 1 "$HYSTERON" array mvm -W W.csv -i nowhere.csv

[ "$failed" = 0 ] && echo "all passed"
exit $failed
