/* A third port: what pulses there do to the conductance between two others, while they last and behind them. */
#include "lab/classify_sample.h"
#include <math.h>
#include <stdio.h>

#define CHANNEL_V 0.05 /* V between the channel's ports */
#define REST      1.0  /* s at 0 V before */
#define LEAST_ON  1e-9 /* S: below that nothing conducts */
#define CHANGE    0.1  /* ln: less is what the gate's own current does at the channel's ends */
#define N_LEVELS  3
#define N_WIDTHS  3
#define PORTS_MOST 8

typedef struct combination {
    const char *gate, *other, *sensed; /* ports: driven against `other`; the conductance is that of sensed to other */
    char ports[128], plus[96], minus[96];
    const char *hold_plus[PORTS_MOST], *hold_minus[PORTS_MOST];
    size_t n_hold;
} combination;

typedef struct trial {
    double level, width;   /* V, s */
    double during;         /* ln of the conductance at the end of the pulse against that before it */
    double most, last;     /* behind it: the furthest from 0, and after 10^4 s */
    double g_before, g_on; /* S: g_on at the end of the pulse */
    bool is_good;
} trial;

typedef struct trials {
    trial at[2][N_LEVELS][N_WIDTHS]; /* by sign */
    double effect;                   /* the largest |ln| of all */
    double least, most;              /* ln of conductances that were reached, against those before */
    double g_before;
} trials;

/* Every other port is held at 0 V, the sensed one at +-CHANNEL_V. */
static void combine(const hys_model *m, size_t gate, combination *c) {
    size_t n = hys_model_n_ports(m), others[2], found = 0;
    for (size_t k = 0; k < 3; k++)
        if (k != gate) others[found++] = k;
    *c = (combination){.gate = hys_model_port(m, gate),
                       .other = hys_model_port(m, others[1]),
                       .sensed = hys_model_port(m, others[0])};
    snprintf(c->ports, sizeof c->ports, "%.40s,%.40s,%.40s", c->gate, c->other, c->sensed);
    snprintf(c->plus, sizeof c->plus, "%.80s=50mV", c->sensed);
    snprintf(c->minus, sizeof c->minus, "%.80s=-50mV", c->sensed);
    (void)n;
    c->hold_plus[0] = c->plus;
    c->hold_minus[0] = c->minus;
    c->n_hold = 1;
}

static hys_status run_once(hys__sample *s, const combination *c, bool is_minus, double level, double width,
                           hys__trace *trace) {
    hys__tester t = s->t;
    t.bench.ports = c->ports;
    t.bench.port = is_minus ? c->hold_minus : c->hold_plus;
    t.bench.n_port = c->n_hold;
    hys__plan plan = hys__plan_new(&t, false);
    hys__plan_hold(&plan, 0, REST);
    hys__plan_hold(&plan, level, width);
    hys__plan_look(&plan, 0, HYS__LOOK_LAST);
    return hys__tester_run(&t, &plan, trace);
}

/* What flows into the gate leaves at the channel's ends: it is the same for both signs of the channel's voltage. */
static double conductance(const hys__trace *plus, const hys__trace *minus, size_t row) {
    return (plus->i_sense[row] - minus->i_sense[row]) / (2 * CHANNEL_V);
}

static double ln_ratio(double g, double before) {
    return log((fabs(g) + HYS__LEAST_G) / (fabs(before) + HYS__LEAST_G));
}

static hys_status try_one(hys__sample *s, const combination *c, trial *x) {
    hys__trace plus, minus;
    hys_status status = run_once(s, c, false, x->level, x->width, &plus);
    if (status == HYS_OK) status = run_once(s, c, true, x->level, x->width, &minus);
    if (status != HYS_OK || !plus.i_sense || !minus.i_sense) return status;
    size_t n = plus.n < minus.n ? plus.n : minus.n, first = plus.legs ? plus.legs[2].first : 0;
    if (n < first + HYS__LOOK_PER_DECADE) return HYS_OK;
    x->g_before = conductance(&plus, &minus, plus.legs[0].first);
    x->g_on = conductance(&plus, &minus, plus.legs[1].first);
    x->during = ln_ratio(x->g_on, x->g_before);
    for (size_t row = first + HYS__LOOK_PER_DECADE; row < n; row++) {
        x->last = ln_ratio(conductance(&plus, &minus, row), x->g_before);
        if (fabs(x->last) > fabs(x->most)) x->most = x->last;
    }
    x->is_good = true;
    return HYS_OK;
}

static hys_status try_all(hys__sample *s, const combination *c, trials *all) {
    static const double widths[N_WIDTHS] = {1e-6, 1e-3, 1};
    const double levels[N_LEVELS] = {0.06 * s->limit_v, 0.25 * s->limit_v, s->limit_v};
    *all = (trials){.effect = 0};
    for (int sign = 0; sign < 2; sign++)
        for (int k = 0; k < N_LEVELS; k++)
            for (int w = 0; w < N_WIDTHS; w++) {
                trial *x = &all->at[sign][k][w];
                *x = (trial){.level = sign ? -levels[k] : levels[k], .width = widths[w]};
                hys_status status = try_one(s, c, x);
                if (status != HYS_OK) return status;
                if (!x->is_good || fmax(fabs(x->g_on), fabs(x->g_before)) < LEAST_ON) continue;
                all->g_before = x->g_before;
                all->least = fmin(all->least, fmin(x->during, x->most));
                all->most = fmax(all->most, fmax(x->during, x->most));
                all->effect = fmax(all->effect, fmax(fabs(x->during), fabs(x->most)));
            }
    return HYS_OK;
}

/* The strongest of a sign: by what it leaves where anything stays, else by what it does while it lasts. */
static const trial *strongest(const trials *all, int sign, bool leaves) {
    const trial *best = NULL;
    for (int k = 0; k < N_LEVELS; k++)
        for (int w = 0; w < N_WIDTHS; w++) {
            const trial *x = &all->at[sign][k][w];
            double now = leaves ? x->most : x->during;
            if (x->is_good && (!best || fabs(now) > fabs(leaves ? best->most : best->during))) best = x;
        }
    return best;
}

static double done(const trial *x, bool leaves) {
    return x ? leaves ? x->most : x->during : 0;
}

static hys_status say_polarity(hys__sample *s, const combination *c, const trial *up, const trial *down, bool leaves) {
    double p = done(up, leaves), m = done(down, leaves), small = fmin(fabs(p), fabs(m));
    const char *when = leaves ? "behind" : "under";
    const char *word = small > HYS__CHANGE && p * m < 0 ? "bipolar" : "unipolar";
    return hys__class_word(s->c, HYS__TRAIT_GATE_POLARITY, word, small > HYS__CHANGE ? 0.9 : 0.7, "",
                           "port %s against %s: %s %s for %s the conductance from %s to %s is %.4g times, %s %s for %s "
                           "%.4g times that before",
                           c->gate, c->other, when, hys__sample_text(s, up ? up->level : 0, "V"),
                           hys__sample_text(s, up ? up->width : 0, "s"), c->sensed, c->other, exp(p), when,
                           hys__sample_text(s, down ? down->level : 0, "V"),
                           hys__sample_text(s, down ? down->width : 0, "s"), exp(m));
}

static hys_status say_volatility(hys__sample *s, const combination *c, const trial *x, bool leaves) {
    if (!leaves)
        return hys__class_word(s->c, HYS__TRAIT_GATE_VOLATILITY, "volatile", 0.9, "",
                               "port %s: the conductance follows %s by the factor %.4g and is back 10 ps behind it",
                               c->gate, hys__sample_text(s, x->level, "V"), exp(x->during));
    double kept = x->last / x->most;
    return hys__class_word(s->c, HYS__TRAIT_GATE_VOLATILITY,
                           kept > HYS__KEPT       ? "non-volatile"
                           : kept < 1 - HYS__KEPT ? "volatile"
                                                  : "partly volatile",
                           0.9, "",
                           "port %s: of the change that %s for %s leaves (by the factor %.4g) %.3g %% (of its logarithm) "
                           "is left after %g s at 0 V",
                           c->gate, hys__sample_text(s, x->level, "V"), hys__sample_text(s, x->width, "s"),
                           exp(x->most), 100 * kept, HYS__LOOK_LAST);
}

static hys_status say_none(hys__sample *s, const char *why) {
    static const int words[] = {HYS__TRAIT_GATE_POLARITY, HYS__TRAIT_GATE_VOLATILITY};
    hys_status status = hys__class_untold(s->c, HYS__TRAIT_GATE_ON_OFF, "%s", why);
    for (int k = 0; k < 2 && status == HYS_OK; k++) status = hys__class_word(s->c, words[k], "none", 0.95, "", "%s", why);
    return status;
}

static hys_status say_gate(hys__sample *s, const combination *c, const trials *all) {
    const trial *left[2] = {strongest(all, 0, true), strongest(all, 1, true)};
    double after = fmax(fabs(done(left[0], true)), fabs(done(left[1], true)));
    bool leaves = after > CHANGE;
    const trial *up = leaves ? left[0] : strongest(all, 0, false), *down = leaves ? left[1] : strongest(all, 1, false);
    const trial *best = fabs(done(up, leaves)) >= fabs(done(down, leaves)) ? up : down;
    hys_status status = say_polarity(s, c, up, down, leaves);
    if (status == HYS_OK) status = say_volatility(s, c, best, leaves);
    if (status != HYS_OK) return status;
    return hys__class_number(s->c, HYS__TRAIT_GATE_ON_OFF, exp(all->most - all->least), 0.8, "",
                             "through port %s, pulses of up to %s and %g s, while they last and behind them, against %s "
                             "before",
                             c->gate, hys__sample_text(s, s->limit_v, "V"), 1.0,
                             hys__sample_text(s, all->g_before, "S"));
}

hys_status hys__sample_gate(hys__sample *s) {
    combination c, best;
    trials *all = HYS_NEW(s->t.arena, trials), *strong = HYS_NEW(s->t.arena, trials);
    if (!all || !strong) return HYS_NOMEM;
    if (hys_model_n_ports(s->t.model) < 3) return say_none(s, "it has two ports");
    if (s->t.bench.ports || s->t.bench.n_port)
        return say_none(s, "the ports were chosen: without --ports and --port every one of the first three is tried");
    for (size_t gate = 0; gate < 3; gate++) {
        combine(s->t.model, gate, &c);
        hys_status status = try_all(s, &c, all);
        if (status != HYS_OK) return status;
        if (!(all->effect > CHANGE) || !(all->effect > strong->effect)) continue;
        *strong = *all;
        best = c;
        /* its texts lie in it */
        best.hold_plus[0] = best.plus;
        best.hold_minus[0] = best.minus;
    }
    if (!(strong->effect > CHANGE)) return say_none(s, "no port changes the conductance between two others by 10 %");
    return say_gate(s, &best, strong);
}
