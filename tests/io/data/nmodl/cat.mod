TITLE T-type calcium, driving force of Goldman, Hodgkin and Katz
NEURON {
    SUFFIX cat
    USEION ca READ cai, cao WRITE ica
    RANGE pbar
}
UNITS {
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}
PARAMETER { pbar = 2e-4 (cm/s) }
STATE { m h }
ASSIGNED { v (mV) celsius (degC) cai (mM) cao (mM) ica (mA/cm2) }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = pbar*m*m*h*drive(v, cai, cao)
}
INITIAL {
    m = minf(v)
    h = hinf(v)
}
DERIVATIVE states {
    m' = (minf(v) - m)/(0.6 + 1/(exp(-(v + 132)/16.7) + exp((v + 16.8)/18.2)))
    IF (v < -80) {
        h' = (hinf(v) - h)/exp((v + 467)/66.6)
    } ELSE {
        h' = (hinf(v) - h)/(28 + exp(-(v + 22)/10.5))
    }
}
FUNCTION minf(v (mV)) { minf = 1/(1 + exp(-(v + 57)/6.2)) }
FUNCTION hinf(v (mV)) { hinf = 1/(1 + exp((v + 81)/4)) }
FUNCTION drive(v (mV), ci (mM), co (mM)) (millicoul/cm3) {
    LOCAL z
    z = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15))
    drive = (.001)*2*FARADAY*(ci*efun(-z) - co*efun(z))
}
FUNCTION efun(z) {
    IF (fabs(z) < 1e-4) { efun = 1 - z/2 } ELSE { efun = z/(exp(z) - 1) }
}
