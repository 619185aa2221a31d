# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'vo2_relax.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -0.25 5.25 0 -2.5 52.5 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.25:5.25]
set xtics 0,1 format '%.0f'
set mxtics 2
set yrange [-2.5:52.5]
set ytics 0,10 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.2717, graph 0.2717 to graph 0.2399, graph 0.2590 to graph 0.2542, graph 0.2350 to graph 0.2717, graph 0.2717 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7292, graph 0.7292 to graph 0.6974, graph 0.7165 to graph 0.7117, graph 0.6925 to graph 0.7292, graph 0.7292 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6392, graph 0.6392 to graph 0.6710, graph 0.6519 to graph 0.6567, graph 0.6758 to graph 0.6392, graph 0.6392 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1817, graph 0.1817 to graph 0.2135, graph 0.1944 to graph 0.1992, graph 0.2183 to graph 0.1817, graph 0.1817 fs solid noborder fc rgb '#0072B2' front
plot './vo2_relax.data.csv' every ::0::612 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './vo2_relax.data.csv' every ::612 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
