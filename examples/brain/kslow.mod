TITLE slow non-inactivating potassium current

COMMENT
A current of the M type in the form in which many public models write it: one gate, a Boltzmann curve and a bell of
time constants, at 34 degC with a Q10 of 2.3.

    hysteron device import examples/brain/kslow.mod -o kslow.va
    hysteron device check kslow.va
ENDCOMMENT

NEURON {
    SUFFIX kslow
    USEION k READ ek WRITE ik
    RANGE gbar, ninf, ntau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.001 (S/cm2) <0,1> : all channels open
    vhalf = -35 (mV)           : half of them open
    slope = 10 (mV)
    taumax = 80 (ms)           : at 34 degC
    q10 = 2.3
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    celsius (degC)
    ninf
    ntau (ms)
}

STATE { n }

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*n*(v - ek)
}

INITIAL {
    rates(v)
    n = ninf
}

DERIVATIVE states {
    rates(v)
    n' = (ninf - n)/ntau
}

PROCEDURE rates(v (mV)) {
    LOCAL qt
    TABLE ninf, ntau DEPEND celsius, vhalf, slope, taumax FROM -120 TO 60 WITH 180
    qt = q10^((celsius - 34)/10)
    ninf = 1/(1 + exp(-(v - vhalf)/slope))
    ntau = taumax/(qt*(exp((v - vhalf)/20) + exp(-(v - vhalf)/20)))
}
