# gnuplot error_size.gp: error_size.csv as error_size.svg
set terminal svg size 336,260 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
set output 'error_size.svg'
set encoding utf8
set datafile separator ','
set border 3 lw 0.5
set tics nomirror out scale 0.4,0.24
set logscale xy
set xtics (4, 8, 16, 32, 64, 128)
set format y '10^{%T}'
set xrange [2:150]
set yrange [2e-4:1.2]
set xlabel 'Lines of an array'
set ylabel 'RMS error / RMS of product'
set key off
set label '0.5 Ω' at 3.6,0.00052 right
set label '1 Ω' at 3.6,0.00104 right
set label '2.5 Ω' at 3.6,0.0026 right
set label '5 Ω' at 3.6,0.0052 right
set label '10 Ω' at 3.6,0.0103 right
plot for [k=2:6] 'error_size.csv' skip 1 using 1:k with linespoints pt 7 ps 0.35 lw 1 lc rgb \
    word('#0072B2 #009E73 #E69F00 #D55E00 #CC79A7', k - 1)
