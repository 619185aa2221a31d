# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'diode_selector.svg'
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
# panel 0.12485 0.96629 0.11524 0.97119 -3.225 1.725 0 -1.00697441 1.129290367 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-3.225:1.725]
set xtics -3,1 format '%.0f'
set mxtics 2
set yrange [-1.00697441:1.129290367]
set ytics -1,0.5 format '%.1f'
set mytics 5
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54557, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8868, graph 0.6722 to graph 0.8654, graph 0.6386 to graph 0.8883, graph 0.6291 to graph 0.8868, graph 0.6722 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7628, graph 0.4704 to graph 0.7954, graph 0.4574 to graph 0.7942, graph 0.4876 to graph 0.7628, graph 0.4704 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1179, graph 0.3101 to graph 0.1416, graph 0.3413 to graph 0.1195, graph 0.3532 to graph 0.1179, graph 0.3101 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2857, graph 0.4715 to graph 0.2535, graph 0.4862 to graph 0.2538, graph 0.4559 to graph 0.2857, graph 0.4715 fs solid noborder fc rgb '#0072B2' front
plot './diode_selector.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './diode_selector.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
