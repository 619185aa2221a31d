# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,208 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'pcm.svg'
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
# panel 0.11713 0.96629 0.58182 0.96364 -1.387778781e-17 1.3 0 -0.06704293809 1.4079017 0
# x Time, {/:Italic t} (µs)
# y v(a) (V)
set xrange [-1.387778781e-17:1.3]
set xtics 0,0.2 format '%.1f'
set mxtics 2
set yrange [-0.06704293809:1.4079017]
set ytics 0,0.5 format '%.1f'
set mytics 5
set label 2 '  v(a) (V)  ' at screen 0.02247, screen 0.77273 center rotate by 90
set format x ''
plot './pcm.data.csv' using (column(1)*1e+06):((column(2))*1) title 'v(a)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.14545
set tmargin at screen 0.52727
# panel 0.11713 0.96629 0.14545 0.52727 -1.387778781e-17 1.3 0 -24.56688204 515.9045194 0
# x Time, {/:Italic t} (µs)
# y i(x1) (µA)
set xrange [-1.387778781e-17:1.3]
set xtics 0,0.2 format '%.1f'
set mxtics 2
set yrange [-24.56688204:515.9045194]
set ytics 0,100 format '%.0f'
set mytics 2
set label 2 '  i(x1) (µA)  ' at screen 0.02247, screen 0.33636 center rotate by 90
set label 1 '  Time, {/:Italic t} (µs)  ' at screen 0.54171, screen 0.03636 center
plot './pcm.data.csv' using (column(1)*1e+06):((column(3))*1e+06) title 'i(x1)' noenhanced with lines lw 0.8 lc rgb '#0072B2'
unset label
unset multiplot
