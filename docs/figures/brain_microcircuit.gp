# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,249 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'brain_microcircuit.svg'
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
set lmargin at screen 0.13258
set rmargin at screen 0.96629
set bmargin at screen 0.39394
set tmargin at screen 0.90909
# panel 0.13258 0.96629 0.39394 0.90909 0 399.9 0 -385.8 8102.3 0
# x Time, {/:Italic t} (ms)
# y Cell
set xrange [0:399.9]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-385.8:8102.3]
set ytics 0,2000 format '%.0f'
set mytics 2
set label 2 '  Cell  ' at screen 0.02247, screen 0.65152 center rotate by 90
set format x ''
set label 10 '  L23E  ' at screen 0.04494, screen 0.94697 left tc rgb '#0072B2'
set label 11 '  L23I  ' at screen 0.13708, screen 0.94697 left tc rgb '#D55E00'
set label 12 '  L4E  ' at screen 0.22921, screen 0.94697 left tc rgb '#009E73'
set label 13 '  L4I  ' at screen 0.30674, screen 0.94697 left tc rgb '#CC79A7'
set label 14 '  L5E  ' at screen 0.38427, screen 0.94697 left tc rgb '#56B4E9'
set label 15 '  L5I  ' at screen 0.46180, screen 0.94697 left tc rgb '#E69F00'
set label 16 '  L6E  ' at screen 0.53933, screen 0.94697 left tc rgb '#000000'
set label 17 '  L6I  ' at screen 0.61685, screen 0.94697 left tc rgb '#BBBBBB'
plot './brain_microcircuit.data.csv' using (column(3)==0 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#0072B2', \
     './brain_microcircuit.data.csv' using (column(3)==1 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#D55E00', \
     './brain_microcircuit.data.csv' using (column(3)==2 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#009E73', \
     './brain_microcircuit.data.csv' using (column(3)==3 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#CC79A7', \
     './brain_microcircuit.data.csv' using (column(3)==4 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#56B4E9', \
     './brain_microcircuit.data.csv' using (column(3)==5 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#E69F00', \
     './brain_microcircuit.data.csv' using (column(3)==6 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#000000', \
     './brain_microcircuit.data.csv' using (column(3)==7 ? column(1)*1000 : NaN):(column(2)*1-42.4405):(0):(84.881) with vectors nohead lw 0.6 lc rgb '#BBBBBB'
unset label
set lmargin at screen 0.13258
set rmargin at screen 0.96629
set bmargin at screen 0.12121
set tmargin at screen 0.34848
# panel 0.13258 0.96629 0.12121 0.34848 0 399.9 0 -7.390510949 155.2007299 0
# x Time, {/:Italic t} (ms)
# y Rate (Hz)
set xrange [0:399.9]
set xtics 0,50 format '%.0f'
set mxtics 5
set yrange [-7.390510949:155.2007299]
set ytics 0,50 format '%.0f'
set mytics 5
set label 2 '  Rate (Hz)  ' at screen 0.02247, screen 0.23485 center rotate by 90
set label 1 '  Time, {/:Italic t} (ms)  ' at screen 0.54944, screen 0.03030 center
plot './brain_microcircuit.data.csv' using (column(3)==0 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#0072B2', \
     './brain_microcircuit.data.csv' using (column(3)==1 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#D55E00', \
     './brain_microcircuit.data.csv' using (column(3)==2 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#009E73', \
     './brain_microcircuit.data.csv' using (column(3)==3 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#CC79A7', \
     './brain_microcircuit.data.csv' using (column(3)==4 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#56B4E9', \
     './brain_microcircuit.data.csv' using (column(3)==5 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#E69F00', \
     './brain_microcircuit.data.csv' using (column(3)==6 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#000000', \
     './brain_microcircuit.data.csv' using (column(3)==7 ? column(1)*1000 : NaN):(column(4)*1) with histeps lw 0.8 lc rgb '#BBBBBB'
unset label
unset multiplot
