# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'calm.svg'
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
# panel 0.11713 0.96629 0.11524 0.97119 -0.6556862745 0.6556862745 0 -32.52634275 262.1877858 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-0.6556862745:0.6556862745]
set xtics -0.6,0.2 format '%.1f'
set mxtics 2
set yrange [-32.52634275:262.1877858]
set ytics 0,50 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8111, graph 0.2013 to graph 0.7792, graph 0.1865 to graph 0.7947, graph 0.1635 to graph 0.8111, graph 0.2013 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8466, graph 0.9188 to graph 0.8787, graph 0.9327 to graph 0.8636, graph 0.9561 to graph 0.8466, graph 0.9188 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.5402, graph 0.1902 to graph 0.5659, graph 0.2182 to graph 0.5451, graph 0.2329 to graph 0.5402, graph 0.1902 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1510, graph 0.0948 to graph 0.1189, graph 0.1086 to graph 0.1197, graph 0.0783 to graph 0.1510, graph 0.0948 fs solid noborder fc rgb '#0072B2' front
plot './calm.data.csv' every ::0::612 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './calm.data.csv' every ::612 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
