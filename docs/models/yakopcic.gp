# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'yakopcic.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -0.495 0.495 0 -2.165120924 3.688629587 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.495:0.495]
set xtics -0.4,0.2 format '%.1f'
set mxtics 2
set yrange [-2.165120924:3.688629587]
set ytics -2,1 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7861, graph 0.4709 to graph 0.7555, graph 0.4541 to graph 0.7715, graph 0.4321 to graph 0.7861, graph 0.4709 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8003, graph 0.7864 to graph 0.8304, graph 0.8049 to graph 0.8136, graph 0.8259 to graph 0.8003, graph 0.7864 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3763, graph 0.1976 to graph 0.4061, graph 0.2168 to graph 0.3890, graph 0.2375 to graph 0.3763, graph 0.1976 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1906, graph 0.3258 to graph 0.1580, graph 0.3344 to graph 0.1617, graph 0.3045 to graph 0.1906, graph 0.3258 fs solid noborder fc rgb '#0072B2' front
plot './yakopcic.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './yakopcic.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
