# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'interface_analog.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -3.2828 2.9828 0 -3.465989988 0.6361481709 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-3.2828:2.9828]
set xtics -3,1 format '%.0f'
set mxtics 2
set yrange [-3.465989988:0.6361481709]
set ytics -3,1 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8424, graph 0.8688 to graph 0.8093, graph 0.8742 to graph 0.8147, graph 0.8447 to graph 0.8424, graph 0.8688 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4483, graph 0.8448 to graph 0.4796, graph 0.8298 to graph 0.4795, graph 0.8601 to graph 0.4483, graph 0.8448 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.0831, graph 0.2061 to graph 0.1039, graph 0.2398 to graph 0.0816, graph 0.2492 to graph 0.0831, graph 0.2061 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2343, graph 0.7077 to graph 0.2090, graph 0.6798 to graph 0.2294, graph 0.6650 to graph 0.2343, graph 0.7077 fs solid noborder fc rgb '#0072B2' front
plot './interface_analog.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './interface_analog.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
