#!/bin/sh
# Devices in the crossings of an array as users see them.
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

# Of linear VTEAM at w = 0 each cell is a resistor of Ron: the same array without a device.
"$HYSTERON" array op -n 48 --cell vteam --set Ron=5k --init w=0 --voltage 0.4V --json > device.json || fail "op --cell"
"$HYSTERON" array op -n 48 --ron 5kohm --pattern on --json > resistor.json || fail "op --pattern on"
"$HYSTERON" array op -n 32 --cell vteam --set Ron=5k --init w=0 --selector access_transistor --gate 2V --voltage 0.2V \
    --json > open.json || fail "op --selector"
"$HYSTERON" array op -n 32 --cell vteam --set Ron=5k --init w=0 --selector access_transistor --gate 0V --voltage 0.2V \
    --json > shut.json || fail "op --gate"
python3 - << 'PY' || fail "op --cell --json"
import json
device, resistor, gated, shut = (json.load(open(name + ".json")) for name in ("device", "resistor", "open", "shut"))
for o in (device, gated, shut):
    assert o["relative_residual"] <= 1e-10 and o["power_balance"] < (1e-5 if o is shut else 1e-8), o
for name in ("least_bit_current_A", "largest_bit_current_A", "worst_cell_V"):
    assert abs(device[name] / (0.4 * resistor[name]) - 1) < 1e-6, name
# a transistor that is open leaves most of the current of 0.2 V over 5 kohm, one that is shut next to nothing
assert 0.5 * 32 * 4e-5 < gated["largest_bit_current_A"] < 32 * 4e-5
assert shut["largest_bit_current_A"] < 1e-6
PY
"$HYSTERON" array op -n 4 --cell vteam --complementary --turned > out || fail "op --complementary"
for idle in "--turned" "--complementary" "--cell vteam --ron 1kohm" "--cell vteam -p on" "--map words"; do
    # shellcheck disable=SC2086 # words
    "$HYSTERON" array op -n 4 $idle > idle.txt 2> err && fail "op $idle is passed over"
    [ "$(grep -c error err)" = 1 ] || fail "op $idle: $(cat err)"
done
grep -q "4 x 4 crossbar, 1 V on all word lines" out || fail "op --cell: $(cat out)"

# Source lines beside the bit lines: columns do not know of one another, so 3 are as 16, and current flows through all.
for n in 3 16; do
    "$HYSTERON" array op -n 24x$n --pattern on --lines parallel --json > parallel$n.json || fail "op --lines parallel"
done
python3 - << 'PY' || fail "op --lines parallel"
import json
few, many = (json.load(open("parallel%d.json" % n)) for n in (3, 16))
for o in (few, many):
    assert o["power_balance"] < 1e-9 and o["least_bit_current_A"] == o["largest_bit_current_A"], o
assert few["least_bit_current_A"] == many["least_bit_current_A"]
PY
"$HYSTERON" array op -n 4 --lines round 2> err && fail "any lines are taken"
grep -q "crossed or parallel" err || fail "op --lines round: $(cat err)"

"$HYSTERON" array op -n 4 --selector mos1 2> err && fail "a selector without a cell is taken"
grep -q "only devices take this: 'selector'" err || fail "op --selector alone: $(cat err)"
"$HYSTERON" array op -n 4 --cell vteam --init q=1 2> err && fail "an unknown state is taken"
grep -q "no state 'q'" err || fail "op --init q=1: $(cat err)"
"$HYSTERON" array op -n 4 --cell vteam --init w=x 2> err && fail "a state that is no number is taken"
grep -q "this is no number: 'x'" err || fail "op --init w=x: $(cat err)"
"$HYSTERON" array op -n 4 --cell vteam --voltage 3s 2> err && fail "seconds are taken for volts"
grep -q "voltage" err || fail "op --voltage 3s: $(cat err)"
"$HYSTERON" array op -n 4 --cell vteam --gate 2V 2> err && fail "a gate without a transistor is taken"
grep -q "no gate that could be at '2V'" err || fail "op --gate 2V: $(cat err)"
exit $failed
