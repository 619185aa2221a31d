# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'vo2.svg'
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
set lmargin at screen 0.10940
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.10940 0.96629 0.11524 0.97119 -0.04725111165 0.9922733446 0 -0.075 1.575 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.04725111165:0.9922733446]
set xtics 0,0.2 format '%.1f'
set mxtics 2
set yrange [-0.075:1.575]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.53785, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.2483, graph 0.2290 to graph 0.2315, graph 0.1917 to graph 0.2548, graph 0.1867 to graph 0.2483, graph 0.2290 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3028, graph 0.3853 to graph 0.3282, graph 0.4136 to graph 0.3074, graph 0.4280 to graph 0.3028, graph 0.3853 fs solid noborder fc rgb '#0072B2' front
plot './vo2.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './vo2.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
