# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'vo2_edge.svg'
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
set lmargin at screen 0.10940
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.10940 0.96629 0.11524 0.97119 -0.2892665974 6.074598545 0 -0.075 1.575 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.2892665974:6.074598545]
set xtics 0,1 format '%.0f'
set mxtics 2
set yrange [-0.075:1.575]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53785, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.4644, graph 0.1464 to graph 0.4312, graph 0.1533 to graph 0.4359, graph 0.1236 to graph 0.4644, graph 0.1464 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7585, graph 0.5201 to graph 0.7504, graph 0.4782 to graph 0.7739, graph 0.4817 to graph 0.7585, graph 0.5201 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4999, graph 0.6010 to graph 0.5106, graph 0.6419 to graph 0.4870, graph 0.6409 to graph 0.4999, graph 0.6010 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3372, graph 0.1144 to graph 0.3703, graph 0.1071 to graph 0.3659, graph 0.1369 to graph 0.3372, graph 0.1144 fs solid noborder fc rgb '#0072B2' front
plot './vo2_edge.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './vo2_edge.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
