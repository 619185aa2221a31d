#!/bin/sh
# hysteron network spiking, and network run of spikes, as users and their scripts see them.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
HYSTERON_DATA=$folder
export HYSTERON_DATA
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

# Four classes: which of four quarters of twelve numbers is large.
python3 - << 'PY'
import random
r = random.Random(1)
with open("set.csv", "w") as f:
    f.write(",".join("x%d" % i for i in range(12)) + ",label\n")
    for k in range(240):
        f.write(",".join("%.4f" % (0.1 * r.random() + 0.8 * (i // 3 == k % 4)) for i in range(12)) + ",%d\n" % (k % 4))
PY

spiking() {
    "$HYSTERON" network spiking --data set.csv --net 12-8-4 --epochs 10 --batch 10 --rate 0.02 --threads 1 "$@"
}

# Converted, on a device: keys, files, figures.
spiking -d vteam --seeds 2 --steps 40 --at 5,20 --times 1s,1year --neuron-energy 1pJ -o out --figure --json > a.json ||
    fail "convert: $(cat a.json)"
python3 - << 'PY' || fail "convert --json: $(cat a.json)"
import json
e = json.load(open("a.json"))
assert e["errors"] == [] and e["seeds"] == 2 and e["training"] == "convert"
assert e["software_accuracy"] > 0.9 and e["accuracy"] > 0.8
assert [p["steps"] for p in e["steps"]] == [5, 20] and [p["time_s"] for p in e["times"]] == [1, 31557600]
assert abs(e["neuron_energy_J"] - 1e-12 * e["spikes"]) < 1e-15 and e["synapse_energy_J"] > 0
assert abs(e["energy_per_inference_J"] - e["neuron_energy_J"] - e["synapse_energy_J"]) < 1e-20
assert abs(e["latency_s"] - 0.04) < 1e-12 and [i["path"] for i in e["inputs"]] == ["set.csv"]
assert len(e["inputs"][0]["blake2b"]) == 64 and len(e["confusion"]) == 4 and sum(map(sum, e["confusion"])) == 2 * 48
assert set(e["neurobench"]) == {"ClassificationAccuracy", "ActivationSparsity", "SynapticOperations"}
PY
for file in steps time device epochs confusion; do
    [ -s "out/$file.csv" ] || fail "out/$file.csv"
done
[ "$(grep -vc '^#' out/steps.csv)" = 4 ] || fail "5, 20 and all 40 steps: $(cat out/steps.csv)"
if command -v gnuplot > /dev/null; then
    for file in steps time device; do
        [ -s "out/$file.svg" ] || fail "out/$file.svg"
    done
fi

# Trained in spikes: written as NIR; the same with any number of threads.
spiking -t surrogate --seeds 1 --nir net.nir --json > one.json || fail "surrogate: $(cat one.json)"
spiking -t surrogate --seeds 1 --threads 3 --json > three.json || fail "--threads 3: $(cat three.json)"
[ -s net.nir ] || fail "net.nir"
"$HYSTERON" network spiking --data set.csv --from net.nir --steps 25 --seeds 1 --json > from.json ||
    fail "--from: $(cat from.json)"
"$HYSTERON" network spiking --data set.csv --from net.nir --steps 25 --seeds 2 -d vteam > text ||
    fail "--from, on a device: $(cat text)"
grep -q '^network  *net.nir on set.csv' text || fail "--from, on a device: $(cat text)"
python3 - << 'PY' || fail "surrogate: $(cat one.json)"
import json
e = json.load(open("one.json"))
assert e["accuracy"] == e["software_accuracy"] > 0.9
assert e == json.load(open("three.json"))
f = json.load(open("from.json"))
assert f["accuracy"] == e["accuracy"] and f["confusion"] == e["confusion"] and f["spikes"] == e["spikes"]
PY

# Without labels: by formulas, by pulses, by what overlapping spikes do to the device.
learn() {
    "$HYSTERON" network spiking -t stdp --data set.csv --neurons 8 --steps 100 "$@"
}
learn -o pair --figure > text || fail "pairs: $(cat text)"
grep -q '^plasticity  *pair$' text || fail "pairs: $(cat text)"
for file in weights window confusion; do
    [ -s "pair/$file.csv" ] || fail "pair/$file.csv"
    if command -v gnuplot > /dev/null; then [ -s "pair/$file.svg" ] || fail "pair/$file.svg"; fi
done
learn -d vteam --json > pulses.json || fail "pulses: $(cat pulses.json)"
learn -d vteam --rule device --spike 0.4V,0.3V -s v_on=-0.5 -s v_off=0.5 -s k_on=-1e-6 -s k_off=1e-7 -s window=0 \
    -s Ron=1e5 -s Roff=1e6 -o device > text || fail "device: $(cat text)"
python3 - << 'PY' || fail "plasticity: $(cat pulses.json)"
import json
e = json.load(open("pulses.json"))
assert e["rule"] == "pulses" and e["programming_energy_J"] > 0 and e["updates"] > 0
rows = [l.split(",") for l in open("device/window.csv") if l[0] in "0123456789"]
rows = [[float(v) for v in row] for row in rows]
assert len(rows) == 360
assert all(c > -1e-9 for w, dt, c in rows if dt > 0) and all(c < 1e-9 for w, dt, c in rows if dt < 0)
assert max(c for w, dt, c in rows) > 5 * -min(c for w, dt, c in rows) > 0
PY

# Files: the example of the program, what a source gives, the law of the folder.
"$HYSTERON" network run --example-spiking > example.yaml || fail "--example-spiking"
sed -e 's/fashion-mnist.*/set.csv/; s/train: 60000/train: 180/; s/test: 10000/test: 60/; s/784-64-10 .*/12-8-4/; s/seeds: 3 /seeds: 1 /' \
    example.yaml > mine.yaml
"$HYSTERON" network run mine.yaml > text 2> err || fail "the example: $(cat text err)"
[ -s out/time.svg ] || ! command -v gnuplot > /dev/null || fail "the file's own folder"
cat > expect.yaml << YAML
title: a network of four classes
seeds: 1
data: {name: set.csv}
network: 12-8-4
training: {epochs: 20, rate: 0.02, batch: 10}
spiking: {steps: 20}
law: $SOURCE/examples/networks/laws/pcm_300K.yaml
times: [2year]
expected:
  - {name: aged_accuracy, value: 0.2, tolerance: 0.01, source: "nobody"}
  - {name: aged_loss, value: 0.2, tolerance: 0.01, data: mnist}
source_does_not_say: [what it is about]
YAML
"$HYSTERON" network run expect.yaml > text
[ $? = 1 ] || fail "what differs from its source is not the answer no"
{ grep -q '^a network of four classes$' text && grep -q '0.2, got .*differs' text && grep -q 'another set' text &&
    grep -q '2 years ' text && grep -q '^source is silent on  what it is about$' text; } || fail "expected: $(cat text)"
sed -i 's/value: 0.2, tolerance: 0.01, source/value: 0.9, tolerance: 0.2, source/' expect.yaml
"$HYSTERON" network run expect.yaml --seeds 2 --json > e.json || fail "what agrees: $(cat e.json)"
python3 - << 'PY' || fail "expected: $(cat e.json)"
import json
e = json.load(open("e.json"))
assert e["seeds"] == 2 and e["values"][0]["pass"] is True and e["values"][1]["pass"] is None
assert e["values"][0]["got"] == e["times"][0]["accuracy"]
PY

# What is refused, each with one message that names it.
refused() { # STATUS PATTERN ARGUMENTS...
    want=$1
    pattern=$2
    shift 2
    "$HYSTERON" network "$@" > out.txt 2> err
    got=$?
    [ "$got" = "$want" ] || fail "network $* exits with $got, not $want: $(cat err)"
    grep -q -- "$pattern" err || fail "network $*: no '$pattern' in $(cat err)"
}
refused 2 'the network takes 1x1x5' spiking --data set.csv --net 5-4
refused 2 'maxpool' spiking --data set.csv --net 3x4-conv2@2x2-maxpool2-4
refused 2 'after any time' spiking --data set.csv --net 12-4 --times 1s
refused 2 'morse' spiking --code morse
refused 3 'missing.nir' spiking --data set.csv --from missing.nir
refused 2 'has its weights' spiking --data set.csv --from net.nir --nir other.nir
refused 2 'steps' spiking --at 0.5
refused 2 'figures' spiking --figure
refused 2 'model, or a law' spiking -d vteam --law a.yaml
refused 2 'change no device' spiking -t stdp --rule pulses --data set.csv
refused 2 'does not learn by pairs' spiking -t stdp --rule pair -d vteam --data set.csv
refused 2 'how large are the spikes' spiking -t stdp --rule device -d vteam --data set.csv
refused 2 'selector_exponential has no memory' spiking -d selector_exponential --data set.csv --net 12-4
refused 3 'missing.yaml' spiking --law missing.yaml --data set.csv --net 12-4
printf 'spiking: {code: morse}\n' > bad.yaml
refused 3 'bad.yaml:1:17' run bad.yaml

exit $failed
