# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'nbo2.svg'
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
# panel 0.10940 0.96629 0.11524 0.97119 -0.04985677767 1.046992331 0 -0.05 1.05 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.04985677767:1.046992331]
set xtics 0,0.2 format '%.1f'
set mxtics 2
set yrange [-0.05:1.05]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53785, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.5137, graph 0.2972 to graph 0.5251, graph 0.2566 to graph 0.5431, graph 0.2762 to graph 0.5137, graph 0.2972 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4731, graph 0.4017 to graph 0.4761, graph 0.4447 to graph 0.4534, graph 0.4366 to graph 0.4731, graph 0.4017 fs solid noborder fc rgb '#0072B2' front
plot './nbo2.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './nbo2.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
