# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,374 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_volatile.svg'
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
set lmargin at screen 0.13251
set rmargin at screen 0.66120
set bmargin at screen 0.08081
set tmargin at screen 0.85859
set border 1
set xrange [-2:2]
set yrange [0:11]
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
set arrow 7 from graph 0, first 6 to graph 1, first 6 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 8 from graph 0, first 7 to graph 1, first 7 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 9 from graph 0, first 8 to graph 1, first 8 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 10 from graph 0, first 9 to graph 1, first 9 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 11 from graph 0, first 10 to graph 1, first 10 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.39686, screen 0.02020 center
set label 3 '  volatile  ' at screen 0.5, screen 0.9778 center
set label 20 '  reproduced  ' at screen 0.75410, screen 0.87879 right
set label 21 '  failed  ' at screen 0.84426, screen 0.87879 right
set label 22 '  missing  ' at screen 0.90710, screen 0.87879 right
set label 23 '    ' at screen 0.98361, screen 0.87879 right
set label 30 '  published  ' at screen 0.13798, screen 0.91919 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.25820, screen 0.91919 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.37842, screen 0.91919 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.49863, screen 0.91919 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  wox  ' at screen 0.12705, screen 0.82323 right
set label 101 '  6  ' at screen 0.75410, screen 0.82323 right
set label 102 '  0  ' at screen 0.84426, screen 0.82323 right
set label 103 '  0  ' at screen 0.90710, screen 0.82323 right
set label 104 '    ' at screen 0.98361, screen 0.82323 right
set label 105 '  nbox\_kchannel  ' at screen 0.12705, screen 0.75253 right
set label 106 '  9  ' at screen 0.75410, screen 0.75253 right
set label 107 '  0  ' at screen 0.84426, screen 0.75253 right
set label 108 '  2  ' at screen 0.90710, screen 0.75253 right
set label 109 '    ' at screen 0.98361, screen 0.75253 right
set label 110 '  wox\_second\_order  ' at screen 0.12705, screen 0.68182 right
set label 111 '  7  ' at screen 0.75410, screen 0.68182 right
set label 112 '  0  ' at screen 0.84426, screen 0.68182 right
set label 113 '  1  ' at screen 0.90710, screen 0.68182 right
set label 114 '    ' at screen 0.98361, screen 0.68182 right
set label 115 '  taox\_second\_order  ' at screen 0.12705, screen 0.61111 right
set label 116 '  4  ' at screen 0.75410, screen 0.61111 right
set label 117 '  0  ' at screen 0.84426, screen 0.61111 right
set label 118 '  1  ' at screen 0.90710, screen 0.61111 right
set label 119 '    ' at screen 0.98361, screen 0.61111 right
set label 120 '  and\_ts  ' at screen 0.12705, screen 0.54040 right
set label 121 '  16  ' at screen 0.75410, screen 0.54040 right
set label 122 '  0  ' at screen 0.84426, screen 0.54040 right
set label 123 '  0  ' at screen 0.90710, screen 0.54040 right
set label 124 '    ' at screen 0.98361, screen 0.54040 right
set label 125 '  diffusive\_ag  ' at screen 0.12705, screen 0.46970 right
set label 126 '  6  ' at screen 0.75410, screen 0.46970 right
set label 127 '  0  ' at screen 0.84426, screen 0.46970 right
set label 128 '  1  ' at screen 0.90710, screen 0.46970 right
set label 129 '    ' at screen 0.98361, screen 0.46970 right
set label 130 '  vteam\_volatile  ' at screen 0.12705, screen 0.39899 right
set label 131 '  3  ' at screen 0.75410, screen 0.39899 right
set label 132 '  0  ' at screen 0.84426, screen 0.39899 right
set label 133 '  0  ' at screen 0.90710, screen 0.39899 right
set label 134 '    ' at screen 0.98361, screen 0.39899 right
set label 135 '  antiferroelectric  ' at screen 0.12705, screen 0.32828 right
set label 136 '  2  ' at screen 0.75410, screen 0.32828 right
set label 137 '  0  ' at screen 0.84426, screen 0.32828 right
set label 138 '  1  ' at screen 0.90710, screen 0.32828 right
set label 139 '    ' at screen 0.98361, screen 0.32828 right
set label 140 '  relaxation  ' at screen 0.12705, screen 0.25758 right
set label 141 '  3  ' at screen 0.75410, screen 0.25758 right
set label 142 '  0  ' at screen 0.84426, screen 0.25758 right
set label 143 '  1  ' at screen 0.90710, screen 0.25758 right
set label 144 '    ' at screen 0.98361, screen 0.25758 right
set label 145 '  stp\_ltp  ' at screen 0.12705, screen 0.18687 right
set label 146 '  10  ' at screen 0.75410, screen 0.18687 right
set label 147 '  0  ' at screen 0.84426, screen 0.18687 right
set label 148 '  1  ' at screen 0.90710, screen 0.18687 right
set label 149 '    ' at screen 0.98361, screen 0.18687 right
set label 150 '  volatile\_linear  ' at screen 0.12705, screen 0.11616 right
set label 151 '  7  ' at screen 0.75410, screen 0.11616 right
set label 152 '  0  ' at screen 0.84426, screen 0.11616 right
set label 153 '  1  ' at screen 0.90710, screen 0.11616 right
set label 154 '    ' at screen 0.98361, screen 0.11616 right
plot './reproduced_volatile.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_volatile.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_volatile.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_volatile.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_volatile.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_volatile.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(11 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
