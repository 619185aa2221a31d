#!/bin/sh
# hysteron array run as its users and their scripts see it.
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

# The example has a stuck cell, which is named: exit status 1, and everything else is as asked for.
"$HYSTERON" array run --example > example.yaml || fail "--example"
"$HYSTERON" array run example.yaml -o out > text
[ $? = 1 ] || fail "the stuck cell of the example is not the answer no"
grep -q '^03-program: not all that was asked for$' text || fail "$(cat text)"
grep -q '^  cell 3,5: .* stuck (no pulse moved it at all)$' text || fail "the stuck cell is not named: $(cat text)"
for file in 01-read-read first-write-change 03-program-error 03-program-cells 04-map-voltage 06-retention-points \
    07-margin-points; do
    [ -s "out/$file.csv" ] || fail "out/$file.csv"
done
grep -q '^# experiment: example.yaml$' out/03-program-error.csv || fail "where a matrix comes from"
grep -q '^# seed: 1$' out/03-program-error.csv || fail "the seed of a matrix"
[ "$(grep -vc '^#' out/03-program-error.csv)" = 8 ] || fail "rows of a matrix"
python3 - << 'PY' || fail "experiment.json: $(cat out/experiment.json)"
import json
e = json.load(open("out/experiment.json"))
assert e["seed"] == 1 and e["rows"] == 8 and len(e["steps"]) == 7
assert e["inputs"][0]["path"] == "example.yaml" and len(e["inputs"][0]["blake2b"]) == 64
p = e["steps"][2]
assert p["kind"] == "program" and p["has_failed"] and p["numbers"]["cells"] == 64 and p["numbers"]["reached"] == 63
assert p["numbers"]["worst_row"] == 3 and p["numbers"]["worst_column"] == 5
assert e["steps"][5]["numbers"]["last_time_s"] > 3.1e8
PY

# The same again, byte for byte.
"$HYSTERON" array run example.yaml -o again > /dev/null
for file in out/*.csv; do
    grep -v '^# command' "$file" > a
    grep -v '^# command' "again/${file#out/}" > b
    cmp -s a b || fail "$file is another the second time"
done

# JSON has matrices and tables as well.
cat > small.yaml << 'YAML'
array: {rows: 2, columns: 2, wire: 1ohm}
cell: {conductances: g.csv}
steps:
  - read: {}
  - multiply: {inputs: v.csv}
outputs: {folder: results, figures: false}
YAML
printf '1e-5,2e-5\n3e-5,4e-5\n' > g.csv
printf '0.1,0.2\n' > v.csv
"$HYSTERON" array run small.yaml --json > small.json || fail "--json"
python3 - << 'PY' || fail "--json: $(cat small.json)"
import json
e = json.load(open("small.json"))
i = e["steps"][1]["matrices"]["currents"]
assert i["unit"] == "A" and abs(i["values"][0][0] - 7e-6) < 1e-8 and abs(i["values"][0][1] - 1e-5) < 1e-8
assert [x["path"] for x in e["inputs"]] == ["small.yaml", "g.csv", "v.csv"] and e["errors"] == []
PY
[ -s results/02-multiply-currents.csv ] || fail "the file's own folder"

# From another folder, files lie beside the experiment.
mkdir elsewhere
(cd elsewhere && "$HYSTERON" array run ../small.yaml -o here > /dev/null) || fail "files beside"
if command -v gnuplot > /dev/null; then
    "$HYSTERON" array run example.yaml -o figures --figure > /dev/null
    [ -s figures/03-program-achieved.svg ] || fail "--figure"
fi

for file in "$SOURCE"/examples/arrays/*.yaml; do
    "$HYSTERON" array run "$file" > text 2> err || fail "$file: $(cat text err)"
done

status() {
    want=$1
    shift
    "$HYSTERON" array run "$@" > out.txt 2> err
    got=$?
    [ "$got" = "$want" ] || fail "array run $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "array run $* says nothing"
}
status 2
status 3 missing.yaml
printf 'array: {rows: 2, columns: 2}\ncell: {device: vteem}\nsteps: [{read: {}}]\n' > bad.yaml
status 3 bad.yaml
printf 'array: {rows: 100000, columns: 100000}\ncell: {device: vteam}\nsteps: [{read: {}}]\n' > bad.yaml
status 3 bad.yaml
printf 'array: {rows: 2, columns: 3}\ncell: {conductances: g.csv}\nsteps: [{read: {}}]\n' > bad.yaml
status 3 bad.yaml
grep -q '^bad.yaml:2:22: error: "g.csv" has 2 rows and 2 columns, the array 2 word lines and 3 bit lines$' err ||
    fail "sizes: $(cat err)"
head -c 100000 /dev/urandom > bad.yaml
status 3 bad.yaml
: > bad.yaml
status 3 bad.yaml
printf 'x' > file
status 3 small.yaml -o file

exit $failed
