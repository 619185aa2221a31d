#!/bin/sh
# hysteron brain run and recover as their users and their scripts see them.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

"$HYSTERON" brain run --example > mine.yaml || fail "--example"
"$HYSTERON" brain run mine.yaml -o out --format both --figure > text || fail "the example: $(cat text)"
grep -q '^groups  *mine: 3 cells, [0-9]* spikes, [0-9.]* Hz, CV' text || fail "groups: $(cat text)"
for file in spikes.h5 report.h5 spikes_mine.csv v.csv gate.csv v.svg gate.svg spikes.svg spikes.gp spikes.data.csv; do
    [ -s "out/$file" ] || fail "out/$file"
done
[ ! -e out/run.partial ] || fail "the log is still there"
[ "$(grep -vc '^#' out/v.csv)" = 2001 ] || fail "100 ms every 50 us: $(grep -vc '^#' out/v.csv)"
grep -q '^# input 1: [0-9a-f]\{64\} mine.yaml$' out/v.csv || fail "where v.csv comes from"

# The same bytes with any number of threads.
"$HYSTERON" brain run mine.yaml -o one --format csv --threads 1 > /dev/null || fail "one thread"
"$HYSTERON" brain run mine.yaml -o two --format csv --threads 2 > /dev/null || fail "two threads"
for file in v.csv gate.csv spikes_mine.csv; do
    grep -v '^# command' "one/$file" > a
    grep -v '^# command' "two/$file" > b
    cmp -s a b || fail "$file depends on threads"
done

# SONATA.
if python3 -c 'import h5py' 2> /dev/null; then
    python3 - << 'PY' || fail "SONATA"
import csv, h5py
rows = [r for r in csv.reader(open("out/spikes_mine.csv")) if not r[0].startswith("#")][1:]
spikes = h5py.File("out/spikes.h5")["spikes/mine"]
sorting = spikes.attrs.get_id("sorting").get_type()
assert sorting.enum_valueof(b"by_time") == spikes.attrs["sorting"]
assert spikes["timestamps"].attrs["units"] in (b"ms", "ms")
assert [float(t) for t, _ in rows] == [t / 1e3 for t in spikes["timestamps"]] or all(
    abs(float(r[0]) - t / 1e3) < 1e-17 for r, t in zip(rows, spikes["timestamps"]))
assert [int(c) for _, c in rows] == list(spikes["node_ids"])
v = h5py.File("out/report.h5")["report/v"]
assert v["data"].shape == (2000, 3) and v["data"].attrs["units"] in (b"mV", "mV")
assert list(v["mapping/node_ids"]) == [0, 1, 2] and list(v["mapping/index_pointers"]) == [0, 1, 2, 3]
assert list(v["mapping/time"]) == [0, 100, 0.05]
PY
fi

# Spikes of one run are the input of another.
cat > again.yaml << 'EOF2'
duration: 100ms
cells: {p: {lif: {}, ports: {s: {kind: delta}}}}
groups: {s: {replay: {file: out/spikes.h5, population: mine}, n: 3}, p: {cell: p, n: 3}}
connect: [{from: s, to: p, port: s, rule: one-to-one, weight: 30mV, delay: 0.1ms}]
EOF2
"$HYSTERON" brain run again.yaml -o again --format csv --figure --json > again.json || fail "replay: $(cat again.json)"
n=$(grep -vc '^#' out/spikes_mine.csv)
[ "$n" -gt 10 ] && [ "$(grep -vc '^#' again/spikes_s.csv)" = "$n" ] || fail "what is replayed"
[ "$(grep -vc '^#' again/spikes_p.csv)" = "$n" ] || fail "what hears it"
grep -q '"n_synapses": 3' again.json || fail "synapses"
sed 's/population: mine/population: yours/' again.yaml > wrong.yaml
"$HYSTERON" brain run wrong.yaml 2> text && fail "no such population"
grep -q 'out/spikes.h5: error: there is no such population' text || fail "no such population: $(cat text)"

# JSON, and what was expected.
cat > small.yaml << 'EOF2'
duration: 20ms
cells: {c: {area: 1um^2, start: -70mV, leak: {conductance: 1, reversal: -70mV}}}
groups: {g: {cell: c}}
record: {v: {group: g}}
expected:
  - {name: v.max, value: -0.07, tolerance: 1e-9, source: nobody}
  - {name: g.spikes, value: 3, tolerance: 0.5}
  - {name: nothing, value: 3}
EOF2
"$HYSTERON" brain run small.yaml > text
[ $? = 1 ] || fail "a number that differs is not the answer no"
grep -q 'v.max: -0.07, got -0.07 (+- 1e-09: agrees)' text || fail "what agrees: $(cat text)"
grep -q 'g.spikes: 3, got 0 (+- 0.5: differs)' text || fail "what differs: $(cat text)"
"$HYSTERON" brain run small.yaml --json --duration 5ms > small.json
[ $? = 1 ] || fail "JSON hides that a number differs"
python3 - << 'PY' || fail "JSON: $(cat small.json)"
import json
j = json.load(open("small.json"))
assert j["groups"] == [{"name": "g", "n": 1, "spikes": 0, "rate_Hz": 0.0, "cv": None,
                        "device_energy_per_spike_J": None, "device_energy_sum_J": None, "device_energy_cells": 0}]
assert abs(j["simulated_s"] - 5e-3) < 1e-12 and j["n_cells"] == j["n_compartments"] == 1 and j["memory_bytes"] > 0
assert 0.3 < j["memory_predicted_bytes"] / j["memory_bytes"] < 3 # so little that blocks of memory are not full
assert [v["pass"] for v in j["values"]] == [True, False, None]
PY

# A tree in the colours of its peaks.
cat > tree.yaml << 'EOF2'
duration: 5ms
cells: {c: {branches: [{length: 50um, diameter: 2um}, {parent: 1, length: 30um, diameter: 1um}], soma: 10um,
            leak: {conductance: 1, reversal: -65mV}}}
groups: {g: {cell: c}}
electrodes: [{group: g, compartment: 0, current: {value: 10pA}}]
record: {v: {group: g, compartment: all}}
EOF2
"$HYSTERON" brain run tree.yaml -o tree --figure > text || fail "a tree: $(cat text)"
[ -s tree/peak_v.svg ] && grep -q 'Peak potential\[V\]' tree/peak_v.data.csv || fail "the tree's figure"

# Bad usage, bad files, too little memory.
"$HYSTERON" brain run > /dev/null 2>&1
[ $? = 2 ] || fail "no file is no bad usage"
"$HYSTERON" brain run small.yaml --format xml > /dev/null 2>&1
[ $? = 2 ] || fail "no such format"
"$HYSTERON" brain run small.yaml -o /proc/nothing > /dev/null 2>&1
[ $? != 0 ] || fail "a folder that cannot be made"
sed 's/area: 1um/aera: 1um/' small.yaml > bad.yaml
"$HYSTERON" brain run bad.yaml > /dev/null 2> text
[ $? = 3 ] || fail "a bad file"
grep -q '^bad.yaml:2:13: error: a cell has no "aera"' text || fail "where it is bad: $(cat text)"
sed 's/{cell: c}/{cell: c, n: 1000000000}/' small.yaml > large.yaml
"$HYSTERON" brain run large.yaml --memory 1G > /dev/null 2> text && fail "a billion cells in a gigabyte"
grep -q 'this needs .* of memory ([0-9]* bytes), and 1 GB may be taken' text || fail "too large: $(cat text)"

# A run that was killed.
sed 's/duration: .*/duration: 1000s/; /^expected/,$d' small.yaml > long.yaml
echo 'slice: 100ms' >> long.yaml
"$HYSTERON" brain run long.yaml -o long > /dev/null 2>&1 &
run=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.1
    [ "$(wc -c < long/run.partial 2> /dev/null || echo 0)" -gt 200000 ] && break
done
kill -9 $run
wait $run 2> /dev/null
[ -s long/run.partial ] || fail "what a killed run wrote"
"$HYSTERON" brain recover long/run.partial -o saved --format both > text || fail "recover: $(cat text)"
grep -q '^a run that was cut off: sound until' text || fail "recover says: $(cat text)"
[ -s saved/report.h5 ] && [ "$(grep -vc '^#' saved/v.csv)" -gt 4000 ] || fail "what was recovered"

# One that was interrupted.
"$HYSTERON" brain run long.yaml -o broken > /dev/null 2>&1 &
run=$!
sleep 0.5
kill -INT $run
wait $run
[ $? = 130 ] || fail "an interrupted run"
"$HYSTERON" brain recover broken/run.partial --json > text || fail "recover after an interruption"
grep -q '"is_whole": false' text || fail "it came to its end: $(cat text)"
"$HYSTERON" brain recover small.yaml > /dev/null 2> text
[ $? = 3 ] || fail "a log that is none"
grep -q 'small.yaml: error: this is no log of a run' text || fail "a log that is none: $(cat text)"

exit $failed
