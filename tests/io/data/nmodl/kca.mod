TITLE potassium opened by calcium
NEURON { SUFFIX kca USEION k READ ek WRITE ik USEION ca READ cai RANGE gbar, oinf, tau }
PARAMETER {
    gbar = 0.01 (S/cm2)
    d = 0.84
    kd = 1.8e-4 (mM)
    abar = 0.28 (/ms)
}
STATE { o }
ASSIGNED { v (mV) ek (mV) cai (mM) ik (mA/cm2) celsius (degC) oinf tau (ms) }
BREAKPOINT {
    SOLVE state METHOD cnexp
    ik = gbar*o*(v - ek)
}
INITIAL {
    rate(v, cai)
    o = oinf
}
DERIVATIVE state {
    rate(v, cai)
    o' = (oinf - o)/tau
}
PROCEDURE rate(v (mV), c (mM)) {
    LOCAL a
    a = c*abar/(c + kd*exp(-2*d*96.485*v/8.313424/(273.15 + celsius)))
    tau = 1/(a + 0.48)
    oinf = a*tau
}
