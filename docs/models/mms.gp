# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'mms.svg'
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
# panel 0.12485 0.96629 0.11524 0.97119 -0.55 0.55 0 -0.4816822869 1.070556391 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.55:0.55]
set xtics -0.4,0.2 format '%.1f'
set mxtics 2
set yrange [-0.4816822869:1.070556391]
set ytics -0.4,0.2 format '%.1f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54557, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.7416, graph 0.5233 to graph 0.7182, graph 0.4919 to graph 0.7404, graph 0.4802 to graph 0.7416, graph 0.5233 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8207, graph 0.7648 to graph 0.8510, graph 0.7850 to graph 0.8330, graph 0.8051 to graph 0.8207, graph 0.7648 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4042, graph 0.1746 to graph 0.4345, graph 0.1947 to graph 0.4165, graph 0.2148 to graph 0.4042, graph 0.1746 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2038, graph 0.1704 to graph 0.1696, graph 0.1704 to graph 0.1781, graph 0.1420 to graph 0.2038, graph 0.1704 fs solid noborder fc rgb '#0072B2' front
plot './mms.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './mms.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
