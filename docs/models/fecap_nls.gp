# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'fecap_nls.svg'
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
# panel 0.11713 0.96629 0.11524 0.97119 -3.3 3.3 0 -60.81658854 60.81659231 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-3.3:3.3]
set xtics -3,1 format '%.0f'
set mxtics 2
set yrange [-60.81658854:60.81659231]
set ytics -60,20 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.6918, graph 0.8432 to graph 0.6724, graph 0.8079 to graph 0.6954, graph 0.8003 to graph 0.6918, graph 0.8432 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8659, graph 0.4454 to graph 0.8977, graph 0.4303 to graph 0.8977, graph 0.4606 to graph 0.8659, graph 0.4454 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3082, graph 0.1568 to graph 0.3276, graph 0.1921 to graph 0.3046, graph 0.1997 to graph 0.3082, graph 0.1568 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1341, graph 0.5546 to graph 0.1023, graph 0.5697 to graph 0.1023, graph 0.5394 to graph 0.1341, graph 0.5546 fs solid noborder fc rgb '#0072B2' front
plot './fecap_nls.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './fecap_nls.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
