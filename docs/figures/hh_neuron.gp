# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,219 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'hh_neuron.svg'
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
set bmargin at screen 0.60345
set tmargin at screen 0.96552
set xrange [0:100]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-80.82110553:45.56092542]
set ytics -80,20 format '%.0f'
set mytics 2
set label 2 '  v(v) (mV)  ' at screen 0.02247, screen 0.78448 center rotate by 90
set format x ''
plot './hh_neuron.data.csv' using (column(1)*1000):((column(2))*1000) with lines lw 0.8 lc rgb '#0072B2'
unset label
set lmargin at screen 0.11713
set rmargin at screen 0.96629
set bmargin at screen 0.13793
set tmargin at screen 0.50000
set xrange [0:100]
set xtics 0,20 format '%.0f'
set mxtics 2
set yrange [-0.03283843057:1.043067788]
set ytics 0,0.2 format '%.1f'
set mytics 2
set label 2 '    ' at screen 0.02247, screen 0.31897 center rotate by 90
set label 1 '  Time, {/:Italic t} (ms)  ' at screen 0.54171, screen 0.03448 center
set label 10 '  xk:n\_gate  ' at screen 0.13399, screen 0.52586 left tc rgb '#0072B2'
set label 11 '  xna:m\_gate  ' at screen 0.29916, screen 0.52586 left tc rgb '#D55E00'
set label 12 '  xna:h\_gate  ' at screen 0.47893, screen 0.52586 left tc rgb '#009E73'
plot './hh_neuron.data.csv' using (column(1)*1000):((column(3))*1) with lines lw 0.8 lc rgb '#0072B2', \
     './hh_neuron.data.csv' using (column(1)*1000):((column(4))*1) with lines lw 0.8 lc rgb '#D55E00', \
     './hh_neuron.data.csv' using (column(1)*1000):((column(5))*1) with lines lw 0.8 lc rgb '#009E73'
unset label
unset multiplot
