# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'pcm_thermal.svg'
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
# panel 0.11713 0.96629 0.11524 0.97119 0.95 2.05 0 80 120 0
# x Pulse number
# y Conductance, {/:Italic G} (µS)
set xrange [0.95:2.05]
set xtics 1,0.2 format '%.1f'
set mxtics 2
set yrange [80:120]
set ytics 80,10 format '%.0f'
set mytics 2
set label 2 '  Conductance, {/:Italic G} (µS)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Pulse number  ' at screen 0.54171, screen 0.02881 center
plot './pcm_thermal.data.csv' using (column(1)*1):((column(7))*1e+06) title 'g' noenhanced with points pt 7 ps 0.5 lc rgb '#0072B2'
