#!/bin/sh
# hysteron catalogue as its users and their scripts see it.
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

# The least energy of the reviews is 4.28 aJ (Wang et al. 2020).
"$HYSTERON" catalogue --where "energy<10aJ" > list || fail "a question is not answered"
grep -q "^wang2020 .*4.28 aJ" list || fail "4.28 aJ is not listed: $(cat list)"
grep -q "^1 of [0-9]* entries" list || fail "the list has no count"

"$HYSTERON" catalogue --where "states>=100" --json > json || fail "--json"
grep -q '"states": 300' json || fail "--json does not hold the 300 states of BN"

# one's own device, by number and by model
"$HYSTERON" catalogue --own energy=3fJ > own || fail "--own"
grep -q "^this device: energy 3 fJ; of [0-9]* entries with one, [0-9]* lie below" own || fail "--own says $(cat own)"
"$HYSTERON" catalogue --device hp_linear --train "1V,1us" --json > json || fail "--device"
# 1 V over 11 kohm for 1 us: 90.9 pJ, less the half of its edges
grep -q '"value": 9.0[6-9][0-9]*e-11' json || fail "the energy of a pulse on 11 kohm is not 90.9 pJ: $(grep '"value"' json)"

# figures
"$HYSTERON" catalogue --plot energy-year > /dev/null || fail "--plot"
for file in energy-year.svg energy-year.gp energy-year.data.csv; do
    [ -s "$file" ] || fail "$file was not written"
done

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" catalogue "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "catalogue $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "catalogue $* says nothing"
}
status 2 --where "enrgy<1fJ"
grep -q "did you mean 'energy'" err || fail "no hint for enrgy"
status 2 --plot energy
status 2 --plot energy-family
status 2 --columns nothing
status 2 --own energy
status 2 --own energy=3V
status 2 --own frequency=3
status 2 --device vteam
status 3 --file nowhere.csv
printf 'a,b\n1,2\n' > bad.csv
status 3 --file bad.csv
exit $failed
