#!/bin/sh
# Runs on MPI ranks that are killed, whose disk is full, or that are stopped and go on: what each rank had written is
# there, and is what one rank would have written.  Needs $HYSTERON and $SOURCE; skipped where mpirun or the plugin is
# missing.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
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
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}" # MPI gives not all of its memory back
export TMPDIR=/tmp                                                  # names of sockets in it are short
# n COMMAND...: each rank leaves its process in pid.RANK
ranks() {
    n=$1
    shift
    timeout 60 mpirun --mca odls_base_sigkill_timeout 0 --oversubscribe --allow-run-as-root -n "$n" \
        sh -c 'echo $$ > pid.$OMPI_COMM_WORLD_RANK; exec "$@"' sh "$@"
}
# WHAT FOLDER FOLDER: the same spikes and records
same() {
    for file in "$2"/*.csv; do
        grep -v '^# command' "$file" > a
        grep -v '^# command' "$3/${file##*/}" > b || fail "$1: $3/${file##*/} is missing"
        cmp -s a b || fail "$1: ${file##*/} differs"
    done
    [ "$(wc -l < "$2/spikes_g.csv")" -gt 1000 ] && [ "$(wc -l < "$2/v.csv")" -gt 20 ] || fail "$1: what is in $2"
}
# FILE BYTES: waits until the file is that long
wait_for() {
    tries=0
    while { [ ! -e "$1" ] || [ "$(wc -c < "$1")" -lt "$2" ]; } && [ $tries -lt 200 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    [ $tries -lt 200 ] || fail "$1 does not grow"
}

# All that moves: gap junctions, short-term and pair plasticity, weights that are devices, a store that gates a drive,
# noise.  Records lie on all ranks and on one.
cat > net.yaml << 'EOF2'
duration: 1000s
slice: 20ms
dt: 0.1ms
cells:
  cell:
    lif: {bias: 370pA}
    ports: {syn: {current: true, tau: 2ms}, drive: {current: true}}
  store:
    area: 1m^2
    capacitance: 1F/m^2
    leak: {conductance: 2S/m^2, reversal: 1V}
    start: 1V
    ports: {atp: {kind: delta}}
groups:
  p: {poisson: {rate: 100Hz}, n: 20}
  g: {cell: cell, n: 1500, background: {port: syn, rate: 1kHz, weight: 50pA}}
  s: {cell: store, n: 1500, threshold: 100V}
connect:
  - {from: p, to: g, port: syn, rule: probability, probability: 0.1, weight: normal 20pA 4pA 0pA 1nA,
     short_term: {use: 0.5, recovery: 100ms}}
  - {name: learnt, from: g, to: g, port: syn, rule: indegree, number: 2, weight: 20pA, delay: 1.5ms,
     pair: {w_max: 60pA}}
  - {name: device, from: p, to: g, port: syn, rule: indegree, number: 1, delay: 2ms, weight: 30pA,
     memristive: {device: vteam, set: [v_on=-0.5, v_off=0.5, k_on=-1e-7, k_off=1e-7], g_min: 1uS, g_max: 100uS,
                  v_head: 0.45, v_tail: -0.45, w_max: 99pA}}
  - {from: g, to: s, port: atp, rule: one-to-one, weight: -50mV}
join: [{from: s, rule: chain, conductance: 0.1nS}]
couple: [{from: s, to: g, port: drive, map: sigmoid, gain: 300pA, threshold: 0.8, unit: 0.03}]
electrodes: [{group: s, current: {shape: noise, deviation: 1mA, tau: 5ms}}]
record:
  v: {group: g, cells: [0, 500, 1499], every: 1ms}
  atp: {group: s, every: 20ms, cells: 0-9}
EOF2

# One is killed: the others end, and what all have is there, whichever file is named.
ranks 3 "$HYSTERON" brain run net.yaml -o dead --threads 1 > /dev/null 2>&1 &
run=$!
wait_for dead/run.partial.2 20000
kill -9 "$(cat pid.1)"
wait $run && fail "a run whose rank was killed ends well"
[ ! -e dead/run.partial ] && [ ! -e dead/spikes.h5 ] || fail "files of a run that was killed"
"$HYSTERON" brain recover dead/run.partial > base.txt || fail "recover: $(cat base.txt)"
grep -q '^a run on 3 ranks that was cut off: all have written what happened until 0*\.[0-9]* s' base.txt ||
    grep -q '^a run on 3 ranks that was cut off: all have written what happened until [1-9]' base.txt ||
    fail "recover says: $(cat base.txt)"
"$HYSTERON" brain recover dead/run.partial.1 -o saved --format csv > one.txt || fail "recover a part: $(cat one.txt)"
cmp -s base.txt one.txt || fail "two names of the same log"
"$HYSTERON" brain recover dead/run.partial --json > text && grep -q '"ranks": 3' text || fail "as JSON: $(cat text)"
until=$(sed -n '1s/.* until \([0-9.]*\) s.*/\1/p' base.txt)
"$HYSTERON" brain run net.yaml --duration "${until}s" -o whole --format csv > whole.txt || fail "$until s alone"
same "what was saved of three ranks" whole saved

# A part that is cut in the middle of a block is taken as far as it goes; one that is missing, or of another run, not.
cp -r dead cut
size=$(wc -c < cut/run.partial.0)
truncate -s $((size / 2)) cut/run.partial.0
"$HYSTERON" brain recover cut/run.partial.0 > cut.txt || fail "a part that was cut: $(cat cut.txt)"
grep -q 'a run on 3 ranks that was cut off' cut.txt && ! cmp -s base.txt cut.txt || fail "cut: $(cat cut.txt)"
rm cut/run.partial.2
"$HYSTERON" brain recover cut/run.partial.0 > text 2>&1 && fail "a part is missing"
grep -q 'run.partial.2: No such file' text || fail "a part is missing: $(cat text)"

# Stopped and gone on with, as often as one likes: the bits of a run that was not.
rm -f pid.*
ranks 2 "$HYSTERON" brain run net.yaml -o stopped --threads 1 --checkpoint 1h > /dev/null 2>&1 &
run=$!
wait_for stopped/run.partial.1 20000
kill -INT "$(cat pid.0)"
wait $run && fail "a run that was stopped ends well"
[ -e stopped/run.checkpoint.0 ] && [ -e stopped/run.checkpoint.1 ] || fail "checkpoints of two ranks"
"$HYSTERON" brain recover stopped/run.partial > text || fail "what was stopped: $(cat text)"
until=$(sed -n '1s/.* until \([0-9.]*\) s.*/\1/p' text)
on=$(awk "BEGIN { print $until + 0.05 }")
ranks 3 "$HYSTERON" brain run net.yaml -o stopped --resume --duration "${on}s" > /dev/null 2> text && fail "two as three"
[ "$(grep -c 'error' text)" = 1 ] || fail "two as three: $(cat text)"
"$HYSTERON" brain run net.yaml -o stopped --resume --duration "${on}s" > /dev/null 2> text && fail "two as one"
grep -q 'run.checkpoint.0 is there, of a run on another number of ranks' text || fail "two as one: $(cat text)"
cp -r stopped mixed
ranks 2 "$HYSTERON" brain run net.yaml -o stopped --resume --duration "${on}s" --format csv --threads 1 > on.txt 2>&1 ||
    fail "going on: $(cat on.txt)"
"$HYSTERON" brain run net.yaml --duration "${on}s" -o never --format csv > never.txt || fail "$on s alone"
same "what went on" never stopped
for file in stopped/run.*; do [ ! -e "$file" ] || fail "$file is still there"; done
grep -v 'time to\|^memory' never.txt > a
grep -v 'time to\|^memory' on.txt > b
cmp -s a b || fail "what it says: $(cat on.txt) instead of $(cat never.txt)"

# Files of two runs; the log of another number of ranks goes when a run begins.
cp dead/run.partial.1 mixed/
"$HYSTERON" brain recover mixed/run.partial > text 2>&1 && fail "files of two runs"
grep -q 'run.partial.0 and mixed/run.partial.1 are not of one run' text || fail "files of two runs: $(cat text)"
"$HYSTERON" brain run net.yaml -o dead --duration 20ms --format csv > text || fail "one rank behind three: $(cat text)"
for file in dead/run.partial*; do [ ! -e "$file" ] || fail "$file was left"; done

# A file that may not grow, as on a disk that is full: that of one rank, which all hear of.
if command -v prlimit > /dev/null 2>&1; then
    rm -f pid.*
    ranks 2 "$HYSTERON" brain run net.yaml -o full --threads 1 > /dev/null 2> text &
    run=$!
    wait_for full/run.partial.1 20000
    limit=$(($(wc -c < full/run.partial.1) + 60000)) # it grows meanwhile
    prlimit --pid "$(cat pid.1)" --fsize="$limit" || fail "prlimit"
    wait $run && fail "a full disk"
    grep -q 'error: full/run.partial.1: File too large' text && grep -q 'hysteron brain recover' text ||
        fail "a full disk: $(cat text)"
    [ "$(wc -c < full/run.partial.1)" -le "$limit" ] || fail "the limit"
    "$HYSTERON" brain recover full/run.partial -o rest --format csv > text || fail "recover from a full disk: $(cat text)"
    until=$(sed -n '1s/.* until \([0-9.]*\) s.*/\1/p' text)
    "$HYSTERON" brain run net.yaml --duration "${until}s" -o all --format csv > /dev/null || fail "$until s alone"
    same "what a full disk took" all rest
fi

exit $failed
