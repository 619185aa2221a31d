# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'mott_switch.svg'
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
# panel 0.10940 0.96629 0.11524 0.97119 -0.15 3.15 0 -0.1515151515 3.181818182 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.15:3.15]
set xtics 0,0.5 format '%.1f'
set mxtics 5
set yrange [-0.1515151515:3.181818182]
set ytics 0,0.5 format '%.1f'
set mytics 5
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53785, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.3763, graph 0.0487 to graph 0.3448, graph 0.0636 to graph 0.3450, graph 0.0333 to graph 0.3763, graph 0.0487 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6942, graph 0.6942 to graph 0.6622, graph 0.6814 to graph 0.6767, graph 0.6575 to graph 0.6942, graph 0.6942 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7543, graph 0.7543 to graph 0.7863, graph 0.7671 to graph 0.7718, graph 0.7910 to graph 0.7543, graph 0.7543 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2661, graph 0.0476 to graph 0.2976, graph 0.0328 to graph 0.2975, graph 0.0631 to graph 0.2661, graph 0.0476 fs solid noborder fc rgb '#0072B2' front
plot './mott_switch.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './mott_switch.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
