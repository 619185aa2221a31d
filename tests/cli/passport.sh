#!/bin/sh
# hysteron passport and hysteron compare as their users see them: the reports are opened in headless Chromium.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
skipped=0
fail() {
    echo "FAILED: $*"
    failed=1
}
open_report() { # FILE LEAST_FIGURES
    python3 "$SOURCE/tests/cli/check_report.py" "$1" --least-figures "$2" > said 2>&1
    got=$?
    case $got in
    0) ;;
    77) skipped=1; tail -1 said ;;
    *) fail "$1 in the browser: $(cat said)" ;;
    esac
}

# of a device: everything
"$HYSTERON" passport volatile_linear -o whole.html --threads 2 > said || fail "passport: $(cat said)"
[ "$(cat said)" = whole.html ] || fail "it does not say where the report is: $(cat said)"
open_report whole.html 6
for text in '<h1>volatile_linear' 'What it is good for' 'Verilog-A source' 'hysteron passport volatile_linear</code>'; do
    grep -q "$text" whole.html || fail "the report lacks: $text"
done
grep -q "could not be found out" whole.html && fail "a section has no result: $(grep "could not" whole.html | head -3)"

# the same bytes from one thread and from two
"$HYSTERON" passport volatile_linear -o other.html --threads 1 > /dev/null || fail "one thread"
cmp whole.html other.html || fail "the report depends on the number of threads"

# for scripts
"$HYSTERON" passport volatile_linear --only class,iv --json > json || fail "--json"
python3 - << 'EOF' || fail "the JSON is not what it should be"
import json
d = json.load(open("json"))
assert d["device"] == "volatile_linear" and d["class"]["volatility"]["answer"] == "volatile", d["class"]["volatility"]
assert d["iv"]["i_max"]["unit"] == "A" and d["iv"]["i_max"]["value"] > 0
table = [t for t in d["tables"] if t["section"] == "iv"][0]
assert [c["name"] for c in table["columns"][:3]] == ["time", "v", "i"]
assert max(map(abs, table["columns"][2]["values"][-1000:])) == d["iv"]["i_max"]["value"]
assert d["failed"] == [] and len(d["origin"]["blake2b"]) == 64
EOF

# of data, and of a name that would break a page
"$HYSTERON" iv vteam --wave sine:1V,1kHz -o loop.csv > /dev/null || fail "data to work with"
mv loop.csv 'a<b>"&.csv'
"$HYSTERON" passport 'a<b>"&.csv' --only class,fit,methods -o data.html > /dev/null 2> said || fail "of data: $(cat said)"
open_report data.html 3
grep -q '<h1>a&lt;b&gt;&quot;&amp;.csv' data.html || fail "the name of the file is not escaped"

# side by side
"$HYSTERON" compare vteam hp_linear volatile_linear --only class,iv -o compare.html > said || fail "compare: $(cat said)"
open_report compare.html 2
grep -q '<th scope="col">hp_linear</th>' compare.html || fail "a device has no column"

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" "$@" > out.txt 2> err
    got=$?
    [ "$got" = "$want" ] || fail "$* exits with $got, not $want: $(cat err)"
}
status 2 passport
status 2 passport nosuchdevice
status 2 passport vteam --only clas
grep -q "did you mean 'class'" err || fail "no hint at the section: $(cat err)"
status 2 passport vteam hp_linear
status 2 passport --all
status 2 compare vteam
status 2 passport vteam --only methods -o report.docx
[ ! -e report.docx ] || fail "a report of an unknown kind was written"
status 3 passport vteam --only methods -o nosuch/folder.html
mkdir empty-path
status=0
PATH=$folder/empty-path "$HYSTERON" passport hp_linear --only methods --pdf x.pdf 2> err > /dev/null || status=$?
[ $status = 4 ] || fail "a PDF without a program exits with $status"
grep -q "needs Chromium or WeasyPrint" err || fail "a PDF without a program: $(cat err)"
PATH=$folder/empty-path "$HYSTERON" passport hp_linear --only iv -o plain.html > /dev/null 2> err || fail "without gnuplot: $(cat err)"
grep -q "is not drawn: gnuplot is not installed" plain.html || fail "a figure that could not be drawn is not told"

[ $failed = 0 ] || exit 1
[ $skipped = 0 ] || exit 77
echo "hysteron passport: all passed"
