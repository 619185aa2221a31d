#!/bin/sh
# Formatting, static analysis, spelling, the rule of rooms.  Findings go to standard output; exit 1 on any.
set -eu
cd "$(dirname "$0")/.."
status=0
jobs=$(nproc)
failed() { # what
    echo "lint: $1 FAILED"
    status=1
}
# One file.  Errors in its own settings leave clang-tidy's exit status 0: all that it says besides counts is a finding.
if [ "${1:-}" = --tidy ]; then
    said=$(mktemp)
    # Paths through tests are what the sanitizers follow; analysing them would take as long as the library.
    case $2 in
    src/*) checks= ;;
    *) checks='-clang-analyzer-*' ;;
    esac
    # The flags in build/ are gcc's.  The analyser gives a function 225000 nodes unless told otherwise: what it finds
    # behind the first 40000 it seldom finds, and it takes three quarters of its time.  LINT_NODES=225000 looks there.
    clang-tidy-14 -p build --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Xclang \
        --extra-arg=-analyzer-config --extra-arg=-Xclang "--extra-arg=max-nodes=${LINT_NODES:-40000}" \
        "--checks=$checks" "$2" 2>"$said" || status=1
    ! grep -v '^[0-9]* warnings\{0,1\} generated\.$' "$said" || status=1
    rm -f "$said"
    exit $status
fi
exec 2>&1
cmake --preset release >/dev/null || failed "configuring build/"

echo "lint: clang-format"
find src include tests fuzz bench -name '*.[ch]' -exec clang-format-14 --dry-run -Werror {} + || failed clang-format
echo "lint: rule of rooms"
sh scripts/check_layers.sh . || failed "rule of rooms"
echo "lint: codespell"
codespell || failed codespell
echo "lint: shellcheck"
find scripts tests bench .ci \( -name '*.sh' -o -path .ci/run \) -exec shellcheck -S warning {} + || failed shellcheck
echo "lint: pyflakes"
pyflakes3 python tests/python || failed pyflakes
echo "lint: cppcheck"
cppcheck --quiet --enable=warning,performance,portability --std=c11 --inline-suppr --error-exitcode=1 \
    --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=preprocessorErrorDirective --suppress=invalidPointerCast \
    -I include -I src -D_GNU_SOURCE -DHYS_VERSION='"0"' "-j$jobs" src || failed cppcheck
echo "lint: clang-tidy"
grep -q '"file"' build/compile_commands.json || failed "build/compile_commands.json"
find src tests bench fuzz -name '*.c' -print0 | xargs -0 -P "$jobs" -n 1 sh scripts/lint.sh --tidy || failed clang-tidy
[ $status -eq 0 ] && echo "lint: no findings"
exit $status
