# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'chemical_inductor.svg'
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
# panel 0.13258 0.96629 0.11524 0.97119 -0.55 0.55 0 -284.1820452 284.3770852 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-0.55:0.55]
set xtics -0.4,0.2 format '%.1f'
set mxtics 2
set yrange [-284.1820452:284.3770852]
set ytics -200,100 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7119, graph 0.6597 to graph 0.6799, graph 0.6433 to graph 0.6964, graph 0.6211 to graph 0.7119, graph 0.6597 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.7237, graph 0.8319 to graph 0.7566, graph 0.8450 to graph 0.7416, graph 0.8688 to graph 0.7237, graph 0.8319 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2881, graph 0.3400 to graph 0.3201, graph 0.3564 to graph 0.3036, graph 0.3786 to graph 0.2881, graph 0.3400 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2763, graph 0.1677 to graph 0.2434, graph 0.1546 to graph 0.2584, graph 0.1308 to graph 0.2763, graph 0.1677 fs solid noborder fc rgb '#0072B2' front
plot './chemical_inductor.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './chemical_inductor.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
