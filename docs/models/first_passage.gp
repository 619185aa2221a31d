# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'first_passage.svg'
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
set lmargin at screen 0.10169
set rmargin at screen 0.96629
set bmargin at screen 0.58182
set tmargin at screen 0.96364
# panel 0.10169 0.96629 0.58182 0.96364 0 150 0 -1.801352811 15.58427563 0
# x Time, {/:Italic t} (ms)
# y v(a) (mV)
set xrange [0:150]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-1.801352811:15.58427563]
set ytics 0,5 format '%.0f'
set mytics 5
set label 2 '  v(a) (mV)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './first_passage.data.csv' using (column(1)*1000):((column(2))*1000) title 'v(a)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.10169
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.10169 0.96629 0.14545 0.52727 0 150 0 -0.55 11.55 0
# x Time, {/:Italic t} (ms)
# y x1:n\_spikes
set xrange [0:150]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-0.55:11.55]
set ytics 0,2 format '%.0f'
set mytics 2
set label 2 '  x1:n\_spikes  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (ms)  ' at screen 0.53399, screen 0.03636 center
plot './first_passage.data.csv' using (column(1)*1000):((column(3))*1) title 'x1_n_spikes' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
unset multiplot
