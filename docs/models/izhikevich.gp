# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,129 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'izhikevich.svg'
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
set bmargin at screen 0.23529
set tmargin at screen 0.85294
# panel 0.11713 0.96629 0.23529 0.85294 0 1 0 -79.55104713 35.21671654 0
# x Time, {/:Italic t} (s)
# y Voltage (mV)
set xrange [0:1]
set xtics 0,0.2 format '%.1f'
set mxtics 2
set yrange [-79.55104713:35.21671654]
set ytics -60,20 format '%.0f'
set mytics 2
set label 2 '  Voltage (mV)  ' at screen 0.02247, screen 0.54412 center rotate by 90
set label 1 '  Time, {/:Italic t} (s)  ' at screen 0.54171, screen 0.05882 center
set label 10 '  v(a)  ' at screen 0.13399, screen 0.89706 left tc rgb '#0072B2'
set label 11 '  v(d)  ' at screen 0.22612, screen 0.89706 left tc rgb '#D55E00'
plot './izhikevich.data.csv' using (column(1)*1):((column(2))*1000) title 'v(a)' noenhanced with lines lw 0.8 lc rgb '#0072B2', \
     './izhikevich.data.csv' using (column(1)*1):((column(3))*1000) title 'v(d)' noenhanced with lines lw 0.8 lc rgb '#D55E00'
unset label
unset multiplot
