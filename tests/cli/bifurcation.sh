#!/bin/sh
# hysteron bifurcation: JSON in SI, CSV, figure, exit status.  Needs $HYSTERON and python3.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

# FitzHugh-Nagumo in microamperes: C in parallel with a cubic conductance and with L, R and a battery.
cat >fhn.cir <<'END'
FitzHugh-Nagumo
.param bias=0
ibias 0 v {bias}
c1 v 0 1u
b1 v 0 i=1u*(v(v)^3/3-v(v))
l1 v a 12.5meg
r1 a b 0.8meg
vx b 0 -0.7
.end
END

"$HYSTERON" bifurcation fhn.cir --param bias --from 0 --to 2uA --json -o fhn.csv --figure fhn.svg >out.json 2>err || fail "status of a good run"
python3 - <<'END' || fail "JSON of a good run"
import json, math
d = json.load(open("out.json"))
hopf = [p for p in d["points"] if p["type"] == "hopf"]
assert len(hopf) == 2, hopf
for p, sign in zip(hopf, (-1, 1)):
    v = sign * math.sqrt(1 - 0.064)
    want = 1e-6 * ((v + 0.7) / 0.8 - v + v ** 3 / 3)
    assert abs(p["param"] / want - 1) < 1e-8, (p, want)
    assert p["criticality"] == "subcritical"
assert hopf[0]["stable"] and not hopf[1]["stable"]
assert {"cycle-fold"} <= {p["type"] for p in d["points"]}
rows = [r for r in open("fhn.csv") if r[0] != "#"]
assert rows[0].startswith("branch[1],bias[1],is_stable[1],n_unstable[1],event[1],v(v).min[V],v(v).max[V]"), rows[0]
assert len(rows) - 1 == d["rows"] and all(len(r.split(",")) == len(rows[0].split(",")) for r in rows)
assert "cycle fold" in open("fhn.svg", encoding="utf-8").read()
END

"$HYSTERON" bifurcation fhn.cir --param bias --from 0 >/dev/null 2>err
[ $? = 2 ] || fail "status of a missing --to"
grep -q 'are needed' err || fail "words of a missing --to"
"$HYSTERON" bifurcation fhn.cir --param nothing --from 0 --to 1 >/dev/null 2>err
[ $? -ge 2 ] || fail "status of an unknown parameter"
grep -q nothing err || fail "words of an unknown parameter"
"$HYSTERON" bifurcation fhn.cir --param bias --from 0 --to 2uA --no-cycles >out 2>err || fail "status without cycles"
grep -q cycle-fold out && fail "cycles where none were asked for"
[ $failed = 0 ] && echo "all passed"
exit $failed
