# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,533 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_rram.svg'
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
set bmargin at screen 0.05674
set tmargin at screen 0.90071
set border 1
set xrange [-2:2]
set yrange [0:17]
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
set arrow 13 from graph 0, first 12 to graph 1, first 12 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 14 from graph 0, first 13 to graph 1, first 13 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 15 from graph 0, first 14 to graph 1, first 14 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 16 from graph 0, first 15 to graph 1, first 15 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 17 from graph 0, first 16 to graph 1, first 16 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.39344, screen 0.01418 center
set label 3 '  rram  ' at screen 0.5, screen 0.9844 center
set label 20 '  reproduced  ' at screen 0.75410, screen 0.91489 right
set label 21 '  failed  ' at screen 0.84426, screen 0.91489 right
set label 22 '  missing  ' at screen 0.90710, screen 0.91489 right
set label 23 '    ' at screen 0.98361, screen 0.91489 right
set label 30 '  published  ' at screen 0.13115, screen 0.94326 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.25137, screen 0.94326 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.37158, screen 0.94326 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.49180, screen 0.94326 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  hp\_linear  ' at screen 0.12022, screen 0.87589 right
set label 101 '  9  ' at screen 0.75410, screen 0.87589 right
set label 102 '  0  ' at screen 0.84426, screen 0.87589 right
set label 103 '  1  ' at screen 0.90710, screen 0.87589 right
set label 104 '    ' at screen 0.98361, screen 0.87589 right
set label 105 '  vteam  ' at screen 0.12022, screen 0.82624 right
set label 106 '  4  ' at screen 0.75410, screen 0.82624 right
set label 107 '  0  ' at screen 0.84426, screen 0.82624 right
set label 108 '  2  ' at screen 0.90710, screen 0.82624 right
set label 109 '    ' at screen 0.98361, screen 0.82624 right
set label 110 '  yakopcic  ' at screen 0.12022, screen 0.77660 right
set label 111 '  5  ' at screen 0.75410, screen 0.77660 right
set label 112 '  0  ' at screen 0.84426, screen 0.77660 right
set label 113 '  1  ' at screen 0.90710, screen 0.77660 right
set label 114 '    ' at screen 0.98361, screen 0.77660 right
set label 115 '  yakopcic\_2020  ' at screen 0.12022, screen 0.72695 right
set label 116 '  6  ' at screen 0.75410, screen 0.72695 right
set label 117 '  0  ' at screen 0.84426, screen 0.72695 right
set label 118 '  0  ' at screen 0.90710, screen 0.72695 right
set label 119 '    ' at screen 0.98361, screen 0.72695 right
set label 120 '  pershin  ' at screen 0.12022, screen 0.67730 right
set label 121 '  4  ' at screen 0.75410, screen 0.67730 right
set label 122 '  0  ' at screen 0.84426, screen 0.67730 right
set label 123 '  0  ' at screen 0.90710, screen 0.67730 right
set label 124 '    ' at screen 0.98361, screen 0.67730 right
set label 125 '  team  ' at screen 0.12022, screen 0.62766 right
set label 126 '  3  ' at screen 0.75410, screen 0.62766 right
set label 127 '  0  ' at screen 0.84426, screen 0.62766 right
set label 128 '  0  ' at screen 0.90710, screen 0.62766 right
set label 129 '    ' at screen 0.98361, screen 0.62766 right
set label 130 '  messaris  ' at screen 0.12022, screen 0.57801 right
set label 131 '  9  ' at screen 0.75410, screen 0.57801 right
set label 132 '  0  ' at screen 0.84426, screen 0.57801 right
set label 133 '  3  ' at screen 0.90710, screen 0.57801 right
set label 134 '    ' at screen 0.98361, screen 0.57801 right
set label 135 '  mms  ' at screen 0.12022, screen 0.52837 right
set label 136 '  12  ' at screen 0.75410, screen 0.52837 right
set label 137 '  0  ' at screen 0.84426, screen 0.52837 right
set label 138 '  0  ' at screen 0.90710, screen 0.52837 right
set label 139 '    ' at screen 0.98361, screen 0.52837 right
set label 140 '  mms\_events  ' at screen 0.12022, screen 0.47872 right
set label 141 '  4  ' at screen 0.75410, screen 0.47872 right
set label 142 '  0  ' at screen 0.84426, screen 0.47872 right
set label 143 '  0  ' at screen 0.90710, screen 0.47872 right
set label 144 '    ' at screen 0.98361, screen 0.47872 right
set label 145 '  interface\_analog  ' at screen 0.12022, screen 0.42908 right
set label 146 '  8  ' at screen 0.75410, screen 0.42908 right
set label 147 '  0  ' at screen 0.84426, screen 0.42908 right
set label 148 '  0  ' at screen 0.90710, screen 0.42908 right
set label 149 '    ' at screen 0.98361, screen 0.42908 right
set label 150 '  filament\_thermal  ' at screen 0.12022, screen 0.37943 right
set label 151 '  10  ' at screen 0.75410, screen 0.37943 right
set label 152 '  0  ' at screen 0.84426, screen 0.37943 right
set label 153 '  2  ' at screen 0.90710, screen 0.37943 right
set label 154 '    ' at screen 0.98361, screen 0.37943 right
set label 155 '  memdiode  ' at screen 0.12022, screen 0.32979 right
set label 156 '  5  ' at screen 0.75410, screen 0.32979 right
set label 157 '  0  ' at screen 0.84426, screen 0.32979 right
set label 158 '  1  ' at screen 0.90710, screen 0.32979 right
set label 159 '    ' at screen 0.98361, screen 0.32979 right
set label 160 '  stanford\_rram  ' at screen 0.12022, screen 0.28014 right
set label 161 '  27  ' at screen 0.75410, screen 0.28014 right
set label 162 '  0  ' at screen 0.84426, screen 0.28014 right
set label 163 '  2  ' at screen 0.90710, screen 0.28014 right
set label 164 '    ' at screen 0.98361, screen 0.28014 right
set label 165 '  vcm  ' at screen 0.12022, screen 0.23050 right
set label 166 '  27  ' at screen 0.75410, screen 0.23050 right
set label 167 '  0  ' at screen 0.84426, screen 0.23050 right
set label 168 '  0  ' at screen 0.90710, screen 0.23050 right
set label 169 '    ' at screen 0.98361, screen 0.23050 right
set label 170 '  rram\_generic  ' at screen 0.12022, screen 0.18085 right
set label 171 '  28  ' at screen 0.75410, screen 0.18085 right
set label 172 '  0  ' at screen 0.84426, screen 0.18085 right
set label 173 '  2  ' at screen 0.90710, screen 0.18085 right
set label 174 '    ' at screen 0.98361, screen 0.18085 right
set label 175 '  simmons  ' at screen 0.12022, screen 0.13121 right
set label 176 '  7  ' at screen 0.75410, screen 0.13121 right
set label 177 '  0  ' at screen 0.84426, screen 0.13121 right
set label 178 '  1  ' at screen 0.90710, screen 0.13121 right
set label 179 '    ' at screen 0.98361, screen 0.13121 right
set label 180 '  vcm\_variability  ' at screen 0.12022, screen 0.08156 right
set label 181 '  9  ' at screen 0.75410, screen 0.08156 right
set label 182 '  0  ' at screen 0.84426, screen 0.08156 right
set label 183 '  1  ' at screen 0.90710, screen 0.08156 right
set label 184 '    ' at screen 0.98361, screen 0.08156 right
plot './reproduced_rram.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_rram.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_rram.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_rram.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_rram.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_rram.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(17 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
