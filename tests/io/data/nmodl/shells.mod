TITLE calcium in shells below the membrane
NEURON { SUFFIX shells USEION ca READ cai, ica WRITE cai RANGE lost, deep }
INCLUDE "shells.inc"
PARAMETER {
    k1 = 40 (/mM-ms)
    k2 = 0.004 (/ms)
    k3 = 0.02 (/ms)
    sites = 2e-3
}
ASSIGNED { ica (mA/cm2) cai (mM) vol[N] (um) way[N] (um/ms) out (mM/ms) deep (mM) ready }
STATE { ca[N] (mM) <1e-9> free[N] (mM) bound[N] (mM) pump pumpca lost }
INITIAL {
    LOCAL part[2]
    IF (ready == 0) { geometry() ready = 1 }
    part[0] = koff/(koff + kon*cai)
    part[1] = 1 - part[0]
    FROM i = 0 TO N-1 {
        ca[i] = cai
        free[i] = total*part[0]
        bound[i] = total*part[1]
    }
    pump = sites
    pumpca = 0
    lost = 0
    deep = ca[N-1]
}
BREAKPOINT {
    SOLVE state METHOD sparse
    deep = ca[N-1]
}
PROCEDURE geometry() {
    FROM i = 0 TO N-1 {
        vol[i] = width*(1 - 0.1*i)
        way[i] = 0
    }
    FROM i = 0 TO N-2 { way[i+1] = D/width }
}
KINETIC state {
    COMPARTMENT i, vol[i] { ca free bound }
    LONGITUDINAL_DIFFUSION i, D*vol[i] { ca }
    ~ ca[0] << (-(1e4)*ica/(2*FARADAY))
    FROM i = 0 TO N-2 {
        ~ ca[i] <-> ca[i+1] (way[i+1], way[i+1])
    }
    FROM i = 0 TO N-1 {
        ~ ca[i] + free[i] <-> bound[i] (kon*vol[i], koff*vol[i])
    }
    ~ ca[0] + pump <-> pumpca (k1, k2)
    ~ pumpca <-> pump (k3, 0)
    out = f_flux - b_flux
    ~ lost << (out)
    cai = ca[0]
}
