# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'wox.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -0.55 0.55 0 -7.66017561 10.22318612 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-0.55:0.55]
set xtics -0.4,0.2 format '%.1f'
set mxtics 2
set yrange [-7.66017561:10.22318612]
set ytics -5,5 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7824, graph 0.4587 to graph 0.7495, graph 0.4652 to graph 0.7543, graph 0.4356 to graph 0.7824, graph 0.4587 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7709, graph 0.6564 to graph 0.8017, graph 0.6728 to graph 0.7858, graph 0.6950 to graph 0.7709, graph 0.6564 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2679, graph 0.2623 to graph 0.3005, graph 0.2715 to graph 0.2878, graph 0.2969 to graph 0.2679, graph 0.2623 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1976, graph 0.4279 to graph 0.1664, graph 0.4430 to graph 0.1664, graph 0.4127 to graph 0.1976, graph 0.4279 fs solid noborder fc rgb '#0072B2' front
plot './wox.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './wox.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
