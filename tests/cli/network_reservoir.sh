#!/bin/sh
# hysteron network run of reservoirs as its users and their scripts see it.
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

"$HYSTERON" network run --example-reservoir > example.yaml || fail "--example-reservoir"
grep -q '^choose:' example.yaml || fail "the example chooses nothing"

cat > mine.yaml << 'EOF'
title: a small network
echo: {nodes: 10, density: 0.5}
task: {kind: henon, length: 300}
choose: {radius: [0.1, 0.3, 0.9], input: [0.1, 0.5]}
expected:
  - {name: echo_nrmse, value: 5, tolerance: 0.1, source: nobody}
  - {name: nothing, value: 5}
source_does_not_say: [what it is about]
EOF
"$HYSTERON" network run mine.yaml -o out --figure > text
[ $? = 1 ] || fail "a number that differs is not the answer no"
grep -q '^expected  *echo_nrmse: 5, got 0.[0-9]* (+- 0.1: differs)$' text || fail "what was expected: $(cat text)"
grep -q '^ *nothing: 5, got .*there is no such number' text || fail "a number that is not there: $(cat text)"
grep -q '^source is silent on  *what it is about$' text || fail "what the source leaves out: $(cat text)"
grep -q '^chosen_radius ' text || fail "what was chosen: $(cat text)"
[ "$(grep -vc '^#' out/echo_choose.csv)" = 7 ] || fail "six combinations: $(cat out/echo_choose.csv)"
for file in echo_choose-radius.svg echo_choose-input.svg series.csv series.svg; do
    [ -s "out/$file" ] || fail "out/$file"
done

sed 's/tolerance: 0.1/tolerance: 10/' mine.yaml > good.yaml
"$HYSTERON" network run good.yaml --json > good.json || fail "a number within its tolerance is the answer no"
python3 - << 'PY' || fail "JSON: $(cat good.json)"
import json
j = json.load(open("good.json"))
best = min(j["echo_tried"], key=lambda row: row["nrmse"])
assert len(j["echo_tried"]) == 6 and "tried" not in j
assert j["chosen_radius"] == best["radius"] and j["chosen_input"] == best["input"]
assert j["echo_chosen_part_nrmse"] == best["nrmse"]
assert j["values"][0]["pass"] is True and j["values"][0]["got"] == j["echo_nrmse"]
assert j["values"][1]["got"] is None
PY

exit $failed
