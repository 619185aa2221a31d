#!/bin/sh
# Networks shared out over MPI ranks: the same spikes and records at any number of ranks, one log, one message.
# Needs $HYSTERON; skipped where mpirun or the plugin is missing.
set -u
: "${HYSTERON:?}"
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
    timeout 60 mpirun --oversubscribe --allow-run-as-root -n "$n" "$@"
}

cat > net.yaml << 'EOF2'
duration: 60ms
slice: 20ms
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
join: [{from: g, rule: chain, conductance: 0.1nS}]
record: {v: {group: g, cells: [0, 300, 599], every: 1ms}}
expected: [{name: learnt.weight, value: 1nS}]
EOF2
"$HYSTERON" brain run net.yaml -o alone --format csv > alone.txt || fail "alone: $(cat alone.txt)"
for n in 2 3; do
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

# One message of a bad file.
sed 's/squid, n/squad, n/' net.yaml > bad.yaml
ranks 2 "$HYSTERON" brain run bad.yaml > /dev/null 2> text && fail "a bad file"
[ "$(grep -c 'there are no cells "squad"' text)" = 1 ] || fail "messages of two ranks: $(cat text)"

exit $failed
