TITLE AMPA receptors

COMMENT
Two exponentials whose difference peaks at the weight, as most public models have it.

    ports:
      ampa: {mechanism: ampa.mod, set: [tau2=3ms]}
ENDCOMMENT

NEURON {
    POINT_PROCESS Ampa
    RANGE tau1, tau2, e, i
    NONSPECIFIC_CURRENT i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    tau1 = 0.4 (ms) <1e-9,1e9> : rise
    tau2 = 2 (ms) <1e-9,1e9>   : decay
    e = 0 (mV)
}

ASSIGNED { v (mV) i (nA) g (uS) factor }

STATE { a (uS) b (uS) }

INITIAL {
    LOCAL tp
    tp = (tau1*tau2)/(tau2 - tau1)*log(tau2/tau1)
    factor = 1/(exp(-tp/tau2) - exp(-tp/tau1))
    a = 0
    b = 0
}

BREAKPOINT {
    SOLVE state METHOD cnexp
    g = b - a
    i = g*(v - e)
}

DERIVATIVE state {
    a' = -a/tau1
    b' = -b/tau2
}

NET_RECEIVE(weight (uS)) {
    a = a + weight*factor
    b = b + weight*factor
}
