# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,423 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'hh_impedance.svg'
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
set multiplot
set lmargin at screen 0.12865
set rmargin at screen 0.96629
set bmargin at screen 0.57143
set tmargin at screen 0.98214
set xrange [-0.5914003035:2.940243905]
set xtics -0.5,0.5 format '%.1f'
set mxtics 5
set yrange [-0.5932312508:1.585918764]
set ytics -0.5,0.5 format '%.1f'
set mytics 5
set label 2 '  −{/:Italic Z}″ (kΩ)  ' at screen 0.02247, screen 0.77679 center rotate by 90
set label 1 '  {/:Italic Z}′ (kΩ)  ' at screen 0.54747, screen 0.01786 center
set label 1 at screen 0.54747, screen 0.51786 center
set xzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
set yzeroaxis lt 1 lw 0.35 lc rgb '#BBBBBB'
plot './hh_impedance.data.csv' using (column(2)*0.001):((column(3))*-0.001) with lines lw 1 lc rgb '#0072B2'
unset label
unset xzeroaxis
unset yzeroaxis
unset logscale
set lmargin at screen 0.12865
set rmargin at screen 0.96629
set bmargin at screen 0.28571
set tmargin at screen 0.47321
set logscale x
set xrange [1.00000e-01:1.00000e+04]
set mxtics 10
set xtics autofreq format '10^{%T}'
set logscale y
set yrange [1.00000e+01:1.00000e+04]
set mytics 10
set ytics autofreq format '10^{%T}'
set label 2 '  |{/:Italic Z}| (Ω)  ' at screen 0.02247, screen 0.37946 center rotate by 90
set format x ''
plot './hh_impedance.data.csv' using (column(1)*1):(abs(column(4))*1) with lines lw 1 lc rgb '#0072B2'
unset label
unset logscale y
set lmargin at screen 0.12865
set rmargin at screen 0.96629
set bmargin at screen 0.07143
set tmargin at screen 0.25893
set logscale x
set xrange [1.00000e-01:1.00000e+04]
set mxtics 10
set xtics autofreq format '10^{%T}'
set yrange [-94.87286361:25.87725057]
set ytics -80,20 format '%.0f'
set mytics 2
set label 2 '  Phase (°)  ' at screen 0.02247, screen 0.16518 center rotate by 90
set label 1 '  Frequency, {/:Italic f} (Hz)  ' at screen 0.54747, screen 0.01786 center
plot './hh_impedance.data.csv' using (column(1)*1):((column(5))*1) with lines lw 1 lc rgb '#D55E00'
unset label
unset multiplot
