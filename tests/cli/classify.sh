#!/bin/sh
# hysteron classify as its users and their scripts see it.
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

"$HYSTERON" classify nbo2 > text 2> notes || fail "nbo2: $(cat notes)"
grep -q "^ndr  *S  *9[0-9] %" text || fail "nbo2 is not S-shaped: $(grep '^ndr' text)"
grep -q "^control  *current" text || fail "nbo2 is not driven by a current"
grep -q "explored from -5 V to 5 V (the file's claim)" notes || fail "the range is not stated: $(cat notes)"

"$HYSTERON" classify hh_k --json -o out --figure > json || fail "hh_k --json"
for key in '"trait": "order"' '"answer": "1"' '"answer": "volatile"' '"told": true' '"contradictions": \[\]' '"errors": \[\]'; do
    grep -q "$key" json || fail "--json lacks $key"
done
for table in steps quasi-static kinetics retention modes reactance loop sweep; do
    [ -s "out/$table.csv" ] || fail "$table.csv was not written"
done
[ -s out/loop.svg ] || fail "loop.svg was not drawn"
grep -q "^v\[V\],i\[A\]" out/loop.csv || fail "columns of loop.csv"

"$HYSTERON" classify nbo2 --range 0.5V > text 2> notes || fail "--range: $(cat notes)"
grep -q "explored from -500 mV to 500 mV (as asked)" notes || fail "--range is not followed: $(cat notes)"
grep -q "^ndr  *none" text || fail "nbo2 below its threshold: $(grep '^ndr' text)"

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" classify "$@" > out.txt 2> err
    got=$?
    [ "$got" = "$want" ] || fail "classify $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "classify $* says nothing"
}
status 2
status 2 nbo2 --range 1ohm
status 2 nbo2 --range 0V
status 2 nbo2 hh_k
status 2 nbo2 --ports a,b
status 3 nowhere.va
status 3 nowhere.csv
exit $failed
