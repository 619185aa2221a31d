# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'stanford_rram.svg'
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
set lmargin at screen 0.12865
set rmargin at screen 0.96629
set bmargin at screen 0.12676
set tmargin at screen 0.97119
set xrange [-1.65:1.65]
set xtics -1.5,0.5 format '%.1f'
set mxtics 5
set logscale y
set yrange [1.27838e-08:5.12700e-03]
set mytics 10
set ytics format '10^{%T}'
set label 2 '  Current, |{/:Italic I}| (A)  ' at screen 0.02247, screen 0.54898 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54747, screen 0.02881 center
set object polygon from graph 0.7374, graph 0.3615 to graph 0.7054, graph 0.3454 to graph 0.7216, graph 0.3226 to graph 0.7374, graph 0.3615 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.8002, graph 0.8242 to graph 0.8328, graph 0.8379 to graph 0.8177, graph 0.8618 to graph 0.8002, graph 0.8242 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.3864, graph 0.6296 to graph 0.4018, graph 0.5905 to graph 0.4182, graph 0.6130 to graph 0.3864, graph 0.6296 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2216, graph 0.3988 to graph 0.2041, graph 0.4365 to graph 0.1890, graph 0.4125 to graph 0.2216, graph 0.3988 fs solid noborder fc rgb '#0072B2' front
plot './stanford_rram.data.csv' every ::0::500 using (column(2)*1):(abs(column(3))*1) with lines lw 0.5 lc rgb '#BBBBBB', \
     './stanford_rram.data.csv' every ::500 using (column(2)*1):(abs(column(3))*1) with lines lw 1 lc rgb '#0072B2'
