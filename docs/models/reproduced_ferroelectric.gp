# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,242 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_ferroelectric.svg'
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
set lmargin at screen 0.12568
set rmargin at screen 0.66120
set bmargin at screen 0.12500
set tmargin at screen 0.78125
set border 1
set xrange [-2:2]
set yrange [0:6]
unset ytics
set xtics -2,1,2
set mxtics 2
set object 1 rectangle from first -1, graph 0 to first 1, graph 1 fc rgb '#E6E6E6' fs solid noborder behind
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 0.5 lc rgb '#000000'
set arrow 2 from graph 0, first 1 to graph 1, first 1 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 3 from graph 0, first 2 to graph 1, first 2 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 4 from graph 0, first 3 to graph 1, first 3 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 5 from graph 0, first 4 to graph 1, first 4 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 6 from graph 0, first 5 to graph 1, first 5 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.39344, screen 0.03125 center
set label 3 '  ferroelectric  ' at screen 0.5, screen 0.9656 center
set label 20 '  reproduced  ' at screen 0.75410, screen 0.81250 right
set label 21 '  failed  ' at screen 0.84426, screen 0.81250 right
set label 22 '  missing  ' at screen 0.90710, screen 0.81250 right
set label 23 '    ' at screen 0.98361, screen 0.81250 right
set label 30 '  published  ' at screen 0.13115, screen 0.87500 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.25137, screen 0.87500 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.37158, screen 0.87500 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.49180, screen 0.87500 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  ftj\_nls  ' at screen 0.12022, screen 0.72656 right
set label 101 '  29  ' at screen 0.75410, screen 0.72656 right
set label 102 '  0  ' at screen 0.84426, screen 0.72656 right
set label 103 '  2  ' at screen 0.90710, screen 0.72656 right
set label 104 '    ' at screen 0.98361, screen 0.72656 right
set label 105 '  fecap\_nls  ' at screen 0.12022, screen 0.61719 right
set label 106 '  10  ' at screen 0.75410, screen 0.61719 right
set label 107 '  0  ' at screen 0.84426, screen 0.61719 right
set label 108 '  1  ' at screen 0.90710, screen 0.61719 right
set label 109 '    ' at screen 0.98361, screen 0.61719 right
set label 110 '  ftj\_second\_order  ' at screen 0.12022, screen 0.50781 right
set label 111 '  6  ' at screen 0.75410, screen 0.50781 right
set label 112 '  0  ' at screen 0.84426, screen 0.50781 right
set label 113 '  1  ' at screen 0.90710, screen 0.50781 right
set label 114 '    ' at screen 0.98361, screen 0.50781 right
set label 115 '  fecap\_heracles  ' at screen 0.12022, screen 0.39844 right
set label 116 '  6  ' at screen 0.75410, screen 0.39844 right
set label 117 '  0  ' at screen 0.84426, screen 0.39844 right
set label 118 '  1  ' at screen 0.90710, screen 0.39844 right
set label 119 '    ' at screen 0.98361, screen 0.39844 right
set label 120 '  fe\_tanh  ' at screen 0.12022, screen 0.28906 right
set label 121 '  5  ' at screen 0.75410, screen 0.28906 right
set label 122 '  0  ' at screen 0.84426, screen 0.28906 right
set label 123 '  1  ' at screen 0.90710, screen 0.28906 right
set label 124 '    ' at screen 0.98361, screen 0.28906 right
set label 125 '  fefet  ' at screen 0.12022, screen 0.17969 right
set label 126 '  4  ' at screen 0.75410, screen 0.17969 right
set label 127 '  0  ' at screen 0.84426, screen 0.17969 right
set label 128 '  0  ' at screen 0.90710, screen 0.17969 right
set label 129 '    ' at screen 0.98361, screen 0.17969 right
plot './reproduced_ferroelectric.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_ferroelectric.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(6 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
