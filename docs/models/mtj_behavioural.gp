# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'mtj_behavioural.svg'
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
set lmargin at screen 0.12485
set rmargin at screen 0.96629
set bmargin at screen 0.58182
set tmargin at screen 0.96364
# panel 0.12485 0.96629 0.58182 0.96364 0 300 0 -0.9813185604 0.9813186801 0
# x Time, {/:Italic t} (ns)
# y v(a) (V)
set xrange [0:300]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-0.9813185604:0.9813186801]
set ytics -0.5,0.5 format '%.1f'
set mytics 5
set label 2 '  v(a) (V)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './mtj_behavioural.data.csv' using (column(1)*1e+09):((column(2))*1) title 'v(a)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.12485
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.12485 0.96629 0.14545 0.52727 0 300 0 -0.05 1.05 0
# x Time, {/:Italic t} (ns)
# y \@x1[is\_ap]
set xrange [0:300]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-0.05:1.05]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  \@x1[is\_ap]  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (ns)  ' at screen 0.54557, screen 0.03636 center
plot './mtj_behavioural.data.csv' using (column(1)*1e+09):((column(3))*1) title '_x1_is_ap_' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
unset multiplot
