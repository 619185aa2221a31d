# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'ecram.svg'
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
set multiplot
set lmargin at screen 0.17120
set rmargin at screen 0.96629
set bmargin at screen 0.58182
set tmargin at screen 0.96364
# panel 0.17120 0.96629 0.58182 0.96364 0 4.1 0 -1.1 1.1 0
# x Time, {/:Italic t} (s)
# y v(g) (V)
set xrange [0:4.1]
set xtics 0,1 format '%.0f'
set mxtics 2
set yrange [-1.1:1.1]
set ytics -1,0.5 format '%.1f'
set mytics 5
set label 2 '  v(g) (V)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './ecram.data.csv' using (column(1)*1):((column(2))*1) title 'v(g)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.17120
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.17120 0.96629 0.14545 0.52727 0 4.1 0 1.499993767e-06 2.722353126e-06 0
# x Time, {/:Italic t} (s)
# y \@x1[g]
set xrange [0:4.1]
set xtics 0,1 format '%.0f'
set mxtics 2
set yrange [1.499993767e-06:2.722353126e-06]
set ytics 1.6e-06,2e-07 format '%g'
set mytics 2
set label 2 '  \@x1[g]  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (s)  ' at screen 0.56875, screen 0.03636 center
plot './ecram.data.csv' using (column(1)*1):((column(3))*1) title '_x1_g_' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
unset multiplot
