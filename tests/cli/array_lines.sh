#!/bin/sh
# Lines of crossbars as users see them: layouts, threads, faults, wires of 0 ohm, maps.
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

# Thick copper: 1.678 uohm cm; a segment of 2F from crossing to crossing.
"$HYSTERON" array layout --half-pitch 100um --grain 1 --size 10x20 --cell 6F2 --json > layout.json || fail "layout"
python3 - << 'PY' || fail "layout --json: $(cat layout.json)"
import json
l = json.load(open("layout.json"))
assert abs(l["resistivity_ohm_m"] / 1.678e-8 - 1) < 1e-3
assert abs(l["word_resistance_ohm"] / (l["resistivity_ohm_m"] * 3e-4 / (1e-4 * 2e-4)) - 1) < 1e-12
assert abs(l["array_area_m2"] / (200 * 6e-8) - 1) < 1e-12
PY
"$HYSTERON" array layout -F 28nm --metal W | grep -q '^  word segment .* ohm  from bit line to bit line$' || fail "layout, text"

# The wires of a layout are those of the array.
wire=$("$HYSTERON" array layout -F 20nm --metal Ru --json | sed -n 's/.*"word_resistance_ohm": \([^,]*\),/\1/p')
"$HYSTERON" array op -n 40 --half-pitch 20nm --metal Ru --json | grep -v solve_s > by_pitch
"$HYSTERON" array op -n 40 --rwire "$wire" --json | grep -v solve_s > by_ohm
cmp -s by_pitch by_ohm || fail "--half-pitch: $(diff by_pitch by_ohm)"

# The same bits on any number of threads.
"$HYSTERON" array op -n 330x320 --threads 1 -o one > /dev/null || fail "--threads 1"
"$HYSTERON" array op -n 330x320 --threads 3 -o three > /dev/null || fail "--threads 3"
for file in word_potentials bit_potentials word_currents bit_currents; do
    cmp -s one/$file.npy three/$file.npy || fail "threads change $file"
done

# Wires of 0 ohm are none: all cells have the whole volt.
"$HYSTERON" array op -n 30 --rwire 0ohm --json > zero.json || fail "--rwire 0ohm"
python3 - << 'PY' || fail "0 ohm: $(cat zero.json)"
import json
o = json.load(open("zero.json"))
assert o["worst_cell_V"] == 1 and o["power_balance"] < 1e-14
PY

# All cells stuck at R_on: the array that is on.
"$HYSTERON" array op -n 20 --stuck-on 1 --json | grep -v solve_s > stuck
"$HYSTERON" array op -n 20 --pattern on --json | grep -v solve_s > lit
cmp -s stuck lit || fail "--stuck-on 1: $(diff stuck lit)"
"$HYSTERON" array op -n 64 --stuck-off 0.1 --cut-words 0.001 --seed 5 --json | grep -v solve_s > first
"$HYSTERON" array op -n 64 --stuck-off 0.1 --cut-words 0.001 --seed 5 --json | grep -v solve_s | cmp -s - first ||
    fail "the same seed draws other faults"

if command -v gnuplot > /dev/null; then
    for map in cells words bits currents; do
        "$HYSTERON" array op -n 70x20 -f $map.svg --map $map > /dev/null || fail "--map $map"
        [ "$(grep -c '<polygon' $map.svg)" -ge 400 ] || fail "--map $map draws no map"
    done
    [ "$(wc -l < cells.data.csv)" = 351 ] || fail "a map of 70 x 20 has $(wc -l < cells.data.csv) lines, not 35 x 10 + 1"
fi

status() {
    want=$1
    shift
    "$HYSTERON" array "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "array $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "array $* says nothing"
}
status 2 layout --half-pitch 0nm
status 2 layout --half-pitch 1A
status 2 layout --metal Xx
status 2 layout --cell 5F2
status 2 layout --specularity 2
status 2 layout --barrier 20nm
status 2 layout --size 0
status 2 op -n 8 --metal W
status 2 op -n 8 --half-pitch -1nm
status 2 op -n 8 --threads 0
status 2 op -n 8 --stuck-on 2
status 2 op -n 8 --cut-bits nan
status 2 op -n 8 -f map.svg --map colours
status 2 margin --shape 0

exit $failed
