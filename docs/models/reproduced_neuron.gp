# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 692,687 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'reproduced_neuron.svg'
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
set lmargin at screen 0.23497
set rmargin at screen 0.66120
set bmargin at screen 0.04400
set tmargin at screen 0.92299
set border 1
set xrange [-2:2]
set yrange [0:47]
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
set arrow 38 from graph 0, first 37 to graph 1, first 37 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 39 from graph 0, first 38 to graph 1, first 38 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 40 from graph 0, first 39 to graph 1, first 39 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 41 from graph 0, first 40 to graph 1, first 40 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 42 from graph 0, first 41 to graph 1, first 41 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 43 from graph 0, first 42 to graph 1, first 42 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 44 from graph 0, first 43 to graph 1, first 43 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 45 from graph 0, first 44 to graph 1, first 44 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 46 from graph 0, first 45 to graph 1, first 45 nohead lw 0.25 lc rgb '#BBBBBB'
set arrow 47 from graph 0, first 46 to graph 1, first 46 nohead lw 0.25 lc rgb '#BBBBBB'
set label 1 '  (got − expected) / tolerance  ' at screen 0.44809, screen 0.01100 center
set label 3 '  neuron  ' at screen 0.5, screen 0.9879 center
set label 20 '  expected  ' at screen 0.75410, screen 0.93399 right
set label 21 '  got  ' at screen 0.84426, screen 0.93399 right
set label 22 '  unit  ' at screen 0.90710, screen 0.93399 right
set label 23 '  tolerance  ' at screen 0.98361, screen 0.93399 right
set label 30 '  published  ' at screen 0.24044, screen 0.95600 left point pt 7 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 31 '  computed  ' at screen 0.36066, screen 0.95600 left point pt 5 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 32 '  derived  ' at screen 0.48087, screen 0.95600 left point pt 9 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 33 '  remembered  ' at screen 0.60109, screen 0.95600 left point pt 13 ps 0.5 lc rgb '#0072B2' offset 0.3,0
set label 100 '  lif.period\_2.01nA  ' at screen 0.22951, screen 0.91364 right
set label 101 '  108.066  ' at screen 0.75410, screen 0.91364 right
set label 102 '  108.06  ' at screen 0.84426, screen 0.91364 right
set label 103 '  ms  ' at screen 0.90710, screen 0.91364 right
set label 104 '  0.02%  ' at screen 0.98361, screen 0.91364 right
set label 105 '  lif.period\_2.5nA  ' at screen 0.22951, screen 0.89494 right
set label 106 '  34.1888  ' at screen 0.75410, screen 0.89494 right
set label 107 '  34.1889  ' at screen 0.84426, screen 0.89494 right
set label 108 '  ms  ' at screen 0.90710, screen 0.89494 right
set label 109 '  0.02%  ' at screen 0.98361, screen 0.89494 right
set label 110 '  lif.period\_3nA  ' at screen 0.22951, screen 0.87624 right
set label 111 '  23.9722  ' at screen 0.75410, screen 0.87624 right
set label 112 '  23.9723  ' at screen 0.84426, screen 0.87624 right
set label 113 '  ms  ' at screen 0.90710, screen 0.87624 right
set label 114 '  0.02%  ' at screen 0.98361, screen 0.87624 right
set label 115 '  lif\_escape.mean\_interval  ' at screen 0.22951, screen 0.85754 right
set label 116 '  1.35335  ' at screen 0.75410, screen 0.85754 right
set label 117 '  1.30368  ' at screen 0.84426, screen 0.85754 right
set label 118 '  ms  ' at screen 0.90710, screen 0.85754 right
set label 119 '  20.0%  ' at screen 0.98361, screen 0.85754 right
set label 120 '  lif\_escape.spread\_of\_interval  ' at screen 0.22951, screen 0.83883 right
set label 121 '  1.35335  ' at screen 0.75410, screen 0.83883 right
set label 122 '  1.28725  ' at screen 0.84426, screen 0.83883 right
set label 123 '  ms  ' at screen 0.90710, screen 0.83883 right
set label 124 '  28%  ' at screen 0.98361, screen 0.83883 right
set label 125 '  lif\_escape.fired\_by\_1.5ms  ' at screen 0.22951, screen 0.82013 right
set label 126 '  0.6699  ' at screen 0.75410, screen 0.82013 right
set label 127 '  0.69  ' at screen 0.84426, screen 0.82013 right
set label 128 '    ' at screen 0.90710, screen 0.82013 right
set label 129 '  abs 0.094  ' at screen 0.98361, screen 0.82013 right
set label 130 '  adex.spikes\_700pA  ' at screen 0.22951, screen 0.80143 right
set label 131 '  5  ' at screen 0.75410, screen 0.80143 right
set label 132 '  5  ' at screen 0.84426, screen 0.80143 right
set label 133 '    ' at screen 0.90710, screen 0.80143 right
set label 134 '  abs 0.1  ' at screen 0.98361, screen 0.80143 right
set label 135 '  adex.spike\_1\_700pA  ' at screen 0.22951, screen 0.78273 right
set label 136 '  24.6113  ' at screen 0.75410, screen 0.78273 right
set label 137 '  24.6111  ' at screen 0.84426, screen 0.78273 right
set label 138 '  ms  ' at screen 0.90710, screen 0.78273 right
set label 139 '  0.02%  ' at screen 0.98361, screen 0.78273 right
set label 140 '  adex.spike\_2\_700pA  ' at screen 0.22951, screen 0.76403 right
set label 141 '  63.2208  ' at screen 0.75410, screen 0.76403 right
set label 142 '  63.2205  ' at screen 0.84426, screen 0.76403 right
set label 143 '  ms  ' at screen 0.90710, screen 0.76403 right
set label 144 '  0.02%  ' at screen 0.98361, screen 0.76403 right
set label 145 '  adex.spike\_3\_700pA  ' at screen 0.22951, screen 0.74532 right
set label 146 '  142.416  ' at screen 0.75410, screen 0.74532 right
set label 147 '  142.414  ' at screen 0.84426, screen 0.74532 right
set label 148 '  ms  ' at screen 0.90710, screen 0.74532 right
set label 149 '  0.02%  ' at screen 0.98361, screen 0.74532 right
set label 150 '  adex.spike\_4\_700pA  ' at screen 0.22951, screen 0.72662 right
set label 151 '  266.432  ' at screen 0.75410, screen 0.72662 right
set label 152 '  266.429  ' at screen 0.84426, screen 0.72662 right
set label 153 '  ms  ' at screen 0.90710, screen 0.72662 right
set label 154 '  0.02%  ' at screen 0.98361, screen 0.72662 right
set label 155 '  adex.last\_700pA  ' at screen 0.22951, screen 0.70792 right
set label 156 '  394.425  ' at screen 0.75410, screen 0.70792 right
set label 157 '  394.42  ' at screen 0.84426, screen 0.70792 right
set label 158 '  ms  ' at screen 0.90710, screen 0.70792 right
set label 159 '  0.02%  ' at screen 0.98361, screen 0.70792 right
set label 160 '  adex.spikes\_1000pA  ' at screen 0.22951, screen 0.68922 right
set label 161 '  17  ' at screen 0.75410, screen 0.68922 right
set label 162 '  17  ' at screen 0.84426, screen 0.68922 right
set label 163 '    ' at screen 0.90710, screen 0.68922 right
set label 164 '  abs 0.1  ' at screen 0.98361, screen 0.68922 right
set label 165 '  adex.first\_1000pA  ' at screen 0.22951, screen 0.67052 right
set label 166 '  11.7916  ' at screen 0.75410, screen 0.67052 right
set label 167 '  11.7915  ' at screen 0.84426, screen 0.67052 right
set label 168 '  ms  ' at screen 0.90710, screen 0.67052 right
set label 169 '  0.02%  ' at screen 0.98361, screen 0.67052 right
set label 170 '  adex.hopf  ' at screen 0.22951, screen 0.65182 right
set label 171 '  627.182  ' at screen 0.75410, screen 0.65182 right
set label 172 '  627.182  ' at screen 0.84426, screen 0.65182 right
set label 173 '  pA  ' at screen 0.90710, screen 0.65182 right
set label 174 '  0.0001%  ' at screen 0.98361, screen 0.65182 right
set label 175 '  adex.fold  ' at screen 0.22951, screen 0.63311 right
set label 176 '  627.311  ' at screen 0.75410, screen 0.63311 right
set label 177 '  627.311  ' at screen 0.84426, screen 0.63311 right
set label 178 '  pA  ' at screen 0.90710, screen 0.63311 right
set label 179 '  0.0001%  ' at screen 0.98361, screen 0.63311 right
set label 180 '  izhikevich.spikes\_rs  ' at screen 0.22951, screen 0.61441 right
set label 181 '  23  ' at screen 0.75410, screen 0.61441 right
set label 182 '  23  ' at screen 0.84426, screen 0.61441 right
set label 183 '    ' at screen 0.90710, screen 0.61441 right
set label 184 '  abs 0.1  ' at screen 0.98361, screen 0.61441 right
set label 185 '  izhikevich.spikes\_ib  ' at screen 0.22951, screen 0.59571 right
set label 186 '  34  ' at screen 0.75410, screen 0.59571 right
set label 187 '  34  ' at screen 0.84426, screen 0.59571 right
set label 188 '    ' at screen 0.90710, screen 0.59571 right
set label 189 '  abs 0.1  ' at screen 0.98361, screen 0.59571 right
set label 190 '  izhikevich.spikes\_ch  ' at screen 0.22951, screen 0.57701 right
set label 191 '  87  ' at screen 0.75410, screen 0.57701 right
set label 192 '  87  ' at screen 0.84426, screen 0.57701 right
set label 193 '    ' at screen 0.90710, screen 0.57701 right
set label 194 '  abs 0.1  ' at screen 0.98361, screen 0.57701 right
set label 195 '  izhikevich.spikes\_fs  ' at screen 0.22951, screen 0.55831 right
set label 196 '  137  ' at screen 0.75410, screen 0.55831 right
set label 197 '  137  ' at screen 0.84426, screen 0.55831 right
set label 198 '    ' at screen 0.90710, screen 0.55831 right
set label 199 '  abs 0.1  ' at screen 0.98361, screen 0.55831 right
set label 200 '  izhikevich.spikes\_lts  ' at screen 0.22951, screen 0.53960 right
set label 201 '  78  ' at screen 0.75410, screen 0.53960 right
set label 202 '  78  ' at screen 0.84426, screen 0.53960 right
set label 203 '    ' at screen 0.90710, screen 0.53960 right
set label 204 '  abs 0.1  ' at screen 0.98361, screen 0.53960 right
set label 205 '  izhikevich.last\_interval\_fs  ' at screen 0.22951, screen 0.52090 right
set label 206 '  7.34265  ' at screen 0.75410, screen 0.52090 right
set label 207 '  7.34038  ' at screen 0.84426, screen 0.52090 right
set label 208 '  ms  ' at screen 0.90710, screen 0.52090 right
set label 209 '  0.05%  ' at screen 0.98361, screen 0.52090 right
set label 210 '  fitzhugh\_nagumo.hopf\_1  ' at screen 0.22951, screen 0.50220 right
set label 211 '  0.331281  ' at screen 0.75410, screen 0.50220 right
set label 212 '  0.331281  ' at screen 0.84426, screen 0.50220 right
set label 213 '  uA  ' at screen 0.90710, screen 0.50220 right
set label 214 '  0.0001%  ' at screen 0.98361, screen 0.50220 right
set label 215 '  fitzhugh\_nagumo.hopf\_frequency\_1  ' at screen 0.22951, screen 0.48350 right
set label 216 '  43.8483  ' at screen 0.75410, screen 0.48350 right
set label 217 '  43.8483  ' at screen 0.84426, screen 0.48350 right
set label 218 '  Hz  ' at screen 0.90710, screen 0.48350 right
set label 219 '  0.001%  ' at screen 0.98361, screen 0.48350 right
set label 220 '  fitzhugh\_nagumo.hopf\_2  ' at screen 0.22951, screen 0.46480 right
set label 221 '  1.41872  ' at screen 0.75410, screen 0.46480 right
set label 222 '  1.41872  ' at screen 0.84426, screen 0.46480 right
set label 223 '  uA  ' at screen 0.90710, screen 0.46480 right
set label 224 '  0.0001%  ' at screen 0.98361, screen 0.46480 right
set label 225 '  fitzhugh\_nagumo.hopf\_frequency\_2  ' at screen 0.22951, screen 0.44609 right
set label 226 '  43.8483  ' at screen 0.75410, screen 0.44609 right
set label 227 '  43.8483  ' at screen 0.84426, screen 0.44609 right
set label 228 '  Hz  ' at screen 0.90710, screen 0.44609 right
set label 229 '  0.001%  ' at screen 0.98361, screen 0.44609 right
set label 230 '  fitzhugh\_nagumo.period  ' at screen 0.22951, screen 0.42739 right
set label 231 '  39.4744  ' at screen 0.75410, screen 0.42739 right
set label 232 '  39.4744  ' at screen 0.84426, screen 0.42739 right
set label 233 '  ms  ' at screen 0.90710, screen 0.42739 right
set label 234 '  0.01%  ' at screen 0.98361, screen 0.42739 right
set label 235 '  fitzhugh\_nagumo.low  ' at screen 0.22951, screen 0.40869 right
set label 236 '  -1.9704  ' at screen 0.75410, screen 0.40869 right
set label 237 '  -1.97041  ' at screen 0.84426, screen 0.40869 right
set label 238 '  V  ' at screen 0.90710, screen 0.40869 right
set label 239 '  0.01%  ' at screen 0.98361, screen 0.40869 right
set label 240 '  fitzhugh\_nagumo.high  ' at screen 0.22951, screen 0.38999 right
set label 241 '  1.85212  ' at screen 0.75410, screen 0.38999 right
set label 242 '  1.85212  ' at screen 0.84426, screen 0.38999 right
set label 243 '  V  ' at screen 0.90710, screen 0.38999 right
set label 244 '  0.01%  ' at screen 0.98361, screen 0.38999 right
set label 245 '  morris\_lecar.hopf\_1  ' at screen 0.22951, screen 0.37129 right
set label 246 '  93.8576  ' at screen 0.75410, screen 0.37129 right
set label 247 '  93.8576  ' at screen 0.84426, screen 0.37129 right
set label 248 '  uA  ' at screen 0.90710, screen 0.37129 right
set label 249 '  0.0001%  ' at screen 0.98361, screen 0.37129 right
set label 250 '  morris\_lecar.hopf\_frequency\_1  ' at screen 0.22951, screen 0.35259 right
set label 251 '  12.6973  ' at screen 0.75410, screen 0.35259 right
set label 252 '  12.6973  ' at screen 0.84426, screen 0.35259 right
set label 253 '  Hz  ' at screen 0.90710, screen 0.35259 right
set label 254 '  0.001%  ' at screen 0.98361, screen 0.35259 right
set label 255 '  morris\_lecar.hopf\_2  ' at screen 0.22951, screen 0.33388 right
set label 256 '  212.019  ' at screen 0.75410, screen 0.33388 right
set label 257 '  212.019  ' at screen 0.84426, screen 0.33388 right
set label 258 '  uA  ' at screen 0.90710, screen 0.33388 right
set label 259 '  0.0001%  ' at screen 0.98361, screen 0.33388 right
set label 260 '  morris\_lecar.rate\_90uA  ' at screen 0.22951, screen 0.31518 right
set label 261 '  9.73452  ' at screen 0.75410, screen 0.31518 right
set label 262 '  9.73455  ' at screen 0.84426, screen 0.31518 right
set label 263 '  Hz  ' at screen 0.90710, screen 0.31518 right
set label 264 '  0.01%  ' at screen 0.98361, screen 0.31518 right
set label 265 '  morris\_lecar.rate\_100uA  ' at screen 0.22951, screen 0.29648 right
set label 266 '  11.7246  ' at screen 0.75410, screen 0.29648 right
set label 267 '  11.7246  ' at screen 0.84426, screen 0.29648 right
set label 268 '  Hz  ' at screen 0.90710, screen 0.29648 right
set label 269 '  0.01%  ' at screen 0.98361, screen 0.29648 right
set label 270 '  morris\_lecar.rate\_150uA  ' at screen 0.22951, screen 0.27778 right
set label 271 '  15.1145  ' at screen 0.75410, screen 0.27778 right
set label 272 '  15.1146  ' at screen 0.84426, screen 0.27778 right
set label 273 '  Hz  ' at screen 0.90710, screen 0.27778 right
set label 274 '  0.01%  ' at screen 0.98361, screen 0.27778 right
set label 275 '  morris\_lecar.snic\_fold\_1  ' at screen 0.22951, screen 0.25908 right
set label 276 '  39.9632  ' at screen 0.75410, screen 0.25908 right
set label 277 '  39.9632  ' at screen 0.84426, screen 0.25908 right
set label 278 '  uA  ' at screen 0.90710, screen 0.25908 right
set label 279 '  0.0001%  ' at screen 0.98361, screen 0.25908 right
set label 280 '  morris\_lecar.snic\_hopf  ' at screen 0.22951, screen 0.24037 right
set label 281 '  97.7879  ' at screen 0.75410, screen 0.24037 right
set label 282 '  97.7879  ' at screen 0.84426, screen 0.24037 right
set label 283 '  uA  ' at screen 0.90710, screen 0.24037 right
set label 284 '  0.0001%  ' at screen 0.98361, screen 0.24037 right
set label 285 '  morris\_lecar.snic\_rate\_42uA  ' at screen 0.22951, screen 0.22167 right
set label 286 '  6.87537  ' at screen 0.75410, screen 0.22167 right
set label 287 '  6.87537  ' at screen 0.84426, screen 0.22167 right
set label 288 '  Hz  ' at screen 0.90710, screen 0.22167 right
set label 289 '  0.01%  ' at screen 0.98361, screen 0.22167 right
set label 290 '  morris\_lecar.snic\_rate\_45uA  ' at screen 0.22951, screen 0.20297 right
set label 291 '  10.0697  ' at screen 0.75410, screen 0.20297 right
set label 292 '  10.0696  ' at screen 0.84426, screen 0.20297 right
set label 293 '  Hz  ' at screen 0.90710, screen 0.20297 right
set label 294 '  0.01%  ' at screen 0.98361, screen 0.20297 right
set label 295 '  morris\_lecar.snic\_rate\_60uA  ' at screen 0.22951, screen 0.18427 right
set label 296 '  17.0586  ' at screen 0.75410, screen 0.18427 right
set label 297 '  17.0587  ' at screen 0.84426, screen 0.18427 right
set label 298 '  Hz  ' at screen 0.90710, screen 0.18427 right
set label 299 '  0.01%  ' at screen 0.98361, screen 0.18427 right
set label 300 '  theta.period\_0.04  ' at screen 0.22951, screen 0.16557 right
set label 301 '  15.708  ' at screen 0.75410, screen 0.16557 right
set label 302 '  15.7067  ' at screen 0.84426, screen 0.16557 right
set label 303 '  ms  ' at screen 0.90710, screen 0.16557 right
set label 304 '  0.01%  ' at screen 0.98361, screen 0.16557 right
set label 305 '  theta.period\_0.25  ' at screen 0.22951, screen 0.14686 right
set label 306 '  6.28319  ' at screen 0.75410, screen 0.14686 right
set label 307 '  6.28323  ' at screen 0.84426, screen 0.14686 right
set label 308 '  ms  ' at screen 0.90710, screen 0.14686 right
set label 309 '  0.01%  ' at screen 0.98361, screen 0.14686 right
set label 310 '  theta.period\_4  ' at screen 0.22951, screen 0.12816 right
set label 311 '  1.5708  ' at screen 0.75410, screen 0.12816 right
set label 312 '  1.57076  ' at screen 0.84426, screen 0.12816 right
set label 313 '  ms  ' at screen 0.90710, screen 0.12816 right
set label 314 '  0.01%  ' at screen 0.98361, screen 0.12816 right
set label 315 '  wilson\_cowan.period  ' at screen 0.22951, screen 0.10946 right
set label 316 '  49.9589  ' at screen 0.75410, screen 0.10946 right
set label 317 '  49.9597  ' at screen 0.84426, screen 0.10946 right
set label 318 '  ms  ' at screen 0.90710, screen 0.10946 right
set label 319 '  0.01%  ' at screen 0.98361, screen 0.10946 right
set label 320 '  wilson\_cowan.low  ' at screen 0.22951, screen 0.09076 right
set label 321 '  0.102559  ' at screen 0.75410, screen 0.09076 right
set label 322 '  0.102564  ' at screen 0.84426, screen 0.09076 right
set label 323 '  V  ' at screen 0.90710, screen 0.09076 right
set label 324 '  0.02%  ' at screen 0.98361, screen 0.09076 right
set label 325 '  wilson\_cowan.high  ' at screen 0.22951, screen 0.07206 right
set label 326 '  0.269659  ' at screen 0.75410, screen 0.07206 right
set label 327 '  0.269651  ' at screen 0.84426, screen 0.07206 right
set label 328 '  V  ' at screen 0.90710, screen 0.07206 right
set label 329 '  0.02%  ' at screen 0.98361, screen 0.07206 right
set label 330 '  wilson\_cowan.period\_k\_one  ' at screen 0.22951, screen 0.05336 right
set label 331 '  50.0341  ' at screen 0.75410, screen 0.05336 right
set label 332 '  50.0337  ' at screen 0.84426, screen 0.05336 right
set label 333 '  ms  ' at screen 0.90710, screen 0.05336 right
set label 334 '  0.01%  ' at screen 0.98361, screen 0.05336 right
plot './reproduced_neuron.data.csv' using (column(2) == 0 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#0072B2', \
     './reproduced_neuron.data.csv' using (column(2) == 0 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 7 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 0 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 6 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 1 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#0072B2', \
     './reproduced_neuron.data.csv' using (column(2) == 1 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 5 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 1 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 4 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 2 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#0072B2', \
     './reproduced_neuron.data.csv' using (column(2) == 2 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 9 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 2 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 8 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 3 && abs(column(1)) <= 1 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#0072B2', \
     './reproduced_neuron.data.csv' using (column(2) == 3 && abs(column(1)) > 1 && abs(column(1)) <= 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 13 ps 0.5 lc rgb '#D55E00', \
     './reproduced_neuron.data.csv' using (column(2) == 3 && abs(column(1)) > 1.75 ? (abs(column(1)) > 1.75 ? sgn(column(1))*1.75 : column(1)) : NaN):(47 - column(3) - 0.5 - column(4)) with points pt 12 ps 0.5 lc rgb '#D55E00'
