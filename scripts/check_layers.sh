#!/bin/sh
# Checks the rule of rooms: a room of src/ includes only the rooms named for it, and third-party headers stay
# where they belong.  Prints one line a violation; exit 1 if there is any.
set -eu
root=${1:-.}
cd "$root/src"
status=0
complain() {
    printf 'src/%s: error: %s\n' "$1" "$2"
    status=1
}
allowed() { # room -> rooms it may include
    case $1 in
    base) echo "base" ;;
    abi) echo "abi" ;;
    numerics) echo "numerics base" ;;
    veriloga) echo "veriloga base" ;;
    io) echo "io base" ;;
    device) echo "device base abi numerics veriloga" ;;
    circuit) echo "circuit io device base abi numerics veriloga" ;;
    lab) echo "lab circuit io device base abi numerics veriloga" ;;
    array) echo "array base abi numerics io device" ;;
    network) echo "network array base abi numerics io device" ;;
    brain) echo "brain base abi numerics io device" ;;
    cli) echo "cli" ;;
    *) echo "" ;;
    esac
}
for file in */*.c */*.h; do
    room=${file%%/*}
    may=" $(allowed "$room") "
    for included in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"/]*\)\/[^"]*".*/\1/p' "$file"); do
        case $may in
        *" $included "*) ;;
        *) complain "$file" "$room/ may not include $included/" ;;
        esac
    done
    case $file in
    numerics/*) ;;
    *)
        if grep -nE '^[ \t]*#[ \t]*include[ \t]*<(ida|nvector|sun|klu|cblas|lapacke|nlopt)' "$file" >/dev/null; then
            complain "$file" "SUNDIALS, SuiteSparse, BLAS and NLopt are included only in numerics/"
        fi
        ;;
    esac
    case $file in
    io/*) ;;
    *)
        if grep -nE '^[ \t]*#[ \t]*include[ \t]*<hdf5' "$file" >/dev/null; then
            complain "$file" "HDF5 is included only in io/"
        fi
        ;;
    esac
    if [ "$room" != cli ] && grep -nE '(^|[^a-zA-Z_])(printf|puts|perror|exit|abort|longjmp) *\(' "$file" | grep -v '^[0-9]*:[ \t]*\*' >/dev/null; then
        complain "$file" "the library never prints, exits or jumps"
    fi
done
exit $status
