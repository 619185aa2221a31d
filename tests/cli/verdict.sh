#!/bin/sh
# hysteron verdict as its users and their scripts see it.
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

"$HYSTERON" verdict selector_exponential --as selector,memory -o out > text 2> notes || fail "verdict: $(cat notes)"
grep -q "^selector_exponential is good for" text || fail "title: $(head -1 text)"
grep -q "^  1  selector    pass            1.000  all .* criteria that decide are met" text || fail "ranking: $(sed -n 2p text)"
grep -q "^  2  memory      fail" text || fail "second: $(sed -n 3p text)"
grep -q "^selector: pass, score 1.000" text || fail "no criteria of the selector"
grep -q "  ok    selectivity .* >= 128 " text || fail "selectivity: $(grep selectivity text)"
for table in map select-positive select-negative; do
    [ -s "out/$table.csv" ] || fail "$table.csv was not written"
done
grep -q "^voltage\[V\],width\[s\]" out/map.csv || fail "columns of map.csv"

"$HYSTERON" verdict volatile_linear --as reservoir --json -o out --figure > json || fail "--json"
[ -s out/trains.svg ] || fail "no figure"
for key in '"use": "reservoir"' '"verdict": "pass"' '"score": 1.0' '"name": "states"' '"relation": ">="' '"wanted": 16.0' \
    '"source": "Du et al.' '"decides": true' '"literature": ' '"errors": \[\]'; do
    grep -q "$key" json || fail "--json lacks $key"
done

# good for nothing that was asked: exit status 1
"$HYSTERON" verdict hh_leak --as memory,reservoir > text 2> notes
[ $? = 1 ] || fail "a resistor does not exit with 1"
grep -q "no pulse .* leaves a change of conductance" notes || fail "a resistor: $(cat notes)"

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" verdict "$@" > out.txt 2> err
    got=$?
    [ "$got" = "$want" ] || fail "verdict $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "verdict $* says nothing"
}
status 2
status 2 wox --as sinapse
grep -q "did you mean 'synapse'" err || fail "sinapse: $(cat err)"
status 2 wox --figure
status 2 wox --set nothing=1
status 3 nowhere.va
exit $failed
