# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'hp_linear.svg'
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
# panel 0.13258 0.96629 0.11524 0.97119 -1.1 1.1 0 -142.4218996 142.4218699 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-1.1:1.1]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-142.4218996:142.4218699]
set ytics -100,50 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7573, graph 0.6876 to graph 0.7234, graph 0.6790 to graph 0.7363, graph 0.6533 to graph 0.7573, graph 0.6876 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6904, graph 0.7979 to graph 0.7222, graph 0.8149 to graph 0.7054, graph 0.8368 to graph 0.6904, graph 0.7979 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3127, graph 0.2061 to graph 0.3438, graph 0.2249 to graph 0.3262, graph 0.2458 to graph 0.3127, graph 0.2061 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2387, graph 0.3093 to graph 0.2050, graph 0.3000 to graph 0.2182, graph 0.2746 to graph 0.2387, graph 0.3093 fs solid noborder fc rgb '#0072B2' front
plot './hp_linear.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './hp_linear.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
