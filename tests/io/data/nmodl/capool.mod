TITLE calcium below the membrane
NEURON { SUFFIX capool USEION ca READ ica, cai WRITE cai RANGE depth, decay, gamma }
UNITS { FARADAY = (faraday) (coulombs) }
PARAMETER {
    gamma = 0.05
    decay = 80 (ms)
    depth = 0.1 (um)
    minCai = 1e-4 (mM)
}
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
INITIAL { cai = minCai }
BREAKPOINT { SOLVE states METHOD cnexp }
DERIVATIVE states { cai' = -(10000)*(ica*gamma/(2*FARADAY*depth)) - (cai - minCai)/decay }
