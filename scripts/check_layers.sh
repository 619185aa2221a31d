#!/bin/sh
# Checks the rule of rooms: a room of src/ includes only the rooms named for it, third-party headers stay where
# they belong, and the library neither prints nor exits.  Prints one line a violation; exit 1 if there is any.
#   check_layers.sh [ROOT]
set -eu
cd "${1:-.}/src"
find . -mindepth 2 \( -name '*.c' -o -name '*.h' \) | sed 's,^\./,,' | sort | xargs awk '
BEGIN {
    may["base"] = "base"
    may["abi"] = "abi"
    may["numerics"] = "numerics base"
    may["veriloga"] = "veriloga base"
    may["io"] = "io base"
    may["device"] = "device base abi numerics veriloga"
    may["circuit"] = "circuit io device base abi numerics veriloga"
    may["lab"] = "lab circuit io device base abi numerics veriloga"
    may["array"] = "array base abi numerics io device"
    may["network"] = "network array base abi numerics io device"
    may["brain"] = "brain base abi numerics io device"
    may["mpi"] = "base"
    may["cli"] = "cli"
}
function complain(what) {
    printf "src/%s:%d: error: %s\n", FILENAME, FNR, what
    bad = 1
}
FNR == 1 {
    room = FILENAME
    sub(/\/.*/, "", room)
    in_comment = 0
    if (!(room in may)) complain(room "/ is not a room: name it in scripts/check_layers.sh")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    included = $0
    sub(/^[^"]*"/, "", included)
    sub(/".*/, "", included)
    if (included !~ /\//) {
        if (room != "abi") complain("\"" included "\" is included without its room")
    } else {
        sub(/\/.*/, "", included)
        if (index(" " may[room] " ", " " included " ") == 0) complain(room "/ may not include " included "/")
    }
}
/^[ \t]*#[ \t]*include[ \t]*</ {
    if (room != "numerics" && /<(ida|cvode|kinsol|arkode|nvector|sun|klu|umfpack|cholmod|amd|btf|colamd|cblas|lapack|nlopt)/)
        complain("SUNDIALS, SuiteSparse, BLAS and NLopt are included only in numerics/")
    if (room != "io" && /<hdf5/) complain("HDF5 is included only in io/")
    if (room != "mpi" && /<mpi/) complain("MPI is included only in mpi/")
    if (room == "abi" && /<hysteron/) complain("abi/ includes nothing")
    if (room !~ /^(io|cli)$/ && /<jansson/) complain("jansson is included only in io/ and cli/")
}
{
    # Only code counts: comments and strings are cut out.
    code = $0
    gsub(/\\./, "", code)
    gsub(/\047"\047/, "0", code)
    gsub(/"[^"]*"/, "\"\"", code)
    if (in_comment) {
        if (index(code, "*/") == 0) next
        sub(/^.*\*\//, "", code)
        in_comment = 0
    }
    gsub(/\/\*[^*]*\*+([^*\/][^*]*\*+)*\//, "", code)
    if (index(code, "/*")) {
        sub(/\/\*.*/, "", code)
        in_comment = 1
    }
    sub(/\/\/.*/, "", code)
    if (room == "cli") next
    if (code ~ /(^|[^A-Za-z0-9_.>])(printf|puts|putchar|perror|exit|_exit|abort|longjmp|siglongjmp|assert) *\(/)
        complain("the library never prints, exits or jumps")
    if (code ~ /(^|[^A-Za-z0-9_])stderr([^A-Za-z0-9_]|$)/) complain("the library never writes to stderr")
}
END { exit bad }
'
