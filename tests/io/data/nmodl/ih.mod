TITLE hyperpolarisation-activated cations
NEURON { SUFFIX ih NONSPECIFIC_CURRENT i RANGE gbar, ehcn, shift }
PARAMETER {
    gbar = 1e-5 (S/cm2)
    ehcn = -45 (mV)
}
ASSIGNED { v (mV) i (mA/cm2) shift (mV) }
STATE { m }
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gbar*m*(v - ehcn)
}
INITIAL { m = a(v + shift)/(a(v + shift) + b(v + shift)) }
DERIVATIVE states { m' = a(v + shift)*(1 - m) - b(v + shift)*m }
FUNCTION a(v) { a = 0.001*6.43*(v + 154.9)/(exp((v + 154.9)/11.9) - 1) }
FUNCTION b(v) { b = 0.001*193*exp(v/33.1) }
