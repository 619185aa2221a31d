# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,308 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'hh_bifurcation.svg'
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
set key at screen 0.1059, screen 0.9939 left top Left reverse horizontal samplen 1.2 spacing 0.9 width -2 font ',6' maxrows 2
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.39264
set tmargin at screen 0.93252
set xrange [0:200]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-80.6201641:36.26093397]
set ytics -80,20 format '%.0f'
set mytics 2
set label 2 '  v(v) (mV)  ' at screen 0.02247, screen 0.66258 center rotate by 90
set format x ''
plot './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==0 ? column(6)*1000 : NaN) with lines lw 0.7 dt (5,3) lc rgb '#000000' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==0 && (column(3)==1 || column(5)>0) ? column(6)*1000 : NaN) with lines lw 1.2 dt 1 lc rgb '#000000' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==1 ? column(6)*1000 : NaN) with lines lw 0.7 dt (5,3) lc rgb '#0072B2' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==1 && (column(3)==1 || column(5)>0) ? column(6)*1000 : NaN) with lines lw 1.2 dt 1 lc rgb '#0072B2' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==1 ? column(7)*1000 : NaN) with lines lw 0.7 dt (5,3) lc rgb '#0072B2' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==1 && (column(3)==1 || column(5)>0) ? column(7)*1000 : NaN) with lines lw 1.2 dt 1 lc rgb '#0072B2' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(5)==3 ? column(6)*1000 : NaN) with points pt 7 ps 0.55 lw 0.8 lc rgb '#D55E00' title 'Hopf', \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(5)==3 ? column(7)*1000 : NaN) with points pt 7 ps 0.55 lw 0.8 lc rgb '#D55E00' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(5)==4 ? column(6)*1000 : NaN) with points pt 13 ps 0.55 lw 0.8 lc rgb '#009E73' title 'cycle fold', \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(5)==4 ? column(7)*1000 : NaN) with points pt 13 ps 0.55 lw 0.8 lc rgb '#009E73' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(5)==5 ? column(6)*1000 : NaN) with points pt 2 ps 0.55 lw 0.8 lc rgb '#CC79A7' title 'period doubling', \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(5)==5 ? column(7)*1000 : NaN) with points pt 2 ps 0.55 lw 0.8 lc rgb '#CC79A7' notitle, \
     NaN with lines lw 1.2 dt 1 lc rgb '#000000' title 'stable', \
     NaN with lines lw 0.7 dt (5,3) lc rgb '#000000' title 'unstable', \
     NaN with lines lw 1.2 dt 1 lc rgb '#0072B2' title 'cycles'
unset label
set key off
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.09816
set tmargin at screen 0.35583
set xrange [0:200]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [4.939990728:26.30746241]
set ytics 5,5 format '%.0f'
set mytics 5
set label 2 '  period (ms)  ' at screen 0.02247, screen 0.22699 center rotate by 90
set label 1 '  iext (µA)  ' at screen 0.54171, screen 0.02454 center
plot './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==1 ? column(26)*1000 : NaN) with lines lw 0.7 dt (5,3) lc rgb '#0072B2' notitle, \
     './hh_bifurcation.data.csv' using (column(2)*1e+06):(column(1)==1 && (column(3)==1 || column(5)>0) ? column(26)*1000 : NaN) with lines lw 1.2 dt 1 lc rgb '#0072B2' notitle
unset label
unset multiplot
