# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'yakopcic_2020.svg'
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
set lmargin at screen 0.08624
set rmargin at screen 0.96629
set bmargin at screen 0.11524
set tmargin at screen 0.97119
# panel 0.08624 0.96629 0.11524 0.97119 -2.15 1.15 0 -0.8416999923 6.762029523 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-2.15:1.15]
set xtics -2,0.5 format '%.1f'
set mxtics 5
set yrange [-0.8416999923:6.762029523]
set ytics 0,2 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.52626, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8806, graph 0.3611 to graph 0.8600, graph 0.3276 to graph 0.8818, graph 0.3180 to graph 0.8806, graph 0.3611 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.9219, graph 0.6046 to graph 0.9380, graph 0.6421 to graph 0.9153, graph 0.6468 to graph 0.9219, graph 0.6046 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4978, graph 0.0566 to graph 0.5305, graph 0.0570 to graph 0.5223, graph 0.0852 to graph 0.4978, graph 0.0566 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.2850, graph 0.1100 to graph 0.2543, graph 0.1250 to graph 0.2544, graph 0.0947 to graph 0.2850, graph 0.1100 fs solid noborder fc rgb '#0072B2' front
plot './yakopcic_2020.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './yakopcic_2020.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
