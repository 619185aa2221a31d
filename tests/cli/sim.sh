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

# Runs of .step are those of a netlist with that value alone, whatever ran before and on how many threads: random draws
# too, at the start of a run as well, be the output step shorter or longer than what the run before had left over.
for step in 10u 250u; do
    for sample in 1 2 3 4; do
        cat >single.cir <<END
junction
.param sample=$sample
I1 0 a -44.578u
X1 a 0 mtj_behavioural seed0={sample}
.tran $step 1.25m
.save v(a) @x1[is_ap] @x1[threshold]
END
        "$HYSTERON" sim single.cir -o "single$sample" >/dev/null 2>err || fail "draws: $(cat err)"
    done
    sed 's/sample=4/sample=1/; /^\.tran/i .step param sample 1 4 1' single.cir >sweep.cir
    for threads in 1 3; do
        "$HYSTERON" sim sweep.cir -o sweep --threads $threads >/dev/null 2>err || fail "draws: $(cat err)"
        for sample in 1 2 3 4; do
            grep -v -e '^#' -e '^time' "single$sample/tran1.csv" >a.csv
            awk -F, -v run=$((sample - 1)) '!/^#/ && !/^time/ && $(NF - 1) == run' sweep/tran1.csv |
                sed 's/,[^,]*,[^,]*$//' >b.csv
            cmp -s a.csv b.csv || fail "draws: run $sample of .step in steps of $step, $threads threads"
        done
    done
done

# .mc: each run has its own draws of $rdist_uniform in the devices, the first those of the netlist alone; runs of .step
# all have the same.  The threshold is exponential with mean 1: 1 +- 4/sqrt(200).
sed '/^\.param/d; s/ seed0={sample}//; s/^\.tran.*/.tran 1u 1u\n.meas tran threshold find @x1[threshold] at=0/' \
    single.cir >alone.cir
sed '/^\.tran/i .mc 200' alone.cir >many.cir
sed '/^\.tran/i .param p=1\n.step param p 1 3 1' alone.cir >same.cir
for name in alone many same; do
    "$HYSTERON" sim $name.cir -o $name --json >$name.json 2>err || fail ".mc of devices: $(cat err)"
done
python3 - <<'END' || fail ".mc: draws of devices"
import json
alone, many, same = ([m["value"] for m in json.load(open(n + ".json"))["measures"]] for n in ("alone", "many", "same"))
assert len(set(many)) == 200 and many[0] == alone[0] and same == 3 * alone, (many[:3], alone, same)
assert abs(sum(many) / 200 - 1) < 4 / 200 ** 0.5, sum(many) / 200
END

# What jumps at an event has a row on each side of it, though outputs are far apart: sin crosses 1/2 after 1/12 and 5/12.
cat >event.va <<'END'
`include "disciplines.vams"
module event_device(p, n);
    inout p, n;
    electrical p, n;
    real s, q, t_prev;
    analog begin
        @(initial_step) begin s = 0; q = 0; t_prev = 0; end
        q = q + V(p, n) * ($abstime - t_prev);
        t_prev = $abstime;
        @(cross(V(p, n) - 0.5, +1)) s = 1;
        @(cross(V(p, n) - 0.5, -1)) s = 0;
        I(p, n) <+ V(p, n) * (1 + s + 1k * q) * 1m;
    end
endmodule
END
cat >event.cir <<'END'
a jump at a crossing
.hdl "event.va"
V1 a 0 sin(0 1 1k)
X1 a 0 event_device
.tran 0.3m 0.9m
.save v(a) @x1[s]
.meas tran up when @x1[s]=0.5 rise=1
.meas tran down when @x1[s]=0.5 fall=1
.meas tran share avg @x1[s] to=0.5m
END
sed -e '/^        q = q/d; /^        t_prev = /d; s/ + 1k \* q//' event.va >smooth.va
sed 's/event.va/smooth.va/' event.cir >smooth.cir
for name in event smooth; do
    "$HYSTERON" sim $name.cir -o $name --json --as-written >$name.json 2>err || fail "event: $(cat err)"
done
python3 - <<'END' || fail "event: when"
import csv, json
for name, method in (("event", "as-written"), ("smooth", "ida")):
    d = json.load(open(name + ".json"))
    assert d["results"][0]["method"] == method, d["results"]
    up, down, share = (m["value"] for m in d["measures"])
    for got, want in ((up, 1e-3 / 12), (down, 5e-3 / 12), (share, 2 / 3)):
        assert abs(got / want - 1) < 1e-5, (name, got, want)        # ten times the tolerance of the run
    t = [float(r["time[s]"]) for r in csv.DictReader(l for l in open(name + "/tran1.csv") if not l.startswith("#"))]
    assert all(a < b for a, b in zip(t, t[1:])), t
END

# .meas: the end of the run, whatever rounding; conditions.
cat >choice.cir <<'END'
choices
.param k=3 gap=2.3m
V1 in 0 pulse(0 1 0 1n 1n 1 2)
R1 in out 1k
C1 out 0 1u
.tran 10u {3m+gap}
.meas tran end find v(out) at=5.3m
.meas tran end2 find v(out) at='3m+gap'
.meas tran late find v(out) at=5.31m
.meas tran half when v(out)=0.5
.meas tran a param='half<1m && k>=3'
.meas tran b param='half > 1m || k == 4 ? 7 : 8'
.meas tran c param='half<1m?half:k'
.meas tran d param='!(k!=3)*5+k%2'
.meas tran e param='late>1'
.meas tran f param='k<2?1:k<4?2:3'
.meas tran on integ 'v(out)>0.5?v(in):0'
END
"$HYSTERON" sim choice.cir -o choice --json >choice.json 2>err
python3 - <<'END' || fail "conditions in .meas"
import json, math
m = {x["name"]: x["value"] for x in json.load(open("choice.json"))["measures"]}
end = 1 - math.exp(-5.3)
assert abs(m["end"] - end) < 2e-4 and m["end2"] == m["end"] and m["late"] is None and m["e"] is None, m
assert [m[k] for k in "abdf"] == [1, 8, 6, 2] and m["c"] == m["half"], m
assert abs(m["on"] - (5.3e-3 - 1e-3 * math.log(2))) < 1e-5, m         # an output step at most
END

# Each run of .step reads anew what its parameters decide: the end of .tran, .if at the top and in subcircuits; a node of
# one circuit alone is NaN in the others.  The same as single netlists, by --set.
cat >shape.cir <<'END'
shapes
.param gap=0 kind=1 run=2
V1 a 0 pulse(0 1 {gap} 1n 1n 1 2)
.if (kind==1)
L1 a c 1n
R1 c b 1k
.elseif (kind==2)
R1 a b 2k
.else
R1 a d 1k
R2 d b 2k
.endif
X1 b s k={kind}
.subckt s b k=1
.if (k<2)
C1 b 0 1u
.else
C1 b 0 2u
.endif
.ends
.tran 10u {5m+gap}
.meas tran half when v(b)=0.5
.meas tran end find v(b) at='5m+gap'
END
sed '/^\.tran/i .step param gap list 1m 2m\n.step param kind 1 3 1\n.step param run 5 6 1' shape.cir >shapes.cir
"$HYSTERON" sim shapes.cir -o shapes --json --threads 3 >shapes.json 2>err || fail "shapes: $(cat err)"
grep -q "first run does not have" shapes.json err || fail "shapes: not said that v(d) is left out"
for gap in 1m 2m; do
    for kind in 1 2 3; do
        "$HYSTERON" sim shape.cir -o shape$gap$kind --set gap=$gap --set kind=$kind --json >shape$gap$kind.json 2>err ||
            fail "shape: $(cat err)"
    done
done
python3 - <<'END' || fail "shapes: values"
import csv, json, math
rows = list(csv.DictReader(l for l in open("shapes/tran1.csv") if not l.startswith("#")))
got = [m["value"] for m in json.load(open("shapes.json"))["measures"]]
index = 0
for gap in 1, 2:
    for kind, tau in (1, 1e-3), (2, 4e-3), (3, 6e-3):
        single = [m["value"] for m in json.load(open("shape%dm%d.json" % (gap, kind)))["measures"]]
        for run in 5, 6:
            assert got[2 * index:2 * index + 2] == single, (index, single)
            assert abs(single[0] - (gap * 1e-3 + tau * math.log(2))) < 1e-5, single      # the output step
            mine = [r for r in rows if int(r["run_number[1]"]) == index]
            assert float(mine[-1]["time[s]"]) == 5e-3 + gap * 1e-3 and float(mine[0]["run[1]"]) == run
            assert math.isnan(float(mine[0]["v(c)[V]"])) == (kind != 1)
            index += 1
assert index == 12 and int(rows[-1]["run_number[1]"]) == 11
END
printf 'steps\n.param a=1 b=1\nV1 1 0 {b}\nR1 1 0 {a}\n.if (a<2)\n.step param b 1 2 1\n.endif\n.step param a 1 2 1\n.op\n' \
    >steps.cir
refused steps 3 ".step" ".if"

# Currents of terminals by name and number, in .meas too; a model's own variable hides what else has its name.
cat >own.va <<'END'
`include "disciplines.vams"
module own(p, n, g);
    inout p, n, g;
    electrical p, n, g;
    (* desc = "not the power" *) real P;
    (* desc = "not the potential" *) real G;
    (* desc = "not the current" *) real i;
    analog begin
        P = 7 * V(p, n);
        G = 3;
        i = 11;
        I(p, n) <+ V(p, n) * 1m;
        I(g, n) <+ V(g, n) * 2m;
    end
endmodule
END
cat >own.cir <<'END'
probes
.hdl "own.va"
V1 a 0 2
V2 c 0 5
X1 a 0 c own
.op
.save i(x1,p) i(x1,g) i(x1,3) i(x1.g) i(x1:g) @x1[p] x1:g @x1[i] @x1[v] p(x1) @x1[nothing]
.meas op one param='i(x1,g)'
.meas op two param='i(x1.g)+i(x1,3)'
.meas op three param='@x1[p]'
END
"$HYSTERON" sim own.cir -o own --json >own.json 2>err || fail "probes: $(cat err)"
python3 - <<'END' || fail "probes: values"
import csv, json
row = next(csv.reader(l for l in list(open("own/op1.csv"))[-1:]))
want = [2e-3, 10e-3, 10e-3, 10e-3, 10e-3, 14, 3, 11, 2, 54e-3]
assert all(abs(float(g) / w - 1) < 1e-9 for g, w in zip(row, want)) and row[-1] == "nan" and len(row) == 11, row
one, two, three = (m["value"] for m in json.load(open("own.json"))["measures"])
assert abs(one / 10e-3 - 1) < 1e-9 and abs(two / 20e-3 - 1) < 1e-9 and three == 14, (one, two, three)
END
grep -q "nothing" err own.json || fail "probes: not said that a quantity is not there"

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
