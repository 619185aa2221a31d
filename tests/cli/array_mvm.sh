#!/bin/sh
# hysteron array mvm --weights as its users and their scripts see it.
set -u
: "${HYSTERON:?}"
: "${SOURCE:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
mvm() {
    "$HYSTERON" array mvm "$@"
}

printf '1,-2\n-3,4\n0.5,0\n' > W.csv
printf '1,0,2\n-1,1,0.25\n' > X.csv

# Without wires and anything else y = x W.
mvm --weights W.csv --inputs X.csv --rwire 0ohm -o Y.csv || fail "mvm --weights"
python3 - << 'EOF' || fail "y = x W: $(cat Y.csv)"
rows = [list(map(float, line.split(","))) for line in open("Y.csv") if not line.startswith("#")]
want = [[2.0, -2.0], [-3.875, 6.0]]
assert all(abs(a - b) < 1e-12 for r, w in zip(rows, want) for a, b in zip(r, w)), rows
EOF
for encoding in differential reference offset; do
    mvm -W W.csv -i X.csv --rwire 0ohm --encoding $encoding --tile 2x3 | grep -v '^#' > one.csv || fail "$encoding"
    python3 -c 'import sys
a, b = ([float(v) for l in open(f) if l[0] != "#" for v in l.split(",")] for f in ("one.csv", "Y.csv"))
sys.exit(any(abs(x - y) > 1e-12 for x, y in zip(a, b)))' || fail "$encoding differs"
done

# Digits, a converter, a report, costs; all numbers in the JSON.
mvm -W W.csv -i X.csv --rwire 2ohm --bits-weight 6 --bits-cell 2 --bits-input 5 --dac 2 --adc 8 --adc-range 100% \
    --program pcm --drift 1day --compensate --read-noise 1% --stuck 1%,1% --seed 4 --report --energy --cwire 0.2fF \
    --json > all.json || fail "all steps"
python3 - << 'EOF' || fail "all steps: $(cat all.json)"
import json, math
d = json.load(open("all.json"))
a = d["arrays"]
assert (a["slices"], a["arrays"], a["passes"], a["rows"], a["columns"]) == (3, 3, 2, 3, 4), a
assert len(d["outputs"]) == 2 and len(d["error"]["columns"]) == 2
assert 0 < d["error"]["rms"] < 3 and d["error"]["largest"] >= d["error"]["rms"]
steps = {s["step"]: s for s in d["steps"]}
assert set(steps) == {"weights", "programming", "drift", "stuck cells", "wires", "read noise", "inputs", "outputs"}, steps
c = d["cost"]
parts = ("cells_J", "wires_J", "drivers_J", "charging_J", "dac_J", "adc_J", "adding_J")
assert all(c[k] > 0 for k in parts if k != "drivers_J") and c["drivers_J"] == 0
assert math.isclose(sum(c[k] for k in parts), c["energy_J"], rel_tol=1e-12)
assert "Murmann" in c["adc_source"] and c["operations"] == 12
EOF
mvm -W W.csv -i X.csv --adc 8 --report --energy > text || fail "text"
grep -q '^3 x 2 weights on 1 array of 3 x 4 cells: 1 slice, 1 x 1 tile$' text || fail "shape: $(head -1 text)"
grep -q 'TOPS/W, .* GOPS: 12 operations' text || fail "operations"
grep -q 'Murmann' text || fail "no source"
mvm --program list | grep -q 'Nandakumar' || fail "list"

# Digits and converters, written down once more: weights of 4 bits in cells of 2, inputs of 5 bits in passes of 2, 5 bits
# out over what two tiles of 2 lines can give.
printf '7,-4,1\n-2,5,0\n3,3,-6\n' > Q.csv
printf '15,-9,4\n-1,6,10\n' > U.csv
mvm -W Q.csv -i U.csv --rwire 0ohm --bits-weight 4 --bits-cell 2 --bits-input 5 --dac 2 --adc 5 --tile 2x6 -o C.csv ||
    fail "digits"
python3 - << 'EOF' || fail "digits: $(cat C.csv)"
def rows(path): return [list(map(float, l.split(","))) for l in open(path) if l[0] != "#"]
W, U, got = rows("Q.csv"), rows("U.csv"), rows("C.csv")
def sign(v): return (v > 0) - (v < 0)
def digit(v, k, full): return sign(v) * (int(abs(v)) >> (2 * k) & full)
for u, g in zip(U, got):
    for j in range(3):
        y = 0
        for k, cell in ((0, 3), (1, 1)):       # three bits of a weight's magnitude
            for p, drive in ((0, 3), (1, 3)):  # four bits of an input's
                for lines in ((0, 1), (2,)):
                    s = sum(digit(u[i], p, drive) / drive * digit(W[i][j], k, cell) / cell for i in lines)
                    step = len(lines) / 15.5
                    code = max(-15, min(15, round(s / step)))
                    y += 4**k * 4**p * cell * drive * code * step
        assert abs(y - g[j]) < 1e-9, (y, g[j])
EOF

# The same seed the same bits; another seed others.
mvm -W W.csv -i X.csv --program pcm --seed 1 > a && mvm -W W.csv -i X.csv --program pcm --seed 1 > b
cmp -s a b || fail "the same seed gives other numbers"
mvm -W W.csv -i X.csv --program pcm --seed 2 > b
cmp -s a b && fail "another seed gives the same numbers"

# Conductances of the arrays, for other programs: with them the same currents.
mvm -W W.csv -i X.csv --gmin 0S --gmax 100uS --arrays arrays -o Y1.csv || fail "--arrays"
mvm -g arrays/array1.npy -i X.csv -o I.csv || fail "-g array1.npy"
python3 - << 'EOF' || fail "arrays/array1.npy"
def rows(path): return [list(map(float, l.split(","))) for l in open(path) if l[0] != "#"]
for y, i in zip(rows("Y1.csv"), rows("I.csv")):
    for j in range(2):
        assert abs(y[j] - 4 * (i[2 * j] - i[2 * j + 1]) / 1e-4) < 1e-8, (y, i)
EOF

# The example says what comes out.
example=$SOURCE/examples/arrays
mvm -W "$example/weights.csv" -i "$example/pictures.csv" --rwire 0ohm -o ideal.csv || fail "example"

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" array mvm "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "array mvm $* exits with $got, not $want: $(cat err)"
    [ "$(grep -c error err)" = 1 ] || fail "array mvm $*: $(cat err)"
}
status 2 -W W.csv
status 2 -W W.csv -g W.csv -i X.csv
status 2 -W W.csv -i X.csv --effective E.csv
status 2 -W W.csv -i X.csv --encoding pairs
status 2 -W W.csv -i X.csv --tile 0x4
status 2 -W W.csv -i X.csv --tile 4
status 2 -W W.csv -i X.csv --tile 4x1
status 2 -W W.csv -i X.csv --adc 60
status 2 -W W.csv -i X.csv --adc 1.5
status 2 -W W.csv -i X.csv --adc 8 --adc-range wide
status 2 -W W.csv -i X.csv --adc 8 --adc-range unit
status 2 -W W.csv -i X.csv --adc 8 --adc-range 0%
status 2 -W W.csv -i X.csv --bits-weight 1
status 2 -W W.csv -i X.csv --gmin 10uS --gmax 1uS
status 2 -W W.csv -i X.csv --vmax 0V
status 2 -W W.csv -i X.csv --vmax 1A
status 2 -W W.csv -i X.csv --cwire -1fF --energy
status 2 -W W.csv -i X.csv --program pmc
status 2 -W W.csv -i X.csv --drift 3V
status 2 -W W.csv -i X.csv --read-noise -1%
status 2 -W W.csv -i X.csv --stuck 90%,20%
status 2 -W W.csv -i X.csv --encoding unsigned
status 2 -W W.csv -i X.csv --pulses
status 2 -W W.csv -i W.csv
status 2 -W W.csv -i X.csv --json -o -
status 2 -g W.csv -i X.csv --adc 8
printf '0,0\n' > zero.csv
status 2 -W zero.csv -i X.csv
printf '1,nan\n' > bad.csv
status 3 -W bad.csv -i X.csv
status 3 -W missing.csv -i X.csv

exit $failed
