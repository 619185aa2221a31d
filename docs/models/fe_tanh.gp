# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'fe_tanh.svg'
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
# panel 0.13258 0.96629 0.11524 0.97119 -4.4 4.4 0 -217.69543 193.2682974 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (nA)
set xrange [-4.4:4.4]
set xtics -4,1 format '%.0f'
set mxtics 2
set yrange [-217.69543:193.2682974]
set ytics -200,100 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (nA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7602, graph 0.8657 to graph 0.7451, graph 0.9045 to graph 0.7284, graph 0.8825 to graph 0.7602, graph 0.8657 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6095, graph 0.3476 to graph 0.6413, graph 0.3647 to graph 0.6245, graph 0.3865 to graph 0.6095, graph 0.3476 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2717, graph 0.1482 to graph 0.2825, graph 0.1073 to graph 0.3014, graph 0.1263 to graph 0.2717, graph 0.1482 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3084, graph 0.6347 to graph 0.2740, graph 0.6300 to graph 0.2850, graph 0.6030 to graph 0.3084, graph 0.6347 fs solid noborder fc rgb '#0072B2' front
plot './fe_tanh.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+09) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './fe_tanh.data.csv' every ::300 using (column(2)*1):((column(3))*1e+09) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
