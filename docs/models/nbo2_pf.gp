# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'nbo2_pf.svg'
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
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.11713 0.96629 0.11524 0.97119 -0.02787864241 0.5854514907 0 -40 840 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-0.02787864241:0.5854514907]
set xtics 0,0.1 format '%.1f'
set mxtics 2
set yrange [-40:840]
set ytics 0,200 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54171, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.5013, graph 0.0712 to graph 0.4688, graph 0.0833 to graph 0.4705, graph 0.0531 to graph 0.5013, graph 0.0712 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.9486, graph 0.4534 to graph 0.9400, graph 0.4117 to graph 0.9637, graph 0.4148 to graph 0.9486, graph 0.4534 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.9537, graph 0.3101 to graph 0.9669, graph 0.3498 to graph 0.9431, graph 0.3511 to graph 0.9537, graph 0.3101 fs solid noborder fc rgb '#0072B2' front
plot './nbo2_pf.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './nbo2_pf.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
