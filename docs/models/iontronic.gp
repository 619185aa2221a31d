# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'iontronic.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -1.099942028 1.099942028 0 -3.016177708 7.980249453 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (pA)
set xrange [-1.099942028:1.099942028]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-3.016177708:7.980249453]
set ytics -2,2 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (pA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7424, graph 0.4902 to graph 0.7120, graph 0.4725 to graph 0.7285, graph 0.4510 to graph 0.7424, graph 0.4902 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8232, graph 0.7698 to graph 0.8516, graph 0.7923 to graph 0.8331, graph 0.8109 to graph 0.8232, graph 0.7698 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4227, graph 0.1887 to graph 0.4544, graph 0.2019 to graph 0.4399, graph 0.2256 to graph 0.4227, graph 0.1887 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2022, graph 0.1750 to graph 0.1693, graph 0.1819 to graph 0.1739, graph 0.1522 to graph 0.2022, graph 0.1750 fs solid noborder fc rgb '#0072B2' front
plot './iontronic.data.csv' every ::0::612 using (column(2)*1):((column(3))*1e+12) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './iontronic.data.csv' every ::612 using (column(2)*1):((column(3))*1e+12) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
