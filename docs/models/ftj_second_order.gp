# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,117 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'ftj_second_order.svg'
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
set lmargin at screen 0.10940
set rmargin at screen 0.96629
set bmargin at screen 0.25806
set tmargin at screen 0.93548
# panel 0.10940 0.96629 0.25806 0.93548 0 70 0 -0.01854855697 0.3895196964 0
# x Time, {/:Italic t} (ms)
# y \@x1[q]
set xrange [0:70]
set xtics 0,10 format '%.0f'
set mxtics 2
set yrange [-0.01854855697:0.3895196964]
set ytics 0,0.1 format '%.1f'
set mytics 2
set label 2 '  \@x1[q]  ' at screen 0.02247, screen 0.59677 center rotate by 90
set label 1 '  Time, {/:Italic t} (ms)  ' at screen 0.53785, screen 0.06452 center
plot './ftj_second_order.data.csv' using (column(4)==0 ? column(1)*1000 : NaN):(column(2)*1) with lines lw 0.8 lc rgb '#bfddf2', \
     './ftj_second_order.data.csv' using (column(4)==1 ? column(1)*1000 : NaN):(column(2)*1) with lines lw 0.8 lc rgb '#7faed2', \
     './ftj_second_order.data.csv' using (column(4)==2 ? column(1)*1000 : NaN):(column(2)*1) with lines lw 0.8 lc rgb '#3f80b2', \
     './ftj_second_order.data.csv' using (column(4)==3 ? column(1)*1000 : NaN):(column(2)*1) with lines lw 0.8 lc rgb '#005292'
unset label
unset multiplot
