# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,129 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'brain_wox.svg'
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
# panel 0.11713 0.96629 0.23529 0.85294 -4.440892099e-16 49.9 0 -71.81417346 26.42733897 0
# x Time, {/:Italic t} (ms)
# y Voltage (mV)
set xrange [-4.440892099e-16:49.9]
set xtics 0,10 format '%.0f'
set mxtics 2
set yrange [-71.81417346:26.42733897]
set ytics -60,20 format '%.0f'
set mytics 2
set label 2 '  Voltage (mV)  ' at screen 0.02247, screen 0.54412 center rotate by 90
set label 1 '  Time, {/:Italic t} (ms)  ' at screen 0.54171, screen 0.05882 center
set label 10 '  v.0  ' at screen 0.13399, screen 0.89706 left tc rgb '#0072B2'
set label 11 '  v.1  ' at screen 0.21152, screen 0.89706 left tc rgb '#D55E00'
set label 12 '  v.2  ' at screen 0.28904, screen 0.89706 left tc rgb '#009E73'
set label 13 '  v.3  ' at screen 0.36657, screen 0.89706 left tc rgb '#CC79A7'
set label 14 '  v.4  ' at screen 0.44410, screen 0.89706 left tc rgb '#56B4E9'
plot './brain_wox.data.csv' using (column(1)*1000):((column(2))*1000) title 'v.0' noenhanced with lines lw 0.8 lc rgb '#0072B2', \
     './brain_wox.data.csv' using (column(1)*1000):((column(3))*1000) title 'v.1' noenhanced with lines lw 0.8 lc rgb '#D55E00', \
     './brain_wox.data.csv' using (column(1)*1000):((column(4))*1000) title 'v.2' noenhanced with lines lw 0.8 lc rgb '#009E73', \
     './brain_wox.data.csv' using (column(1)*1000):((column(5))*1000) title 'v.3' noenhanced with lines lw 0.8 lc rgb '#CC79A7', \
     './brain_wox.data.csv' using (column(1)*1000):((column(6))*1000) title 'v.4' noenhanced with lines lw 0.8 lc rgb '#56B4E9'
unset label
unset multiplot
