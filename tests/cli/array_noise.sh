#!/bin/sh
# Noise of a crossbar on the command line: one cell is one resistor, a band of white noise, and what is refused.
set -u
: "${HYSTERON:?}"
failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
fail() {
    echo "FAILED: $*"
    failed=1
}

"$HYSTERON" array op -n 1 --pattern on --ron 10kohm --rwire 500ohm --voltage 0.11V --noise 1Hz:1MHz --temp 300K --json \
    > one.json || fail "op --noise"
python3 - << 'END' || fail "one cell"
import json, math
noise = json.load(open("one.json"))["noise"]
line = noise["bit_lines"][0]
white = 4 * 1.380649e-23 * 300 / 11e3
rms = math.sqrt(white * 999999)
assert abs(line["density_A2_Hz"]["total"] / white - 1) < 1e-9, line
assert abs(line["rms_A"] / rms - 1) < 1e-9, line
assert abs(line["snr_dB"] - 20 * math.log10(10e-6 / rms)) < 1e-6, line
assert line["levels"] == 1 + math.floor(10e-6 / (6 * rms)), line
assert abs(line["conductance_S"] * 11e3 - 1) < 1e-9, line
END
"$HYSTERON" array op -n 4 --voltage 0.1V --noise 1Hz:1GHz --freq 1MHz --cwire 1fF --bit-line 2 > out || fail "op --bit-line"
grep -q '^bit line 2, at 1 MHz$' out || fail "--bit-line: $(cat out)"
grep -q 'rms from 1 Hz to 1 GHz' out || fail "band: $(cat out)"
"$HYSTERON" array op -n 4 --cell vteam --voltage 0.1V --freq 1kHz > out || fail "op --cell --freq"
grep -q 'their model tells of no noise' out || fail "silent cells: $(cat out)"

status() {
    want=$1
    shift
    "$HYSTERON" array op -n 4 "$@" > out 2> err
    got=$?
    [ $got -eq "$want" ] || fail "$*: status $got, not $want"
    [ -s err ] || fail "$*: nothing is said"
}
status 2 --noise 1Hz
status 2 --noise 1MHz:1Hz
status 2 --noise 1Hz:x
status 2 --freq 0Hz
status 2 --freq nan
status 2 --cwire 1fF
status 2 --freq 1Hz --cwire -1fF
status 2 --freq 1Hz --bit-line 4
status 2 --freq 1Hz --rwire 0ohm
status 2 --freq 1Hz --temp -1K
status 2 --temp 77K
exit $failed
