# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'hh_na.svg'
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
# panel 0.10940 0.96629 0.11524 0.97119 -55 55 0 -0.1861724832 1.4413876 0
# x Voltage, {/:Italic V} (mV)
# y Current, {/:Italic I} (mA)
set xrange [-55:55]
set xtics -40,20 format '%.0f'
set mxtics 2
set yrange [-0.1861724832:1.4413876]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (mV)  ' at screen 0.53785, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7471, graph 0.1159 to graph 0.7156, graph 0.1310 to graph 0.7157, graph 0.1007 to graph 0.7471, graph 0.1159 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6247, graph 0.1146 to graph 0.6562, graph 0.0995 to graph 0.6562, graph 0.1297 to graph 0.6247, graph 0.1146 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2529, graph 0.1138 to graph 0.2844, graph 0.0988 to graph 0.2843, graph 0.1291 to graph 0.2529, graph 0.1138 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3753, graph 0.1130 to graph 0.3437, graph 0.1278 to graph 0.3439, graph 0.0975 to graph 0.3753, graph 0.1130 fs solid noborder fc rgb '#0072B2' front
plot './hh_na.data.csv' every ::0::800 using (column(2)*1000):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './hh_na.data.csv' every ::800 using (column(2)*1000):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
