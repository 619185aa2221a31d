#!/bin/sh
# hysteron network accuracy and network run as users and their scripts see them, with a small set of our own.
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

# Three classes about three corners of a square, and ten "digits" of one bright row or column each.
python3 - << 'PY'
import gzip, random
r = random.Random(1)
with open("set.csv", "w") as f:
    f.write("a,b,c,d,label\n")
    for k in range(300):
        c = k % 3
        p = [(0, 0), (1, 0), (0, 1)][c]
        v = [p[0] + r.gauss(0, 0.15), p[1] + r.gauss(0, 0.15), r.gauss(0, 1), r.gauss(0, 1)]
        f.write(",".join("%.5f" % x for x in v) + ",%d\n" % c)
with gzip.open("digits.csv.gz", "wt") as f:
    for k in range(400):
        c = k % 10
        on = [i for i in range(64) if (i // 8 == c if c < 5 else i % 8 == c - 5)]
        f.write(",".join(str(min(16, r.randrange(4) + 12 * (i in on))) for i in range(64)) + ",%d\n" % c)
with open("pulses.csv", "w") as f:
    f.write("g\n")
    up = [1e-6 + 9e-6 * k / 100 for k in range(101)]
    for g in up + up[::-1]:
        f.write("%.6e\n" % (g * (1 + r.gauss(0, 0.001))))
with open("volts.csv", "w") as f:  # positive pulses lower it; the first row is before any
    f.write("pulse[1],g[S],v[V]\n")
    for k, g in enumerate(up[::-1] + up):
        f.write("%d,%.6e,%s\n" % (k, g, "nan" if k == 0 else "1" if k <= 100 else "-1"))
PY

accuracy() {
    "$HYSTERON" network accuracy --data set.csv --net 4-6-3 --epochs 15 --batch 10 --rate 0.02 --seeds 2 --threads 1 "$@"
}

# The keys of the contract, and that sums are sums.
accuracy --device vteam --rwire 2ohm --dac 8 --adc 8 --exact 5 --sweep wire=1,1k --sweep time=1s,1year \
    -o out --figure --json > a.json || fail "accuracy: $(cat a.json)"
python3 - << 'PY' || fail "accuracy --json: $(cat a.json)"
import json
e = json.load(open("a.json"))
assert e["errors"] == [] and e["seeds"] == 2 and len(e["accuracies"]) == 2
assert e["software_accuracy"] > 0.9 and e["accuracy"] > 0.9 and 0 <= e["accuracy_std"] < 0.1
assert abs(sum(e["accuracies"]) / 2 - e["accuracy"]) < 1e-12
assert e["energy_per_inference_J"] > 0 and e["latency_s"] > 0 and e["area_m2"] > 0
assert abs(sum(e["energy"].values()) - e["energy_per_inference_J"]) < 1e-6 * e["energy_per_inference_J"]
assert abs(sum(l["area_m2"] for l in e["layers"]) - e["area_m2"]) < 1e-9 * e["area_m2"]
assert sum(map(sum, e["confusion"])) == 2 * 60
assert [l["name"] for l in e["layers"]] == ["dense1", "dense2"] == [x["layer"] for x in e["against_exact"]]
w = e["sweeps"]["wire"]
assert [p["value"] for p in w] == [1, 1000] and w[0]["accuracy"] >= w[1]["accuracy"]
n = e["neurobench"]
assert n["Footprint"] > 0 and 0 <= n["ConnectionSparsity"] < 1 and 0 <= n["ActivationSparsity"] < 1
assert n["ClassificationAccuracy"] == e["accuracy"] and n["Energy_J"] == e["energy_per_inference_J"]
o = n["SynapticOperations"]
assert o["Dense"] == 4 * 6 + 6 * 3 and 0 < o["Effective_MACs"] <= o["Dense"] and o["Effective_ACs"] == 0
assert e["device"]["g_max_S"] > e["device"]["g_min_S"] > 0
assert [i["path"] for i in e["inputs"]] == ["set.csv"] and len(e["inputs"][0]["blake2b"]) == 64
PY
for file in confusion wire time device epochs; do
    [ -s "out/$file.csv" ] || fail "out/$file.csv"
done
[ -s out/weights.npz ] || fail "out/weights.npz"
grep -q '^# command: .*network accuracy' out/confusion.csv || fail "where a table comes from: $(head -3 out/confusion.csv)"
if command -v gnuplot > /dev/null; then
    for file in confusion wire time device; do
        [ -s "out/$file.svg" ] || fail "out/$file.svg"
    done
fi

# The same with any number of threads; weights that were written are read again.
accuracy --device vteam --json --weights out/weights.npz --threads 1 > one.json || fail "--weights"
accuracy --device vteam --json --weights out/weights.npz --threads 3 > three.json || fail "--threads 3"
python3 - << 'PY' || fail "threads change the result"
import json
a, b = json.load(open("one.json")), json.load(open("three.json"))
for e in (a, b):
    for timing in ("software_s", "device_s", "inference_s"):
        e.pop(timing, None)
assert a == b
assert a["software_accuracies"][0] == a["software_accuracies"][1] > 0.9
PY

# Ideal cells compute what software does; kinds of training and measured pulses run.
accuracy --json > ideal.json || fail "ideal cells"
python3 - << 'PY' || fail "ideal cells are no software: $(cat ideal.json)"
import json
e = json.load(open("ideal.json"))
assert e["software_accuracies"] == e["accuracies"]
PY
for training in aware inplace hybrid; do
    accuracy --device vteam --training $training --tune 3 --tune-rate 0.02 --seeds 1 > text 2> err || fail "$training: $(cat err)"
done
accuracy --measured pulses.csv --training inplace --rule sign --seeds 1 --json > m.json || fail "--measured: $(cat m.json)"
python3 - << 'PY' || fail "measured: $(cat m.json)"
import json
e = json.load(open("m.json"))
assert abs(e["device"]["g_max_S"] - 1e-5) < 5e-7 and abs(e["device"]["g_min_S"] - 1e-6) < 5e-7
assert e["most_pulses_of_a_cell"] > 0 and e["energy_per_inference_J"] > 0
PY
accuracy --measured volts.csv --seeds 1 --json > v.json || fail "--measured with voltages: $(cat v.json)"
python3 - << 'PY' || fail "measured with voltages: $(cat v.json)"
import json
e = json.load(open("v.json"))
assert abs(e["device"]["g_max_S"] - 1e-5) < 5e-7 and abs(e["device"]["g_min_S"] - 1e-6) < 5e-7 and e["accuracy"] > 0.9
PY
accuracy --device vteam -f distilled -f dense2=exact --seeds 1 > text || fail "--fidelity of a layer"
{ grep -q 'dense1: distilled' text && grep -q 'dense2: exact' text; } || fail "fidelities: $(cat text)"

# Experiments: the example of the program and one of the folder, on what lies here.
"$HYSTERON" network run --example > example.yaml || fail "--example"
sed -e 's/fashion-mnist.*/set.csv/; s/train: 60000/train: 240/; s/test: 10000/test: 60/; s/784-64-10 .*/4-6-3/; s/seeds: 3 /seeds: 1 /' \
    example.yaml > mine.yaml
"$HYSTERON" network run mine.yaml --threads 1 > text 2> err || fail "the example: $(cat text err)"
[ -s out/confusion.csv ] || fail "the file's own folder"
"$HYSTERON" network run "$SOURCE/examples/networks/perceptron_digits.yaml" --seeds 1 --threads 1 --json > d.json ||
    fail "perceptron_digits.yaml: $(cat d.json)"
cat > expect.yaml << 'YAML'
seeds: 1
data: {name: set.csv}
network: 4-6-3
training: {software: {epochs: 10, batch: 10, rate: 0.02}}
device: {model: vteam}
expected:
  - {name: accuracy, value: 0.2, tolerance: 0.01, source: "nobody"}
  - {name: accuracy, value: 0.1, tolerance: 0.01, data: mnist, source: "of another set"}
YAML
"$HYSTERON" network run expect.yaml > text
[ $? = 1 ] || fail "what differs from its source is not the answer no"
{ grep -q 'differs' text && grep -q 'of another set: --data mnist' text; } || fail "expected: $(cat text)"
sed -i 's/value: 0.2, tolerance: 0.01/value: 0.9, tolerance: 0.2/' expect.yaml
"$HYSTERON" network run expect.yaml --json > e.json || fail "what agrees: $(cat e.json)"
python3 - << 'PY' || fail "expected: $(cat e.json)"
import json
v = json.load(open("e.json"))["values"]
assert v[0]["pass"] is True and v[1]["pass"] is None and v[1]["data"] == "mnist"
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
refused 2 'the network has 5 inputs, a sample of set.csv 4 values' accuracy --data set.csv --net 5-3
refused 2 'the network has 2 outputs for 3 classes' accuracy --data set.csv --net 4-2
refused 2 'conv' accuracy --data set.csv --net 4-conv8@3x3-3
refused 2 'selector_exponential has no memory' accuracy --data set.csv --net 4-3 --device selector_exponential
refused 2 'forgets' accuracy --data set.csv --net 4-3 --device diffusive_ag
refused 2 'vteam' accuracy --data set.csv --net 4-3 --device vteem
refused 3 'nothing.csv' accuracy --data nothing.csv --net 4-3
refused 3 'mnist' accuracy --data mnist
refused 2 'offlien' accuracy --training offlien
refused 2 'no size' accuracy --tile 0x3
refused 2 'dense9' accuracy --data set.csv --net 4-3 -f dense9=exact
refused 2 'adc' accuracy --data set.csv --net 4-3 --sweep adc=99
refused 2 'sweep' accuracy --data set.csv --net 4-3 --sweep colour=1
refused 2 'whole\|levels' accuracy --data set.csv --net 4-3 --sweep levels=2.5
refused 2 'figures' accuracy --figure
refused 2 'up' accuracy --up 1V,1us
refused 2 '0 K' accuracy --device vteam --temp 0K
refused 2 'in place' accuracy --device vteam -t inplace --exact 3
refused 2 'measured' accuracy --device vteam --measured pulses.csv
refused 2 'which experiment' run
refused 3 'missing.yaml' run missing.yaml
head -c 5000 /dev/urandom > noise.csv
refused 3 'noise.csv' accuracy --data noise.csv --net 4-3
printf 'a,b,label\n1,2,0\n1,x,1\n' > bad.csv
refused 3 'bad.csv:3' accuracy --data bad.csv --net 2-2
: > empty.csv
refused 3 'empty.csv' accuracy --data empty.csv --net 2-2
mkdir idx
head -c 5000 /dev/urandom > idx/train-images-idx3-ubyte
refused 3 'idx' accuracy --data idx --net 784-10
printf 'network: 4-3\ndata: {nom: set.csv}\n' > bad.yaml
refused 3 'bad.yaml:2' run bad.yaml
head -c 5000 /dev/urandom > bad.yaml
refused 3 'bad.yaml' run bad.yaml

exit $failed
