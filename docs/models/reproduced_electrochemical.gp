# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,559 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_electrochemical.svg'
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
set lmargin at screen 0.24863
set rmargin at screen 0.66120
set bmargin at screen 0.05413
set tmargin at screen 0.90528
set border 1
set xrange [-2:2]
set yrange [0:37]
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
set arrow 37 from graph 0, first 36 to graph 1, first 36 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.45492, screen 0.01353 center
set label 3 '  electrochemical  ' at screen 0.5, screen 0.9851 center
set label 20 '  expected  ' at screen 0.75410, screen 0.91881 right
set label 21 '  got  ' at screen 0.84426, screen 0.91881 right
set label 22 '  unit  ' at screen 0.90710, screen 0.91881 right
set label 23 '  tolerance  ' at screen 0.98361, screen 0.91881 right
set label 30 '  published  ' at screen 0.25410, screen 0.94587 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.37432, screen 0.94587 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.49454, screen 0.94587 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.61475, screen 0.94587 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  ecram.linear\_half  ' at screen 0.24317, screen 0.89378 right
set label 101 '  0.1  ' at screen 0.75410, screen 0.89378 right
set label 102 '  0.100044  ' at screen 0.84426, screen 0.89378 right
set label 103 '    ' at screen 0.90710, screen 0.89378 right
set label 104 '  abs 5e-4  ' at screen 0.98361, screen 0.89378 right
set label 105 '  ecram.linear\_top  ' at screen 0.24317, screen 0.87077 right
set label 106 '  0.6  ' at screen 0.75410, screen 0.87077 right
set label 107 '  0.600112  ' at screen 0.84426, screen 0.87077 right
set label 108 '    ' at screen 0.90710, screen 0.87077 right
set label 109 '  abs 5e-4  ' at screen 0.98361, screen 0.87077 right
set label 110 '  ecram.symmetric\_return  ' at screen 0.24317, screen 0.84777 right
set label 111 '  -0.4  ' at screen 0.75410, screen 0.84777 right
set label 112 '  -0.399887  ' at screen 0.84426, screen 0.84777 right
set label 113 '    ' at screen 0.90710, screen 0.84777 right
set label 114 '  abs 5e-4  ' at screen 0.98361, screen 0.84777 right
set label 115 '  ecram.nonlinearity  ' at screen 0.24317, screen 0.82476 right
set label 116 '  0  ' at screen 0.75410, screen 0.82476 right
set label 117 '  -0.000118272  ' at screen 0.84426, screen 0.82476 right
set label 118 '    ' at screen 0.90710, screen 0.82476 right
set label 119 '  abs 0.01  ' at screen 0.98361, screen 0.82476 right
set label 120 '  ecram.channel  ' at screen 0.24317, screen 0.80176 right
set label 121 '  2.66667  ' at screen 0.75410, screen 0.80176 right
set label 122 '  2.66679  ' at screen 0.84426, screen 0.80176 right
set label 123 '  uS  ' at screen 0.90710, screen 0.80176 right
set label 124 '  0.05%  ' at screen 0.98361, screen 0.80176 right
set label 125 '  ecram.gate\_charge  ' at screen 0.24317, screen 0.77876 right
set label 126 '  -10  ' at screen 0.75410, screen 0.77876 right
set label 127 '  -10.0066  ' at screen 0.84426, screen 0.77876 right
set label 128 '  pC  ' at screen 0.90710, screen 0.77876 right
set label 129 '  0.1%  ' at screen 0.98361, screen 0.77876 right
set label 130 '  ecram.tang\_first\_step  ' at screen 0.24317, screen 0.75575 right
set label 131 '  0.00209835  ' at screen 0.75410, screen 0.75575 right
set label 132 '  0.002098  ' at screen 0.84426, screen 0.75575 right
set label 133 '    ' at screen 0.90710, screen 0.75575 right
set label 134 '  0.1%  ' at screen 0.98361, screen 0.75575 right
set label 135 '  ecram.tang\_100\_up  ' at screen 0.24317, screen 0.73275 right
set label 136 '  -0.292195  ' at screen 0.75410, screen 0.73275 right
set label 137 '  -0.292229  ' at screen 0.84426, screen 0.73275 right
set label 138 '    ' at screen 0.90710, screen 0.73275 right
set label 139 '  abs 2e-4  ' at screen 0.98361, screen 0.73275 right
set label 140 '  ecram.tang\_500\_up  ' at screen 0.24317, screen 0.70974 right
set label 141 '  0.499326  ' at screen 0.75410, screen 0.70974 right
set label 142 '  0.499171  ' at screen 0.84426, screen 0.70974 right
set label 143 '    ' at screen 0.90710, screen 0.70974 right
set label 144 '  abs 5e-4  ' at screen 0.98361, screen 0.70974 right
set label 145 '  ecram.tang\_500\_down  ' at screen 0.24317, screen 0.68674 right
set label 146 '  -0.477077  ' at screen 0.75410, screen 0.68674 right
set label 147 '  -0.476596  ' at screen 0.84426, screen 0.68674 right
set label 148 '    ' at screen 0.90710, screen 0.68674 right
set label 149 '  abs 6e-4  ' at screen 0.98361, screen 0.68674 right
set label 150 '  ecram.kim\_first\_step  ' at screen 0.24317, screen 0.66373 right
set label 151 '  0.000332142  ' at screen 0.75410, screen 0.66373 right
set label 152 '  0.000331868  ' at screen 0.84426, screen 0.66373 right
set label 153 '    ' at screen 0.90710, screen 0.66373 right
set label 154 '  0.15%  ' at screen 0.98361, screen 0.66373 right
set label 155 '  ecram.kim\_500\_up  ' at screen 0.24317, screen 0.64073 right
set label 156 '  -0.338005  ' at screen 0.75410, screen 0.64073 right
set label 157 '  -0.338116  ' at screen 0.84426, screen 0.64073 right
set label 158 '    ' at screen 0.90710, screen 0.64073 right
set label 159 '  abs 2e-4  ' at screen 0.98361, screen 0.64073 right
set label 160 '  ecram.kim\_500\_down  ' at screen 0.24317, screen 0.61773 right
set label 161 '  0.308617  ' at screen 0.75410, screen 0.61773 right
set label 162 '  0.308757  ' at screen 0.84426, screen 0.61773 right
set label 163 '    ' at screen 0.90710, screen 0.61773 right
set label 164 '  abs 2e-4  ' at screen 0.98361, screen 0.61773 right
set label 165 '  ecram.c2c\_mean  ' at screen 0.24317, screen 0.59472 right
set label 166 '  0.05  ' at screen 0.75410, screen 0.59472 right
set label 167 '  0.0497604  ' at screen 0.84426, screen 0.59472 right
set label 168 '    ' at screen 0.90710, screen 0.59472 right
set label 169 '  abs 0.0012  ' at screen 0.98361, screen 0.59472 right
set label 170 '  ecram.c2c\_std  ' at screen 0.24317, screen 0.57172 right
set label 171 '  0.003  ' at screen 0.75410, screen 0.57172 right
set label 172 '  0.00276498  ' at screen 0.84426, screen 0.57172 right
set label 173 '    ' at screen 0.90710, screen 0.57172 right
set label 174 '  28%  ' at screen 0.98361, screen 0.57172 right
set label 175 '  ecram.retention\_1000s  ' at screen 0.24317, screen 0.54871 right
set label 176 '  0.184101  ' at screen 0.75410, screen 0.54871 right
set label 177 '  0.184123  ' at screen 0.84426, screen 0.54871 right
set label 178 '    ' at screen 0.90710, screen 0.54871 right
set label 179 '  0.05%  ' at screen 0.98361, screen 0.54871 right
set label 180 '  ecram.retention\_4000s  ' at screen 0.24317, screen 0.52571 right
set label 181 '  0.00919  ' at screen 0.75410, screen 0.52571 right
set label 182 '  0.00919452  ' at screen 0.84426, screen 0.52571 right
set label 183 '    ' at screen 0.90710, screen 0.52571 right
set label 184 '  0.1%  ' at screen 0.98361, screen 0.52571 right
set label 185 '  ecram.open\_circuit  ' at screen 0.24317, screen 0.50271 right
set label 186 '  3.6789  ' at screen 0.75410, screen 0.50271 right
set label 187 '  3.67924  ' at screen 0.84426, screen 0.50271 right
set label 188 '  mV  ' at screen 0.90710, screen 0.50271 right
set label 189 '  0.1%  ' at screen 0.98361, screen 0.50271 right
set label 190 '  ecram.ifg\_rate  ' at screen 0.24317, screen 0.47970 right
set label 191 '  0.19098  ' at screen 0.75410, screen 0.47970 right
set label 192 '  0.191105  ' at screen 0.84426, screen 0.47970 right
set label 193 '    ' at screen 0.90710, screen 0.47970 right
set label 194 '  0.2%  ' at screen 0.98361, screen 0.47970 right
set label 195 '  ecram.ifg\_read\_current  ' at screen 0.24317, screen 0.45670 right
set label 196 '  5  ' at screen 0.75410, screen 0.45670 right
set label 197 '  3.21234  ' at screen 0.84426, screen 0.45670 right
set label 198 '  nA  ' at screen 0.90710, screen 0.45670 right
set label 199 '  abs 5  ' at screen 0.98361, screen 0.45670 right
set label 200 '  ecram.ifg\_endurance  ' at screen 0.24317, screen 0.43369 right
set label 201 '  missing  ' at screen 0.75410, screen 0.43369 right
set label 202 '    ' at screen 0.84426, screen 0.43369 right
set label 203 '    ' at screen 0.90710, screen 0.43369 right
set label 204 '    ' at screen 0.98361, screen 0.43369 right
set label 205 '  ecram.capacitor\_lifetime  ' at screen 0.24317, screen 0.41069 right
set label 206 '  missing  ' at screen 0.75410, screen 0.41069 right
set label 207 '    ' at screen 0.84426, screen 0.41069 right
set label 208 '  s  ' at screen 0.90710, screen 0.41069 right
set label 209 '    ' at screen 0.98361, screen 0.41069 right
set label 210 '  light\_synapse.ppf\_10ms  ' at screen 0.24317, screen 0.38769 right
set label 211 '  1.81873  ' at screen 0.75410, screen 0.38769 right
set label 212 '  1.81873  ' at screen 0.84426, screen 0.38769 right
set label 213 '    ' at screen 0.90710, screen 0.38769 right
set label 214 '  abs 2e-5  ' at screen 0.98361, screen 0.38769 right
set label 215 '  light\_synapse.ppf\_50ms  ' at screen 0.24317, screen 0.36468 right
set label 216 '  1.54881  ' at screen 0.75410, screen 0.36468 right
set label 217 '  1.54879  ' at screen 0.84426, screen 0.36468 right
set label 218 '    ' at screen 0.90710, screen 0.36468 right
set label 219 '  abs 3e-5  ' at screen 0.98361, screen 0.36468 right
set label 220 '  light\_synapse.ppf\_100ms  ' at screen 0.24317, screen 0.34168 right
set label 221 '  1.33287  ' at screen 0.75410, screen 0.34168 right
set label 222 '  1.33284  ' at screen 0.84426, screen 0.34168 right
set label 223 '    ' at screen 0.90710, screen 0.34168 right
set label 224 '  abs 5e-5  ' at screen 0.98361, screen 0.34168 right
set label 225 '  light\_synapse.ppf\_500ms  ' at screen 0.24317, screen 0.31867 right
set label 226 '  1.0061  ' at screen 0.75410, screen 0.31867 right
set label 227 '  1.00605  ' at screen 0.84426, screen 0.31867 right
set label 228 '    ' at screen 0.90710, screen 0.31867 right
set label 229 '  abs 1e-4  ' at screen 0.98361, screen 0.31867 right
set label 230 '  light\_synapse.two\_100ms  ' at screen 0.24317, screen 0.29567 right
set label 231 '  0.5255  ' at screen 0.75410, screen 0.29567 right
set label 232 '  0.525499  ' at screen 0.84426, screen 0.29567 right
set label 233 '    ' at screen 0.90710, screen 0.29567 right
set label 234 '  0.1%  ' at screen 0.98361, screen 0.29567 right
set label 235 '  light\_synapse.two\_500ms  ' at screen 0.24317, screen 0.27267 right
set label 236 '  0.132006  ' at screen 0.75410, screen 0.27267 right
set label 237 '  0.132006  ' at screen 0.84426, screen 0.27267 right
set label 238 '    ' at screen 0.90710, screen 0.27267 right
set label 239 '  0.1%  ' at screen 0.98361, screen 0.27267 right
set label 240 '  light\_synapse.stretched\_1s  ' at screen 0.24317, screen 0.24966 right
set label 241 '  0.736781  ' at screen 0.75410, screen 0.24966 right
set label 242 '  0.73678  ' at screen 0.84426, screen 0.24966 right
set label 243 '    ' at screen 0.90710, screen 0.24966 right
set label 244 '  0.01%  ' at screen 0.98361, screen 0.24966 right
set label 245 '  light\_synapse.stretched\_5s  ' at screen 0.24317, screen 0.22666 right
set label 246 '  0.498456  ' at screen 0.75410, screen 0.22666 right
set label 247 '  0.498456  ' at screen 0.84426, screen 0.22666 right
set label 248 '    ' at screen 0.90710, screen 0.22666 right
set label 249 '  0.01%  ' at screen 0.98361, screen 0.22666 right
set label 250 '  light\_synapse.edge  ' at screen 0.24317, screen 0.20365 right
set label 251 '  0.5  ' at screen 0.75410, screen 0.20365 right
set label 252 '  0.5  ' at screen 0.84426, screen 0.20365 right
set label 253 '    ' at screen 0.90710, screen 0.20365 right
set label 254 '  abs 1e-4  ' at screen 0.98361, screen 0.20365 right
set label 255 '  light\_synapse.irradiance\_range  ' at screen 0.24317, screen 0.18065 right
set label 256 '  380.412  ' at screen 0.75410, screen 0.18065 right
set label 257 '  380.449  ' at screen 0.84426, screen 0.18065 right
set label 258 '    ' at screen 0.90710, screen 0.18065 right
set label 259 '  0.05%  ' at screen 0.98361, screen 0.18065 right
set label 260 '  light\_synapse.heterosynapse  ' at screen 0.24317, screen 0.15765 right
set label 261 '  0.284412  ' at screen 0.75410, screen 0.15765 right
set label 262 '  0.284407  ' at screen 0.84426, screen 0.15765 right
set label 263 '    ' at screen 0.90710, screen 0.15765 right
set label 264 '  0.01%  ' at screen 0.98361, screen 0.15765 right
set label 265 '  light\_synapse.light\_alone  ' at screen 0.24317, screen 0.13464 right
set label 266 '  0  ' at screen 0.75410, screen 0.13464 right
set label 267 '  0  ' at screen 0.84426, screen 0.13464 right
set label 268 '    ' at screen 0.90710, screen 0.13464 right
set label 269 '  abs 1e-9  ' at screen 0.98361, screen 0.13464 right
set label 270 '  light\_synapse.voltage\_alone  ' at screen 0.24317, screen 0.11164 right
set label 271 '  0  ' at screen 0.75410, screen 0.11164 right
set label 272 '  0  ' at screen 0.84426, screen 0.11164 right
set label 273 '    ' at screen 0.90710, screen 0.11164 right
set label 274 '  abs 1e-9  ' at screen 0.98361, screen 0.11164 right
set label 275 '  light\_synapse.heterosynapse\_energy  ' at screen 0.24317, screen 0.08863 right
set label 276 '  15  ' at screen 0.75410, screen 0.08863 right
set label 277 '  23.2141  ' at screen 0.84426, screen 0.08863 right
set label 278 '  aJ  ' at screen 0.90710, screen 0.08863 right
set label 279 '  abs 15  ' at screen 0.98361, screen 0.08863 right
set label 280 '  light\_synapse.equations  ' at screen 0.24317, screen 0.06563 right
set label 281 '  missing  ' at screen 0.75410, screen 0.06563 right
set label 282 '    ' at screen 0.84426, screen 0.06563 right
set label 283 '    ' at screen 0.90710, screen 0.06563 right
set label 284 '    ' at screen 0.98361, screen 0.06563 right
plot './reproduced_electrochemical.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_electrochemical.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_electrochemical.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_electrochemical.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_electrochemical.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_electrochemical.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(37 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
