# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'dw_synapse.svg'
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
set lmargin at screen 0.14803
set rmargin at screen 0.96629
set bmargin at screen 0.58182
set tmargin at screen 0.96364
# panel 0.14803 0.96629 0.58182 0.96364 -1.776356839e-15 190 0 -5 105 0
# x Time, {/:Italic t} (ns)
# y v(p) (mV)
set xrange [-1.776356839e-15:190]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-5:105]
set ytics 0,20 format '%.0f'
set mytics 2
set label 2 '  v(p) (mV)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './dw_synapse.data.csv' using (column(1)*1e+09):((column(2))*1000) title 'v(p)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.14803
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.14803 0.96629 0.14545 0.52727 -1.776356839e-15 190 0 -1.611866224e-08 3.38491907e-07 0
# x Time, {/:Italic t} (ns)
# y \@x1[q]
set xrange [-1.776356839e-15:190]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-1.611866224e-08:3.38491907e-07]
set ytics 0,1e-07 format '%g'
set mytics 2
set label 2 '  \@x1[q]  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (ns)  ' at screen 0.55716, screen 0.03636 center
plot './dw_synapse.data.csv' using (column(1)*1e+09):((column(3))*1) title '_x1_q_' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
unset multiplot
