#!/bin/sh
# hysteron logic as its users and their scripts see it.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
examples=$SOURCE/examples/logic
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

"$HYSTERON" logic list > list || fail "list"
for family in imply magic felix felix-or rm3 sequential scouting majority; do
    grep -q "^$family: " list || fail "list lacks $family"
done
"$HYSTERON" logic list --json | python3 -c 'import json,sys; assert len(json.load(sys.stdin)["families"]) == 8' || fail "list --json"

# Nine NORs a bit, all cells set in one step before.
"$HYSTERON" logic map "$examples/adder8.blif" --json > map.json || fail "map"
python3 - << 'PY' || fail "map --json: $(cat map.json)"
import json
m = json.load(open("map.json"))
assert m["model"] == "adder8" and m["family"] == "magic"
assert m["steps"] == 73 and m["operations"] == {"set": 1, "nor": 72}
assert m["wrong"] == 0 and m["patterns"] == 65536 and m["is_exhaustive"] is False
PY

# The steps as they are written, executed here: what is read is what was meant.
for family in magic imply felix felix-or; do
    "$HYSTERON" logic map "$examples/full_adder.blif" -F "$family" --cells least -o steps.csv > /dev/null || fail "map -o"
    python3 - << 'PY' || fail "steps.csv of $family: $(cat steps.csv)"
text = open("steps.csv").read().splitlines()
note = {l[2:].split(":")[0]: l.split(":", 1)[1].split() for l in text if l.startswith("# ")}
place = lambda kind: {w.split("=")[0]: w.split("=")[1] for w in note[kind]}
rows = [l.split(",") for l in text if not l.startswith("#")]
assert rows[0] == ["step", "operation", "in", "out"]
gates = {"nor": lambda v: not any(v), "nand": lambda v: not all(v), "minority": lambda v: sum(v) < 2}
for p in range(8):
    bit = {"a": p & 1, "b": p >> 1 & 1, "cin": p >> 2}
    cell = {place("inputs")[n]: bool(v) for n, v in bit.items()}
    for _, op, ins, outs in rows[1:]:
        for out in outs.split():
            v = [cell[i] for i in ins.split()]
            if op in ("set", "false"):
                cell[out] = op == "set"
            elif op == "imply":
                cell[out] = cell[out] or not v[0]
            elif op == "or":
                cell[out] = cell[out] or any(v)
            else:
                cell[out] = cell[out] and gates[op](v)
    total = sum(bit.values())
    out = place("outputs")
    assert (cell[out["sum"]], cell[out["cout"]]) == (total % 2 == 1, total > 1), p
PY
done
"$HYSTERON" logic map "$examples/majority.tt" -F majority -o - | grep -q '^1,maj,c0 c1 c2,c3$' || fail "a truth table"

"$HYSTERON" logic run "$examples/adder8.blif" -d vteam_fit --cells least -i 0xA5,0x3C --json > run.json || fail "run"
python3 - << 'PY' || fail "run --json: $(cat run.json)"
import json
m = json.load(open("run.json"))
r = m["runs"][0]
assert r["inputs"] == {"a": 165, "b": 60, "cin": 0} and r["outputs"] == r["expected"] == {"s": 225, "cout": 0}
assert r["wrong"] == m["wrong_outputs"] == 0 and r["first_wrong_step"] is None
assert 1e-9 < r["energy_J"] < 1e-5 and abs(r["time_s"] - m["steps"] * 1.02e-6) < 1e-9
assert 0.624 < m["drive"]["v0_V"] < 1.632
PY
"$HYSTERON" logic run "$examples/multiplier4.blif" -d vteam_fit -F scouting -i b=11,a=13 -o steps.csv | grep -q 'm=143' ||
    fail "13 x 11"
grep -q '^step\[1\],energy\[J\],time\[s\],margin\[1\],drift\[1\],worst_cell\[1\]$' steps.csv || fail "$(head -8 steps.csv)"
# The same pulses in six rows: all sums in the time of one.
"$HYSTERON" logic run "$examples/full_adder.blif" -d vteam_fit --rows 6 -i "a=1;b=1,cin=1" --json > rows.json || fail "rows"
python3 - << 'PY' || fail "run --rows --json: $(cat rows.json)"
import json
m = json.load(open("rows.json"))
assert m["rows"] == 6 and m["wrong_outputs"] == 0 and abs(m["time_s"] - m["steps"] * 1.02e-6) < 1e-9
assert [r["outputs"] for r in m["runs"]] == 3 * [{"sum": 1, "cout": 0}, {"sum": 0, "cout": 1}]
assert m["runs"][1]["inputs"] == {"a": 0, "b": 1, "cin": 1} and m["margin"] > 0.9
PY
# Columns that float couple the rows; that is said.
"$HYSTERON" logic run "$examples/full_adder.blif" -d vteam_fit --rows 2 --passive -i "a=1;b=1,cin=1" > text
[ $? = 1 ] && grep -q 'on the wrong side from step' text || fail "passive rows: $(cat text)"
# A device of one's own, XOR by OR and NAND on the same cell.
"$HYSTERON" logic run "$examples/full_adder.blif" -F felix-or -d "$examples/current_set.va" -i a=1,cin=1 |
    grep -q '^  a=1 b=0 cin=1: sum=0 cout=1$' || fail "felix-or"
"$HYSTERON" logic map "$examples/adder4_hierarchy.blif" | grep -q '512 patterns, all there are: equal' || fail "models within models"
# Names whose numbers do not begin with 0 are no bits of a value.
"$HYSTERON" logic run "$examples/c17.blif" -d vteam_fit -i G1=1,G3=1,G7=1 | grep -q '^  G1=1 G2=0 G3=1 G6=0 G7=1: G22=1 G23=1$' ||
    fail "c17 with three inputs on"
# A voltage that is too low switches nothing: outputs are wrong, and that is said.
"$HYSTERON" logic run "$examples/full_adder.blif" -d vteam_fit --v0 0.3V -i a=1 > text
[ $? = 1 ] && grep -q 'WRONG' text && grep -q 'on the wrong side from step' text || fail "0.3 V: $(cat text)"

"$HYSTERON" logic window -d vteam_fit --json > window.json || fail "window"
python3 - << 'PY' || fail "window --json: $(cat window.json)"
import json
m = json.load(open("window.json"))
assert [g["gate"] for g in m["gates"]] == ["not", "nor"]
for g in m["gates"]:
    assert g["is_open"] and abs(g["low_V"] - g["estimate_low_V"]) < 0.06 * g["low_V"]
PY
"$HYSTERON" logic window -d vteam_fit -g not --rwire 20ohm --size 4 --json > wires.json || fail "window --rwire --size"
python3 - << 'PY' || fail "windows with wires: $(cat window.json wires.json)"
import json
without, wires = (json.load(open(f))["gates"][0] for f in ("window.json", "wires.json"))
ratio = (2 + (4 + 4 + 3) * 20e-3) / 2  # kohm: out, input and wires over out and input
assert abs(wires["low_V"] / without["low_V"] / ratio - 1) < 0.01 and wires["high_V"] < 1.01 * without["high_V"]
PY
"$HYSTERON" logic window -d vteam_fit -g not --sweep Roff=10k,100k -o sweep.csv > /dev/null || fail "window --sweep"
grep -q '^ratio\[1\],not_low\[V\],not_high\[V\],not_estimate_low\[V\],not_estimate_high\[V\]$' sweep.csv || fail "sweep.csv: $(cat sweep.csv)"
if command -v gnuplot > /dev/null; then
    "$HYSTERON" logic window -d vteam_fit -g not -f window.svg > /dev/null && [ -s window.svg ] || fail "window --figure"
fi

status() {
    want=$1
    shift
    "$HYSTERON" logic "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "logic $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "logic $* says nothing"
}
printf '.inputs a\n.outputs y\n.latch a y 0\n' > latch.blif
status 2 map
status 2 map "$examples/c17.blif" -F foo
status 2 map "$examples/c17.blif" --cells 0
status 2 map "$examples/c17.blif" --cells many
status 2 map "$examples/c17.blif" --fan-in 4
status 3 map none.blif
status 3 map latch.blif
grep -q '^latch.blif:3:1: error: .latch is not supported' err || fail "$(cat err)"
"$HYSTERON" logic map "$examples/c17.blif" --cells 5 2> err && fail "five cells are enough for c17"
grep -q 'too few' err || fail "$(cat err)"
status 2 run "$examples/c17.blif"
status 2 run "$examples/adder8.blif" -d vteam_fit -i 256
status 2 run "$examples/adder8.blif" -d vteam_fit -i 1,2,3
status 2 run "$examples/adder8.blif" -d vteam_fit -i q=1
status 2 run "$examples/adder8.blif" -d vteam_fit -i x
status 2 run "$examples/adder8.blif" -d vteam_fit --random 100000
status 2 run "$examples/adder8.blif" -d vteam_fit --width 1V
status 2 run "$examples/adder8.blif" -d vteam_fit --width 0
status 2 run "$examples/adder8.blif" -d vteam_fit --v0 -1
status 1 run "$examples/full_adder.blif" -d vteam_fit -F imply
status 2 window -d vteam_fit -F rm3
status 2 window -d vteam_fit --sweep Roff
status 2 window
status 2 window -d vteam_fit -g nand
status 2 window -d vteam_fit --size 64
status 2 window -d vteam_fit --rwire 1ohm --size 1
status 3 window -d vteam_fit --rwire 1ohm --size 1000000
status 2 run "$examples/full_adder.blif" -d vteam_fit --rows 0
status 2 run "$examples/full_adder.blif" -d vteam_fit --rows 2000
status 2 run "$examples/full_adder.blif" -d vteam_fit --rows 2 --random 3
status 2 run "$examples/full_adder.blif" -d vteam_fit --rows 2 -i "1;2;3"
status 2 run "$examples/full_adder.blif" -d vteam_fit --v0 1,1,1,1
status 2 multiply 0.5
status 2 multiply 0 0.5
status 2 multiply 0.5 x
status 2 multiply 0.5 0.5 --steps 1000000000
status 1 multiply 0.5 0.5 -d vteam_fit

exit $failed
