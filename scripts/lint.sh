#!/bin/sh
# Formatting, static analysis, spelling, the rule of rooms.  Exit 1 on any finding.
set -eu
cd "$(dirname "$0")/.."
status=0
jobs=$(nproc)
failed() { # what
    echo "lint: $1 FAILED"
    status=1
}
[ -f build/compile_commands.json ] || cmake --preset release >/dev/null

echo "lint: clang-format"
find src include tests fuzz bench -name '*.[ch]' -exec clang-format-14 --dry-run -Werror {} + || failed clang-format
echo "lint: rule of rooms"
sh scripts/check_layers.sh . || failed "rule of rooms"
echo "lint: codespell"
codespell || failed codespell
echo "lint: shellcheck"
find scripts tests bench .ci \( -name '*.sh' -o -path .ci/run \) -exec shellcheck -S warning {} + || failed shellcheck
echo "lint: cppcheck"
cppcheck --quiet --enable=warning,performance,portability --std=c11 --inline-suppr --error-exitcode=1 \
    --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=preprocessorErrorDirective --suppress=invalidPointerCast \
    -I include -I src -D_GNU_SOURCE -DHYS_VERSION='"0"' "-j$jobs" src || failed cppcheck
echo "lint: clang-tidy"
find src -name '*.c' -print0 | xargs -0 -P "$jobs" -n 4 clang-tidy-14 -p build --quiet 2>/dev/null || failed clang-tidy
exit $status
