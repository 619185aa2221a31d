TITLE M current, with rates of the form x/(1 - exp(-x))
NEURON { SUFFIX mtype USEION k READ ek WRITE ik RANGE gbar, ik }
PARAMETER {
    gbar = 1e-4 (S/cm2)
    vh = -30 (mV)
    slope = 9 (mV)
    ek = -90 (mV)
}
STATE { u }
ASSIGNED { v (mV) ik (mA/cm2) celsius (degC) }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*u*(v - ek)
}
INITIAL { u = alpha(v)/(alpha(v) + beta(v)) }
DERIVATIVE states {
    LOCAL q
    q = 2.3^((celsius - 23)/10)
    u' = q*(alpha(v)*(1 - u) - beta(v)*u)
}
FUNCTION alpha(v (mV)) (/ms) { alpha = 1e-3*(v - vh)/(1 - exp(-(v - vh)/slope)) }
FUNCTION beta(v (mV)) (/ms) { beta = -1e-3*(v - vh)/(1 - exp((v - vh)/slope)) }
