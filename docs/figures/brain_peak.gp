# Made by hysteron, which writes it anew with the figure: restyle a copy.
set terminal svg size 336,456 font 'Arial,Helvetica,sans-serif,9.33' lw 1.333 background '#ffffff'
if (!exists("figure")) figure = 'brain_peak.svg'
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
set lmargin at screen 0.02809
set rmargin at screen 0.80899
set bmargin at screen 0.05800
set tmargin at screen 0.97929
unset border
unset xtics
unset ytics
set xrange [-0.0002001117271:0.0002377593764]
set yrange [-0.0001973729735:0.0005032207921]
set arrow 1 from screen 0.63065, screen 0.02610 to screen 0.80899, screen 0.02610 nohead lw 1 lc rgb '#000000'
set label 1 '  100 µm  ' at screen 0.71982, screen 0.04267 center
set palette defined (0 '#440154', 0.125 '#482878', 0.25 '#3e4a89', 0.375 '#31688e', 0.5 '#26828e', 0.625 '#1f9e89', 0.75 '#6ece58', 0.875 '#b5de2b', 1 '#fde725')
set cbrange [38.26382674:44.90566496]
set cbtics 38,2 scale 0.5 offset -0.6,0
set colorbox vertical user origin screen 0.83146, screen 0.64789 size screen 0.02809, screen 0.33140 noborder
colour(c) = c*1000
set label 30 '  Peak potential (mV)  ' at screen 0.97753, screen 0.81359 center rotate by 90
width(d) = d*449922.07 <= 0.35 ? 0 : int(floor(log(d*449922.07/0.35)/log(1.3) + 0.5))
class(d) = width(d) < 24 ? width(d) : 23
plot './brain_peak.data.csv' using (class(column(5))==7 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 2.2 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==6 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 1.69 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==5 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 1.3 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==4 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 1 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==3 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 0.769 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==2 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 0.592 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==1 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 0.455 lc palette notitle, \
     './brain_peak.data.csv' using (class(column(5))==0 ? column(1) : NaN):(column(2)):(column(3)-column(1)):(column(4)-column(2)):(colour(column(6))) with vectors nohead lw 0.35 lc palette notitle, \
     './brain_peak.data.csv' using (column(1)==column(3) && column(2)==column(4) ? column(1) : NaN):(column(2)):(0.5*column(5)):(colour(column(6))) with circles fill solid noborder lc palette notitle
