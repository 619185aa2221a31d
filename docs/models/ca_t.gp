# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'ca_t.svg'
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
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.11713 0.96629 0.11524 0.97119 -0.231 0.011 0 -20.8354467 0.9921641386 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-0.231:0.011]
set xtics -0.2,0.05 format '%.2f'
set mxtics 5
set yrange [-20.8354467:0.9921641386]
set ytics -20,5 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.6772, graph 0.9469 to graph 0.7090, graph 0.9318 to graph 0.7090, graph 0.9621 to graph 0.6772, graph 0.9469 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1250, graph 0.9334 to graph 0.1586, graph 0.9272 to graph 0.1535, graph 0.9568 to graph 0.1250, graph 0.9334 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3112, graph 0.5652 to graph 0.3140, graph 0.6082 to graph 0.2911, graph 0.5999 to graph 0.3112, graph 0.5652 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7918, graph 0.9297 to graph 0.7582, graph 0.9358 to graph 0.7633, graph 0.9062 to graph 0.7918, graph 0.9297 fs solid noborder fc rgb '#0072B2' front
plot './ca_t.data.csv' every ::0::612 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './ca_t.data.csv' every ::612 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
