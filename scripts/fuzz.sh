#!/bin/sh
# fuzz.sh BUILD SECONDS: runs every fuzzer on its corpus; a crash ends with exit 1 and leaves its input behind.
set -eu
build=$1
seconds=$2
root=$(cd "$(dirname "$0")/.." && pwd)
for fuzzer in "$build"/fuzz/fuzz_${FUZZERS:-*}; do
    if [ ! -x "$fuzzer" ] || [ ! -f "$fuzzer" ]; then continue; fi
    name=$(basename "$fuzzer")
    corpus=$build/corpus/${name#fuzz_}
    mkdir -p "$corpus" "$build/crashes"
    echo "fuzz: $name for $seconds s"
    dictionary=$root/fuzz/${name#fuzz_}.dict
    seeds=$root/fuzz/corpus/${name#fuzz_}
    set -- "$corpus"
    [ ! -d "$seeds" ] || set -- "$@" "$seeds"
    [ ! -f "$dictionary" ] || set -- "-dict=$dictionary" "$@"
    "$fuzzer" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$build/crashes/$name-" "$@" >"$build/$name.log" 2>&1 ||
        { tail -40 "$build/$name.log"; exit 1; }
    grep -E 'stat::number_of_executed_units|stat::new_units_added' "$build/$name.log" || true
done
