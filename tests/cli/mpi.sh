#!/bin/sh
# Runs of .step and .mc shared out over MPI ranks: the same bits at any number of ranks and threads, one message,
# the same status everywhere, no hang.  Needs $HYSTERON; skipped where mpirun or the plugin is missing.
set -u
plugin=$(dirname "$HYSTERON")/libhysteron_mpi.so
command -v mpirun >/dev/null 2>&1 || { echo "SKIPPED: there is no mpirun (Debian: openmpi-bin)"; exit 77; }
[ -e "$plugin" ] || { echo "SKIPPED: hysteron was built without MPI"; exit 77; }
mpirun --version 2>&1 | grep -q "Open MPI" || { echo "SKIPPED: mpirun is not Open MPI's"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
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
    timeout 120 mpirun --oversubscribe --allow-run-as-root -n "$n" "$@"
}
# mpirun says that a status is not 0, too: only what hysteron says counts.
said() {
    sed -n '/^-----/q; p' "$1"
}

# Device to device (Roff) and cycle to cycle (Ron), draws of the netlist, nested steps, measures, a table of one row.
cat >spread.cir <<'END'
spread
.hdl "memristor.va"
.param drive=1 load=100
V1 in 0 sin(0 {drive} 1k)
R1 in a {load}
X1 a 0 memristor
C1 a 0 agauss(1n,0.1n,1)
.tran 5u 3m
.op
.mc 3
.step param drive list 1 1.5
.step param load 100 300 100
.meas tran peak max i(v1)
.meas tran half when v(a)=0.5
.end
END
cat >memristor.va <<'END'
`include "disciplines.vams"
module memristor(p, n);
    inout p, n;
    electrical p, n;
    (* d2d="lognormal 0.2" *) parameter real roff = 10k from (0:inf);
    (* c2c="lognormal 0.1" *) parameter real ron = 1k from (0:inf);
    parameter real rate = 3e3 from (0:inf);
    real w;
    analog begin
        @(initial_step) w = 0.1;
        w = idt(rate * V(p, n) * w * (1 - w), 0.1);
        I(p, n) <+ V(p, n) * (w / ron + (1 - w) / roff);
    end
endmodule
END
run() { # folder COMMAND...: in a folder of its own, so that all files hold the same command line
    mkdir -p "$1"
    cp spread.cir memristor.va "$1"
    folder=$1
    shift
    (cd "$folder" && "$@" sim spread.cir -o out --seed 5 >report 2>err) || fail "$folder: $(cat "$folder/err")"
    sed -i 's/, [0-9.e-]* s (/ (/' "$folder/report" # the time it took
}
same() { # folder: as alone
    for file in report err out/op1.csv out/tran1.csv; do
        cmp -s "alone/$file" "$1/$file" || fail "$1: another $file than alone"
    done
    [ "$(ls "$1/out")" = "$(ls alone/out)" ] || fail "$1: other files: $(ls "$1/out")"
}
run alone "$HYSTERON"
[ "$(grep -c '^peak' alone/report)" = 18 ] || fail "18 runs: $(cat alone/report)"
[ "$(grep '^peak' alone/report | sort -u -k3,3 | wc -l)" = 18 ] || fail "the runs do not differ"
for n in 1 2 3; do
    run "ranks$n" ranks "$n" "$HYSTERON"
    same "ranks$n"
done
# Threads do not matter either; the command line in the files' heads does.
for n in 1 3; do
    "$HYSTERON" sim spread.cir -o "threads$n" --seed 5 --threads "$n" >/dev/null || fail "--threads $n"
    grep -v '^#' "threads$n/tran1.csv" >one
    grep -v '^#' alone/out/tran1.csv >two
    cmp -s one two || fail "--threads $n gives other bits"
done
ranks 2 "$HYSTERON" sim spread.cir -o both --seed 5 --threads 2 >/dev/null || fail "two ranks of two threads"
grep -v '^#' both/tran1.csv >one
cmp -s one two || fail "two ranks of two threads give other bits"
ranks 2 "$HYSTERON" sim spread.cir -o json --seed 5 --json >json.out || fail "--json"
[ "$(grep -c '"hysteron":' json.out)" = 1 ] || fail "not one JSON document"

# Fewer runs than ranks; one run only.
printf 'few\nV1 a 0 1\nR1 a 0 1k\n.op\n.step R1 list 1k 2k\n.end\n' >few.cir
ranks 4 "$HYSTERON" sim few.cir -o few >report 2>err || fail "few runs: $(cat err)"
[ "$(grep -vc '^#' few/op1.csv)" = 3 ] || fail "few runs: $(cat few/op1.csv)"
printf 'one\nV1 a 0 1\nR1 a 0 1k\n.op\n.end\n' >one.cir
ranks 3 "$HYSTERON" sim one.cir -o one.out >report 2>err || fail "one run: $(cat err)"
[ "$(grep -c '^op1' report)" = 1 ] || fail "one run is told more than once: $(cat report)"

# More than is sent in one go, and than may wait.
printf 'long\nV1 a 0 sin(0 1 1k)\nR1 a b 1k\nC1 b 0 1n\n.tran 10n 0.5m\n.step R1 list 1k 2k 3k 4k\n.end\n' >long.cir
"$HYSTERON" sim long.cir -o long1 --format raw >/dev/null || fail "long results"
ranks 3 "$HYSTERON" sim long.cir -o long3 --format raw >/dev/null 2>err || fail "long results of ranks: $(cat err)"
cmp -s long1/results.raw long3/results.raw || fail "long results differ"

# Runs that fail: the first says why, once; the others are counted; the rest is there; the status is everywhere the same.
cat >bad.cir <<'END'
some fail
.param k=1
V1 a 0 1
R1 a 0 1k m='3-k'
.op
.step param k list 1 2 3 4 1.5 5
.end
END
"$HYSTERON" sim bad.cir -o bad >report 2>alone.err
alone=$?
[ "$alone" = 3 ] || fail "failing runs: status $alone"
# mpirun would end the others when the first has ended with a status that is not 0.
ranks 3 --mca orte_abort_on_non_zero_status 0 sh -c '"$0" "$@"; status=$?; echo $status >status.$OMPI_COMM_WORLD_RANK; exit $status' \
    "$HYSTERON" sim bad.cir -o bad >report 2>err
[ "$(cat status.0 status.1 status.2 | tr '\n' ' ')" = "3 3 3 " ] || fail "failing runs: statuses $(cat status.*)"
said err >ranks.err
cmp -s alone.err ranks.err || fail "failing runs say other things: $(cat ranks.err) instead of $(cat alone.err)"
grep -q "in run 2 of 6" err || fail "the run is not named: $(cat err)"
[ "$(grep -vc '^#' bad/op1.csv)" = 4 ] || fail "what was finished is lost: $(cat bad/op1.csv)"

# Bad usage and files: said once.
refused() { # status words COMMAND...
    wanted=$1
    words=$2
    shift 2
    "$@" >report 2>err
    status=$?
    [ "$status" = "$wanted" ] || fail "$*: status $status: $(cat err)"
    [ "$(grep -c "$words" err)" = 1 ] || fail "$*: not said once: $(cat err)"
}
refused 3 "there is no file" ranks 3 "$HYSTERON" sim nowhere.cir
refused 2 "there is no option" ranks 3 "$HYSTERON" sim one.cir --bogus
refused 2 "another netlist" timeout 60 mpirun --oversubscribe --allow-run-as-root -n 1 "$HYSTERON" sim one.cir -o a : \
    -n 1 "$HYSTERON" sim few.cir -o b
refused 3 "on rank 1" timeout 60 mpirun --oversubscribe --allow-run-as-root -n 1 "$HYSTERON" sim few.cir -o a : \
    -n 1 "$HYSTERON" sim nowhere.cir -o b
ranks 2 "$HYSTERON" sim one.cir -o own --no-mpi >report 2>err || fail "--no-mpi: $(cat err)"
[ "$(grep -c '^op1' report)" = 2 ] || fail "--no-mpi: not each on its own: $(cat report)"

# A launcher of another MPI, and no plugin.
refused 4 "have not found each other" env PMI_RANK=0 PMI_SIZE=3 timeout 60 "$HYSTERON" sim few.cir -o other
[ ! -e other ] || fail "a process that has not found the others writes files"
mkdir bin
cp "$HYSTERON" bin/hysteron
refused 4 "cannot join" env PMI_RANK=0 PMI_SIZE=3 bin/hysteron sim few.cir -o other
refused 0 "this process works alone" bin/hysteron sim few.cir -o other --mpi

# Interrupted: one rank, or all; it ends soon and leaves nothing.
printf 'endless\nV1 a 0 sin(0 1 1meg)\nR1 a b 1k\nC1 b 0 1n\n.tran 1n 1\n.step R1 1k 8k 1k\n.end\n' >endless.cir
interrupt() { # who
    rm -rf gone pid.*
    timeout 60 mpirun --oversubscribe --allow-run-as-root -n 3 sh -c 'echo $$ >pid.$OMPI_COMM_WORLD_RANK; exec "$0" "$@"' \
        "$HYSTERON" sim endless.cir -o gone >report 2>err &
    job=$!
    sleep 2
    if [ "$1" = all ]; then kill -INT "$(pgrep -P "$job" mpirun)"; else kill "-$2" "$(cat "pid.$1")"; fi
    begin=$(date +%s)
    wait "$job"
    status=$?
    [ "$status" != 0 ] && [ "$status" != 124 ] || fail "interrupted ($*): status $status"
    [ $(($(date +%s) - begin)) -le 15 ] || fail "interrupted ($*): it took $(($(date +%s) - begin)) s"
    [ ! -e gone ] || fail "interrupted ($*): it leaves $(ls gone)"
    for try in 1 2 3 4 5; do
        left=""
        for pid in pid.*; do kill -0 "$(cat "$pid")" 2>/dev/null && left="$left $pid"; done
        [ -n "$left" ] && [ "$try" -lt 5 ] || break
        sleep 1
    done
    [ -z "$left" ] || fail "interrupted ($*): left after 5 s:$left"
}
interrupt all
interrupt 1 TERM
[ "$(grep -c "hysteron: interrupted" err)" = 1 ] || fail "not one rank says that it was interrupted: $(cat err)"
interrupt 0 TERM
interrupt 2 KILL

[ "$failed" = 0 ] && echo "all passed"
exit "$failed"
