#!/bin/sh
# Mechanisms of NEURON as users see them: modules, remarks, refusals, a synapse in a circuit.
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
mods=$SOURCE/tests/io/data/nmodl

"$HYSTERON" device import "$SOURCE/examples/brain/kslow.mod" -o kslow.va 2> said || fail "the example: $(cat said)"
grep -q '^module kslow in kslow.va$' said || fail "what was made: $(cat said)"
"$HYSTERON" device check kslow.va --json > check.json || fail "check of the example"
grep -q '"n_gate"' check.json || fail "the example's state: $(cat check.json)"
"$HYSTERON" device import "$mods/squid.mod" 2> /dev/null | grep -q '^module squid(inside, outside);$' || fail "to standard output"
"$HYSTERON" device import "$mods/kca.mod" --ion-ports --module own -o own.va --json > own.json || fail "--json"
grep -q '"module": "own"' own.json || fail "JSON: $(cat own.json)"
grep -q '^module own(inside, outside, cai_port);$' own.va || fail "--ion-ports"

# A synapse of two exponentials at -65 mV, hit at 5 and 9 ms; beside it the two sums in closed form.
"$HYSTERON" device import "$mods/twoexp.mod" -o twoexp.va 2> /dev/null || fail "twoexp"
cat > syn.cir << 'END'
synapse
.hdl "twoexp.va"
Vm v 0 -65m
Vs s 0 pulse(0 1 5m 1n 1n 1m 4m)
Xs v 0 s TwoExp weight=0.002
.tran 0.1m 12m
.save i(vm)
.end
END
"$HYSTERON" sim syn.cir -o out --rtol 1e-7 > /dev/null || fail "sim"
python3 - << 'PY' || fail "currents of the synapse"
import csv, math
rows = list(csv.DictReader(line for line in open("out/tran1.csv") if line[0] != "#"))
t1, t2, w = 0.5, 4.0, 0.002  # ms, uS
tp = t1 * t2 / (t2 - t1) * math.log(t2 / t1)
factor = 1 / (math.exp(-tp / t2) - math.exp(-tp / t1))
def one(t):
    return w * factor * (math.exp(-t / t2) - math.exp(-t / t1)) if t > 0 else 0.0
seen = 0
for r in rows:
    t = 1e3 * float(r["time[s]"])
    if min(abs(t - x) for x in (5, 9)) < 1e-3:
        continue
    want = -65e-9 * (one(t - 5) + one(t - 9))  # A into the synapse
    got = -float(r["i(vm)[A]"])
    seen += want != 0
    # The event comes half a nanosecond behind the pulse's foot; 1e-7 of steps.
    assert abs(got - want) < 1e-5 * 65e-9 * w, (t, got, want)
assert seen > 60
PY

said() { # text, contents of the file
    printf '%s' "$2" > bad.mod
    "$HYSTERON" device import bad.mod > out.va 2> err
    got=$?
    [ $got -eq 3 ] || fail "$1: exit $got"
    [ -s out.va ] && fail "$1: a module all the same"
    [ "$(grep -c 'error:' err)" -eq 1 ] || fail "$1: not one error: $(cat err)"
    grep -q -- "$1" err || fail "$1: $(cat err)"
}
said 'bad.mod:1:19: error: POINTER is not translated' 'NEURON { SUFFIX x POINTER p }'
said '^                  \^~~~~~~$' 'NEURON { SUFFIX x POINTER p }'
said 'error: VERBATIM is not translated' 'NEURON { SUFFIX x } INITIAL {
VERBATIM
exit(0);
ENDVERBATIM
}'
said 'error: the file names no mechanism' ''
"$HYSTERON" device import missing.mod > /dev/null 2> err && fail "a missing file"
grep -q 'missing.mod' err || fail "a missing file: $(cat err)"
"$HYSTERON" device import "$mods/leak.mod" --json > /dev/null 2> err
[ $? -eq 2 ] || fail "--json without -o"
exit $failed
