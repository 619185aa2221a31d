# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'theta.svg'
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
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.58182
set tmargin at screen 0.96364
# panel 0.11713 0.96629 0.58182 0.96364 0 100 0 -5.000121086 105.0011661 0
# x Time, {/:Italic t} (ms)
# y v(a) (mV)
set xrange [0:100]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-5.000121086:105.0011661]
set ytics 0,20 format '%.0f'
set mytics 2
set label 2 '  v(a) (mV)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './theta.data.csv' using (column(4)==0 ? column(1)*1000 : NaN):(column(2)*1000) with lines lw 0.8 lc rgb '#bfddf2', \
     './theta.data.csv' using (column(4)==1 ? column(1)*1000 : NaN):(column(2)*1000) with lines lw 0.8 lc rgb '#5f97c2', \
     './theta.data.csv' using (column(4)==2 ? column(1)*1000 : NaN):(column(2)*1000) with lines lw 0.8 lc rgb '#005292'
unset label
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.11713 0.96629 0.14545 0.52727 0 100 0 -19.97826476 419.5435601 0
# x Time, {/:Italic t} (ms)
# y x1:q
set xrange [0:100]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-19.97826476:419.5435601]
set ytics 0,100 format '%.0f'
set mytics 2
set label 2 '  x1:q  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (ms)  ' at screen 0.54171, screen 0.03636 center
plot './theta.data.csv' using (column(4)==0 ? column(1)*1000 : NaN):(column(3)*1) with lines lw 0.8 lc rgb '#bfddf2', \
     './theta.data.csv' using (column(4)==1 ? column(1)*1000 : NaN):(column(3)*1) with lines lw 0.8 lc rgb '#5f97c2', \
     './theta.data.csv' using (column(4)==2 ? column(1)*1000 : NaN):(column(3)*1) with lines lw 0.8 lc rgb '#005292'
unset label
unset multiplot
