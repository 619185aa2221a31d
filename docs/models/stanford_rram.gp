# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'stanford_rram.svg'
set output figure
set encoding utf8
set minussign
set datafile separator ','
set datafile columnheaders
set border 3 lw 0.5 lc rgb '#000000'
set tics nomirror out scale 0.40,0.24
set xtics offset 0,0.45
set ytics offset 0.50,0
set key off
set lmargin at screen 0.08624
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.08624 0.96629 0.11524 0.97119 -1.65 1.65 0 -0.3557167653 4.283386752 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-1.65:1.65]
set xtics -1.5,0.5 format '%.1f'
set mxtics 5
set yrange [-0.3557167653:4.283386752]
set ytics 0,1 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.52626, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8520, graph 0.3029 to graph 0.8285, graph 0.2729 to graph 0.8493, graph 0.2599 to graph 0.8520, graph 0.3029 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.9466, graph 0.8670 to graph 0.9618, graph 0.9052 to graph 0.9390, graph 0.9089 to graph 0.9466, graph 0.8670 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6731, graph 0.0972 to graph 0.7057, graph 0.0931 to graph 0.6997, graph 0.1224 to graph 0.6731, graph 0.0972 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1274, graph 0.0751 to graph 0.0966, graph 0.0894 to graph 0.0970, graph 0.0591 to graph 0.1274, graph 0.0751 fs solid noborder fc rgb '#0072B2' front
plot './stanford_rram.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './stanford_rram.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
