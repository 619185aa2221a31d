#!/bin/sh
# hysteron impedance as its users and their scripts see it: devices, files, circuits, figures.
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

# Y = 1/R_b + i w C_m + 1/(R_a + i w tau R_a) behind R_s: values of the model's file.
"$HYSTERON" impedance chemical_inductor --bias 0.1V --freq 0.1Hz:10kHz:8 -o z.csv --figure z.svg > text || fail "impedance"
awk '$1 == "R1" && $2 > 9999 && $2 < 10001 { n++ } $1 == "L1" && $2 > 199.9 && $2 < 200.1 { n++ } END { exit n != 2 }' \
    text || fail "R_b and tau R_a are not found: $(cat text)"
grep -q "Kramers-Kronig test: pass" text || fail "its own spectrum fails the Kramers-Kronig test: $(cat text)"
grep -q '^frequency\[Hz\],Z.re\[ohm\],Z.im\[ohm\],|Z|\[ohm\],phase\[deg\],fit.re\[ohm\],fit.im\[ohm\],kk.re\[1\],kk.im\[1\]' z.csv ||
    fail "the heading of -o"
grep -q "Residual" z.gp || fail "the figure lacks the residuals"

# A variant has its own parameters: R_a = -5 kohm.
"$HYSTERON" impedance chemical_inductor_capacitive --freq 0.1Hz:10kHz:8 > text || fail "a variant"
awk '$1 == "R2" && $2 > -5001 && $2 < -4999 && /negative/ { n++ } END { exit n != 1 }' text || fail "a variant: $(cat text)"

# A port that is held.
"$HYSTERON" impedance access_transistor --ports d,s --port-at g=1V --port-at b=0 --freq 1Hz:1kHz:2 > text || fail "a held port: $(cat text)"
"$HYSTERON" impedance access_transistor --ports d,s --port-at q=1V --freq 1Hz:1kHz:2 > text 2>&1 && fail "a port that is not there is held"
grep -q "no such port to hold" text || fail "a port that is not there: $(cat text)"

# The same circuit for several files, and of a device.
sed 's/kk/x/' z.csv > again.csv
"$HYSTERON" impedance --data z.csv again.csv --circuit "p(R1,C1,R2-L2)" --json > fits.json || fail "several files"
[ "$(grep -c '"circuit": "p(R1,C1,R2-L2)"' fits.json)" = 2 ] || fail "two fits: $(cat fits.json)"
"$HYSTERON" impedance hh_k --bias -10mV --freq 1Hz:10kHz:5 --circuit "p(R1,R2-L2)" --negative R2,L2 --figure fit.svg > text ||
    fail "a circuit of a device"
awk '$1 == "R2" && $2 < -2.59e5 && $2 > -2.60e5 { n++ } END { exit n != 1 }' text || fail "the negative branch: $(cat text)"
[ -s fit.svg ] || fail "no figure of a circuit"
"$HYSTERON" impedance --data z.csv again.csv > text 2>&1
[ $? = 2 ] || fail "several files without a circuit: $(cat text)"
"$HYSTERON" impedance --data z.csv --circuit "p(R1,Q2)" > text 2>&1 && fail "an element that is none"
grep -q -- "--circuit:1:6: error: this is no element" text || fail "the place of what is no element: $(cat text)"
printf '1,10,-1\n10,9,-2\n100,8,-1\n1000,7,-0.5\n' > plain.csv
"$HYSTERON" impedance --data plain.csv > text || fail "three columns without a heading"
grep -q "Z = 10 -1i ohm at 1 Hz" text || fail "three columns without a heading: $(cat text)"

exit $failed
