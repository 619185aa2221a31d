# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'lacoo3_axon.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -0.1975203945 4.147928284 0 -1 21 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.1975203945:4.147928284]
set xtics 0,0.5 format '%.1f'
set mxtics 5
set yrange [-1:21]
set ytics 0,5 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7762, graph 0.0830 to graph 0.7444, graph 0.0958 to graph 0.7457, graph 0.0655 to graph 0.7762, graph 0.0830 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.5381, graph 0.3610 to graph 0.5553, graph 0.3241 to graph 0.5698, graph 0.3478 to graph 0.5381, graph 0.3610 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4750, graph 0.4418 to graph 0.4647, graph 0.4828 to graph 0.4464, graph 0.4639 to graph 0.4750, graph 0.4418 fs solid noborder fc rgb '#0072B2' front
plot './lacoo3_axon.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './lacoo3_axon.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
