#!/bin/sh
# Files that a model writes: where it asked, below the folder of the results, whole or not at all; nowhere else.
set -u
: "${HYSTERON:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir out sub
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}

# model NAME: a resistor that writes to NAME
model() {
    cat > "$folder/m.va" <<END
module m(p, n);
  inout p, n; electrical p, n;
  integer fd;
  analog begin
    @(initial_step) begin fd = \$fopen("$1"); \$fwrite(fd, "start "); end
    @(final_step) begin \$fstrobe(fd, "end %d", 42); \$fclose(fd); end
    I(p, n) <+ V(p, n);
  end
endmodule
END
}
run() { "$HYSTERON" iv "$folder/m.va" --wave sine:1V,1kHz --cycles 1 --points 10 "$@" > said 2>&1; }

# written, beside -o or in the working directory
model log.txt
run || fail "a model that writes log.txt does not run: $(cat said)"
[ "$(cat log.txt 2> /dev/null)" = "start end 42" ] || fail "log.txt is not what the model wrote"
run -o out/loop.csv || fail "with -o it does not run"
[ "$(cat out/log.txt 2> /dev/null)" = "start end 42" ] || fail "log.txt does not lie beside loop.csv"
model sub/log.txt
run || fail "a model that writes sub/log.txt does not run"
[ "$(cat sub/log.txt 2> /dev/null)" = "start end 42" ] || fail "sub/log.txt is not what the model wrote"

# again: replaced where the file system keeps the mark of the first run, else refused; the run goes on
model log.txt
run || fail "a second run fails: $(cat said)"
[ "$(cat log.txt)" = "start end 42" ] || fail "the second run spoiled log.txt"

# refused, with a message, and the run goes on
refused() { # NAME WORDS
    model "$1"
    run || fail "the run with '$1' fails: $(cat said)"
    grep -q "$2" said || fail "'$1' is refused without saying '$2': $(cat said)"
}
cd out || exit 1
refused ../escaped.txt "begin with '.'"
refused sub/../../escaped.txt "begin with '.'"
refused "$folder/escaped.txt" "absolute"
refused .profile "begin with '.'"
refused nowhere/log.txt "cannot write"
refused "" "cannot be the name"
refused "a//b" "cannot be the name"
[ ! -e "$folder/escaped.txt" ] || fail "a file was written outside"
[ ! -e .profile ] || fail "a hidden file was written"

# what is there is kept
echo precious > mine.txt
refused mine.txt "may not replace it"
[ "$(cat mine.txt)" = precious ] || fail "a file of the user was replaced"
ln -s "$folder/target.txt" link.txt
refused link.txt "link"
[ ! -e "$folder/target.txt" ] || fail "it wrote through a link"
echo precious > "$folder/target.txt"
refused link.txt "link"
[ "$(cat "$folder/target.txt")" = precious ] || fail "it wrote through a link to a file"
ln -s "$folder/sub" linked
refused linked/new.txt "link"
[ ! -e "$folder/sub/new.txt" ] || fail "it wrote through a linked folder"
mkfifo pipe
refused pipe "no plain file"
mkdir directory
refused directory "no plain file"
ln -s /dev/null device
refused device "link"

# nothing half-written where the run fails
cat > "$folder/m.va" <<'END'
module m(p, n);
  inout p, n; electrical p, n;
  integer fd;
  analog begin
    @(initial_step) begin fd = $fopen("half.txt"); $fwrite(fd, "start"); end
    if ($abstime > 0.5e-3) $fatal(0, "enough");
    I(p, n) <+ V(p, n);
  end
endmodule
END
if run; then fail "a fatal message does not end the run"; fi
[ ! -e half.txt ] || fail "a run that failed left half.txt"

# what the device warns of is said, with its line, a few times
cat > "$folder/m.va" <<'END'
module m(p, n);
  inout p, n; electrical p, n;
  analog begin
    $warning("too hot");
    I(p, n) <+ V(p, n);
  end
endmodule
END
run || fail "a warning ends the run: $(cat said)"
grep -q "m.va:4: warning: too hot" said || fail "the device's own warning is not said: $(cat said)"
[ "$(grep -c "too hot" said)" -le 12 ] || fail "the device's own warning is said at every step"
find "$folder" -name '.hysteron*' | grep -q . && fail "temporary files are left: $(find "$folder" -name '.hysteron*')"
exit $failed
