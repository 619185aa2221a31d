#!/bin/sh
# hysteron char as its users and their scripts see it.
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

"$HYSTERON" char --list > list || fail "--list"
grep -q "^potentiation " list || fail "the list lacks potentiation: $(cat list)"
grep -q "also: CT" list || fail "the list lacks the tags of ArC testers"
"$HYSTERON" char ppf > options || fail "options of ppf"
grep -q "^  width  *10ms " options || fail "the options lack their defaults: $(cat options)"
"$HYSTERON" char VOL --json > json || fail "a protocol by its alias, as JSON"
grep -q '"name": "epsc"' json || fail "VOL is not epsc"

# 1 + exp(-(10 ms + 10 ms)/100 ms) = 1.8187, of pulses with edges
"$HYSTERON" char ppf volatile_linear --opt intervals=10ms,20ms,40ms,80ms,160ms,320ms -o out --figure > text 2> notes ||
    fail "ppf: $(cat notes)"
grep -q "^index_most  *1\.82" text || fail "index: $(cat text)"
grep -q "cannot be told" notes || fail "nothing is said of the second time constant"
for file in ppf-index.csv ppf-index.svg; do
    [ -s "out/$file" ] || fail "out/$file was not written"
done
grep -q "^# command: hysteron char ppf" out/ppf-index.csv || fail "the table does not say where it is from"

"$HYSTERON" char epsc wox --opt amplitude=0.5V --set tau=0.02 --json > json || fail "--json"
for key in '"protocol": "epsc"' '"device": "wox"' '"features": \[' '"tables": \[' '"remarks": \[' '"value": "single"'; do
    grep -q "$key" json || fail "--json lacks $key"
done

status() {
    want=$1
    shift
    "$HYSTERON" char "$@" > refused 2> err
    got=$?
    [ "$got" = "$want" ] || fail "char $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "char $* says nothing"
}
status 2 potentation vteam
grep -q "did you mean 'potentiation'" err || fail "no hint for potentation"
status 2 ppf wox --opt widht=1ms
grep -q "did you mean 'width'" err || fail "no hint for widht"
status 2 ppf wox --opt width=1V
status 2 ppf wox --opt intervals=2ms,1ms
status 3 ppf nowhere.va
exit $failed
