#!/bin/sh
# Completion and the manual page, as far as this system has the programs that read them.  Needs $HYSTERON.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
complain() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$*"
}
for shell in bash zsh fish man; do
    "$HYSTERON" completion "$shell" >"c.$shell" || complain "completion $shell"
done
touch "my file.va"

if command -v bash >/dev/null; then
    cat >try.bash <<'END'
. ./c.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_hysteron
printf '%s\n' "${COMPREPLY[@]}"
END
    offers() { # wanted word, words of the line
        wanted=$1
        shift
        bash try.bash "$@" | grep -qxF -- "$wanted" || complain "bash: '$wanted' is not offered for: $*"
    }
    offers device hysteron d
    offers show hysteron device s
    offers vteam hysteron device show v
    offers vteam hysteron iv v
    offers --figure-kind hysteron iv vteam --fig
    offers iv-semilog hysteron iv vteam --figure-kind iv
    offers "my file.va" hysteron iv vteam --output m
    offers "my file.va" hysteron device check m
    offers fish hysteron completion f
    [ -z "$(bash try.bash hysteron iv vteam --wave s)" ] || complain "bash: a wave is no file"
fi
if command -v zsh >/dev/null; then zsh -n c.zsh || complain "zsh does not read its completion"; fi
if command -v fish >/dev/null; then
    fish --no-config -c 'source c.fish; complete -C "hysteron iv vt"' | grep -q '^vteam' || complain "fish: no models"
fi
if command -v mandoc >/dev/null; then
    mandoc -Tlint -W error c.man || complain "mandoc finds errors in the manual page"
fi
for word in "device check" iv pulse data "EXIT STATUS" HYSTERON_CACHE; do
    sed 's/\\-/-/g' c.man | grep -q "$word" || complain "the manual page says nothing of $word"
done
[ "$failed" = 0 ] && echo "all shells passed"
exit "$failed"
