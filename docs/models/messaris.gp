# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'messaris.svg'
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
set lmargin at screen 0.15575
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.15575 0.96629 0.11524 0.97119 0.05 20.95 0 1.082708842 1.085273968 0
# x Pulse number
# y Conductance, {/:Italic G} (mS)
set xrange [0.05:20.95]
set xtics 2,2 format '%.0f'
set mxtics 2
set yrange [1.082708842:1.085273968]
set ytics 1.083,0.0005 format '%.4f'
set mytics 5
set label 2 '  Conductance, {/:Italic G} (mS)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Pulse number  ' at screen 0.56102, screen 0.02881 center
plot './messaris.data.csv' using (column(1)*1):((column(7))*1000) title 'g' noenhanced with points pt 7 ps 0.5 lc rgb '#0072B2'
