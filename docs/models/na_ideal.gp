# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'na_ideal.svg'
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
# panel 0.10169 0.96629 0.11524 0.97119 -1.1 1.1 0 -19.88421229 86.12372853 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-1.1:1.1]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-19.88421229:86.12372853]
set ytics 0,20 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53399, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7470, graph 0.1927 to graph 0.7160, graph 0.2084 to graph 0.7156, graph 0.1781 to graph 0.7470, graph 0.1927 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6249, graph 0.1876 to graph 0.6561, graph 0.1725 to graph 0.6561, graph 0.2028 to graph 0.6249, graph 0.1876 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2173, graph 0.1744 to graph 0.2497, graph 0.1641 to graph 0.2469, graph 0.1942 to graph 0.2173, graph 0.1744 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2943, graph 0.0990 to graph 0.2616, graph 0.0907 to graph 0.2739, graph 0.0649 to graph 0.2943, graph 0.0990 fs solid noborder fc rgb '#0072B2' front
plot './na_ideal.data.csv' every ::0::800 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './na_ideal.data.csv' every ::800 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
