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
grep -q "^  width  *auto " options || fail "the options lack their defaults: $(cat options)"
"$HYSTERON" char VOL --json > json || fail "a protocol by its alias, as JSON"
grep -q '"name": "epsc"' json || fail "VOL is not epsc"

# 1 + exp(-(10 ms + 10 ms)/100 ms) = 1.8187, of pulses with edges
"$HYSTERON" char ppf volatile_linear --opt width=10ms --opt amplitude=1V --opt intervals=10ms,20ms,40ms,80ms,160ms,320ms -o out --figure > text 2> notes ||
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
# measured data: what a run has written, and what people type
"$HYSTERON" char ppf --data out/ppf-index.csv -o data --figure > again 2> notes || fail "ppf --data: $(cat notes)"
for name in kind index_most rest c1 tau1 rms; do
    [ "$(grep "^$name " text)" = "$(grep "^$name " again)" ] || fail "ppf --data: $name: $(grep "^$name " again)"
done
[ -s data/ppf-index.svg ] || fail "ppf --data draws nothing"
printf '# by hand\ninterval[ms];index\n10;1,5\n20;1,4\n' > german.csv
"$HYSTERON" char ppf --data german.csv --json > json 2> err || fail "decimal commas: $(cat err)"
python3 - <<'END' || fail "decimal commas"
import json
d = json.load(open("json"))
assert [f["value"] for f in d["features"] if f["name"] == "index_most"] == [1.5], d["features"]
assert d["data"][0]["file"] == "german.csv" and d["data"][0]["assumed"][0].startswith("decimal commas"), d["data"]
assert "too few" in d["remarks"][0], d["remarks"]
END
printf 'dev,t (ms),R\na,1,1e5\na,10,2e5\nb,100,3e5\nb,1000,\n' > words.csv
"$HYSTERON" char retention --data words.csv --unit R=ohm > text 2> notes || fail "columns of words: $(cat notes)"
grep -q "1 of 4 rows" notes || fail "empty cells: $(cat notes)"
printf '1,3\n2,4\n3,5\n4,6\n' > bare.csv
"$HYSTERON" char endurance --data bare.csv --columns 'g_off[uS],g_on[uS]' --skip 1 > text 2> notes || fail "--columns"
grep -q "^g_on  *5e-06" text || fail "--columns: $(cat text)"

status 2 potentation vteam
grep -q "did you mean 'potentiation'" err || fail "no hint for potentation"
status 2 ppf wox --opt widht=1ms
grep -q "did you mean 'width'" err || fail "no hint for widht"
status 2 ppf wox --opt width=1V
status 2 ppf wox --opt intervals=2ms,1ms
status 3 ppf nowhere.va
printf 'x,index\n1,2\n' > lacks.csv
status 3 ppf --data lacks.csv
grep -q "lacks.csv:1:1: error: ppf needs columns interval and index" err || fail "what is missing: $(cat err)"
grep -q "there are: x, index" err || fail "what is there: $(cat err)"
status 2 ppf --data bare.csv --columns a,b,c
status 2 ppf --data bare.csv --columns 'a,b[uS'
status 2 ppf --data bare.csv --skip 5
status 2 ppf --data bare.csv --opt width=1ms
status 2 ppf wox vteam
status 3 ppf --data nowhere.csv
exit $failed
