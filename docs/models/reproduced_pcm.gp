# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,163 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_pcm.svg'
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
set lmargin at screen 0.11885
set rmargin at screen 0.66120
set bmargin at screen 0.18605
set tmargin at screen 0.67442
set border 1
set xrange [-2:2]
set yrange [0:3]
unset ytics
set xtics -2,1,2
set mxtics 2
set object 1 rectangle from first -1, graph 0 to first 1, graph 1 fc rgb '#E6E6E6' fs solid noborder behind
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 0.5 lc rgb '#000000'
set arrow 2 from graph 0, first 1 to graph 1, first 1 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 3 from graph 0, first 2 to graph 1, first 2 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.39003, screen 0.04651 center
set label 3 '  pcm  ' at screen 0.5, screen 0.9488 center
set label 20 '  reproduced  ' at screen 0.75410, screen 0.72093 right
set label 21 '  failed  ' at screen 0.84426, screen 0.72093 right
set label 22 '  missing  ' at screen 0.90710, screen 0.72093 right
set label 23 '    ' at screen 0.98361, screen 0.72093 right
set label 30 '  published  ' at screen 0.12432, screen 0.81395 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.24454, screen 0.81395 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.36475, screen 0.81395 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.48497, screen 0.81395 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  pcm\_thermal  ' at screen 0.11339, screen 0.59302 right
set label 101 '  4  ' at screen 0.75410, screen 0.59302 right
set label 102 '  0  ' at screen 0.84426, screen 0.59302 right
set label 103 '  0  ' at screen 0.90710, screen 0.59302 right
set label 104 '    ' at screen 0.98361, screen 0.59302 right
set label 105 '  pcm  ' at screen 0.11339, screen 0.43023 right
set label 106 '  34  ' at screen 0.75410, screen 0.43023 right
set label 107 '  0  ' at screen 0.84426, screen 0.43023 right
set label 108 '  4  ' at screen 0.90710, screen 0.43023 right
set label 109 '    ' at screen 0.98361, screen 0.43023 right
set label 110 '  pcm\_statistical  ' at screen 0.11339, screen 0.26744 right
set label 111 '  48  ' at screen 0.75410, screen 0.26744 right
set label 112 '  0  ' at screen 0.84426, screen 0.26744 right
set label 113 '  1  ' at screen 0.90710, screen 0.26744 right
set label 114 '    ' at screen 0.98361, screen 0.26744 right
plot './reproduced_pcm.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_pcm.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_pcm.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_pcm.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_pcm.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_pcm.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(3 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
