# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,129 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'mott_lif.svg'
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
# panel 0.10940 0.96629 0.23529 0.85294 0 200 0 -0.0505893707 1.062376785 0
# x Time, {/:Italic t} (µs)
# y Voltage (V)
set xrange [0:200]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-0.0505893707:1.062376785]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '  Voltage (V)  ' at screen 0.02247, screen 0.54412 center rotate by 90
set label 1 '  Time, {/:Italic t} (µs)  ' at screen 0.53785, screen 0.05882 center
set label 10 '  v(m)  ' at screen 0.12626, screen 0.89706 left tc rgb '#0072B2'
set label 11 '  v(s)  ' at screen 0.21839, screen 0.89706 left tc rgb '#D55E00'
plot './mott_lif.data.csv' using (column(1)*1e+06):((column(2))*1) title 'v(m)' noenhanced with lines lw 0.8 lc rgb '#0072B2', \
     './mott_lif.data.csv' using (column(1)*1e+06):((column(3))*1) title 'v(s)' noenhanced with lines lw 0.8 lc rgb '#D55E00'
unset label
unset multiplot
