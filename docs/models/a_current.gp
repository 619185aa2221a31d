# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'a_current.svg'
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
# panel 0.13258 0.96629 0.11524 0.97119 -66 66 0 -104.7496154 330.2861157 0
# x Voltage, {/:Italic V} (mV)
# y Current, {/:Italic I} (µA)
set xrange [-66:66]
set xtics -60,20 format '%.0f'
set mxtics 2
set yrange [-104.7496154:330.2861157]
set ytics -100,100 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (mV)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7408, graph 0.4975 to graph 0.7121, graph 0.4734 to graph 0.7319, graph 0.4558 to graph 0.7408, graph 0.4975 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.9280, graph 0.7078 to graph 0.9483, graph 0.7427 to graph 0.9249, graph 0.7507 to graph 0.9280, graph 0.7078 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4704, graph 0.2286 to graph 0.5049, graph 0.2270 to graph 0.4972, graph 0.2558 to graph 0.4704, graph 0.2286 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1944, graph 0.1384 to graph 0.1602, graph 0.1446 to graph 0.1654, graph 0.1150 to graph 0.1944, graph 0.1384 fs solid noborder fc rgb '#0072B2' front
plot './a_current.data.csv' every ::0::800 using (column(2)*1000):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './a_current.data.csv' every ::800 using (column(2)*1000):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
