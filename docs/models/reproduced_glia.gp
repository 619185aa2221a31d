# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,295 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_glia.svg'
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
set lmargin at screen 0.13934
set rmargin at screen 0.66120
set bmargin at screen 0.10256
set tmargin at screen 0.82051
set border 1
set xrange [-2:2]
set yrange [0:8]
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
set label 1 '  (got − expected) / tolerance  ' at screen 0.40027, screen 0.02564 center
set label 3 '  glia  ' at screen 0.5, screen 0.9718 center
set label 20 '  reproduced  ' at screen 0.75410, screen 0.84615 right
set label 21 '  failed  ' at screen 0.84426, screen 0.84615 right
set label 22 '  missing  ' at screen 0.90710, screen 0.84615 right
set label 23 '    ' at screen 0.98361, screen 0.84615 right
set label 30 '  published  ' at screen 0.14481, screen 0.89744 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.26503, screen 0.89744 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.38525, screen 0.89744 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.50546, screen 0.89744 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  li\_rinzel  ' at screen 0.13388, screen 0.77564 right
set label 101 '  15  ' at screen 0.75410, screen 0.77564 right
set label 102 '  0  ' at screen 0.84426, screen 0.77564 right
set label 103 '  0  ' at screen 0.90710, screen 0.77564 right
set label 104 '    ' at screen 0.98361, screen 0.77564 right
set label 105 '  astrocyte\_gchi  ' at screen 0.13388, screen 0.68590 right
set label 106 '  13  ' at screen 0.75410, screen 0.68590 right
set label 107 '  0  ' at screen 0.84426, screen 0.68590 right
set label 108 '  0  ' at screen 0.90710, screen 0.68590 right
set label 109 '    ' at screen 0.98361, screen 0.68590 right
set label 110 '  synapse\_tripartite  ' at screen 0.13388, screen 0.59615 right
set label 111 '  16  ' at screen 0.75410, screen 0.59615 right
set label 112 '  0  ' at screen 0.84426, screen 0.59615 right
set label 113 '  1  ' at screen 0.90710, screen 0.59615 right
set label 114 '    ' at screen 0.98361, screen 0.59615 right
set label 115 '  neuron\_energy  ' at screen 0.13388, screen 0.50641 right
set label 116 '  9  ' at screen 0.75410, screen 0.50641 right
set label 117 '  0  ' at screen 0.84426, screen 0.50641 right
set label 118 '  0  ' at screen 0.90710, screen 0.50641 right
set label 119 '    ' at screen 0.98361, screen 0.50641 right
set label 120 '  synapse\_energy  ' at screen 0.13388, screen 0.41667 right
set label 121 '  10  ' at screen 0.75410, screen 0.41667 right
set label 122 '  0  ' at screen 0.84426, screen 0.41667 right
set label 123 '  0  ' at screen 0.90710, screen 0.41667 right
set label 124 '    ' at screen 0.98361, screen 0.41667 right
set label 125 '  synapse\_caching  ' at screen 0.13388, screen 0.32692 right
set label 126 '  9  ' at screen 0.75410, screen 0.32692 right
set label 127 '  0  ' at screen 0.84426, screen 0.32692 right
set label 128 '  0  ' at screen 0.90710, screen 0.32692 right
set label 129 '    ' at screen 0.98361, screen 0.32692 right
set label 130 '  madexp  ' at screen 0.13388, screen 0.23718 right
set label 131 '  8  ' at screen 0.75410, screen 0.23718 right
set label 132 '  0  ' at screen 0.84426, screen 0.23718 right
set label 133 '  1  ' at screen 0.90710, screen 0.23718 right
set label 134 '    ' at screen 0.98361, screen 0.23718 right
set label 135 '  first\_passage  ' at screen 0.13388, screen 0.14744 right
set label 136 '  5  ' at screen 0.75410, screen 0.14744 right
set label 137 '  0  ' at screen 0.84426, screen 0.14744 right
set label 138 '  0  ' at screen 0.90710, screen 0.14744 right
set label 139 '    ' at screen 0.98361, screen 0.14744 right
plot './reproduced_glia.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_glia.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_glia.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_glia.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_glia.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_glia.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(8 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
