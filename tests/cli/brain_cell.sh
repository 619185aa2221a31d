#!/bin/sh
# Neurons' shapes as users see them: measures, compartments, tables, figures, faults.
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

# A sphere of 10 um radius and a cylinder of 100 um x 2 um beside it.
printf '1 1 0 0 0 10 -1\n2 3 10 0 0 1 1\n3 3 110 0 0 1 2\n' > ball.swc
"$HYSTERON" brain cell ball.swc --max-length 10um --any-number -o c.csv --json > ball.json || fail "ball: $(cat ball.json)"
python3 - << 'PY' || fail "numbers of ball.swc: $(cat ball.json)"
import csv, json, math
b = json.load(open("ball.json"))
assert b["compartments"] == 11 and b["nodes_without_membrane"] == 0 and b["tips"] == 1
assert [r["name"] for r in b["regions"]] == ["soma", "basal"]
assert abs(b["regions"][0]["area_m2"] / (4e-10 * math.pi) - 1) < 1e-12
assert abs(b["regions"][1]["area_m2"] / (2e-10 * math.pi) - 1) < 1e-12
assert b["remarks"][0].startswith("the soma is one sample")
rows = list(csv.DictReader(line for line in open("c.csv") if line[0] != "#"))
assert [int(r["parent[1]"]) for r in rows] == list(range(-1, 10))
assert abs(sum(float(r["area[m^2]"]) for r in rows) / b["area_m2"] - 1) < 1e-12
# 1 ohm m: 10 um of a cylinder of radius 1 um, half of it to the soma's middle
assert abs(float(rows[2]["axial[ohm]"]) / (1e-5 / (math.pi * 1e-12)) - 1) < 1e-12
assert abs(float(rows[1]["axial[ohm]"]) / (0.5e-5 / (math.pi * 1e-12)) - 1) < 1e-12
PY
"$HYSTERON" brain cell ball.swc | grep -q '^  basal  *1  *100.0  *628.3 ' || fail "text: $("$HYSTERON" brain cell ball.swc)"

# lambda_f(100) = 0.5 sqrt(2 um / (pi 100 Hz 1 ohm m 0.01 F/m2)) = 398.9 um: parts of 39.9 um, an odd number of them.
"$HYSTERON" brain cell ball.swc --json | grep -q '"compartments": 4,' || fail "d-lambda"
"$HYSTERON" brain cell ball.swc --d-lambda 0.05 --lambda-f 400Hz --json | grep -q '"compartments": 12,' || fail "--lambda-f"
"$HYSTERON" brain cell ball.swc --per-section 2 --terminals --json | grep -q '"nodes_without_membrane": 1,' || fail "--terminals"

"$HYSTERON" brain cell "$SOURCE/examples/brain/pyramidal.swc" > /dev/null || fail "the example"
if command -v gnuplot > /dev/null; then
    for colour in region path; do
        "$HYSTERON" brain cell "$SOURCE/examples/brain/pyramidal.swc" --figure $colour.svg --colour $colour > /dev/null ||
            fail "--colour $colour"
        grep -q 'µm' $colour.svg || fail "no bar of lengths in $colour.svg"
    done
    grep -q apical region.svg || fail "no names of regions"
    grep -q 'Distance' path.svg || fail "no bar of colours"
fi

# One message for each fault; exit status 3 of files, 2 of usage.
said() { # status, text, arguments
    status=$1 text=$2
    shift 2
    "$HYSTERON" brain cell "$@" > out 2> err
    got=$?
    [ $got -eq "$status" ] || fail "$*: exit $got, not $status"
    [ "$(grep -c 'error:' err)" -eq 1 ] || fail "$*: not one error: $(cat err)"
    grep -q -- "$text" err || fail "$*: $(cat err)"
}
printf '1 1 0 0 0 10 -1\n2 3 10 0 0 0 1\n' > thin.swc
said 3 'thin.swc:2:12: error: the radius is not positive' thin.swc
"$HYSTERON" brain cell thin.swc --least-radius 0.1um | grep -q '1 radius raised to 0.1 um' || fail "--least-radius"
printf '1 1 0 0 0 10 -1\n2 3 10 0 0 1 -1\n3 3 20 0 0 1 2\n' > two.swc
said 3 'the file holds 2 trees' two.swc
"$HYSTERON" brain cell two.swc --tree 2 > /dev/null || fail "--tree 2"
said 3 'missing.swc' missing.swc
said 2 'there is no plane' ball.swc --figure a.svg --plane zy
said 3 'more than 10000000 compartments' ball.swc --max-length 1pm
exit $failed
