# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'channel_tanh.svg'
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
# panel 0.11713 0.96629 0.11524 0.97119 -55 55 0 -47.62742208 74.68409887 0
# x Voltage, {/:Italic V} (mV)
# y Current, {/:Italic I} (µA)
set xrange [-55:55]
set xtics -40,20 format '%.0f'
set mxtics 2
set yrange [-47.62742208:74.68409887]
set ytics -40,20 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (mV)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7826, graph 0.4477 to graph 0.7489, graph 0.4528 to graph 0.7546, graph 0.4234 to graph 0.7826, graph 0.4477 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7438, graph 0.7120 to graph 0.7752, graph 0.7280 to graph 0.7592, graph 0.7504 to graph 0.7438, graph 0.7120 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3467, graph 0.2243 to graph 0.3794, graph 0.2360 to graph 0.3653, graph 0.2604 to graph 0.3467, graph 0.2243 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2147, graph 0.3261 to graph 0.1809, graph 0.3300 to graph 0.1873, graph 0.3008 to graph 0.2147, graph 0.3261 fs solid noborder fc rgb '#0072B2' front
plot './channel_tanh.data.csv' every ::0::800 using (column(2)*1000):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './channel_tanh.data.csv' every ::800 using (column(2)*1000):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
