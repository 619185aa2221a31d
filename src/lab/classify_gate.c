/* A third port: what pulses there do to the conductance between two others, while they last and behind them. */
#include "lab/classify_gate.h"
#include "lab/classify_sample.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHANNEL_V 0.05 /* V between the channel's ports */
#define REST      1.0  /* s at 0 V before */
#define LEAST_ON  1e-9 /* S: below that nothing conducts */
#define CHANGE    0.1  /* ln: less is what the gate's own current does at the channel's ends */
#define N_LEVELS  3
#define N_WIDTHS  3

typedef struct combination {
    const char *gate, *other, *sensed; /* ports: driven against `other`; the conductance is that of sensed to other */
    char ports[128], plus[96], minus[96];
} combination;

typedef struct trial {
    double level, width;   /* V, s */
    double undo;           /* V: of a second pulse as long; 0: there is none */
    double during;         /* ln of the conductance at the end of the pulse against that before it */
    double most, last;     /* behind it: the furthest from 0, and after 10^4 s */
    double g_before, g_on; /* S: g_on at the end of the pulse */
    bool is_good;
} trial;

typedef struct trials {
    trial at[2][N_LEVELS][N_WIDTHS]; /* by sign */
    double effect;                   /* the largest |ln| of all */
    double least, most;              /* ln of conductances under pulses against those before */
    double left;                     /* the largest behind a pulse */
    double low, high;                /* ln of conductances that were left behind pulses */
    double g_before;
} trials;

/* A fourth port and more are left open; the sensed one is held at +-CHANNEL_V. */
static void combine(const hys_model *m, size_t gate, combination *c) {
    size_t others[2], found = 0;
    for (size_t k = 0; k < 3; k++)
        if (k != gate) others[found++] = k;
    *c = (combination){
        .gate = hys_model_port(m, gate), .other = hys_model_port(m, others[1]), .sensed = hys_model_port(m, others[0])};
    snprintf(c->ports, sizeof c->ports, "%.40s,%.40s,%.40s", c->gate, c->other, c->sensed);
    snprintf(c->plus, sizeof c->plus, "%.80s=50mV", c->sensed);
    snprintf(c->minus, sizeof c->minus, "%.80s=-50mV", c->sensed);
}

static hys_status run_once(hys__sample *s, const combination *c, bool is_minus, const trial *x, hys__trace *trace) {
    const char *const held = is_minus ? c->minus : c->plus;
    hys__tester t = s->t;
    t.bench.ports = c->ports;
    t.bench.port = &held;
    t.bench.n_port = 1;
    hys__plan plan = hys__plan_new(&t, false);
    hys__plan_hold(&plan, 0, REST);
    hys__plan_hold(&plan, x->level, x->width);
    if (x->undo != 0) hys__plan_hold(&plan, 0, x->width);
    if (x->undo != 0) hys__plan_hold(&plan, x->undo, x->width);
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
    hys__trace plus = {0}, minus = {0};
    hys_status status = run_once(s, c, false, x, &plus);
    if (status == HYS_OK) status = run_once(s, c, true, x, &minus);
    if (status != HYS_OK || !plus.i_sense || !minus.i_sense) return status;
    size_t n = plus.n < minus.n ? plus.n : minus.n, first = plus.legs[x->undo != 0 ? 4 : 2].first;
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
    static const double widths[N_WIDTHS] = {1e-8, 1e-5, 1};
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
                all->left = fmax(all->left, fabs(x->most));
                all->least = fmin(all->least, x->during);
                all->most = fmax(all->most, x->during);
                all->low = fmin(all->low, x->most);
                all->high = fmax(all->high, x->most);
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

/* One sign does nothing to the state at the start; behind the other sign it may. */
static hys_status find_undo(hys__sample *s, const combination *c, const trial *best, trial *pair, bool *undoes) {
    *pair = (trial){.level = best->level, .width = best->width, .undo = -best->level};
    hys_status status = try_one(s, c, pair);
    *undoes = pair->is_good && fabs(pair->last) < 0.9 * fabs(best->last);
    return status;
}

static hys_status say_polarity(hys__sample *s, const combination *c, const trial *up, const trial *down, bool leaves) {
    double p = done(up, leaves), m = done(down, leaves);
    bool both = fmin(fabs(p), fabs(m)) > CHANGE, undoes = false;
    const trial *best = fabs(p) >= fabs(m) ? up : down;
    const char *when = leaves ? "behind" : "under";
    trial pair;
    hys_status status = leaves && !(both && p * m < 0) ? find_undo(s, c, best, &pair, &undoes) : HYS_OK;
    if (status != HYS_OK) return status;
    if (undoes)
        return hys__class_word(s->c, HYS__TRAIT_GATE_POLARITY, "bipolar", 0.9, "",
                               "port %s against %s: behind %s for %s the conductance from %s to %s is %.4g times that "
                               "before, and behind %s after that %.4g times",
                               c->gate, c->other, hys__sample_text(s, best->level, "V"),
                               hys__sample_text(s, best->width, "s"), c->sensed, c->other, exp(best->last),
                               hys__sample_text(s, pair.undo, "V"), exp(pair.last));
    return hys__class_word(
        s->c, HYS__TRAIT_GATE_POLARITY, both && p * m < 0 ? "bipolar" : "unipolar", both ? 0.9 : 0.7, "",
        "port %s against %s: %s %s for %s the conductance from %s to %s is %.4g times, %s %s for %s "
        "%.4g times that before",
        c->gate, c->other, when, hys__sample_text(s, up ? up->level : 0, "V"),
        hys__sample_text(s, up ? up->width : 0, "s"), c->sensed, c->other, exp(p), when,
        hys__sample_text(s, down ? down->level : 0, "V"), hys__sample_text(s, down ? down->width : 0, "s"), exp(m));
}

static hys_status say_volatility(hys__sample *s, const combination *c, const trial *x, bool leaves) {
    if (!leaves)
        return hys__class_word(s->c, HYS__TRAIT_GATE_VOLATILITY, "volatile", 0.9, "",
                               "port %s: the conductance follows %s by the factor %.4g and is back 10 ps behind it",
                               c->gate, hys__sample_text(s, x->level, "V"), exp(x->during));
    double kept = x->last / x->most;
    return hys__class_word(
        s->c, HYS__TRAIT_GATE_VOLATILITY,
        kept > HYS__KEPT       ? "non-volatile"
        : kept < 1 - HYS__KEPT ? "volatile"
                               : "partly volatile",
        0.9, "",
        "port %s: of the change that %s for %s leaves (by the factor %.4g) %.3g %% (of its logarithm) "
        "is left after %g s at 0 V",
        c->gate, hys__sample_text(s, x->level, "V"), hys__sample_text(s, x->width, "s"), exp(x->most), 100 * kept,
        HYS__LOOK_LAST);
}

static hys_status say_none(hys__sample *s, const char *why) {
    static const int words[] = {HYS__TRAIT_GATE_POLARITY, HYS__TRAIT_GATE_VOLATILITY};
    hys_status status = hys__class_untold(s->c, HYS__TRAIT_GATE_ON_OFF, "%s", why);
    for (int k = 0; k < 2 && status == HYS_OK; k++)
        status = hys__class_word(s->c, words[k], "none", 0.95, "", "%s", why);
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
    return hys__class_number(s->c, HYS__TRAIT_GATE_ON_OFF, exp(leaves ? all->high - all->low : all->most - all->least),
                             0.8, "", "through port %s: %s pulses of up to %s and 1 s; before, %s", c->gate,
                             leaves ? "behind" : "under", hys__sample_text(s, s->limit_v, "V"),
                             hys__sample_text(s, all->g_before, "S"));
}

/* What stays goes before what follows, then the channel that conducts better counts: that between the gate and an end
 * is a leak. */
static bool is_better(const trials *a, const trials *b) {
    bool a_leaves = a->left > CHANGE, b_leaves = b->left > CHANGE;
    if (b->effect == 0 || a_leaves != b_leaves) return b->effect == 0 || a_leaves;
    return fabs(a->g_before) > 1.01 * fabs(b->g_before);
}

static hys_status find(hys__sample *s, combination *best, trials **found) {
    trials *all = HYS_NEW(s->t.arena, trials), *strong = HYS_NEW(s->t.arena, trials);
    if (!all || !strong) return HYS_NOMEM;
    *found = NULL;
    for (size_t gate = 0; gate < 3; gate++) {
        combination c;
        combine(s->t.model, gate, &c);
        hys_status status = try_all(s, &c, all);
        if (status != HYS_OK) return status;
        if (!(all->effect > CHANGE) || !is_better(all, strong)) continue;
        *strong = *all;
        *best = c;
        *found = strong;
    }
    return HYS_OK;
}

hys_status hys__sample_gate(hys__sample *s) {
    combination best;
    trials *found;
    if (hys_model_n_ports(s->t.model) < 3) return say_none(s, "it has two ports");
    if (s->t.bench.ports || s->t.bench.n_port)
        return say_none(s, "the ports were chosen: without --ports and --port every one of the first three is tried");
    hys_status status = find(s, &best, &found);
    if (status != HYS_OK) return status;
    return found ? say_gate(s, &best, found)
                 : say_none(s, "no port changes the conductance between two others by 10 %");
}

hys_status hys__gate_ports(hys_ctx *ctx, const hys_model *model, const hys_bench_opts *bench, hys__gate *gate) {
    hys__arena arena;
    combination best;
    trials *found = NULL;
    *gate = (hys__gate){.ports = ""};
    if (bench->ports || bench->n_port || hys_model_n_ports(model) < 3) return HYS_OK;
    hys__arena_init(&arena, ctx, 0);
    hys__sample *s = HYS_NEW(&arena, hys__sample);
    hys_status status = s ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK) {
        s->t = (hys__tester){.ctx = ctx, .model = model, .bench = *bench, .arena = &arena};
        status = hys__sample_claim(s);
    }
    if (status == HYS_OK) status = find(s, &best, &found);
    if (status == HYS_OK && found && found->left > CHANGE) {
        memcpy(gate->ports, best.ports, sizeof gate->ports);
        memcpy(gate->held, best.plus, sizeof gate->held);
    }
    hys__arena_free(&arena);
    return status;
}
