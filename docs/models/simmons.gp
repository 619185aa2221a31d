# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'simmons.svg'
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
set lmargin at screen 0.12485
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.12485 0.96629 0.11524 0.97119 -1.1 1.1 0 -1.534197897 0.4303257822 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-1.1:1.1]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-1.534197897:0.4303257822]
set ytics -1.5,0.5 format '%.1f'
set mytics 5
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54557, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7886, graph 0.9244 to graph 0.7552, graph 0.9339 to graph 0.7585, graph 0.9039 to graph 0.7886, graph 0.9244 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.5022, graph 0.7808 to graph 0.5349, graph 0.7683 to graph 0.5334, graph 0.7985 to graph 0.5022, graph 0.7808 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1326, graph 0.1864 to graph 0.1618, graph 0.2090 to graph 0.1428, graph 0.2276 to graph 0.1326, graph 0.1864 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2900, graph 0.4592 to graph 0.2633, graph 0.4323 to graph 0.2839, graph 0.4168 to graph 0.2900, graph 0.4592 fs solid noborder fc rgb '#0072B2' front
plot './simmons.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './simmons.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
