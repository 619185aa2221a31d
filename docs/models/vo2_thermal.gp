# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,262 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'vo2_thermal.svg'
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
# panel 0.08624 0.96629 0.11524 0.97119 -0.3704862345 7.780210925 0 -0.2 4.2 0
# x Voltage, {/:Italic V} (V)
# y Current, {/:Italic I} (mA)
set xrange [-0.3704862345:7.780210925]
set xtics 0,1 format '%.0f'
set mxtics 2
set yrange [-0.2:4.2]
set ytics 0,1 format '%.0f'
set mytics 2
set label 2 '  Current, {/:Italic I} (mA)  ' at screen 0.02247, screen 0.54322 center rotate by 90
set label 1 '  Voltage, {/:Italic V} (V)  ' at screen 0.52626, screen 0.02881 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set object polygon from graph 0.8061, graph 0.0831 to graph 0.7748, graph 0.0957 to graph 0.7762, graph 0.0654 to graph 0.8061, graph 0.0831 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.5176, graph 0.2287 to graph 0.5419, graph 0.1997 to graph 0.5504, graph 0.2279 to graph 0.5176, graph 0.2287 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.6033, graph 0.8487 to graph 0.6324, graph 0.8683 to graph 0.6155, graph 0.8888 to graph 0.6033, graph 0.8487 fs solid noborder fc rgb '#0072B2' front
set object polygon from graph 0.4718, graph 0.0663 to graph 0.5040, graph 0.0581 to graph 0.5001, graph 0.0880 to graph 0.4718, graph 0.0663 fs solid noborder fc rgb '#0072B2' front
plot './vo2_thermal.data.csv' every ::0::300 using (column(2)*1):((column(3))*1000) title 'earlier cycles' noenhanced with lines lw 0.5 lc rgb '#BBBBBB', \
     './vo2_thermal.data.csv' every ::300 using (column(2)*1):((column(3))*1000) title 'i' noenhanced with lines lw 1 lc rgb '#0072B2'
