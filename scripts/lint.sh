#!/bin/sh
# Formatting, static analysis, spelling, the rule of rooms.  Exit 1 on any finding.
set -eu
cd "$(dirname "$0")/.."
status=0
sources=$(git ls-files '*.c' '*.h')
echo "lint: clang-format"
# shellcheck disable=SC2086
clang-format-14 --dry-run -Werror $sources || status=1
echo "lint: rule of rooms"
sh scripts/check_layers.sh . || status=1
echo "lint: codespell"
codespell || status=1
echo "lint: cppcheck"
cppcheck --quiet --enable=warning,performance,portability --std=c11 --inline-suppr --error-exitcode=1 \
    --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=preprocessorErrorDirective \
    -I include -I src -D_GNU_SOURCE -DHYS_VERSION='"0"' -j2 src || status=1
echo "lint: clang-tidy"
[ -f build/compile_commands.json ] || cmake --preset release >/dev/null
git ls-files 'src/*.c' | xargs -P 2 -n 1 clang-tidy-14 -p build --quiet 2>/dev/null || status=1
exit $status
