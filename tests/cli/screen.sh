#!/bin/sh
# hysteron screen as its users and their scripts see it.
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

"$HYSTERON" screen hh_k --channel K --set area=1 --free none > text || fail "hh_k is no potassium channel: $(cat text)"
grep -q "^hh_k as the K channel of the Hodgkin-Huxley membrane: pass, score 1.000" text || fail "verdict: $(head -1 text)"
grep -q "^scale: time 1, voltage 1, conductance 1 /m^2, offset 0 V" text || fail "scale: $(sed -n 2p text)"

"$HYSTERON" screen hh_na --channel Na --set area=1 --free none --json > json || fail "hh_na --json"
for key in '"verdict": "pass"' '"score": 0.99' '"time": 1' '"name": "rheobase"' '"directions": \[\]' '"errors": \[\]'; do
    grep -q "$key" json || fail "--json lacks $key"
done

# a device that is none: exit status 1, and by how much
"$HYSTERON" screen hh_leak --channel K --free conductance > text
[ $? = 1 ] || fail "a resistor does not exit with 1"
grep -q "FAILS  order .* off by 1, 2 times what is allowed" text || fail "a resistor: $(cat text)"

"$HYSTERON" screen hh_k --channel K --set area=1 --free none -o out > /dev/null || fail "-o"
for table in spike replay train rate; do
    [ -s "out/$table.csv" ] || fail "$table.csv was not written"
done
grep -q "^time\[s\],channel\[V\],device\[V\]" out/spike.csv || fail "columns of spike.csv"

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" screen "$@" > out.txt 2> err
    got=$?
    [ "$got" = "$want" ] || fail "screen $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "screen $* says nothing"
}
status 2 hh_k
status 2 hh_k --channel Cl
status 2 hh_k --channel K --free volts
status 2 hh_k --channel K --free none --time -1
status 2 ecram --channel K
grep -q "terminals, not two" err || fail "ecram: $(cat err)"
status 2 hh_k --channel K --set nothing=1
status 3 nowhere.va --channel K
exit $failed
