# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,546 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_selector.svg'
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
set lmargin at screen 0.25546
set rmargin at screen 0.66120
set bmargin at screen 0.05540
set tmargin at screen 0.90305
set border 1
set xrange [-2:2]
set yrange [0:36]
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
set arrow 18 from graph 0, first 17 to graph 1, first 17 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 19 from graph 0, first 18 to graph 1, first 18 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 20 from graph 0, first 19 to graph 1, first 19 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 21 from graph 0, first 20 to graph 1, first 20 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 22 from graph 0, first 21 to graph 1, first 21 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 23 from graph 0, first 22 to graph 1, first 22 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 24 from graph 0, first 23 to graph 1, first 23 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 25 from graph 0, first 24 to graph 1, first 24 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 26 from graph 0, first 25 to graph 1, first 25 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 27 from graph 0, first 26 to graph 1, first 26 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 28 from graph 0, first 27 to graph 1, first 27 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 29 from graph 0, first 28 to graph 1, first 28 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 30 from graph 0, first 29 to graph 1, first 29 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 31 from graph 0, first 30 to graph 1, first 30 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 32 from graph 0, first 31 to graph 1, first 31 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 33 from graph 0, first 32 to graph 1, first 32 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 34 from graph 0, first 33 to graph 1, first 33 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 35 from graph 0, first 34 to graph 1, first 34 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 36 from graph 0, first 35 to graph 1, first 35 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.45833, screen 0.01385 center
set label 3 '  selector  ' at screen 0.5, screen 0.9848 center
set label 20 '  expected  ' at screen 0.75410, screen 0.91690 right
set label 21 '  got  ' at screen 0.84426, screen 0.91690 right
set label 22 '  unit  ' at screen 0.90710, screen 0.91690 right
set label 23 '  tolerance  ' at screen 0.98361, screen 0.91690 right
set label 30 '  published  ' at screen 0.26093, screen 0.94460 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.38115, screen 0.94460 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.50137, screen 0.94460 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.62158, screen 0.94460 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  access\_transistor.swing  ' at screen 0.25000, screen 0.89127 right
set label 101 '  59.556  ' at screen 0.75410, screen 0.89127 right
set label 102 '  59.5785  ' at screen 0.84426, screen 0.89127 right
set label 103 '  mV  ' at screen 0.90710, screen 0.89127 right
set label 104 '  0.1%  ' at screen 0.98361, screen 0.89127 right
set label 105 '  access\_transistor.gm\_over\_id  ' at screen 0.25000, screen 0.86773 right
set label 106 '  38.662  ' at screen 0.75410, screen 0.86773 right
set label 107 '  38.6479  ' at screen 0.84426, screen 0.86773 right
set label 108 '    ' at screen 0.90710, screen 0.86773 right
set label 109 '  0.1%  ' at screen 0.98361, screen 0.86773 right
set label 110 '  access\_transistor.square\_law  ' at screen 0.25000, screen 0.84418 right
set label 111 '  50  ' at screen 0.75410, screen 0.84418 right
set label 112 '  50.0001  ' at screen 0.84426, screen 0.84418 right
set label 113 '  uA  ' at screen 0.90710, screen 0.84418 right
set label 114 '  0.01%  ' at screen 0.98361, screen 0.84418 right
set label 115 '  access\_transistor.at\_threshold  ' at screen 0.25000, screen 0.82064 right
set label 116 '  64.2841  ' at screen 0.75410, screen 0.82064 right
set label 117 '  64.2863  ' at screen 0.84426, screen 0.82064 right
set label 118 '  nA  ' at screen 0.90710, screen 0.82064 right
set label 119 '  0.01%  ' at screen 0.98361, screen 0.82064 right
set label 120 '  access\_transistor.swing\_body  ' at screen 0.25000, screen 0.79709 right
set label 121 '  76.402  ' at screen 0.75410, screen 0.79709 right
set label 122 '  76.8611  ' at screen 0.84426, screen 0.79709 right
set label 123 '  mV  ' at screen 0.90710, screen 0.79709 right
set label 124 '  1%  ' at screen 0.98361, screen 0.79709 right
set label 125 '  access\_transistor.saturation\_body  ' at screen 0.25000, screen 0.77355 right
set label 126 '  41.0797  ' at screen 0.75410, screen 0.77355 right
set label 127 '  41.0797  ' at screen 0.84426, screen 0.77355 right
set label 128 '  uA  ' at screen 0.90710, screen 0.77355 right
set label 129 '  0.01%  ' at screen 0.98361, screen 0.77355 right
set label 130 '  access\_transistor.body\_effect  ' at screen 0.25000, screen 0.75000 right
set label 131 '  6.84516  ' at screen 0.75410, screen 0.75000 right
set label 132 '  6.84517  ' at screen 0.84426, screen 0.75000 right
set label 133 '  uA  ' at screen 0.90710, screen 0.75000 right
set label 134 '  0.01%  ' at screen 0.98361, screen 0.75000 right
set label 135 '  access\_transistor.full\_on  ' at screen 0.25000, screen 0.72645 right
set label 136 '  121.686  ' at screen 0.75410, screen 0.72645 right
set label 137 '  121.686  ' at screen 0.84426, screen 0.72645 right
set label 138 '  uA  ' at screen 0.90710, screen 0.72645 right
set label 139 '  0.01%  ' at screen 0.98361, screen 0.72645 right
set label 140 '  access\_transistor.full\_subthreshold  ' at screen 0.25000, screen 0.70291 right
set label 141 '  6.76385  ' at screen 0.75410, screen 0.70291 right
set label 142 '  6.76408  ' at screen 0.84426, screen 0.70291 right
set label 143 '  nA  ' at screen 0.90710, screen 0.70291 right
set label 144 '  0.01%  ' at screen 0.98361, screen 0.70291 right
set label 145 '  access\_transistor.linear\_65nm  ' at screen 0.25000, screen 0.67936 right
set label 146 '  68.6531  ' at screen 0.75410, screen 0.67936 right
set label 147 '  68.6532  ' at screen 0.84426, screen 0.67936 right
set label 148 '  uA  ' at screen 0.90710, screen 0.67936 right
set label 149 '  0.01%  ' at screen 0.98361, screen 0.67936 right
set label 150 '  access\_transistor.gummel\_odd  ' at screen 0.25000, screen 0.65582 right
set label 151 '  0  ' at screen 0.75410, screen 0.65582 right
set label 152 '  1.97406e-16  ' at screen 0.84426, screen 0.65582 right
set label 153 '    ' at screen 0.90710, screen 0.65582 right
set label 154 '  abs 1e-12  ' at screen 0.98361, screen 0.65582 right
set label 155 '  access\_transistor.gummel\_second  ' at screen 0.25000, screen 0.63227 right
set label 156 '  0  ' at screen 0.75410, screen 0.63227 right
set label 157 '  0  ' at screen 0.84426, screen 0.63227 right
set label 158 '    ' at screen 0.90710, screen 0.63227 right
set label 159 '  abs 1e-9  ' at screen 0.98361, screen 0.63227 right
set label 160 '  access\_transistor.gummel\_p  ' at screen 0.25000, screen 0.60873 right
set label 161 '  0  ' at screen 0.75410, screen 0.60873 right
set label 162 '  -2.37987e-15  ' at screen 0.84426, screen 0.60873 right
set label 163 '    ' at screen 0.90710, screen 0.60873 right
set label 164 '  abs 1e-12  ' at screen 0.98361, screen 0.60873 right
set label 165 '  access\_transistor.sub\_250K  ' at screen 0.25000, screen 0.58518 right
set label 166 '  0.508114  ' at screen 0.75410, screen 0.58518 right
set label 167 '  0.508137  ' at screen 0.84426, screen 0.58518 right
set label 168 '  nA  ' at screen 0.90710, screen 0.58518 right
set label 169 '  0.01%  ' at screen 0.98361, screen 0.58518 right
set label 170 '  access\_transistor.sub\_400K  ' at screen 0.25000, screen 0.56163 right
set label 171 '  143.308  ' at screen 0.75410, screen 0.56163 right
set label 172 '  143.311  ' at screen 0.84426, screen 0.56163 right
set label 173 '  nA  ' at screen 0.90710, screen 0.56163 right
set label 174 '  0.01%  ' at screen 0.98361, screen 0.56163 right
set label 175 '  access\_transistor.on\_250K  ' at screen 0.25000, screen 0.53809 right
set label 176 '  252.281  ' at screen 0.75410, screen 0.53809 right
set label 177 '  252.281  ' at screen 0.84426, screen 0.53809 right
set label 178 '  uA  ' at screen 0.90710, screen 0.53809 right
set label 179 '  0.01%  ' at screen 0.98361, screen 0.53809 right
set label 180 '  access\_transistor.on\_400K  ' at screen 0.25000, screen 0.51454 right
set label 181 '  145.86  ' at screen 0.75410, screen 0.51454 right
set label 182 '  145.86  ' at screen 0.84426, screen 0.51454 right
set label 183 '  uA  ' at screen 0.90710, screen 0.51454 right
set label 184 '  0.01%  ' at screen 0.98361, screen 0.51454 right
set label 185 '  selector\_exponential.decade  ' at screen 0.25000, screen 0.49100 right
set label 186 '  84.9654  ' at screen 0.75410, screen 0.49100 right
set label 187 '  84.9654  ' at screen 0.84426, screen 0.49100 right
set label 188 '  mV  ' at screen 0.90710, screen 0.49100 right
set label 189 '  0.001%  ' at screen 0.98361, screen 0.49100 right
set label 190 '  selector\_exponential.half\_select  ' at screen 0.25000, screen 0.46745 right
set label 191 '  3395.08  ' at screen 0.75410, screen 0.46745 right
set label 192 '  3395.08  ' at screen 0.84426, screen 0.46745 right
set label 193 '    ' at screen 0.90710, screen 0.46745 right
set label 194 '  0.001%  ' at screen 0.98361, screen 0.46745 right
set label 195 '  selector\_exponential.at\_750mV  ' at screen 0.25000, screen 0.44391 right
set label 196 '  10  ' at screen 0.75410, screen 0.44391 right
set label 197 '  10.0743  ' at screen 0.84426, screen 0.44391 right
set label 198 '  nA  ' at screen 0.90710, screen 0.44391 right
set label 199 '  2%  ' at screen 0.98361, screen 0.44391 right
set label 200 '  selector\_exponential.series  ' at screen 0.25000, screen 0.42036 right
set label 201 '  107.681  ' at screen 0.75410, screen 0.42036 right
set label 202 '  107.681  ' at screen 0.84426, screen 0.42036 right
set label 203 '  uA  ' at screen 0.90710, screen 0.42036 right
set label 204 '  0.001%  ' at screen 0.98361, screen 0.42036 right
set label 205 '  selector\_exponential.array\_size  ' at screen 0.25000, screen 0.39681 right
set label 206 '  1049.87  ' at screen 0.75410, screen 0.39681 right
set label 207 '  1049.87  ' at screen 0.84426, screen 0.39681 right
set label 208 '    ' at screen 0.90710, screen 0.39681 right
set label 209 '  0.01%  ' at screen 0.98361, screen 0.39681 right
set label 210 '  diode\_selector.zener\_forward  ' at screen 0.25000, screen 0.37327 right
set label 211 '  171.471  ' at screen 0.75410, screen 0.37327 right
set label 212 '  171.471  ' at screen 0.84426, screen 0.37327 right
set label 213 '  uA  ' at screen 0.90710, screen 0.37327 right
set label 214 '  0.01%  ' at screen 0.98361, screen 0.37327 right
set label 215 '  diode\_selector.zener\_breakdown  ' at screen 0.25000, screen 0.34972 right
set label 216 '  -909.871  ' at screen 0.75410, screen 0.34972 right
set label 217 '  -909.871  ' at screen 0.84426, screen 0.34972 right
set label 218 '  uA  ' at screen 0.90710, screen 0.34972 right
set label 219 '  0.01%  ' at screen 0.98361, screen 0.34972 right
set label 220 '  diode\_selector.bidirectional  ' at screen 0.25000, screen 0.32618 right
set label 221 '  0  ' at screen 0.75410, screen 0.32618 right
set label 222 '  -1.59332e-05  ' at screen 0.84426, screen 0.32618 right
set label 223 '    ' at screen 0.90710, screen 0.32618 right
set label 224 '  abs 1e-4  ' at screen 0.98361, screen 0.32618 right
set label 225 '  diode\_selector.rectification  ' at screen 0.25000, screen 0.30263 right
set label 226 '  10.6758  ' at screen 0.75410, screen 0.30263 right
set label 227 '  10.6758  ' at screen 0.84426, screen 0.30263 right
set label 228 '    ' at screen 0.90710, screen 0.30263 right
set label 229 '  abs 1e-4  ' at screen 0.98361, screen 0.30263 right
set label 230 '  selector\_threshold.threshold  ' at screen 0.25000, screen 0.27909 right
set label 231 '  1.47033  ' at screen 0.75410, screen 0.27909 right
set label 232 '  1.4702  ' at screen 0.84426, screen 0.27909 right
set label 233 '  V  ' at screen 0.90710, screen 0.27909 right
set label 234 '  0.05%  ' at screen 0.98361, screen 0.27909 right
set label 235 '  selector\_threshold.hold  ' at screen 0.25000, screen 0.25554 right
set label 236 '  0.829672  ' at screen 0.75410, screen 0.25554 right
set label 237 '  0.829671  ' at screen 0.84426, screen 0.25554 right
set label 238 '  V  ' at screen 0.90710, screen 0.25554 right
set label 239 '  0.05%  ' at screen 0.98361, screen 0.25554 right
set label 240 '  selector\_threshold.period  ' at screen 0.25000, screen 0.23199 right
set label 241 '  225.82  ' at screen 0.75410, screen 0.23199 right
set label 242 '  225.819  ' at screen 0.84426, screen 0.23199 right
set label 243 '  ns  ' at screen 0.90710, screen 0.23199 right
set label 244 '  0.1%  ' at screen 0.98361, screen 0.23199 right
set label 245 '  selector\_threshold.lowest  ' at screen 0.25000, screen 0.20845 right
set label 246 '  0.4755  ' at screen 0.75410, screen 0.20845 right
set label 247 '  0.475532  ' at screen 0.84426, screen 0.20845 right
set label 248 '  V  ' at screen 0.90710, screen 0.20845 right
set label 249 '  0.2%  ' at screen 0.98361, screen 0.20845 right
set label 250 '  selector\_threshold.highest  ' at screen 0.25000, screen 0.18490 right
set label 251 '  1.48147  ' at screen 0.75410, screen 0.18490 right
set label 252 '  1.48131  ' at screen 0.84426, screen 0.18490 right
set label 253 '  V  ' at screen 0.90710, screen 0.18490 right
set label 254 '  0.1%  ' at screen 0.98361, screen 0.18490 right
set label 255 '  selector\_threshold.c2c\_mean  ' at screen 0.25000, screen 0.16136 right
set label 256 '  1.5  ' at screen 0.75410, screen 0.16136 right
set label 257 '  1.50652  ' at screen 0.84426, screen 0.16136 right
set label 258 '  V  ' at screen 0.90710, screen 0.16136 right
set label 259 '  abs 0.018  ' at screen 0.98361, screen 0.16136 right
set label 260 '  selector\_threshold.c2c\_std  ' at screen 0.25000, screen 0.13781 right
set label 261 '  0.045  ' at screen 0.75410, screen 0.13781 right
set label 262 '  0.0446682  ' at screen 0.84426, screen 0.13781 right
set label 263 '  V  ' at screen 0.90710, screen 0.13781 right
set label 264 '  28%  ' at screen 0.98361, screen 0.13781 right
set label 265 '  selector\_threshold.c2c\_fires  ' at screen 0.25000, screen 0.11427 right
set label 266 '  1.47  ' at screen 0.75410, screen 0.11427 right
set label 267 '  1.48038  ' at screen 0.84426, screen 0.11427 right
set label 268 '  V  ' at screen 0.90710, screen 0.11427 right
set label 269 '  abs 0.022  ' at screen 0.98361, screen 0.11427 right
set label 270 '  selector\_threshold.selectivity  ' at screen 0.25000, screen 0.09072 right
set label 271 '  11.25  ' at screen 0.75410, screen 0.09072 right
set label 272 '  11.2677  ' at screen 0.84426, screen 0.09072 right
set label 273 '    ' at screen 0.90710, screen 0.09072 right
set label 274 '  abs 1.25  ' at screen 0.98361, screen 0.09072 right
set label 275 '  selector\_threshold.delay\_statistics  ' at screen 0.25000, screen 0.06717 right
set label 276 '  missing  ' at screen 0.75410, screen 0.06717 right
set label 277 '    ' at screen 0.84426, screen 0.06717 right
set label 278 '  s  ' at screen 0.90710, screen 0.06717 right
set label 279 '    ' at screen 0.98361, screen 0.06717 right
plot './reproduced_selector.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_selector.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_selector.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_selector.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_selector.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_selector.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(36 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
