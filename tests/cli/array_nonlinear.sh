#!/bin/sh
# Crossbars of nonlinear cells as users see them, and beside ngspice where it is installed.
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

"$HYSTERON" array op -n 64 --seed 1 --nonlinearity 1e3 --json > op.json || fail "op --nonlinearity"
python3 - << 'PY' || fail "op --nonlinearity --json: $(cat op.json)"
import json
o = json.load(open("op.json"))
assert o["relative_residual"] <= 1e-10 and o["current_residual"] < 1e-9 and o["power_balance"] < 1e-9
assert 1 < o["newton_steps"] < 20
PY
"$HYSTERON" array op -n 8 --nonlinearity 10 --report | grep -q "Newton" || fail "op --report says nothing of Newton's method"

# Without wires each cell is alone: 1 mS at 2 V, I(2 V)/I(1 V) = 5.
echo 1e-3 > G.csv
printf '2\n1\n' > V.csv
"$HYSTERON" array mvm -g G.csv -i V.csv -r 0ohm --nonlinearity 5 --read-voltage 2V -o I.csv || fail "mvm --nonlinearity"
python3 - << 'PY' || fail "one cell: $(cat I.csv)"
i = [float(line) for line in open("I.csv") if not line.startswith("#")]
assert abs(i[0] - 2e-3) < 1e-10 and abs(i[1] - 4e-4) < 1e-10, i
PY

status() {
    want=$1
    shift
    "$HYSTERON" array "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "array $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "array $* says nothing"
}
status 2 op -n 4 --nonlinearity 1.5
status 2 op -n 4 --nonlinearity nan
status 2 op -n 4 --nonlinearity 10 --read-voltage 0V
status 2 op -n 4 --nonlinearity 10 --read-voltage 1A
status 2 mvm -g G.csv -i V.csv --nonlinearity 10 --effective W.csv

# 8 x 8 with bad wires, a cell chosen at V, half of the lines at V/2: the same equations as B sources of ngspice.
if command -v ngspice > /dev/null; then
    cat > compare.py << 'PY'
import math, random, subprocess, sys
n, wire, ratio = 8, 100.0, 1e2
random.seed(4)
k = 2 * math.acosh(ratio / 2)
g = [[1e-4 if random.random() < 0.5 else 1e-6 for _ in range(n)] for _ in range(n)]
v = [0.5] * n
v[2] = 1.0
open("G.csv", "w").write("\n".join(",".join(map(repr, row)) for row in g) + "\n")
open("V.csv", "w").write(",".join(map(repr, v)) + "\n")
lines = ["crossbar"]
for i in range(n):
    lines.append(f"Vw{i} d{i} 0 {v[i]}")
    for j in range(n):
        lines.append(f"Rw{i}_{j} {f'd{i}' if j == 0 else f'u{i}_{j - 1}'} u{i}_{j} {wire}")
        lines.append(f"B{i}_{j} u{i}_{j} w{i}_{j} I={g[i][j] / math.sinh(k)!r}*sinh({k!r}*V(u{i}_{j},w{i}_{j}))")
        lines.append(f"Rb{i}_{j} w{i}_{j} {f'w{i + 1}_{j}' if i < n - 1 else f's{j}'} {wire}")
for j in range(n):
    lines.append(f"Vs{j} s{j} 0 0")
lines += [".options reltol=1e-10 abstol=1e-18 vntol=1e-14 gmin=1e-20", ".control", "set numdgt=15", "op"]
lines += [f"print i(vs{j})" for j in range(n)] + ["quit", ".endc", ".end"]
open("array.cir", "w").write("\n".join(lines) + "\n")
out = subprocess.run(["ngspice", "-b", "array.cir"], capture_output=True, text=True).stdout
want = [float(line.split("=")[1]) for line in out.splitlines() if line.startswith("i(vs")]
assert len(want) == n, out
subprocess.run([sys.argv[1], "array", "mvm", "-g", "G.csv", "-i", "V.csv", "-r", f"{wire}ohm", "--nonlinearity",
                repr(ratio), "-o", "I.csv"], check=True)
got = [float(x) for x in [line for line in open("I.csv") if not line.startswith("#")][0].split(",")]
worst = max(abs(a - b) / abs(b) for a, b in zip(got, want))
print(f"worst current beside ngspice: {worst:.1e}")
assert worst < 1e-8, (got, want)
PY
    python3 compare.py "$HYSTERON" || fail "ngspice says otherwise"
fi

exit $failed
