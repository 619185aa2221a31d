# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'team.svg'
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
set lmargin at screen 0.10169
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.10169 0.96629 0.11524 0.97119 -1.1 1.1 0 -3.348069269 1.839857978 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-1.1:1.1]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-3.348069269:1.839857978]
set ytics -3,1 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7495, graph 0.8307 to graph 0.7163, graph 0.8267 to graph 0.7265, graph 0.7994 to graph 0.7495, graph 0.8307 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6357, graph 0.7371 to graph 0.6687, graph 0.7423 to graph 0.6579, graph 0.7692 to graph 0.6357, graph 0.7371 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1924, graph 0.2639 to graph 0.2222, graph 0.2834 to graph 0.2050, graph 0.3039 to graph 0.1924, graph 0.2639 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2919, graph 0.3687 to graph 0.2618, graph 0.3504 to graph 0.2785, graph 0.3292 to graph 0.2919, graph 0.3687 fs solid noborder fc rgb '#0072B2' front
plot './team.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './team.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
