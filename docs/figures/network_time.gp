# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,234 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'network_time.svg'
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
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.12903
set tmargin at screen 0.96774
# panel 0.11713 0.96629 0.12903 0.96774 -0.1 7.599103967 1 3.875870863 105.5794867 0
# x Time since programming (s)
# y Accuracy (%)
set logscale x
set xrange [7.94328e-01:3.97287e+07]
set mxtics 10
set xtics autofreq format '10^{%T}'
set yrange [3.875870863:105.5794867]
set ytics 20,20 format '%.0f'
set mytics 2
set label 2 '  Accuracy (%)  ' at screen 0.02247, screen 0.54839 center rotate by 90
set label 1 '  Time since programming (s)  ' at screen 0.54171, screen 0.03226 center
set key bottom left samplen 1.5
plot 97.77158774 with lines lw 0.8 dt 2 lc rgb '#666666' title 'software', \
     './network_time.data.csv' using (column(1)*1):(column(2)*100):(column(3)*100) with yerrorlines pt 7 ps 0.4 lw 0.8 lc rgb '#0072B2' title 'on the device'
