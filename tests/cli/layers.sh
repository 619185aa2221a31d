#!/bin/sh
# The rule of rooms is really checked: each planted violation is found, and nothing else is.  Needs $SOURCE.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$SOURCE/src" "$work/"
passed=0
failed=0
plant() { # file wanted code
    mkdir -p "$work/src/$(dirname "$1")"
    printf '%s\n' "$3" >"$work/src/$1"
    got=$(sh "$SOURCE/scripts/check_layers.sh" "$work")
    rm "$work/src/$1"
    rmdir "$work/src/$(dirname "$1")" 2>/dev/null
    case $got in
    *"src/$1:1: error: "*"$2"*) passed=$((passed + 1)) ;;
    "$2") passed=$((passed + 1)) ;;
    *)
        failed=$((failed + 1))
        printf 'FAILED: %s holds %s: expected <%s>, got <%s>\n' "$1" "$3" "$2" "$got"
        ;;
    esac
}
plant base/planted.c "base/ may not include io/" '#include "io/table.h"'
plant io/planted.c "io/ may not include lab/" ' #  include "lab/run.h"'
plant cli/planted.c "cli/ may not include base/" '#include "base/diag.h"'
plant numerics/planted.c "without its room" '#include "lu.h"'
plant veriloga/planted.c "only in numerics/" '#include <ida/ida.h>'
plant device/planted.c "only in io/" '#include <hdf5.h>'
plant circuit/planted.c "only in mpi/" '#include <mpi.h>'
plant mpi/planted.c "mpi/ may not include circuit/" '#include "circuit/sim.h"'
plant abi/planted.c "abi/ includes nothing" '#include <hysteron/core.h>'
plant planted/planted.c "is not a room" 'int x;'
plant lab/planted.c "never prints" 'void f(void) { printf("x"); }'
plant lab/planted.c "never prints" "    if (c == '\"') exit(1);"
plant io/planted.c "stderr" 'fprintf(stderr, "x");'
plant device/planted.c "" '/* printf(x) */ static const char *a = "exit(1)"; /* abort()'
plant device/planted.c "" 'snprintf(a, n, "x"); at->exit(1);'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
