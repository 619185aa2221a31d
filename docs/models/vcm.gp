# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'vcm.svg'
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
set lmargin at screen 0.13258
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.13258 0.96629 0.11524 0.97119 -1.65 1.65 0 -946.2708366 797.7006407 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-1.65:1.65]
set xtics -1.5,0.5 format '%.1f'
set mxtics 5
set yrange [-946.2708366:797.7006407]
set ytics -800,200 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.2456, graph 0.2466 to graph 0.2777, graph 0.2623 to graph 0.2615, graph 0.2848 to graph 0.2456, graph 0.2466 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3301, graph 0.3418 to graph 0.2981, graph 0.3257 to graph 0.3144, graph 0.3034 to graph 0.3301, graph 0.3418 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7423, graph 0.8235 to graph 0.7102, graph 0.8078 to graph 0.7264, graph 0.7852 to graph 0.7423, graph 0.8235 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8414, graph 0.5545 to graph 0.8741, graph 0.5405 to graph 0.8734, graph 0.5708 to graph 0.8414, graph 0.5545 fs solid noborder fc rgb '#0072B2' front
plot './vcm.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './vcm.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
