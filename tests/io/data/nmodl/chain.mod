TITLE chain of three closed states, an open and a blocked one, in two compartments
NEURON { SUFFIX chain USEION k READ ek WRITE ik RANGE gbar, lin }
PARAMETER {
    gbar = 0.02 (S/cm2)
    vol = 2.5
    u = 0.3 (/ms)
}
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) celsius (degC) a (/ms) b (/ms) lin }
STATE { c1 c2 c3 o pa pb }
BREAKPOINT {
    SOLVE moves METHOD sparse
    ik = gbar*o*(v - ek)
}
INITIAL {
    c1 = 1
    rates()
    SOLVE moves STEADYSTATE sparse
    SOLVE shares
    lin = pa - pb
}
KINETIC moves {
    COMPARTMENT vol { o }
    rates()
    ~ c1 <-> c2 (3*a, b)
    ~ c2 <-> c3 (2*a, 2*b)
    ~ c3 <-> o (a, 3*b)
}
LINEAR shares {
    ~ pa*(a + b) + 0*pb = a
    ~ pa + pb = 1
}
PROCEDURE rates() { : v itself is shifted, and back
    v = v + 35
    a = 0.02*v/(1 - exp(-v/9))
    v = v - 35
    b = u*exp(-(v + 45)/60)
}
