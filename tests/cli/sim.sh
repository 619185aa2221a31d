#!/bin/sh
# hysteron sim and impedance: every analysis against closed forms, .meas, .step, .mc, files, bad netlists.
# Needs $HYSTERON and python3.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
status_of() {
    "$@" >out 2>err
    echo $?
}
refused() { # name status words...: the netlist name.cir ends so and says so
    name=$1
    wanted=$2
    shift 2
    got=$(status_of timeout 60 "$HYSTERON" sim "$name.cir" -o "$name.out")
    [ "$got" = "$wanted" ] || fail "$name: exit $got instead of $wanted: $(head -c 300 err)"
    for word in "$@"; do grep -qiF -- "$word" err || fail "$name: its message lacks '$word': $(head -c 400 err)"; done
    ls "$name.out"/*.tmp >/dev/null 2>&1 && fail "$name: half-written files are left"
    return 0
}

# R = 1 kohm, C = 1 uF: tau 1 ms, f3 = 1/(2 pi tau), noise 4 k T R at low frequency, gain 1, output resistance R.
cat >rc.cir <<'END'
RC low pass
V1 in 0 dc 1 ac 1 pulse(0 1 0 1n 1n 1 2)
R1 in out 1k
C1 out 0 1u
.op
.dc V1 0 2 0.5
.ac dec 20 1 100k
.tran 10u 5m
.noise v(out) v1 dec 5 0.01 1meg
.tf v(out) v1
.sens v(out)
.pz in 0 out 0 vol pz
.meas tran tau when v(out)=0.6321205588
.meas tran v2 find v(out) at=2m
.meas tran area integ v(out) from=0 to=5m
.meas tran rise trig v(out) val=0.1 rise=1 targ v(out) val=0.9 rise=1
.meas tran twice param='2*v2'
.meas tran energy max e(r1)
.meas ac f3 when vdb(out)=-3.010299957
.meas ac phase find vp(out) at=159.1549431
.end
END
"$HYSTERON" sim rc.cir -o rc --json --figure >rc.json 2>err || fail "RC: $(cat err)"
python3 - <<'END' || fail "RC: values"
import csv, json, math
d = json.load(open("rc.json"))
m = {x["name"]: x["value"] for x in d["measures"]}
tau = 1e-3
near = lambda got, want, tol: abs(got - want) <= tol * abs(want) or print("got", got, "want", want)
assert [r["name"] for r in d["results"]] == ["op1", "dc1", "ac1", "tran1", "noise1", "tf1", "sens1", "pz1"]
assert near(m["tau"], tau, 2e-4) and near(m["v2"], 1 - math.exp(-2), 2e-4) and near(m["twice"], 2 * m["v2"], 1e-12)
assert near(m["area"], 5e-3 - tau * (1 - math.exp(-5)), 2e-4) and near(m["rise"], tau * math.log(9), 5e-4)
assert near(m["energy"], 0.5e-6 * (1 - math.exp(-10)), 2e-3)     # heat in R while C is charged: C V^2 / 2
assert near(m["f3"], 1 / (2 * math.pi * tau), 2e-3) and near(m["phase"], -45, 2e-3)
def rows(name):
    lines = [l for l in open("rc/%s.csv" % name) if not l.startswith("#")]
    return list(csv.DictReader(lines))
noise = rows("noise1")
k4t = 4 * 1.380649e-23 * 300.15 * 1e3
assert near(float(noise[0]["onoise[V/Hz^0.5]"]), math.sqrt(k4t), 1e-4)
assert near(float(noise[-1]["onoise_total[V]"]), math.sqrt(1.380649e-23 * 300.15 / 1e-6), 0.02)      # sqrt(k T / C)
assert near(float(rows("tf1")[0]["output_resistance[ohm]"]), 1e3, 1e-9)
assert near(float(rows("pz1")[0]["pole.re[1/s]"]), -1e3, 1e-9)
assert near(float(rows("sens1")[0]["v1[V]"]), 1, 1e-6)
assert [float(r["v(out)[V]"]) for r in rows("dc1")] == [0, 0.5, 1, 1.5, 2]
END
for file in ac1.svg ac1.gp tran1.svg tran1.data.csv dc1.svg noise1.svg; do [ -s "rc/$file" ] || fail "no $file"; done

# Sensitivities of phasors: H = 1/(1 + s R C); of a diode through a resistance the small-signal one is that of its operating
# point, which moves with the source: v = vt ac / (vt + R i), dv/dR and dv/dV1 by the derivative of i.
cat >sens.cir <<'END'
sensitivities
V1 in 0 dc 1 ac 1
R1 in out 1k
C1 out 0 1u
.sens v(out) ac dec 5 10 10k
.end
END
cat >sensd.cir <<'END'
sensitivities of a diode
.model dm d(is=1e-14)
V1 in 0 dc 2 ac 1
R1 in a 1k
D1 a 0 dm
.op
.sens v(a) ac lin 1 1 1
.end
END
"$HYSTERON" sim sens.cir -o sens >/dev/null 2>err || fail "sens: $(cat err)"
"$HYSTERON" sim sensd.cir -o sensd >/dev/null 2>err || fail "sens of a diode: $(cat err)"
python3 - <<'END' || fail "sens: values"
import csv, math
def rows(name):
    return list(csv.DictReader(l for l in open(name) if not l.startswith("#")))
table = rows("sens/sens1.csv")
assert len(table) == 16
for r in table:
    s = 2j * math.pi * float(r["frequency[Hz]"])
    for name, want in (("r1", -s * 1e-6 / (1 + s * 1e-3) ** 2), ("c1", -s * 1e3 / (1 + s * 1e-3) ** 2)):
        got = complex(float(r[name + ".re[V]"]), float(r[name + ".im[V]"]))
        assert abs(got - want) <= 1e-7 * abs(want), (name, got, want)
v = float(rows("sensd/op1.csv")[0]["v(a)[V]"])
vt, ohm, gmin = 1.380649e-23 * 300.15 / 1.602176634e-19, 1e3, 1e-12
g = 1e-14 * math.exp(v / vt) / vt + gmin                 # dI/dv; d2I/dv2 = (g - gmin) / vt
h = 1 / (1 + ohm * g)
by_v = -h * h * ohm * (g - gmin) / vt * h                # dh/dv dv/dV1, dv/dV1 = h
r = rows("sensd/sens1.csv")[0]
assert abs(float(r["v1.re[V]"]) - by_v) <= 1e-5 * abs(by_v), (r, by_v)
END

# Files of other programs.
"$HYSTERON" sim rc.cir -o raw --format raw >/dev/null 2>err || fail "raw: $(cat err)"
grep -aq "^Plotname: AC Analysis" raw/results.raw || fail "raw: no AC plot"
"$HYSTERON" sim rc.cir -o h5 --format hdf5 >/dev/null 2>err || fail "HDF5: $(cat err)"
head -c 4 h5/results.h5 | grep -aq HDF || fail "HDF5: not one"
"$HYSTERON" sim rc.cir -o raw2 --format raw >/dev/null 2>&1
cmp -s raw/results.raw raw2/results.raw || fail "the same input gives other bits"

# .step: one table with a column a parameter; .mc: reproducible, another seed is another draw.
cat >step.cir <<'END'
divider
.param r=1k vg=2
Vg a 0 {vg}
R1 a b 1k
R2 b 0 {r}
.op
.step param r list 1k 3k
.step param vg 1 2 1
.meas op half param='r/1k'
.end
END
"$HYSTERON" sim step.cir -o step --json >step.json 2>err || fail ".step: $(cat err)"
python3 - <<'END' || fail ".step: values"
import csv
lines = [l for l in open("step/op1.csv") if not l.startswith("#")]
got = [(float(r["r[1]"]), float(r["vg[1]"]), float(r["v(b)[V]"])) for r in csv.DictReader(lines)]
assert got == [(1e3, 1, 0.5), (1e3, 2, 1.0), (3e3, 1, 0.75), (3e3, 2, 1.5)], got
END
cat >mc.cir <<'END'
spread
V1 a 0 1
R1 a b 1k
R2 b 0 {agauss(1k, 100, 1)}
.op
.mc 200
.end
END
for run in 1 2; do "$HYSTERON" sim mc.cir -o "mc$run" --seed 3 >/dev/null 2>err || fail ".mc: $(cat err)"; done
"$HYSTERON" sim mc.cir -o mc3 --seed 4 >/dev/null 2>err || fail ".mc: $(cat err)"
grep -v '^#' mc1/op1.csv >a.csv
grep -v '^#' mc2/op1.csv >b.csv
grep -v '^#' mc3/op1.csv >c.csv
cmp -s a.csv b.csv || fail ".mc: the same seed gives other draws"
cmp -s a.csv c.csv && fail ".mc: another seed gives the same draws"
python3 - <<'END' || fail ".mc: mean and deviation"
import csv, statistics
r2 = [1e3 * float(r["v(b)[V]"]) / (1 - float(r["v(b)[V]"])) for r in csv.DictReader(open("a.csv"))]
assert len(r2) == 200 and abs(statistics.mean(r2) - 1000) < 4 * 100 / 200 ** 0.5
assert 80 < statistics.pstdev(r2) < 120
END

# ngspice's way with a control block: values made by let, read by $&; patterns of names.
cat >control.cir <<'END'
control
.param tau=1m
.csparam tau={tau}
V1 a 0 pulse(0 1 0 1n 1n 1 2)
R1 a b 1k
C1 b 0 1u
.probe v(*)
.control
let stop = tau*5
let step = stop/500
tran $&step $&stop uic
plot v(b)
.endc
END
"$HYSTERON" sim control.cir -o control >/dev/null 2>err || fail "control block: $(cat err)"
[ "$(tail -1 control/tran1.csv | cut -d, -f1)" = 0.005 ] || fail "control block: it ends at $(tail -1 control/tran1.csv)"

# The S-shaped curve of an NbO2 switch round both folds: threshold and hold voltage of the quasi-static closed form.
cat >fold.cir <<'END'
fold
.temp 22.85
Vs in 0 0
R1 in a 500
X1 a 0 nbo2
.dc Vs 0 1.5 0.01
.options arclength
.end
END
"$HYSTERON" sim fold.cir -o fold >/dev/null 2>err || fail "arclength: $(cat err)"
python3 - <<'END' || fail "arclength: threshold or hold voltage"
import csv
rows = list(csv.DictReader(l for l in open("fold/dc1.csv") if not l.startswith("#")))
curve = [(-float(r["i(vs)[A]"]), float(r["v(a)[V]"])) for r in rows]
threshold, hold = max(v for i, v in curve if i < 2e-4), min(v for i, v in curve if i > 2e-4)
assert abs(threshold - 0.99989) < 5e-5 and abs(hold - 0.4459) < 5e-5, (threshold, hold)
END

# Impedance of R parallel to R-L and C, by name; a device; negative values.
cat >z.cir <<'END'
parts
V1 a 0 0
R1 a 0 1k
C1 a 0 1n
R2 a b 500
L1 b 0 2m
.op
.end
END
"$HYSTERON" impedance z.cir --freq 1kHz:10MHz --json --figure z.svg >z.json 2>err || fail "impedance: $(cat err)"
python3 - <<'END' || fail "impedance: elements"
import json
e = {x["name"]: x["value"] for x in json.load(open("z.json"))["elements"]}
for name, want in (("R1", 1e3), ("C1", 1e-9), ("R2", 500), ("L1", 2e-3)):
    assert abs(e[name] / want - 1) < 1e-6, (name, e)
END
[ -s z.svg ] || fail "impedance: no figure"
"$HYSTERON" impedance hh_na --bias=-115mV --freq 1Hz:10kHz >out 2>err || fail "impedance of a device: $(cat err)"
grep -q "negative" out || fail "impedance of a device: no negative branch"

# Bad netlists: one message that leads to the place, no files.
printf 'no such model\nD1 a 0 nothing\n.op\n.end\n' >model.cir
refused model 3 model.cir:2 nothing
printf 'loop\nV1 a 0 1\nV2 a 0 2\n.op\n.end\n' >loop.cir
refused loop 3 v2
printf 'recursive\n.subckt s a\nX1 a s\n.ends\nX1 a s\nR1 a 0 1\n.op\n.end\n' >recursive.cir
refused recursive 3 recursive.cir
printf 'parameter\nR1 a 0 {nothing}\nV1 a 0 1\n.op\n.end\n' >parameter.cir
refused parameter 3 parameter.cir:2 nothing
printf 'circular\n.param a={b} b={a}\nR1 1 0 {a}\nV1 1 0 1\n.op\n.end\n' >circular.cir
refused circular 3 circular.cir:2
printf 'missing\n.include "none.inc"\n.op\n.end\n' >missing.cir
refused missing 3 missing.cir:2 none.inc
printf 'nan\nR1 a 0 {0/0}\nV1 a 0 1\n.op\n.end\n' >nan.cir
refused nan 3 nan.cir:2
printf 'measure\nR1 a 0 1\nV1 a 0 1\n.op\n.meas tran x fid v(a) at=1\n.tran 1 2\n.end\n' >measure.cir
refused measure 3 measure.cir:5
head -c 4000 /dev/urandom >binary.cir
refused binary 3 binary.cir
: >empty.cir
refused empty 3
[ "$(status_of "$HYSTERON" sim none.cir)" = 3 ] || fail "a missing file"
[ "$(status_of "$HYSTERON" sim rc.cir --format xml)" = 2 ] || fail "an unknown format"
[ "$(status_of "$HYSTERON" sim rc.cir -o rc.json)" = 0 ] && fail "a folder that is a file"

exit $failed
