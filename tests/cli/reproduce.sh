#!/bin/sh
# hysteron reproduce: text, JSON, files, exit statuses.  Needs $HYSTERON.
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
json() { # expression of the document d
    python3 -c "import json, sys; d = json.load(open('$work/out')); print($1)" 2>&1
}

models=$work/models
mkdir -p "$models/fam/reproduce"
cat >"$models/fam/reproduce/divider.cir" <<'END'
a divider
V1 a 0 1
R1 a b 3k
R2 b 0 1k
.tran 1m 10m
.meas tran half find v(b) at=5m
.end
END
heading='name,model,run,quantity,expected,unit,tolerance,label,source,note'
good='m.half,m,divider.cir,half,250,mV,0.1%,derived,"hand, on paper",a divider'
missing='m.lost,m,,,,mA,,missing,nobody,the amplitude'
bad='m.wrong,m,divider.cir,half,300,mV,0.1%,published,somebody,'

printf '%s\n' "$heading" "$good" "$missing" >"$models/fam/reproduce.csv"
check "all good" 0 "$(status_of "$HYSTERON" reproduce --models "$models")"
check "the count" yes "$(holds out "1 reproduced, 0 failed, 1 missing in the literature")"
check "what is missing is said" yes "$(holds out "the amplitude")"
check "JSON" 0 "$(status_of "$HYSTERON" reproduce --models "$models" --json)"
check "keys of the contract" "expected got label model name pass source tolerance" \
    "$(json "' '.join(sorted(k for k in d['values'][0] if k not in ('unit', 'note', 'family', 'why')))")"
check "numbers are SI" "0.25 True V" "$(json "d['values'][0]['expected'], d['values'][0]['pass'], d['values'][0]['unit']" | tr -d "(',)")"
check "the note and the source" "hand, on paper; a divider; fam" \
    "$(json "'; '.join(d['values'][0][k] for k in ('source', 'note', 'family'))")"
check "missing is null" "None None None" "$(json "d['values'][1]['expected'], d['values'][1]['got'], d['values'][1]['pass']" | tr -d '(,)')"

printf '%s\n' "$heading" "$good" "$bad" >"$models/fam/reproduce.csv"
check "one fails" 1 "$(status_of "$HYSTERON" reproduce --models "$models")"
check "it is named" yes "$(holds out FAILED)"
check "JSON of it" 1 "$(status_of "$HYSTERON" reproduce --models "$models" --json)"
check "and not the other" "True False" "$(json "d['values'][0]['pass'], d['values'][1]['pass']" | tr -d '(,)')"
check "one value" 0 "$(status_of "$HYSTERON" reproduce m.half --models "$models")"
check "no such name" 2 "$(status_of "$HYSTERON" reproduce m.halb --models "$models")"
check "the nearest" yes "$(holds err m.half)"
check "no such folder" 3 "$(status_of "$HYSTERON" reproduce --models "$work/none")"
check "files" 1 "$(status_of "$HYSTERON" reproduce --models "$models" -o "$work/v.csv" --threads 1)"
check "CSV" 2 "$(grep -c ^m "$work/v.csv")"
check "CSV says how it was made" 1 "$(grep -c '^# command: hysteron reproduce' "$work/v.csv")"
check "CSV on standard output" 1 "$(status_of "$HYSTERON" reproduce --models "$models" -o -)"
check "and nothing else there" 5 "$(wc -l <"$work/out" | tr -d ' ')"
check "not both" 2 "$(status_of "$HYSTERON" reproduce --models "$models" -o - --json)"
if command -v gnuplot >/dev/null; then
    check "figure" 1 "$(status_of "$HYSTERON" reproduce --models "$models" --figure "$work/deep/fig")"
    check "with script and data" "fam.data.csv fam.gp fam.svg" "$(ls "$work/deep/fig" | tr '\n' ' ' | sed 's/ $//')"
fi
printf '%s\n' "$heading" "$good" "m.x,m,divider.cir,half,1,V,lots,derived,hand," >"$models/fam/reproduce.csv"
check "a broken table" 3 "$(status_of "$HYSTERON" reproduce --models "$models")"
check "its place" yes "$(holds err "reproduce.csv:3:")"
check "the library" 0 "$(status_of "$HYSTERON" reproduce hp_linear)"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
