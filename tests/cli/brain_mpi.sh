#!/bin/sh
# Networks shared out over MPI ranks: the same spikes and records at any number of ranks, one message.
# Needs $HYSTERON and $SOURCE; skipped where mpirun or the plugin is missing.
set -u
: "${HYSTERON:?}" "${SOURCE:?}"
plugin=$(dirname "$HYSTERON")/libhysteron_mpi.so
command -v mpirun >/dev/null 2>&1 || { echo "SKIPPED: there is no mpirun (Debian: openmpi-bin)"; exit 77; }
[ -e "$plugin" ] || { echo "SKIPPED: hysteron was built without MPI"; exit 77; }
mpirun --version 2>&1 | grep -q "Open MPI" || { echo "SKIPPED: mpirun is not Open MPI's"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
# MPI gives not all of its memory back.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export TMPDIR=/tmp # names of sockets in it are short
ranks() { # n COMMAND...
    n=$1
    shift
    timeout 60 mpirun --mca odls_base_sigkill_timeout 0 --oversubscribe --allow-run-as-root -n "$n" "$@"
}

cat > net.yaml << 'EOF2'
duration: 30ms
slice: 10ms
temperature: 6.3degC
cells:
  squid:
    area: 1000um^2
    leak: {conductance: 0.3mS/cm^2, reversal: -54.387mV}
    channels: {na: {device: hh_na}, k: {device: hh_k, spread: [g_bar=lognormal 0.05]}}
    ports: {syn: {tau: 2ms}}
groups: {g: {cell: squid, n: 600, start_noise: 2mV}, p: {poisson: {rate: 100Hz}, n: 20}}
connect:
  - {name: in, from: p, to: g, port: syn, rule: probability, probability: 0.3, weight: normal 1nS 0.2nS 0nS 1S,
     short_term: {use: 0.5, recovery: 100ms}}
  - {name: learnt, from: g, to: g, port: syn, rule: indegree, number: 3, weight: 1nS, delay: 1.5ms, pair: {w_max: 2nS}}
join:
  - {from: g, rule: chain, conductance: 0.1nS}
  - {from: g, rule: probability, probability: 0.002, conductance: normal 50pS 10pS 0S 1nS}
record: {v: {group: g, cells: [0, 300, 599], every: 1ms}}
expected: [{name: learnt.weight, value: 1nS}]
EOF2
"$HYSTERON" brain run net.yaml -o alone --format csv > alone.txt || fail "alone: $(cat alone.txt)"
for n in 3 8; do # more than there are processors, too; two are further down
    ranks "$n" "$HYSTERON" brain run net.yaml -o "of$n" --format csv --threads 1 > ranks.txt || fail "$n ranks"
    for file in v.csv spikes_g.csv spikes_p.csv; do
        grep -v '^# command' "alone/$file" > a
        grep -v '^# command' "of$n/$file" > b
        cmp -s a b || fail "$file of $n ranks"
    done
    grep -v 'time to\|^memory' alone.txt > a
    grep -v 'time to\|^memory' ranks.txt > b
    cmp -s a b || fail "what $n ranks say: $(cat ranks.txt)"
done

# Couplings: astrocytes that hear and act, stores of energy that gate firing and learning.  Weights that are devices.
cp "$SOURCE/examples/brain/astrocyte.va" .
sed '/^expected/,$d' "$SOURCE/examples/brain/astrocyte.yaml" > astrocyte.yaml
sed '/^expected/,$d' "$SOURCE/examples/brain/energy.yaml" > energy.yaml
echo 'expected: [{name: frugal_learns.weight, value: 0, tolerance: 1}]' >> energy.yaml
cat > device.yaml << 'EOF2'
duration: 200ms
dt: 0.1ms
cells: {c: {lif: {bias: 370pA}, ports: {syn: {current: true, tau: 2ms}}}}
groups: {p: {poisson: {rate: 100Hz}, n: 20}, g: {cell: c, n: 300, background: {port: syn, rate: 1kHz, weight: 50pA}}}
connect:
  - {name: learnt, from: p, to: g, port: syn, rule: indegree, number: 5, weight: 100pA, delay: uniform 1ms 3ms 1ms 3ms,
     memristive: {device: vteam, set: [v_on=-0.5, v_off=0.5, k_on=-1e-6, k_off=1e-6], spread: [k_on=lognormal 0.2],
                  g_min: 1uS, g_max: 100uS, v_head: 0.45, v_tail: -0.45, w_max: 500pA}}
expected: [{name: learnt.weight, value: 0, tolerance: 1}]
EOF2
# NAME DURATION
couples() {
    "$HYSTERON" brain run "$1.yaml" -o "$1" --format csv --duration "$2" > "$1.txt" || fail "$1: $(cat "$1.txt")"
    ranks 2 "$HYSTERON" brain run "$1.yaml" -o "two_$1" --format csv --duration "$2" --threads 1 > two.txt ||
        fail "$1 on two ranks: $(cat two.txt)"
    grep -v 'time to\|^memory' "$1.txt" > a
    grep -v 'time to\|^memory' two.txt > b
    cmp -s a b || fail "$1 on two ranks says: $(cat two.txt) instead of $(cat "$1.txt")"
    for file in "$1"/*.csv; do
        grep -v '^# command' "$file" > a
        grep -v '^# command' "two_$file" > b
        cmp -s a b || fail "$file of two ranks"
    done
}
couples astrocyte 6s
[ "$(tail -n 1 astrocyte/bound.csv | sed 's/.*,\(...\).*/\1/')" != 0.0 ] || fail "astrocytes do nothing yet"
couples energy 2s
couples device 200ms
grep -q 'learnt.weight: 0, got [1-9]' device.txt || fail "weights of devices: $(cat device.txt)"

# One message of a bad file.
sed 's/squid, n/squad, n/' net.yaml > bad.yaml
ranks 2 "$HYSTERON" brain run bad.yaml > /dev/null 2> text && fail "a bad file"
[ "$(grep -c 'there are no cells "squad"' text)" = 1 ] || fail "messages of two ranks: $(cat text)"

exit $failed
