#!/bin/sh
# hysteron array margin as its users and their scripts see it.
set -u
: "${HYSTERON:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

# Resistors, on/off 100, V/2, good wires: N = 1 + 2 (0.99 / 0.1 - 1) = 18.8.
"$HYSTERON" array margin --rwire 0.1mohm --json > margin.json || fail "margin"
python3 - << 'PY' || fail "margin --json: $(cat margin.json)"
import json
m = json.load(open("margin.json"))
assert m["largest"] == 18 and m["ideal_largest"] == 18 and m["is_more"] is False
assert [p["n"] for p in m["points"]] == [2, 4, 8, 16, 32]
for p in m["points"]:
    want = 0.99 / (1 + (p["n"] - 1) / 2)
    assert abs(p["margin"] - want) < 1e-4 * want and abs(p["ideal_margin"] - want) < 1e-12
    assert abs(p["write_V"] - 1) < 1e-4 and abs(p["disturb_V"] - 0.5) < 1e-4
PY

# Floating lines and a resistor behind the bit line: four lines at 10, five at 100 and 1000.
"$HYSTERON" array margin --read voltage --rwire 1mohm --sweep ratio=10,100,1000 --json > sweep.json || fail "sweep"
python3 - << 'PY' || fail "sweep --json: $(cat sweep.json)"
import json
rows = json.load(open("sweep.json"))["sweep"]
assert [r["ratio"] for r in rows] == [10, 100, 1000]
assert [r["largest"] for r in rows] == [r["ideal_largest"] for r in rows] == [4, 5, 5]
PY

# Nothing leaks into a bit line whose neighbours are grounded, until the wires are bad.
"$HYSTERON" array margin --scheme ground --most 16 --rwire 1mohm > text || fail "ground"
grep -q '^largest array with a margin of 10%: more than 16 lines of each kind; without wires any$' text || fail "$(cat text)"

"$HYSTERON" array margin --most 8 -o margin.csv > /dev/null || fail "-o"
grep -q '^n\[1\],margin\[1\],ideal_margin\[1\],on_current\[A\],' margin.csv || fail "margin.csv: $(cat margin.csv)"
[ "$(grep -c '^[0-9]' margin.csv)" = 3 ] || fail "rows of margin.csv"
"$HYSTERON" array margin --most 8 -o - | grep -vq '^largest' || fail "-o - mixes data and text"
"$HYSTERON" array margin --sweep rwire=1ohm,30ohm --most 32 -o sweep.csv > /dev/null || fail "sweep -o"
grep -q '^rwire\[ohm\],largest\[1\],ideal_largest\[1\]$' sweep.csv || fail "sweep.csv: $(cat sweep.csv)"
if command -v gnuplot > /dev/null; then
    "$HYSTERON" array margin --most 32 -f margin.svg > /dev/null && [ -s margin.svg ] || fail "--figure"
    "$HYSTERON" array margin --sweep nonlinearity=2,4,8 --most 64 -f sweep.svg > /dev/null && [ -s sweep.svg ] ||
        fail "--sweep --figure"
fi

# Long arrays; what is left of a write, cell by cell, falls away from driver and sense circuit.
"$HYSTERON" array margin --most 8 --shape 4 --json > long.json || fail "--shape"
"$HYSTERON" array margin --map write --most 40 --rwire 20ohm --voltage 2V -o write.csv || fail "--map write"
"$HYSTERON" array margin --map disturb --most 8 --rwire 1mohm --voltage 2V -o disturb.csv || fail "--map disturb"
python3 - << 'PY' || fail "maps of margins"
import csv
def read(path):
    rows = csv.reader(line for line in open(path) if not line.startswith("#"))
    next(rows)
    return {(int(float(w)), int(float(b))): float(v) for b, w, v in rows}
write, disturb = read("write.csv"), read("disturb.csv")
assert sorted({w for w, b in write}) == list(range(0, 40, 2))
assert write[38, 0] == max(write.values()) and write[0, 38] == min(write.values()) < 1.6
assert len(disturb) == 64 and abs(disturb[0, 7] - 2) < 1e-3 and abs(disturb[0, 3] - 1) < 1e-3 and abs(disturb[4, 3]) < 1e-3
PY

status() {
    want=$1
    shift
    "$HYSTERON" array margin "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "array margin $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "array margin $* says nothing"
}
status 2 --scheme foo
status 2 --read power
status 2 --read voltage --scheme half
status 2 --margin 2
status 2 --margin nan
status 2 --most 1
status 2 --most 1000000
status 2 --roff 1kohm
status 2 --ron -1ohm
status 2 --nonlinearity 1
status 2 --voltage 0V
status 2 --voltage 1A
status 2 --sweep foo=1
status 2 --sweep ratio
status 2 --sweep ratio=
status 2 --sweep ratio=10,,100
status 2 --sweep ratio=0.5
status 2 --sweep rwire=1V
status 2 --map write
status 2 --map foo -o map.csv
status 2 --shape 0
status 2 --json -o -

exit $failed
