TITLE sodium by a kinetic scheme
NEURON { SUFFIX nakin USEION na READ ena WRITE ina RANGE gbar }
PARAMETER { gbar = 0.1 (S/cm2) }
STATE { c1 c2 o i }
ASSIGNED { v (mV) ena (mV) ina (mA/cm2) celsius (degC) ao (/ms) bo (/ms) }
BREAKPOINT {
    SOLVE kin METHOD sparse
    ina = gbar*o*(v - ena)
}
INITIAL {
    c1 = 0.8
    c2 = 0.15
    o = 0
    i = 0.05
}
KINETIC kin {
    rates(v)
    ~ c1 <-> c2 (2*ao, bo)
    ~ c2 <-> o (ao, 2*bo)
    ~ o <-> i (0.5, 0.01*bo)
    ~ c1 <-> i (0.002, 0.0005*bo)
    CONSERVE c1 + c2 + o + i = 1
}
PROCEDURE rates(v (mV)) {
    LOCAL q
    q = 2.5^((celsius - 20)/10)
    ao = q*1.2*exp((v + 30)/25)
    bo = q*0.8*exp(-(v + 30)/20)
}
