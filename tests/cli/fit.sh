#!/bin/sh
# hysteron fit as its users and their scripts see it.
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

"$HYSTERON" iv hp_linear --wave sine:1V,1Hz --cycles 1 --points 200 -o loop.csv > made || fail "no data were made"

# Data without noise give the values that they were made with, to the errors of the steps.
"$HYSTERON" fit loop.csv --model hp_linear --free muv,x0 -o mine.lib --curve curve.csv --figure fit.svg > text ||
    fail "fit: $(cat text)"
awk '$1 == "muv" && $2 > 0.9999e-14 && $2 < 1.0001e-14 { n++ } $1 == "x0" && $2 > 0.31443 && $2 < 0.31450 { n++ }
     END { exit n != 2 }' text || fail "muv and x0 are not found: $(cat text)"
for file in fit.svg fit.gp fit.data.csv curve.csv mine.lib; do
    [ -s "$file" ] || fail "$file was not written"
done
grep -q "^.model mine hp_linear" mine.lib || fail "mine.lib is no model card: $(cat mine.lib)"
sed '/^#/d' curve.csv | head -n 1 | grep -q '^curve\[1\],time\[s\],v\[V\],i\[A\],i_fit\[A\],residual' || fail "the heading of --curve"

# The card and the file are devices with the fitted values.
"$HYSTERON" fit loop.csv --model hp_linear --free muv --fix Ron=120 -o mine.va > text || fail "fit -o mine.va"
"$HYSTERON" device show mine.va > shown || fail "the fitted file does not compile"
grep -q "Ron.*120" shown || fail "the fitted file does not hold Ron = 120: $(cat shown)"
printf 'card\n.include mine.lib\nv1 a 0 1\nn1 a 0 mine\n.op\n.end\n' > card.cir
"$HYSTERON" sim card.cir > ran 2>&1 || fail "the card does not work in a netlist: $(cat ran)"

# The same without time, from the known period.
sed '/^#/d' loop.csv | cut -d, -f2,3 > no_time.csv
"$HYSTERON" fit no_time.csv --model hp_linear --free muv,x0 --period 1s --json > json || fail "--period"
python3 - << 'END' || fail "--json: $(cat json)"
import json
d = json.load(open("json"))
v = {p["name"]: p for p in d["parameters"]}
assert abs(v["muv"]["value"] / 1e-14 - 1) < 1e-3 and v["muv"]["low"] < v["muv"]["value"] < v["muv"]["high"]
assert d["points"] == 201 and len(d["correlation"]) == 2 and abs(d["correlation"][0][0] - 1) < 1e-9
assert d["evaluations"] > 0 and d["rms_relative"] < 1e-3
END

# Two files together.
"$HYSTERON" iv hp_linear --wave sine:0.5V,2Hz --cycles 1 --points 200 -o second.csv > made || fail "no second data"
"$HYSTERON" fit loop.csv second.csv --weight 1 --weight 2 --model hp_linear --free muv,x0 --log > text || fail "two files"
grep -q "from 402 of 402 rows" text || fail "two files are not both fitted: $(cat text)"

# What lies between source and device, and what the source did.
"$HYSTERON" fit loop.csv --model hp_linear --free muv,x0 --series 1kohm --json > json || fail "--series: $(cat json)"
python3 - << 'END' || fail "--series is not taken: $(cat json)"
import json
v = {p["name"]: p["value"] for p in json.load(open("json"))["parameters"]}
assert v["x0"] > 0.35  # a device of 11 kohm with 1 kohm less
END
"$HYSTERON" fit loop.csv --model hp_linear --free muv --fix x0=0.5 --series 10ohm -o line.lib > text || fail "-o with --series"
grep -q "in series with 10 ohm" line.lib || fail "the card does not tell of the resistance: $(cat line.lib)"
"$HYSTERON" iv nbo2 --wave sine:1mA,1kHz --cycles 1 --points 100 -o s_shaped.csv > made || fail "no S-shaped data"
"$HYSTERON" fit s_shaped.csv --model nbo2 --free rho_ins,kappa --curve curve.csv --figure s.svg > text || fail "current-driven: $(cat text)"
grep -q "the current was swept" text || fail "current-driven data are not recognised: $(cat text)"
grep -q "^residual voltage (rms)" text || fail "no residual voltage: $(cat text)"
sed '/^#/d' curve.csv | head -n 1 | grep -q 'v_fit\[V\]' || fail "the heading of --curve lacks v_fit"
grep -q 'column(7).*i_fit' s.gp || fail "the figure does not show v_fit: $(cat s.gp)"
"$HYSTERON" fit loop.csv second.csv --temp 300K --temp 77K --model hp_linear --free muv > text || fail "two temperatures"

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" fit "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "fit $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "fit $* says nothing"
}
status 2 loop.csv
status 2 loop.csv --model hp_linear --level 2
status 2 loop.csv --model hp_linear --weight 1 --weight 1
status 2 loop.csv --model hp_linear --free muv,
status 2 loop.csv --model hp_linear --free muw
status 2 no_time.csv --model hp_linear
grep -q -e "--rate" err || fail "no hint for data without time: $(cat err)"
status 2 loop.csv --model hp_linear --temp 300K --temp 77K
status 2 loop.csv --model hp_linear --series -1ohm
status 2 loop.csv --model hp_linear --drive w
status 2 loop.csv --model hp_linear --compliance 1V
status 2 loop.csv --model access_transistor
status 2 loop.csv --model hp_linear --free muv -o mine.txt
status 3 nowhere.csv --model hp_linear
exit $failed
