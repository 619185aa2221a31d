# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'vteam.svg'
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
set lmargin at screen 0.10169
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.10169 0.96629 0.11524 0.97119 -1.32 1.32 0 -2.276910054 2.423184811 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-1.32:1.32]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-2.276910054:2.423184811]
set ytics -2,1 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7043, graph 0.7626 to graph 0.6743, graph 0.7437 to graph 0.6913, graph 0.7228 to graph 0.7043, graph 0.7626 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7969, graph 0.6512 to graph 0.8301, graph 0.6534 to graph 0.8208, graph 0.6811 to graph 0.7969, graph 0.6512 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2503, graph 0.3427 to graph 0.2836, graph 0.3456 to graph 0.2739, graph 0.3732 to graph 0.2503, graph 0.3427 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2922, graph 0.2048 to graph 0.2617, graph 0.1876 to graph 0.2780, graph 0.1658 to graph 0.2922, graph 0.2048 fs solid noborder fc rgb '#0072B2' front
plot './vteam.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './vteam.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
