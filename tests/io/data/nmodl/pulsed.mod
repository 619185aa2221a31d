TITLE transmitter in pulses, and a threshold
COMMENT
Each event opens receptors for as long as a pulse lasts; one that comes within makes it longer.  Beyond vhigh the
receptors are shut, and open again below vlow.
ENDCOMMENT
NEURON {
    POINT_PROCESS Pulsed
    RANGE dur, alpha, beta, e, vhigh, vlow, count, pulses, i
    NONSPECIFIC_CURRENT i
}
DEFINE begin_watch 1000
DEFINE high 1001
DEFINE low 1002
PARAMETER {
    dur = 0.7 (ms)
    alpha = 0.9 (/ms)
    beta = 0.2 (/ms)
    e = 0 (mV)
    vhigh = -30 (mV)
    vlow = -50 (mV)
    del = 2.5 (ms)
    pulses = 3
}
ASSIGNED { v (mV) i (nA) on shut count left }
STATE { r (uS) }
INITIAL {
    r = 0
    on = 0
    shut = 0
    count = 0
    left = pulses
    net_send(0, begin_watch)
    IF (left > 0) {
        net_send(del, -1)
        left = left - 1
    }
}
BREAKPOINT {
    SOLVE state METHOD cnexp
    i = (1 - shut)*r*(v - e)
}
DERIVATIVE state { r' = alpha*on - beta*r }
NET_RECEIVE(weight (uS), n, t0 (ms)) {
    INITIAL { n = 0 t0 = -1 }
    IF (flag == begin_watch) { WATCH (v > vhigh) high }
    ELSE IF (flag == high) {
        shut = 1
        WATCH (v < vlow) low
    } ELSE IF (flag == low) {
        shut = 0
        r = r + 1e-4
        WATCH (v > vhigh) high
    } ELSE IF (flag == -1) {
        r = r + 5e-4
        IF (left > 0) {
            net_send(del, -1)
            left = left - 1
        }
    } ELSE IF (flag == 0) {
        n = n + 1
        count = n
        IF (n == 1 || t - t0 > dur) { on = on + weight }
        t0 = t
        net_send(dur, n)
    } ELSE {
        IF (flag == n) { on = on - weight }
    }
}
