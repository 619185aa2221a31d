#!/bin/sh
# The command line's contract: exit statuses, outputs, messages.  Needs $HYSTERON and $SOURCE.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
check() { # what expected got
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: expected <%s>, got <%s>\n' "$1" "$2" "$3"
    fi
}
status_of() {
    "$@" >"$work/out" 2>"$work/err"
    echo $?
}
holds() { # file text
    if grep -qF -- "$2" "$work/$1"; then echo yes; else echo "no: $(head -c 400 "$work/$1")"; fi
}

check "version" 0 "$(status_of "$HYSTERON" --version)"
check "version text" yes "$(holds out hysteron)"
check "no command is bad usage" 2 "$(status_of "$HYSTERON")"
check "unknown command" 2 "$(status_of "$HYSTERON" devise check x.va)"
check "unknown command is answered with the nearest" yes "$(holds err "device check")"
check "unknown option" 2 "$(status_of "$HYSTERON" iv vteam --wafe sine:1V,1Hz)"
check "did you mean" yes "$(holds err "--wave")"
check "missing argument" 2 "$(status_of "$HYSTERON" device check)"
check "missing file" 3 "$(status_of "$HYSTERON" device check "$work/none.va")"
check "missing file is named" yes "$(holds err none.va)"
check "help of a command starts with examples" 0 "$(status_of "$HYSTERON" iv --help)"
check "help shows an example" yes "$(holds out "--wave sine:1V,1kHz")"
check "list" 0 "$(status_of "$HYSTERON" device list)"
for model in hp_linear vteam yakopcic stanford_rram vo2 nbo2 hh_k hh_na; do
    check "library has $model" yes "$(holds out "$model")"
done
check "list as JSON" 0 "$(status_of "$HYSTERON" device list --json)"
check "show" 0 "$(status_of "$HYSTERON" device show vteam)"
check "show gives the equations" yes "$(holds out "module vteam")"

printf 'module m(p,n);\n inout p,n;\n electrical p,n;\n parameter real r=1k;\n analog I(p,n) <+ V(p,n)/rr;\nendmodule\n' >"$work/bad.va"
check "invalid file" 3 "$(status_of "$HYSTERON" device check "$work/bad.va")"
check "place of the error" yes "$(holds err "bad.va:5:")"
check "nearest name" yes "$(holds err "'r'")"

printf '`include "disciplines.vams"\nmodule m(p,n);\n inout p,n;\n electrical p,n;\n parameter real r=1k from (0:inf);\n analog I(p,n) <+ V(p,n)/r;\nendmodule\n' >"$work/r.va"
check "a resistor" 0 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --points 100 --cycles 1 -o "$work/r.csv")"
check "CSV header" "time[s],v[V],i[A]" "$(grep -v '^#' "$work/r.csv" | head -1)"
check "rows: both ends" 101 "$(grep -vc '^[#t]' "$work/r.csv")"
check "--set out of range" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --set r=-5)"
check "range is told" yes "$(holds err "it must lie in")"
check "--set with a wrong name" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --set rr=5)"
check "wave with a wrong dimension" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1kg)"
check "wave missing" 2 "$(status_of "$HYSTERON" iv "$work/r.va")"
check "JSON" 0 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --json)"
check "JSON has features" yes "$(holds out '"features"')"
check "nothing is left behind" "bad.va err out r.csv r.va" "$(ls "$work" | tr '\n' ' ' | sed 's/ $//')"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
