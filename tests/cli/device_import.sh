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

# Calcium in four shells with buffer and pump (arrays, loops, an included file), driven by 10 uA/cm2: what NEURON 9.0.2
# finds with CVODE at 1e-10.
"$HYSTERON" device import "$mods/shells.mod" -o shells.va --ion-ports 2> /dev/null || fail "shells"
cat > shells.cir << 'END'
pool
.hdl "shells.va"
Vm v 0 -65m
Vi ica 0 -0.01
Xp v 0 cai ica shells cai_init=1e-4
.tran 1m 50m
.save v(cai)
.end
END
"$HYSTERON" sim shells.cir -o shells --rtol 1e-8 > /dev/null || fail "sim of shells"
python3 - << 'PY' || fail "calcium in shells"
import csv
neuron = {1: 4.3773076877111626e-4, 5: 5.644699429456309e-4, 20: 1.0977723523017495e-3, 50: 3.3542960750702062e-3}
rows = list(csv.DictReader(line for line in open("shells/tran1.csv") if line[0] != "#"))
for ms, want in neuron.items():
    got = [float(r["v(cai)[V]"]) for r in rows if abs(1e3 * float(r["time[s]"]) - ms) < 1e-6]
    # Steps of 1e-8, and NEURON's own tolerance.
    assert len(got) == 1 and abs(got[0] - want) < 1e-6 * want, (ms, got, want)
PY

# Events that a module sends to itself, and a threshold that it watches: what NEURON 9.0.2 finds with CVODE at 1e-10,
# nA.  Flanks of 2 ns tell the spikes here; NEURON looks at thresholds at the ends of its steps, 5 us late at 12.67 ms.
"$HYSTERON" device import "$mods/pulsed.mod" -o pulsed.va 2> said || fail "pulsed"
grep -q 'no port of a cell: as a port, on is kept from event to event' said || fail "no port: $(cat said)"
cat > pulsed.cir << 'END'
synapse
.hdl "pulsed.va"
Vm v 0 pwl(0 -65m 8m -65m 9m -20m 12m -20m 13m -65m)
Vs s 0 pwl(0 0 4.999999m 0 5.000001m 1 5.1m 1 5.11m 0 5.299999m 0 5.300001m 1 5.4m 1 5.41m 0 8.499999m 0 8.500001m 1
+ 8.6m 1 8.61m 0 9.999999m 0 10.000001m 1 10.1m 1 10.11m 0 14.199999m 0 14.200001m 1 14.3m 1 14.31m 0)
Xs v 0 s Pulsed weight=0.002
.tran 0.1m 20m
.save i(vm)
.end
END
"$HYSTERON" sim pulsed.cir -o pulsed --rtol 1e-8 > /dev/null || fail "sim of pulsed"
python3 - << 'PY' || fail "pulses of a synapse"
import csv
neuron = {1: 0, 3: -0.029407215918988296, 5.2: -0.07310315215824736, 5.9: -0.13997825733588157,
          6.1: -0.14584403288616188, 7: -0.12181917655679207, 8.9: 0, 9.5: 0, 11: 0, 12.9: -0.1306478415511035,
          13.5: -0.12449298900533187, 14.5: -0.13599398546900787, 16: -0.13684165914344956, 20: -0.06148692179256899}
rows = list(csv.DictReader(line for line in open("pulsed/tran1.csv") if line[0] != "#"))
for ms, want in neuron.items():
    got = [-1e9 * float(r["i(vm)[A]"]) for r in rows if abs(1e3 * float(r["time[s]"]) - ms) < 1e-7]
    assert len(got) == 1 and abs(got[0] - want) <= (5e-6 if ms < 12 else 2e-4) * abs(want), (ms, got, want)
PY

# The same files in a brain, which finds what ports they are: spikes and the greatest potential are NEURON's.
"$HYSTERON" device import "$SOURCE/examples/brain/ampa.mod" -o ampa.va 2> said || fail "ampa"
grep -q 'dual, tau 2 ms, tau_rise 0.4 ms, gain 1$' said || fail "what port it is: $(cat said)"
"$HYSTERON" brain run "$SOURCE/examples/brain/synapses.yaml" -o synapses > said 2>&1 || fail "the brain: $(cat said)"
[ "$(grep -c 'agrees' said)" -eq 2 ] || fail "what NEURON gives: $(cat said)"
sed 's/{mechanism: nmda.mod}/{mechanism: nmda.mod, tau: 3ms}/' "$SOURCE/examples/brain/synapses.yaml" > both.yaml
cp "$SOURCE/examples/brain/"*.mod .
sed 's|exp(-0.062\*v)\*mg/3.57|exp(-0.08*v)*mg/6.7|' "$SOURCE/examples/brain/nmda.mod" > nmda.mod
sed 's/8.203895ms/8.210627ms/; s/39.399135mV/39.388820mV/' "$SOURCE/examples/brain/synapses.yaml" > steep.yaml
"$HYSTERON" brain run steep.yaml -o steep > said 2>&1 || fail "a steeper block: $(cat said)"
"$HYSTERON" brain run both.yaml -o both > said 2>&1 && fail "a mechanism and its own time constant"
grep -q 'the mechanism says tau itself' said || fail "both: $(cat said)"

said() { # text, contents of the file
    printf '%s' "$2" > bad.mod
    "$HYSTERON" device import bad.mod > out.va 2> err
    got=$?
    [ $got -eq 3 ] || fail "$1: exit $got"
    [ -s out.va ] && fail "$1: a module all the same"
    [ "$(grep -c 'error:' err)" -eq 1 ] || fail "$1: not one error: $(cat err)"
    grep -q -- "$1" err || fail "$1: $(cat err)"
}
said 'bad.mod:1:19: error: RANDOM is not translated' 'NEURON { SUFFIX x RANDOM p }'
said '^                  \^~~~~~$' 'NEURON { SUFFIX x RANDOM p }'
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
