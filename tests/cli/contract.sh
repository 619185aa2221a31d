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
check "CSV says how it was made" 1 "$(grep -c '^# command: hysteron iv .*r.va --wave sine:1V,1Hz --points 100' "$work/r.csv")"
check "CSV header" "time[s],v[V],i[A]" "$(grep -v '^#' "$work/r.csv" | head -1)"
check "rows: both ends" 101 "$(grep -vc '^[#t]' "$work/r.csv")"
check "--set out of range" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --set r=-5)"
check "range is told" yes "$(holds err "it must lie in")"
check "--set with a wrong name" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --set rr=5)"
check "wave with a wrong dimension" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1kg)"
check "wave missing" 2 "$(status_of "$HYSTERON" iv "$work/r.va")"
check "JSON" 0 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --json)"
check "JSON has features" yes "$(holds out '"features"')"

check "help iv" 0 "$(status_of "$HYSTERON" help iv)"
check "help of a noun" 0 "$(status_of "$HYSTERON" device --help)"
check "help of a noun lists its verbs" yes "$(holds out "hysteron device show")"
check "help of nothing" 2 "$(status_of "$HYSTERON" help nothing)"
for command in "" "device check" "device list" "device show" iv pulse data completion; do
    # shellcheck disable=SC2086
    check "help fits 100 columns: $command" "" "$("$HYSTERON" help $command | grep -E '^.{101}')"
done
check "option without its value" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave)"
check "option as a value" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave --json)"
check "flag with a value" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --json=1)"
check "no cycles" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --cycles 0)"
check "half a cycle" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --cycles 0.5)"
check "a number that is none" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --rtol x)"
check "too many arguments" 2 "$(status_of "$HYSTERON" iv "$work/r.va" "$work/r.va" --wave sine:1V,1Hz)"
check "short options run together" 2 "$(status_of "$HYSTERON" iv "$work/r.va" -xz)"
check "the option is named" yes "$(holds err "'-x'")"
check "options after --" 3 "$(status_of "$HYSTERON" device check -- --json.va)"
check "CSV on standard output" 0 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --points 10 --cycles 1 -o -)"
check "and nothing else there" 11 "$(grep -vc '^[#t]' "$work/out")"
check "unwritable output" 3 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz -o "$work/none/r.csv")"
check "unknown ending of a figure" 2 "$(status_of "$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --figure "$work/r.jpg")"
check "no gnuplot" 4 "$(PATH=/nonexistent status_of "$HYSTERON" data "$work/r.csv" --figure "$work/r.svg")"
check "and how to get it" yes "$(holds err "gnuplot-nox")"
rm -f "$work"/r.gp "$work"/r.data.csv
if [ -w /dev/full ]; then
    check "a full disk" 4 "$("$HYSTERON" device list >/dev/full 2>/dev/null; echo $?)"
    check "a full disk for data" 4 "$("$HYSTERON" iv "$work/r.va" --wave sine:1V,1Hz --json >/dev/full 2>/dev/null; echo $?)"
fi
"$HYSTERON" device show vteam 2>"$work/err" | head -1 >"$work/out"
check "a reader that has enough" "" "$(cat "$work/err")"
check "nothing is left behind" "bad.va err out r.csv r.va" "$(ls "$work" | tr '\n' ' ' | sed 's/ $//')"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
