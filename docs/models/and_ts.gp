# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'and_ts.svg'
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
# panel 0.13258 0.96629 0.11524 0.97119 -0.55 0.55 0 -397.1261574 668.7985171 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-0.55:0.55]
set xtics -0.4,0.2 format '%.1f'
set mxtics 2
set yrange [-397.1261574:668.7985171]
set ytics -200,200 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7840, graph 0.7362 to graph 0.7528, graph 0.7179 to graph 0.7701, graph 0.6967 to graph 0.7840, graph 0.7362 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8402, graph 0.8082 to graph 0.8715, graph 0.8265 to graph 0.8541, graph 0.8477 to graph 0.8402, graph 0.8082 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3466, graph 0.2622 to graph 0.3807, graph 0.2692 to graph 0.3686, graph 0.2955 to graph 0.3466, graph 0.2622 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2170, graph 0.1689 to graph 0.1830, graph 0.1619 to graph 0.1951, graph 0.1356 to graph 0.2170, graph 0.1689 fs solid noborder fc rgb '#0072B2' front
plot './and_ts.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './and_ts.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
