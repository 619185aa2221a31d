#!/bin/sh
# Ctrl-C ends long work soon, with status 130, and leaves no file.  Needs $HYSTERON.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir out tools
failed=0
printf '`include "disciplines.vams"\nmodule r(p,n);\n inout p,n;\n electrical p,n;\n analog I(p,n) <+ V(p,n)/1k;\nendmodule\n' >r.va
"$HYSTERON" iv r.va --wave sine:1V,1Hz >/dev/null || exit 1

# interrupt SIGNAL ARGUMENT...: status 130 within 5 s, nothing in out/
interrupt() {
    signal=$1
    shift
    "$HYSTERON" "$@" >log 2>&1 &
    child=$!
    sleep 1
    kill "-$signal" "$child" || echo "it had ended before"
    (sleep 5 && kill -KILL "$child" 2>/dev/null) &
    guard=$!
    wait "$child"
    status=$?
    kill "$guard" 2>/dev/null
    left=$(find out -type f)
    if [ "$status" != 130 ] || [ -n "$left" ]; then
        failed=$((failed + 1))
        echo "FAILED: SIG$signal on hysteron $*: status $status, left: $left"
        head -5 log
    fi
}
long="--points 10000 --cycles 4000"
# shellcheck disable=SC2086
{
    interrupt INT iv r.va --wave sine:1V,1Hz $long -o out/a.csv --figure out/a.svg
    interrupt TERM iv r.va --wave sine:1V,1Hz $long -o out/a.csv --json
}
interrupt INT pulse r.va --train "1V,1us,1us,20000; read 0.1V,1us" -o out/a.csv

# While gnuplot draws.
printf '#!/bin/sh\nexec sleep 30\n' >tools/gnuplot
chmod +x tools/gnuplot
PATH=$work/tools:$PATH interrupt INT iv r.va --wave sine:1V,1Hz --figure out/a.svg

[ "$failed" = 0 ] && echo "all interrupts passed"
exit "$failed"
