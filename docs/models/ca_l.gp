# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'ca_l.svg'
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
# panel 0.13258 0.96629 0.11524 0.97119 -189 9 0 -421.957135 20.0931969 0
# x Voltage, {/:Italic V} (mV)
# y Current, {/:Italic I} (µA)
set xrange [-189:9]
set xtics -180,20 format '%.0f'
set mxtics 2
set yrange [-421.957135:20.0931969]
set ytics -400,100 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (mV)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7338, graph 0.5195 to graph 0.7613, graph 0.5455 to graph 0.7408, graph 0.5617 to graph 0.7338, graph 0.5195 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3024, graph 0.5780 to graph 0.2979, graph 0.5352 to graph 0.3215, graph 0.5421 to graph 0.3024, graph 0.5780 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3277, graph 0.4363 to graph 0.3327, graph 0.4790 to graph 0.3090, graph 0.4725 to graph 0.3277, graph 0.4363 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6966, graph 0.4463 to graph 0.6690, graph 0.4203 to graph 0.6894, graph 0.4041 to graph 0.6966, graph 0.4463 fs solid noborder fc rgb '#0072B2' front
plot './ca_l.data.csv' every ::0::300 using (column(2)*1000):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './ca_l.data.csv' every ::300 using (column(2)*1000):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
