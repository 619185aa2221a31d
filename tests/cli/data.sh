#!/bin/sh
# hysteron data and impedance --data: what is told of an instrument's file, and what overrides it.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
fixtures=$SOURCE/tests/io/fixtures
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
# says STATUS TEXT COMMAND...: exit status, and a text in what it prints
says() {
    status=$1 text=$2
    shift 2
    "$HYSTERON" "$@" > out 2>&1
    got=$?
    [ $got -eq "$status" ] || fail "$*: exit status $got, not $status: $(head -3 out)"
    grep -qF -- "$text" out || fail "$*: does not say <$text>: $(head -c 600 out)"
}

says 0 "format            Keysight EasyEXPERT text" data "$fixtures/easyexpert.csv"
says 0 "assumed           v is 'DrainV', i is 'DrainI'" data "$fixtures/easyexpert.csv"
says 0 "shown             3 of 3" data "$fixtures/easyexpert.csv" --measurement 3
says 2 "--measurement 1 to 3" data "$fixtures/easyexpert.csv" --measurement 4
says 2 "there is no column 'GateX'" data "$fixtures/easyexpert.csv" --column v=GateX
says 2 "'GateV' is no NAME=COLUMN" data "$fixtures/easyexpert.csv" --column GateV
says 2 "there is no format 'bruker'" data "$fixtures/easyexpert.csv" --format bruker
says 0 "shown             2 of 5" data "$fixtures/arc_one.csv"
says 0 "a spectrum" data "$fixtures/gamry.DTA"

# two cycles, held at 1 mA on the positive side, currents in uA without a word
awk 'BEGIN { for (c = 0; c < 2; c++) for (k = 0; k < 400; k++) {
    v = k < 100 ? k / 100 : k < 300 ? 2 - k / 100 : k / 100 - 4
    i = 2000 * v; if (i > 1000) i = 1000
    printf "%.4f,%.6f\n", v, i } print "0,0" }' > loop.csv
says 0 "cycles            2, by the turning points" data loop.csv --unit i=uA
says 0 "compliance        i stays at 0.001 A" data loop.csv --unit i=uA
says 0 "say --unit i=uA" data loop.csv
says 0 "cycles            1, as --cycles says" data loop.csv --unit i=uA --cycles 1
says 0 "smoothed          i, over 7 points" data loop.csv --unit i=uA --smooth 7
says 2 "an odd number of points" data loop.csv --unit i=uA --smooth 6
says 0 "cycle             2 alone" data loop.csv --unit i=uA --cycle 2
says 2 "the curve has 2 cycles" data loop.csv --unit i=uA --cycle 3
"$HYSTERON" data loop.csv --cycle 2 -o cycle.csv > out 2>&1 || fail "--cycle: $(cat out)"
[ "$(grep -cv '^#' cycle.csv)" = 402 ] || fail "a cycle of 401 rows has $(grep -cv '^#' cycle.csv) lines"
says 0 "i_max             0.002        A" data loop.csv --columns 'v,i[uA]'
says 0 "swept" data loop.csv --columns 'i[uA],v' --skip 2
says 2 "--columns names more than the 2 columns" data loop.csv --columns a,b,c
says 2 "there are only 801 lines" data loop.csv --skip 1000
says 0 "the sheet is 'Data' of Calc, Data, Settings" data "$fixtures/clarius.xlsx"
says 2 "there is no sheet 'Run7'" data "$fixtures/clarius.xlsx" --sheet Run7
gzip -c loop.csv > loop.csv.gz
says 0 "packed by gzip" data loop.csv.gz --unit i=uA
"$HYSTERON" data loop.csv --unit i=uA -o si.csv > out 2>&1 || fail "-o: $(cat out)"
sed -n '/^[^#]/p' si.csv | sed -n 1p | grep -q '^v\[V\],i\[A\]$' || fail "si.csv has the heading $(grep -v '^#' si.csv | head -1)"
sed -n '/^[^#]/p' si.csv | sed -n 12p | grep -q '^0.1,0.0002$' || fail "si.csv: $(grep -v '^#' si.csv | sed -n 12p)"

# an arc of 100 ohm and 1 uF behind 10 ohm comes back as it went in
awk 'BEGIN { for (k = 0; k <= 60; k++) { f = 10^(5 - k / 10); w = 8 * atan2(1, 1) * f * 1e-4; d = 1 + w * w
    printf "%.15g,%.15g,%.15g\n", f, 10 + 100 / d, -100 * w / d } }' > arc.csv
"$HYSTERON" impedance --data arc.csv --json > z.json 2> out || fail "impedance --data: $(cat out)"
python3 - <<'END' || fail "impedance --data: elements"
import json
d = json.load(open("z.json"))
got = sorted((e["kind"], e["value"]) for e in d["elements"])
want = [("C", 1e-6), ("R", 10), ("R", 100)]
assert len(got) == 3 and all(a[0] == b[0] and abs(a[1] / b[1] - 1) < 1e-8 for a, b in zip(got, want)), got
assert d["format"] == "impedance as CSV" and d["kramers_kronig"] < 0.01
END
says 2 "a device, a netlist or --data is missing" impedance
says 2 "a device and --data exclude each other" impedance vo2 --data arc.csv
says 3 "a spectrum needs the columns f, Z.re and Z.im" impedance --data loop.csv
exit $failed
