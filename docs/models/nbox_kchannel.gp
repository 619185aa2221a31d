# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'nbox_kchannel.svg'
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
set lmargin at screen 0.13258
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.13258 0.96629 0.11524 0.97119 -4.4 4.4 0 -134.0966584 53.11555829 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (µA)
set xrange [-4.4:4.4]
set xtics -4,1 format '%.0f'
set mxtics 2
set yrange [-134.0966584:53.11555829]
set ytics -100,50 format '%.0f'
set mytics 5
set label 2 '  Current, {/:Italic I} (µA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.54944, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8199, graph 0.7557 to graph 0.7856, graph 0.7609 to graph 0.7913, graph 0.7315 to graph 0.8199, graph 0.7557 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.5694, graph 0.7331 to graph 0.6035, graph 0.7268 to graph 0.5984, graph 0.7564 to graph 0.5694, graph 0.7331 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.0879, graph 0.2756 to graph 0.1094, graph 0.3094 to graph 0.0863, graph 0.3187 to graph 0.0879, graph 0.2756 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.1988, graph 0.5797 to graph 0.1693, graph 0.5574 to graph 0.1884, graph 0.5386 to graph 0.1988, graph 0.5797 fs solid noborder fc rgb '#0072B2' front
plot './nbox_kchannel.data.csv' every ::0::300 using (column(2)*1):((column(3))*1e+06) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './nbox_kchannel.data.csv' every ::300 using (column(2)*1):((column(3))*1e+06) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
