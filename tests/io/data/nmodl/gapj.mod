TITLE half of a gap junction
NEURON { POINT_PROCESS gapj NONSPECIFIC_CURRENT i RANGE g POINTER vgap }
PARAMETER { g = 0.01 (uS) }
ASSIGNED { v (mV) vgap (mV) i (nA) }
BREAKPOINT { i = g*(v - vgap) }
