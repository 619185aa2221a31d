/* The current behind a step of voltage: at several levels, from several voltages held before. */
#include "lab/sine.h"
#include <math.h>

#define EDGE    1e-3 /* of the first time that is looked at: the time in which the voltage steps */
#define NOISE   1e-5 /* of the current: what the solver's tolerance leaves */
#define MOVES   1e-3 /* of the current: a smaller change is none */
#define N_HOLD  8
#define DECADES 4.0

typedef struct setup {
    hys__values level, base; /* V */
    double hold, duration;   /* s */
    size_t n;                /* points of a response */
} setup;

typedef struct response {
    double base, level; /* V */
    double *t, *i;      /* [n] */
    double before;      /* A at the base, before the step */
    double first, last; /* A */
    double over, under; /* beyond the range from the first to the last, along and against the step, of the last */
    const char *sense;  /* inductive, capacitive, none, both */
    hys__decay fits[HYS__DECAY_KINDS];
    hys__decay_kind best;
    double b, energy; /* S: Im Y of the linearised device at 1/tau; J */
} response;

/* ---- runs ---- */

static void script_step(hys__script *script, const setup *s, double base, double level) {
    double first = s->duration * pow(10, -DECADES), gone = 0;
    hys__script_line(script, s->hold, base, base, N_HOLD);
    hys__script_line(script, EDGE * first, base, level, 2);
    for (size_t k = 0; k < s->n; k++) {
        double until = s->duration * pow(10, DECADES * ((double)k / (double)(s->n - 1) - 1));
        hys__script_line(script, until - gone, level, level, 1);
        gone = until;
    }
}

/* A fresh device. */
static hys_status take_response(hys__protocol *p, const setup *s, response *r) {
    hys__script script;
    hys__seen seen;
    r->t = HYS_NEW_N(p->arena, double, 2 * s->n);
    if (!r->t) return HYS_NOMEM;
    r->i = r->t + s->n;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    script_step(&script, s, r->base, r->level);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    r->before = hys__seen_current(&seen, 0);
    r->energy = hys__seen_energy(&seen, 1);
    for (size_t k = 0; k < s->n; k++) {
        r->t[k] = hys__seen_time(&seen, 2 + k) - hys__seen_time(&seen, 1);
        r->i[k] = hys__seen_current(&seen, 2 + k);
        r->energy += hys__seen_energy(&seen, 2 + k);
    }
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* ---- a response ---- */

static double noise_of(const response *r) {
    return NOISE * fmax(fabs(r->first), fabs(r->last));
}

/* Along the step, the current that still rises is one that lags: inductive. */
static void find_sense(const setup *s, response *r) {
    double sign = r->level > r->base ? 1 : -1, size = fmax(fabs(r->first), fabs(r->last)), up = 0, down = 0;
    double most = -INFINITY, least = INFINITY;
    for (size_t k = 0; k < s->n; k++) {
        most = fmax(most, sign * r->i[k]);
        least = fmin(least, sign * r->i[k]);
        if (k == 0) continue;
        double change = sign * (r->i[k] - r->i[k - 1]);
        *(change > 0 ? &up : &down) += fabs(change);
    }
    r->over = (most - fmax(sign * r->first, sign * r->last)) / size;
    r->under = (fmin(sign * r->first, sign * r->last) - least) / size;
    bool rises = up > MOVES * size, falls = down > MOVES * size;
    r->sense = rises && falls ? "both" : rises ? "inductive" : falls ? "capacitive" : "none";
}

static hys_status analyse(hys__protocol *p, const setup *s, response *r) {
    r->first = r->i[0];
    r->last = r->i[s->n - 1];
    r->b = NAN;
    find_sense(s, r);
    for (int k = 0; k < HYS__DECAY_KINDS; k++) r->fits[k] = (hys__decay){.tau1 = NAN, .tau2 = NAN, .beta = NAN};
    r->best = HYS__DECAY_SINGLE;
    if (fabs(r->first - r->last) <= 10 * noise_of(r)) return HYS_OK;
    return hys__decay_choose(p->ctx, r->t, r->i, s->n, noise_of(r), r->fits, &r->best);
}

/* The slower of the two exponentials is the one that decides. */
static double slow(const response *r) {
    const hys__decay *f = &r->fits[r->best];
    return f->kind == HYS__DECAY_DOUBLE && fabs(f->a2) > MOVES * fabs(f->a1) ? f->tau2 : f->tau1;
}

/* Im Y at rest at the level, at the frequency of the time constant: above 0 the current leads. */
static hys_status linearise(hys__protocol *p, response *r) {
    double f = 1 / (2 * acos(-1.0) * slow(r));
    double complex z = NAN;
    hys__values one = {&f, 1};
    const char *why;
    if (!isfinite(f) || !(f > 0)) return HYS_OK;
    hys_status status = hys__linear_impedance(p, r->level, false, &one, &z, &why);
    r->b = cimag(1 / z);
    return status;
}

/* -1 no, 0 cannot be told, 1 yes */
static int agrees(const response *r) {
    bool is_single = r->sense[0] == 'i' || r->sense[0] == 'c';
    if (!is_single || isnan(r->b) || r->b == 0) return 0;
    return (r->b < 0) == (r->sense[0] == 'i') ? 1 : -1;
}

/* ---- what is told ---- */

static hys_status tell_last(hys__protocol *p, const response *r) {
    const hys__decay *f = &r->fits[r->best];
    bool is_double = f->kind == HYS__DECAY_DOUBLE;
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"i_first", "A", r->first, "current just behind the step to the last level, from the first base"},
                {"i_last", "A", r->last, "at the end"},
                {"tau1", "s", f->tau1, "time constant"},
                {"tau2", "s", is_double ? f->tau2 : NAN, "second time constant"},
                {"beta", "1", f->kind == HYS__DECAY_STRETCHED ? f->beta : NAN, "exponent of a stretched exponential"},
                {"overshoot", "1", r->over, "beyond both first and last, along the step, of the larger"},
                {"undershoot", "1", r->under, "the same against the step"},
                {"energy_per_event", "J", r->energy, "that the device takes in this response"}};
    hys_status status = hys__protocol_says(p, "response", r->sense,
                                           "inductive: the current goes on along the step; capacitive: it comes back");
    if (status == HYS_OK && isfinite(f->tau1))
        status =
            hys__protocol_says(p, "kind", hys__decay_names[f->kind],
                               "exponential with the least information criterion (AICc): single, double, stretched");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    return status;
}

static const char *joint_sense(const response *r, size_t n) {
    const char *sense = "none";
    for (size_t k = 0; k < n; k++) {
        if (r[k].sense[0] == 'n') continue;
        if (sense[0] == 'n') sense = r[k].sense;
        else if (sense[0] != r[k].sense[0]) return "both";
    }
    return sense;
}

static hys_status tell_agreement(hys__protocol *p, const response *r, size_t n) {
    size_t yes = 0, no = 0;
    double where = NAN;
    for (size_t k = 0; k < n; k++) {
        yes += agrees(&r[k]) > 0;
        no += agrees(&r[k]) < 0;
        if (agrees(&r[k]) < 0) where = r[k].level;
    }
    const char *answer = no ? "no" : yes ? "yes" : "cannot be told";
    hys_status status = hys__protocol_says(p, "responses", joint_sense(r, n), "of all levels and bases");
    if (status == HYS_OK)
        status =
            hys__protocol_says(p, "agrees", answer, "sign of the response with Im Y of the linearised device there");
    if (status == HYS_OK && no)
        status =
            hys__protocol_remark(p,
                                 "%zu of %zu responses have the sign that the linearised device does not have, one "
                                 "of them at %g V: a large step passes other states than rest",
                                 no, n, where);
    return status;
}

static hys_status tell_times(hys__protocol *p, const setup *s, const response *r, size_t n) {
    double fast = NAN, late = NAN;
    size_t n_long = 0;
    for (size_t k = 0; k < n; k++) {
        fast = fmin(fast, slow(&r[k])); /* fmin passes over NaN */
        late = fmax(late, slow(&r[k]));
        n_long += slow(&r[k]) > s->duration;
    }
    hys_status status = hys__protocol_feature(p, "tau_least", "s", fast, "least slow time constant of all responses");
    if (status == HYS_OK) status = hys__protocol_feature(p, "tau_most", "s", late, "largest");
    if (status == HYS_OK && n_long)
        status = hys__protocol_remark(
            p,
            "%zu of %zu time constants are uncertain: they exceed the time of observation; lengthen --opt duration=T",
            n_long, n);
    if (status == HYS_OK && isnan(late))
        status = hys__protocol_remark(p, "a time constant cannot be told: no current changes within the duration");
    return status;
}

static hys_status fill(hys__protocol *p, const setup *s, const response *r, size_t n) {
    static const char *const fit_columns[] = {"level",  "V", "base",   "V", "i_before",  "A", "i_first",    "A",
                                              "i_last", "A", "tau1",   "s", "tau2",      "s", "beta",       "1",
                                              "a1",     "A", "a2",     "A", "overshoot", "1", "undershoot", "1",
                                              "im_y",   "S", "energy", "J", NULL};
    static const char *const curve_columns[] = {"time", "s", "i", "A", "level", "V", "base", "V", NULL};
    hys_table *fits, *curves;
    hys_status status = hys__protocol_table(p, "responses", "", fit_columns, &fits);
    if (status == HYS_OK) status = hys__protocol_table(p, "currents", "", curve_columns, &curves);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const hys__decay *f = &r[k].fits[r[k].best];
        const double row[] = {r[k].level, r[k].base, r[k].before, r[k].first, r[k].last,  f->tau1, f->tau2,
                              f->beta,    f->a1,     f->a2,       r[k].over,  r[k].under, r[k].b,  r[k].energy};
        status = hys_table_add_row(fits, row);
        for (size_t m = 0; m < s->n && status == HYS_OK; m++)
            status = hys_table_add_row(curves, (double[]){r[k].t[m], r[k].i[m], r[k].level, r[k].base});
    }
    return status;
}

/* The current over the time, a column a level, from the first base: what is drawn. */
static hys_status fill_figure(hys__protocol *p, const setup *s, const response *r) {
    hys_table *table;
    static const char *const time[] = {"time", "s", NULL};
    hys_status status = hys__protocol_table(p, "steps", "scatter", time, &table);
    size_t n = s->level.n < 12 ? s->level.n : 12;
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const char *name = hys__protocol_quantity(p, s->level.at[k], " V");
        status = name ? hys_table_add_column(table, name, "A") : HYS_NOMEM;
    }
    if (status == HYS_OK) status = hys_table_set_note(table, "y", "current");
    for (size_t m = 0; m < s->n && status == HYS_OK; m++) {
        double row[13] = {r[0].t[m]};
        for (size_t k = 0; k < n; k++) row[k + 1] = r[k].i[m];
        status = hys_table_add_row(table, row);
    }
    return status;
}

static hys_status read_setup(hys__protocol *p, setup *s) {
    long points;
    hys_status status = hys__protocol_quantities(p, "levels", &s->level);
    if (status == HYS_OK) status = hys__protocol_quantities(p, "bases", &s->base);
    if (status == HYS_OK) status = hys__protocol_positive(p, "hold", &s->hold);
    if (status == HYS_OK) status = hys__protocol_positive(p, "duration", &s->duration);
    if (status == HYS_OK) status = hys__protocol_count(p, "points", 12, &points);
    s->n = status == HYS_OK ? (size_t)points : 0;
    for (size_t k = 0; status == HYS_OK && k < s->level.n; k++)
        if (s->level.at[k] == s->base.at[0])
            return hys__fail(p->ctx, HYS_ARG, "--opt bases=0V", "the first base must differ from all levels");
    return status;
}

static hys_status run(hys__protocol *p) {
    setup s = {.n = 0};
    hys_status status = read_setup(p, &s);
    if (status != HYS_OK) return status;
    size_t n = 0, most = s.level.n * s.base.n;
    response *r = HYS_NEW_N(p->arena, response, most + 1);
    if (!r) return HYS_NOMEM;
    for (size_t k = 0; k < most && status == HYS_OK; k++) {
        double base = s.base.at[k / s.level.n], level = s.level.at[k % s.level.n];
        if (base == level) continue;
        r[n] = (response){.base = base, .level = level};
        status = take_response(p, &s, &r[n]);
        if (status == HYS_OK) status = analyse(p, &s, &r[n]);
        if (status == HYS_OK) status = linearise(p, &r[n]);
        n++;
    }
    if (status == HYS_OK && (n == 0 || n < s.level.n)) return HYS_BUG_HERE(p->ctx, "levels without responses");
    if (status == HYS_OK) status = fill_figure(p, &s, r);
    if (status == HYS_OK) status = fill(p, &s, r, n);
    if (status == HYS_OK) status = tell_last(p, &r[s.level.n - 1]);
    if (status == HYS_OK) status = tell_agreement(p, r, n);
    return status == HYS_OK ? tell_times(p, &s, r, n) : status;
}

static const hys_protocol_option options[] = {
    {"levels", "V", "0.1V,0.2V,0.5V", "voltages stepped to, each with a fresh device"},
    {"bases", "V", "0V", "voltages held before: histories"},
    {"hold", "s", "1s", "how long the base is held"},
    {"duration", "s", "1s", "of the observation"},
    {"points", "", "60", "of a response, evenly over the last four decades of time"},
};
const hys__protocol_row hys__protocol_step = {
    {"step", "StepResponse", "current behind a step of voltage: time constants, overshoot, inductive or capacitive",
     options, sizeof options / sizeof *options},
    run};
