# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'pershin.svg'
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
# panel 0.12485 0.96629 0.11524 0.97119 -5.5 5.5 0 -1.598567528 1.597085167 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-5.5:5.5]
set xtics -4,2 format '%.0f'
set mxtics 2
set yrange [-1.598567528:1.597085167]
set ytics -1.5,0.5 format '%.1f'
set mytics 5
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54557, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7311, graph 0.7503 to graph 0.6990, graph 0.7355 to graph 0.7146, graph 0.7125 to graph 0.7311, graph 0.7503 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8093, graph 0.6067 to graph 0.8434, graph 0.6028 to graph 0.8371, graph 0.6320 to graph 0.8093, graph 0.6067 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2097, graph 0.4003 to graph 0.2438, graph 0.3963 to graph 0.2375, graph 0.4255 to graph 0.2097, graph 0.4003 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2606, graph 0.2410 to graph 0.2285, graph 0.2262 to graph 0.2441, graph 0.2032 to graph 0.2606, graph 0.2410 fs solid noborder fc rgb '#0072B2' front
plot './pershin.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './pershin.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
