# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'hh_leak.svg'
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
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.11713 0.96629 0.11524 0.97119 -55 55 0 -16.5 16.5 0
# x Voltage, {/:Italic V} (mV)
# y Current, {/:Italic I} (µA)
set xrange [-55:55]
set xtics -40,20 format '%.0f'
set mxtics 2
set yrange [-16.5:16.5]
set ytics -15,5 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (mV)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7231, graph 0.7231 to graph 0.6907, graph 0.7100 to graph 0.7055, graph 0.6862 to graph 0.7231, graph 0.7231 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6280, graph 0.6280 to graph 0.6603, graph 0.6410 to graph 0.6456, graph 0.6649 to graph 0.6280, graph 0.6280 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2769, graph 0.2769 to graph 0.3093, graph 0.2900 to graph 0.2945, graph 0.3138 to graph 0.2769, graph 0.2769 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3720, graph 0.3720 to graph 0.3397, graph 0.3590 to graph 0.3544, graph 0.3351 to graph 0.3720, graph 0.3720 fs solid noborder fc rgb '#0072B2' front
plot './hh_leak.data.csv' every ::0::300 using (column(2)*1000):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './hh_leak.data.csv' every ::300 using (column(2)*1000):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
