# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,129 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'mtj_sot.svg'
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
set lmargin at screen 0.12485
set rmargin at screen 0.96629
set bmargin at screen 0.23529
set tmargin at screen 0.85294
# panel 0.12485 0.96629 0.23529 0.85294 0 26 0 -1.099785704 1.099989272 0
# x Time, {/:Italic t} (ns)
# y 
set xrange [0:26]
set xtics 0,5 format '%.0f'
set mxtics 5
set yrange [-1.099785704:1.099989272]
set ytics -1,0.5 format '%.1f'
set mytics 5
set label 2 '    ' at screen 0.02247, screen 0.54412 center rotate by 90
set label 1 '  Time, {/:Italic t} (ns)  ' at screen 0.54557, screen 0.05882 center
set label 10 '  \@x1[m\_z]  ' at screen 0.14171, screen 0.89706 left tc rgb '#0072B2'
set label 11 '  \@x1[m\_x]  ' at screen 0.29227, screen 0.89706 left tc rgb '#D55E00'
plot './mtj_sot.data.csv' using (column(1)*1e+09):((column(2))*1) title '_x1_m_z_' noenhanced with lines lw 0.8 lc rgb '#0072B2', \
     './mtj_sot.data.csv' using (column(1)*1e+09):((column(3))*1) title '_x1_m_x_' noenhanced with lines lw 0.8 lc rgb '#D55E00'
unset label
unset multiplot
