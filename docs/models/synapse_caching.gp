# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,129 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'synapse_caching.svg'
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
set bmargin at screen 0.23529
set tmargin at screen 0.85294
# panel 0.10940 0.96629 0.23529 0.85294 -2.775557562e-17 3 0 -0.02890333935 0.6069701263 0
# x Time, {/:Italic t} (s)
# y 
set xrange [-2.775557562e-17:3]
set xtics 0,0.5 format '%.1f'
set mxtics 5
set yrange [-0.02890333935:0.6069701263]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '    ' at screen 0.02247, screen 0.54412 center rotate by 90
set label 1 '  Time, {/:Italic t} (s)  ' at screen 0.53785, screen 0.05882 center
set label 10 '  x1:l  ' at screen 0.12626, screen 0.89706 left tc rgb '#0072B2'
set label 11 '  x1:s  ' at screen 0.21839, screen 0.89706 left tc rgb '#D55E00'
plot './synapse_caching.data.csv' using (column(1)*1):((column(2))*1) title 'x1_l' noenhanced with lines lw 0.8 lc rgb '#0072B2', \
     './synapse_caching.data.csv' using (column(1)*1):((column(3))*1) title 'x1_s' noenhanced with lines lw 0.8 lc rgb '#D55E00'
unset label
unset multiplot
