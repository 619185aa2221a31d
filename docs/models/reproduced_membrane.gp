# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,401 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_membrane.svg'
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
set bmargin at screen 0.07547
set tmargin at screen 0.86792
set border 1
set xrange [-2:2]
set yrange [0:12]
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
set arrow 12 from graph 0, first 11 to graph 1, first 11 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.39686, screen 0.01887 center
set label 3 '  membrane  ' at screen 0.5, screen 0.9792 center
set label 20 '  reproduced  ' at screen 0.75410, screen 0.88679 right
set label 21 '  failed  ' at screen 0.84426, screen 0.88679 right
set label 22 '  missing  ' at screen 0.90710, screen 0.88679 right
set label 23 '    ' at screen 0.98361, screen 0.88679 right
set label 30 '  published  ' at screen 0.13798, screen 0.92453 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.25820, screen 0.92453 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.37842, screen 0.92453 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.49863, screen 0.92453 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  hh\_k  ' at screen 0.12705, screen 0.83491 right
set label 101 '  90  ' at screen 0.75410, screen 0.83491 right
set label 102 '  0  ' at screen 0.84426, screen 0.83491 right
set label 103 '  0  ' at screen 0.90710, screen 0.83491 right
set label 104 '    ' at screen 0.98361, screen 0.83491 right
set label 105 '  hh\_na  ' at screen 0.12705, screen 0.76887 right
set label 106 '  114  ' at screen 0.75410, screen 0.76887 right
set label 107 '  0  ' at screen 0.84426, screen 0.76887 right
set label 108 '  1  ' at screen 0.90710, screen 0.76887 right
set label 109 '    ' at screen 0.98361, screen 0.76887 right
set label 110 '  hh\_leak  ' at screen 0.12705, screen 0.70283 right
set label 111 '  1  ' at screen 0.75410, screen 0.70283 right
set label 112 '  0  ' at screen 0.84426, screen 0.70283 right
set label 113 '  0  ' at screen 0.90710, screen 0.70283 right
set label 114 '    ' at screen 0.98361, screen 0.70283 right
set label 115 '  a\_current  ' at screen 0.12705, screen 0.63679 right
set label 116 '  8  ' at screen 0.75410, screen 0.63679 right
set label 117 '  0  ' at screen 0.84426, screen 0.63679 right
set label 118 '  0  ' at screen 0.90710, screen 0.63679 right
set label 119 '    ' at screen 0.98361, screen 0.63679 right
set label 120 '  ca\_t  ' at screen 0.12705, screen 0.57075 right
set label 121 '  26  ' at screen 0.75410, screen 0.57075 right
set label 122 '  0  ' at screen 0.84426, screen 0.57075 right
set label 123 '  1  ' at screen 0.90710, screen 0.57075 right
set label 124 '    ' at screen 0.98361, screen 0.57075 right
set label 125 '  na\_ideal  ' at screen 0.12705, screen 0.50472 right
set label 126 '  7  ' at screen 0.75410, screen 0.50472 right
set label 127 '  0  ' at screen 0.84426, screen 0.50472 right
set label 128 '  0  ' at screen 0.90710, screen 0.50472 right
set label 129 '    ' at screen 0.98361, screen 0.50472 right
set label 130 '  channel\_exp  ' at screen 0.12705, screen 0.43868 right
set label 131 '  6  ' at screen 0.75410, screen 0.43868 right
set label 132 '  0  ' at screen 0.84426, screen 0.43868 right
set label 133 '  1  ' at screen 0.90710, screen 0.43868 right
set label 134 '    ' at screen 0.98361, screen 0.43868 right
set label 135 '  channel\_tanh  ' at screen 0.12705, screen 0.37264 right
set label 136 '  6  ' at screen 0.75410, screen 0.37264 right
set label 137 '  0  ' at screen 0.84426, screen 0.37264 right
set label 138 '  1  ' at screen 0.90710, screen 0.37264 right
set label 139 '    ' at screen 0.98361, screen 0.37264 right
set label 140 '  iontronic  ' at screen 0.12705, screen 0.30660 right
set label 141 '  20  ' at screen 0.75410, screen 0.30660 right
set label 142 '  0  ' at screen 0.84426, screen 0.30660 right
set label 143 '  1  ' at screen 0.90710, screen 0.30660 right
set label 144 '    ' at screen 0.98361, screen 0.30660 right
set label 145 '  calm  ' at screen 0.12705, screen 0.24057 right
set label 146 '  24  ' at screen 0.75410, screen 0.24057 right
set label 147 '  0  ' at screen 0.84426, screen 0.24057 right
set label 148 '  1  ' at screen 0.90710, screen 0.24057 right
set label 149 '    ' at screen 0.98361, screen 0.24057 right
set label 150 '  chemical\_inductor  ' at screen 0.12705, screen 0.17453 right
set label 151 '  12  ' at screen 0.75410, screen 0.17453 right
set label 152 '  0  ' at screen 0.84426, screen 0.17453 right
set label 153 '  0  ' at screen 0.90710, screen 0.17453 right
set label 154 '    ' at screen 0.98361, screen 0.17453 right
set label 155 '  ca\_l  ' at screen 0.12705, screen 0.10849 right
set label 156 '  4  ' at screen 0.75410, screen 0.10849 right
set label 157 '  0  ' at screen 0.84426, screen 0.10849 right
set label 158 '  0  ' at screen 0.90710, screen 0.10849 right
set label 159 '    ' at screen 0.98361, screen 0.10849 right
plot './reproduced_membrane.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_membrane.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_membrane.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_membrane.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_membrane.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_membrane.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(12 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
