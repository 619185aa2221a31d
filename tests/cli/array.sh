#!/bin/sh
# hysteron array as its users and their scripts see it.
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

# Without wires I = V G: 1 mS and 2 mS, 3 mS and 4 mS, driven by 1 V and 0.5 V, and by 0 and 1 V.
printf '# my cells\n0.001, 0.002\n0.003;0.004\n' > G.csv
printf '1\t0.5\n0 1\n' > V.csv
"$HYSTERON" array mvm --conductances G.csv --inputs V.csv --rwire 0ohm -o I.csv || fail "mvm"
python3 - << 'EOF' || fail "I = V G without wires"
rows = [list(map(float, line.split(","))) for line in open("I.csv") if not line.startswith("#")]
want = [[2.5e-3, 4e-3], [3e-3, 4e-3]]
assert all(abs(a - b) < 1e-8 * b for r, w in zip(rows, want) for a, b in zip(r, w)), rows
EOF
grep -q '^# hysteron: ' I.csv || fail "the result does not say what made it"

# With wires: two word lines, two bit lines, eliminated by hand (numpy).  The same through .npy and the effective matrix.
"$HYSTERON" array mvm -g G.csv -i V.csv --rwire 100ohm -o I.csv --effective W.csv || fail "mvm with wires"
"$HYSTERON" array mvm -g G.csv -i V.csv --rwire 100ohm -o I.npy || fail "mvm to .npy"
python3 - << 'EOF' || fail "currents through wires"
def solve(a, b):
    n = len(b)
    m = [r[:] + [x] for r, x in zip(a, b)]
    for p in range(n):
        k = max(range(p, n), key=lambda r: abs(m[r][p]))
        m[p], m[k] = m[k], m[p]
        for r in range(n):
            if r != p:
                f = m[r][p] / m[p][p]
                m[r] = [x - f * y for x, y in zip(m[r], m[p])]
    return [m[r][n] / m[r][r] for r in range(n)]
g, G = 0.01, [[1e-3, 2e-3], [3e-3, 4e-3]]
def u(i, j): return 2 * i + j
def w(i, j): return 4 + 2 * i + j
def currents(v):
    a, b = [[0.0] * 8 for _ in range(8)], [0.0] * 8
    def wire(p, q, s):
        a[p][p] += s; a[q][q] += s; a[p][q] -= s; a[q][p] -= s
    for i in range(2):
        a[u(i, 0)][u(i, 0)] += g; b[u(i, 0)] += g * v[i]
        wire(u(i, 0), u(i, 1), g)
        for j in range(2):
            wire(u(i, j), w(i, j), G[i][j])
    for j in range(2):
        wire(w(0, j), w(1, j), g)
        a[w(1, j)][w(1, j)] += g
    x = solve(a, b)
    return [g * x[w(1, j)] for j in range(2)]
got = [list(map(float, line.split(","))) for line in open("I.csv") if not line.startswith("#")]
for v, row in zip([[1, 0.5], [0, 1]], got):
    assert all(abs(a - b) < 1e-9 * b for a, b in zip(row, currents(v))), (row, currents(v))
import struct
raw = open("I.npy", "rb").read()
assert raw[:6] == b"\x93NUMPY" and len(raw) == 128 + 32
same = struct.unpack("<4d", raw[128:])
assert all(abs(a - b) < 1e-9 * b for a, b in zip(same, got[0] + got[1]))
W = [list(map(float, line.split(","))) for line in open("W.csv") if not line.startswith("#")]
assert all(abs(W[0][j] + 0.5 * W[1][j] - got[0][j]) < 1e-9 for j in range(2))
EOF

# 64 x 64, 2.5 ohm, 10 kohm and 1 Mohm: the numbers that scripts read
"$HYSTERON" array op --size 64 --rwire 2.5ohm --ron 10kohm --roff 1Mohm --pattern random --seed 1 --json > op.json || fail "op"
python3 - << 'EOF' || fail "op --json: $(cat op.json)"
import json
o = json.load(open("op.json"))
assert o["relative_residual"] <= 1e-10 and o["power_balance"] < 1e-9
assert o["solve_s"] > 0 and 0 < o["iterations"] < 20 and o["memory_B"] > 64 * 64 * 8
EOF
"$HYSTERON" array op -n 64 --seed 1 --json | grep -v solve_s > again.json
grep -v solve_s op.json | cmp -s - again.json || fail "the same seed gives other numbers"
"$HYSTERON" array op -n 48x20 --pattern diagonal -o maps > /dev/null || fail "op -o"
for file in word_potentials bit_potentials word_currents bit_currents; do
    [ -s "maps/$file.npy" ] || fail "maps/$file.npy was not written"
done

# what is refused, and with which status
status() {
    want=$1
    shift
    "$HYSTERON" array "$@" > out 2> err
    got=$?
    [ "$got" = "$want" ] || fail "array $* exits with $got, not $want: $(cat err)"
    [ -s err ] || fail "array $* says nothing"
}
status 2 op
status 2 op -n 0
status 2 op -n 3x
status 2 op -n -5
status 2 op -n 64 --pattern stripes
status 2 op -n 64 --word-ends up
status 2 op -n 64 --rwire -1ohm
status 2 op -n 64 --rwire 1V
status 2 op -n 64 --ron 0ohm
status 2 op -n 64 --tolerance 2
status 2 op -n 64 --tolerance 1e-20
status 1 op -n 4 --voltage 1e300V
grep -q "too large, or too far apart, to compute with" err || fail "1e300 V: $(cat err)"
timeout 5 "$HYSTERON" array op -n 1000000 > out 2> err && fail "10^12 cells are not refused"
grep -q "at most 10^9 cells" err || fail "10^12 cells: $(cat err)"
printf '1,2\n3\n' > bad.csv
status 3 mvm -g bad.csv -i V.csv
grep -q '^bad.csv:2:1: error: 1 numbers in this row, 2 in the first' err || fail "ragged rows: $(cat err)"
printf '1,nan\n3,4\n' > bad.csv
status 3 mvm -g bad.csv -i V.csv
printf '1,,2\n' > bad.csv
status 3 mvm -g bad.csv -i V.csv
: > bad.csv
status 3 mvm -g bad.csv -i V.csv
printf '\223NUMPY\001\000\166\000{' > bad.npy
status 3 mvm -g bad.npy -i V.csv
status 3 mvm -g missing.csv -i V.csv
printf '1,-2\n3,4\n' > bad.csv
status 2 mvm -g bad.csv -i V.csv
printf '1,2,3\n' > bad.csv
status 2 mvm -g G.csv -i bad.csv
status 2 mvm -g G.csv

exit $failed
