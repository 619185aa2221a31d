# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'rram_generic.svg'
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
# panel 0.11713 0.96629 0.11524 0.97119 -1.1 1.1 0 -52.78377993 125.629827 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-1.1:1.1]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-52.78377993:125.629827]
set ytics -50,50 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7683, graph 0.4144 to graph 0.7425, graph 0.3865 to graph 0.7633, graph 0.3718 to graph 0.7683, graph 0.4144 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8478, graph 0.7677 to graph 0.8767, graph 0.7903 to graph 0.8579, graph 0.8089 to graph 0.8478, graph 0.7677 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4159, graph 0.1920 to graph 0.4470, graph 0.2092 to graph 0.4304, graph 0.2310 to graph 0.4159, graph 0.1920 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1704, graph 0.2914 to graph 0.1385, graph 0.3061 to graph 0.1388, graph 0.2758 to graph 0.1704, graph 0.2914 fs solid noborder fc rgb '#0072B2' front
plot './rram_generic.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './rram_generic.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
