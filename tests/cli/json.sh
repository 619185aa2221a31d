#!/bin/sh
# --json prints one valid JSON document whatever happens.  Needs $HYSTERON, $SOURCE and python3.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0
# expect STATUS PYTHON ARGUMENT...: the exit status, and what must hold of the document d
expect() {
    want=$1
    holds=$2
    shift 2
    "$HYSTERON" "$@" >out 2>err
    got=$?
    if [ "$got" = "$want" ] && python3 - "$holds" 2>python_err <<'END'; then
import json, sys
with open("out", encoding="utf-8") as f:
    d = json.load(f, parse_constant=lambda c: sys.exit("not JSON: " + c))
assert d["hysteron"] and isinstance(d["errors"], list) and isinstance(d["warnings"], list)
for e in d["errors"] + d["warnings"]:
    assert e["message"] and e["severity"] in ("error", "warning", "note") and e["line"] >= 0, e
assert eval(sys.argv[1]), d
END
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: hysteron $*: status $got, expected $want; $holds"
        tail -2 python_err
        head -c 300 out err
    fi
}

head='`include "disciplines.vams"'
printf '%s\nmodule r(p,n);\n inout p,n;\n electrical p,n;\n parameter real r=1k from (0:inf);\n analog I(p,n) <+ V(p,n)/r;\nendmodule\n' "$head" >r.va
printf '%s\nmodule m(p,n);\n inout p,n;\n electrical p,n;\n analog I(p,n) <+ V(p,n)/rr;\nendmodule\n' "$head" >bad.va
printf '%s\n(* desc="\377\376 \033[31m \\" \\\\ \t" *)\nmodule m(p,n);\n inout p,n;\n electrical p,n;\n (* desc="caf\351", units="\302" *) parameter real r=1;\n analog I(p,n) <+ V(p,n)/r;\nendmodule\n' "$head" >latin.va
printf '\000\001\002\377' >binary.va
printf 'v,i\n0,0\n1,1e-3\n2,2e-3\n1,1e-3\n0,0\n-1,-1e-3\n-2,-2e-3\n-1,-1e-3\n0,0\n' >r.csv
printf 'v,i\n1,\351\n' >bad.csv
cp r.va "$(printf 'caf\351.va')"
cp r.csv "$(printf 'caf\351.csv')"

expect 0 'd["modules"][0]["name"] == "r" and d["modules"][0]["parameters"][0]["range"] and not d["errors"]' device check r.va --json
expect 3 'd["modules"] == [] and d["errors"][0]["line"] == 5' device check bad.va --json
expect 3 'len(d["errors"]) == 1' device check none.va --json
expect 3 'd["errors"]' device check binary.va --json
expect 3 'd["errors"]' device check ./ --json
expect 0 '"\ufffd" in d["file"]' device check "$(printf 'caf\351.va')" --json
expect 2 'len(d["errors"]) == 1' device check r.va --json --wafe
expect 2 'len(d["errors"]) == 1' device check --json
expect 0 'len(d["models"]) >= 10' device list --json
expect 0 'd["module"]["name"] == "vteam" and "module vteam" in d["source"] and d["reference"]' device show vteam --json
expect 2 'd["errors"]' device show vtaem --json
expect 0 'd["rows"] == 101 and d["columns"][1] == {"name": "v", "unit": "V"} and d["features"] and d["statistics"]["mode"]' \
    iv r.va --wave sine:1V,1Hz --points 100 --cycles 1 --json
expect 2 'd["errors"] and "features" not in d' iv r.va --wave sine:1V,1kg --json
expect 2 'd["errors"][0]["hint"]' iv r.va --json
expect 2 'd["errors"]' iv r.va --wave sine:1V,1Hz --set r=-5 --json
expect 2 'd["errors"]' iv r.va --wave sine:1V,1Hz --figure a.jpg --json
expect 3 'd["errors"]' iv r.va --wave sine:1V,1Hz -o none/a.csv --json
expect 3 'd["errors"]' iv bad.va --wave sine:1V,1Hz --json
expect 2 'd["errors"]' iv r.va --wave sine:1V,1Hz -o - --json
expect 2 'd["errors"]' iv --json r.va --wave --cycles 3
expect 0 'len(d["pulses"]["g"]) == 3 and abs(d["pulses"]["g"][0] - 1e-3) < 1e-9' \
    pulse r.va --train '1V,1ms,1ms,3; read 0.1V,1ms' --json
expect 2 'd["errors"]' pulse r.va --train 'nonsense' --json
expect 0 'd["rows"] == 9 and d["features"]["i_max"]["value"] == 2e-3' data r.csv --json
expect 3 'd["errors"][0]["line"] == 2 and d["errors"][0]["column"] == 3' data bad.csv --json
expect 3 'd["errors"]' data none.csv --json
expect 0 '"\ufffd" in d["file"]' data "$(printf 'caf\351.csv')" --json
"$HYSTERON" device check latin.va --json >out 2>err
expect $? '"modules" in d' device check latin.va --json

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
