TITLE NMDA receptors

COMMENT
Two exponentials without a factor (a weight of 1 peaks at 0.697), behind the block by magnesium of Jahr and Stevens,
J. Neurosci. 10, 3178 (1990).
ENDCOMMENT

NEURON {
    POINT_PROCESS Nmda
    RANGE rise, decay, e, mg, gmax, i
    NONSPECIFIC_CURRENT i
}

PARAMETER {
    rise = 5 (ms)
    decay = 50 (ms)
    e = 0 (mV)
    mg = 1 (mM)
    gmax = 1
}

ASSIGNED { v (mV) i (nA) g (uS) }

STATE { a b }

INITIAL {
    a = 0
    b = 0
}

BREAKPOINT {
    SOLVE state METHOD cnexp
    g = gmax*(b - a)
    i = g*block(v)*(v - e)
}

DERIVATIVE state {
    a' = -a/rise
    b' = -b/decay
}

FUNCTION block(v (mV)) {
    block = 1/(1 + exp(-0.062*v)*mg/3.57)
}

NET_RECEIVE(weight (uS)) {
    a = a + weight
    b = b + weight
}
