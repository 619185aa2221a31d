#!/bin/sh
# demo.sh HYSTERON OUT: characterises the whole library and a measured device; writes figures and a summary.
set -eu
hysteron=$1
out=$2
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$out"
summary=$out/summary.csv
echo "device,drive,i_max[A],ratio_max[1],direction_pos,pinch[1],ndr,energy_per_cycle[J],rows[1]" >"$summary"

pick() { # JSON FEATURE -> value
    printf '%s' "$1" | tr -d '\n' | sed -n "s/.*\"$2\": *{ *\"value\": *\"\{0,1\}\([^\",}]*\)\"\{0,1\}.*/\1/p"
}
rows() {
    printf '%s' "$1" | tr -d '\n' | sed -n 's/.*"rows": *\([0-9]*\).*/\1/p'
}
add_row() { # name drive JSON
    printf '%s,"%s",%s,%s,%s,%s,%s,%s,%s\n' "$1" "$2" "$(pick "$3" i_max)" "$(pick "$3" ratio_max)" \
        "$(pick "$3" direction_pos)" "$(pick "$3" pinch)" "$(pick "$3" ndr)" "$(pick "$3" energy_per_cycle)" "$(rows "$3")" >>"$summary"
}

for file in "$root"/models/*/*.va; do
    case $file in */models/spice/*) continue ;; esac # parts of circuits, not memristors
    name=$(basename "$file" .va)
    drive=$(sed -n 's/.*demo *= *"\([^"]*\)".*/\1/p' "$file" | head -1)
    [ -n "$drive" ] || drive="--wave sine:1V,10Hz"
    case $drive in
    pulse\ * | sim\ *)
        echo "  $name: $drive"
        "$hysteron" device card "$name" --values "$root/docs/models/values.csv" -o "$out/$name.md"
        continue
        ;;
    esac
    echo "  $name: iv $drive"
    # The attribute holds words of a command line.
    # shellcheck disable=SC2086
    json=$("$hysteron" iv "$name" $drive --figure "$out/$name.svg" --json)
    add_row "$name" "$drive" "$json"
done

echo "  pulses on stanford_rram"
"$hysteron" pulse stanford_rram --train "1V,10us,20us,50; read 0.1V,5us; -1V,10us,20us,50; read 0.1V,5us" \
    --figure "$out/stanford_rram_pulses.svg" --json >"$out/stanford_rram_pulses.json"

echo "  measured VO2 (B1500A export)"
json=$("$hysteron" data "$root/examples/data/vo2_ndr/b1500_easyexpert_30C_1.5mA.csv" --figure "$out/vo2_measured.svg" --json)
add_row vo2_measured "0 to 1.5 mA and back" "$json"

echo
# The drive holds commas; the table on the screen goes without it.
sed 's/"[^"]*",//; s/drive,//' "$summary" | awk -F, '{ for (k = 1; k <= NF; k++) { v = $k; if (NR > 1 && v ~ /^-?[0-9.]+(e-?[0-9]+)?$/) v = sprintf("%.4g", v); printf "%-19s", v } print "" }' 
echo
echo "Passports, each one file: what a device is, and what it is good for"
for device in nbo2 interface_analog; do
    "$hysteron" passport "$device" -o "$out/$device-passport.html"
done
"$hysteron" passport "$root/examples/data/vo2_ndr/b1500_easyexpert_30C_1.5mA.csv" -o "$out/vo2-passport.html"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -z "${CI:-}" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$out/nbo2-passport.html" >/dev/null 2>&1 &
else
    echo "open $out/nbo2-passport.html in a browser"
fi

echo
echo "I-V figures (SVG, with script and data beside each) and summary.csv are in $out/"
