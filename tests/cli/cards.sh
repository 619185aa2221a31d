#!/bin/sh
# Model cards: the committed ones are what the program writes now, and each can be written alone.  Figures and
# simulations are left out.  Needs $HYSTERON, $SOURCE.
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

values=$SOURCE/docs/models/values.csv
check "all cards" 0 "$(status_of "$HYSTERON" device card --all --no-figure --values "$values" -o "$work/cards")"
for card in "$work"/cards/*.md; do
    name=$(basename "$card")
    if cmp -s "$card" "$SOURCE/docs/models/$name"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: docs/models/$name is not what the program writes: make cards"
    fi
done
check "no card without a model" "" "$(for card in "$SOURCE"/docs/models/*.md; do
    [ -f "$work/cards/$(basename "$card")" ] || basename "$card"
done)"
check "every card has its figure" "" "$(for card in "$SOURCE"/docs/models/*.md; do
    figure=$(sed -n 's/^!\[.*\](\(.*\))$/\1/p' "$card")
    [ -z "$figure" ] || [ -f "$SOURCE/docs/models/$figure" ] || echo "$figure"
done)"

check "one card" 0 "$(status_of "$HYSTERON" device card vteam --values "$values")"
check "its head" "# vteam: voltage threshold adaptive memristor" "$(head -1 "$work/out" | cut -c1-45)"
check "its parameters" yes "$(holds out "| alpha_off | 3 |")"
check "its equations" yes "$(holds out "## Equations")"
check "what it does not model" yes "$(holds out "**Not modelled.**")"
check "its source" yes "$(holds out "10.1109/TCSII.2015.2433536")"
check "no such model" 2 "$(status_of "$HYSTERON" device card vteem)"
check "the nearest" yes "$(holds err vteam)"
check "no name" 2 "$(status_of "$HYSTERON" device card)"
check "all need a folder" 2 "$(status_of "$HYSTERON" device card --all)"
check "unwritable" 3 "$(status_of "$HYSTERON" device card vteam --values "$values" -o "$work/none/vteam.md")"
if command -v gnuplot >/dev/null; then
    check "with its figure" 0 "$(status_of "$HYSTERON" device card vteam --values "$values" -o "$work/v.md")"
    check "beside it" "v.data.csv v.gp v.md v.svg" "$(cd "$work" && ls v.* | tr '\n' ' ' | sed 's/ $//')"
    check "linked" yes "$(holds v.md "![vteam](v.svg)")"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
