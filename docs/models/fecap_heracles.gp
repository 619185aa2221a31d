# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'fecap_heracles.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -4.4 4.4 0 -5.603042173 5.604261871 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-4.4:4.4]
set xtics -4,1 format '%.0f'
set mxtics 2
set yrange [-5.603042173:5.604261871]
set ytics -4,2 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.6301, graph 0.9412 to graph 0.6036, graph 0.9674 to graph 0.5968, graph 0.9384 to graph 0.6301, graph 0.9412 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8965, graph 0.4495 to graph 0.9277, graph 0.4344 to graph 0.9277, graph 0.4647 to graph 0.8965, graph 0.4495 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4185, graph 0.0596 to graph 0.4446, graph 0.0328 to graph 0.4518, graph 0.0616 to graph 0.4185, graph 0.0596 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1035, graph 0.5504 to graph 0.0723, graph 0.5655 to graph 0.0723, graph 0.5352 to graph 0.1035, graph 0.5504 fs solid noborder fc rgb '#0072B2' front
plot './fecap_heracles.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './fecap_heracles.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
