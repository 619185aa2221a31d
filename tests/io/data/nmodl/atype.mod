TITLE A-type potassium
NEURON {
    SUFFIX atype
    USEION k READ ek WRITE ik
    RANGE gbar
}
PARAMETER {
    gbar = 0.008 (S/cm2)
    vhalf = 11 (mV)
    q10 = 5
}
STATE { n l }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) celsius (degC) qt ninf linf ntau (ms) ltau (ms) }
INITIAL {
    qt = q10^((celsius - 24)/10)
    rates(v)
    n = ninf
    l = linf
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*n*l*(v - ek)
}
FUNCTION zeta(v (mV)) {
    zeta = -1.5 - 1/(1 + exp((v + 40)/5))
}
FUNCTION alpn(v (mV)) {
    alpn = exp(1e-3*zeta(v)*(v - vhalf)*9.648e4/(8.315*(273.16 + celsius)))
}
FUNCTION betn(v (mV)) {
    betn = exp(0.55e-3*zeta(v)*(v - vhalf)*9.648e4/(8.315*(273.16 + celsius)))
}
DERIVATIVE states {
    rates(v)
    n' = (ninf - n)/ntau
    l' = (linf - l)/ltau
}
PROCEDURE rates(v (mV)) {
    LOCAL a
    a = alpn(v)
    ninf = 1/(1 + a)
    ntau = betn(v)/(qt*0.05*(1 + a))
    IF (ntau < 0.1) { ntau = 0.1 }
    linf = 1/(1 + exp((v + 56)/8.5))
    ltau = 0.26*(v + 50)
    IF (ltau < 2) { ltau = 2 }
}
