# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'astrocyte_gchi.svg'
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
set bmargin at screen 0.58182
set tmargin at screen 0.96364
# panel 0.10940 0.96629 0.58182 0.96364 0 200 0 -0.04560131705 1.177627658 0
# x Time, {/:Italic t} (s)
# y v(ca) (V)
set xrange [0:200]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-0.04560131705:1.177627658]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  v(ca) (V)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './astrocyte_gchi.data.csv' using (column(1)*1):((column(2))*1) title 'v(ca)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.10940
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.10940 0.96629 0.14545 0.52727 0 200 0 -0.05495550046 1.37406551 0
# x Time, {/:Italic t} (s)
# y x1:i\_3
set xrange [0:200]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-0.05495550046:1.37406551]
set ytics 0,0.5 format '%.1f'
set mytics 5
set label 2 '  x1:i\_3  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (s)  ' at screen 0.53785, screen 0.03636 center
plot './astrocyte_gchi.data.csv' using (column(1)*1):((column(3))*1) title 'x1_i_3' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
unset multiplot
