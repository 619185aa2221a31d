# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'channel_exp.svg'
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
# panel 0.11713 0.96629 0.11524 0.97119 -55 55 0 -45.76773871 78.87186051 0
# x Voltage, {/:Italic V} (mV)
# y Current, {/:Italic I} (µA)
set xrange [-55:55]
set xtics -40,20 format '%.0f'
set mxtics 2
set yrange [-45.76773871:78.87186051]
set ytics -40,20 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (mV)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7593, graph 0.3982 to graph 0.7262, graph 0.4077 to graph 0.7295, graph 0.3777 to graph 0.7593, graph 0.3982 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7294, graph 0.5455 to graph 0.7631, graph 0.5504 to graph 0.7522, graph 0.5774 to graph 0.7294, graph 0.5455 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2916, graph 0.2357 to graph 0.3255, graph 0.2356 to graph 0.3172, graph 0.2640 to graph 0.2916, graph 0.2357 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2603, graph 0.3430 to graph 0.2274, graph 0.3536 to graph 0.2300, graph 0.3235 to graph 0.2603, graph 0.3430 fs solid noborder fc rgb '#0072B2' front
plot './channel_exp.data.csv' every ::0::800 using (column(2)*1000):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './channel_exp.data.csv' every ::800 using (column(2)*1000):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
