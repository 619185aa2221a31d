# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'memdiode.svg'
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
set lmargin at screen 0.12485
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.12485 0.96629 0.11524 0.97119 -1.32 1.32 0 -1.178644561 2.432550271 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-1.32:1.32]
set xtics -1,0.5 format '%.1f'
set mxtics 5
set yrange [-1.178644561:2.432550271]
set ytics -1,0.5 format '%.1f'
set mytics 5
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54557, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8072, graph 0.4217 to graph 0.7873, graph 0.3866 to graph 0.8105, graph 0.3788 to graph 0.8072, graph 0.4217 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8413, graph 0.7740 to graph 0.8710, graph 0.7954 to graph 0.8525, graph 0.8148 to graph 0.8413, graph 0.7740 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3795, graph 0.1782 to graph 0.4108, graph 0.1959 to graph 0.3938, graph 0.2174 to graph 0.3795, graph 0.1782 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1524, graph 0.3206 to graph 0.1201, graph 0.3350 to graph 0.1206, graph 0.3047 to graph 0.1524, graph 0.3206 fs solid noborder fc rgb '#0072B2' front
plot './memdiode.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './memdiode.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
