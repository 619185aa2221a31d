/* The class of the response, from behaviour alone: does it forget, how many states does it need, has it negative
 * differential resistance.  One experiment on many instances: prepared, then held at potentials of the action
 * potential's range, then back to rest. */
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

#define STEP       20e-6 /* s, times the membrane's `slow`, as all times here */
#define N_LEVELS   24    /* instances held at potentials from rest to HIGH */
#define N_PREPARED 6     /* instances prepared at HIGH for a while, then held at MIDDLE */
#define N_ALL      (N_LEVELS + N_PREPARED + 2)
#define PATH       (N_ALL - 1) /* the instance held at MIDDLE from rest */
#define BRIEF      (N_ALL - 2) /* held at HIGH for as long as a spike lasts, then back at rest */
#define N_BRIEF    100         /* steps: 2 ms */
#define HIGH       40e-3
#define MIDDLE     (-20e-3)
#define N_HOLD     1000 /* steps: 20 ms */
#define N_BACK     5000 /* steps: 100 ms */

static const double prepared_for[N_PREPARED] = {60e-6, 120e-6, 240e-6, 500e-6, 1e-3, 2e-3}; /* s */

typedef struct class_run {
    const hys__subject *s;
    const hys__membrane *m;
    hys__dut *dut;
    double *i[N_ALL];  /* [N_HOLD + N_BACK] A of the device */
    double v_m[N_ALL]; /* V of the membrane */
    double v_dev[N_ALL];
    size_t from[N_PREPARED]; /* step at which preparation ended */
    double rest;             /* A at the membrane's rest */
} class_run;

static double level(const class_run *c, size_t k) {
    return k < N_LEVELS ? c->m->rest + (HIGH - c->m->rest) * (double)k / (N_LEVELS - 1) : HIGH;
}

static void set(class_run *c, size_t j, double v) {
    c->v_m[j] = v;
    c->v_dev[j] = c->s->scale.voltage * (v - hys__channel_reversal(c->s->channel)) + c->s->scale.offset;
}

static void hold(class_run *c) {
    for (size_t j = 0; j < N_ALL; j++) set(c, j, c->m->rest);
    hys__dut_rest(c->dut, c->v_dev, HYS__REST_SPAN * c->m->slow * c->s->scale.time);
    c->rest = c->dut->i[0][0];
    for (size_t j = 0; j < N_ALL; j++) set(c, j, j == PATH ? MIDDLE : level(c, j));
    hys__dut_kink(c->dut);
    for (size_t k = 0; k < N_HOLD + N_BACK; k++) {
        bool jumps = k == N_HOLD;
        for (size_t p = 0; p < N_PREPARED && k < N_HOLD; p++) {
            if (k != (size_t)(prepared_for[p] / STEP + 0.5)) continue;
            set(c, N_LEVELS + p, MIDDLE);
            c->from[p] = k;
            jumps = true;
        }
        for (size_t j = 0; j < N_ALL && k == N_HOLD; j++) set(c, j, c->m->rest);
        if (k == N_BRIEF) {
            set(c, BRIEF, c->m->rest);
            jumps = true;
        }
        if (jumps) hys__dut_kink(c->dut);
        hys__dut_step(c->dut, STEP * c->m->slow * c->s->scale.time, c->v_dev);
        for (size_t j = 0; j < N_ALL; j++) c->i[j][k] = c->dut->i[0][j];
    }
}

/* What is left, after 118 ms at rest, of the change of current that 2 ms at HIGH made; the largest change is taken at
 * rest, behind the step.  0 for a device that nothing changes. */
static double what_stays(const class_run *c) {
    const double *i = c->i[BRIEF];
    double most = 0;
    for (size_t k = N_BRIEF; k < N_HOLD + N_BACK; k++) most = fmax(most, fabs(i[k] - c->rest));
    const double left = fabs(i[N_HOLD + N_BACK - 1] - c->rest);
    return most > 1e-3 * fabs(c->rest) ? left / most : 0;
}

static void span(const double *i, size_t n, double *least, double *most) {
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        *least = fmin(*least, i[k]);
        *most = fmax(*most, i[k]);
    }
}

/* If the current tells the state, an instance prepared elsewhere follows, from the moment at which it has the same
 * current, the same path as one held at MIDDLE from rest.  The largest deviation, relative to the path's range. */
static double deviation(const class_run *c, size_t p, double least, double most) {
    const double *path = c->i[PATH], *other = c->i[N_LEVELS + p];
    const size_t from = c->from[p];
    const double start = other[from];
    if (!(start > least + 0.05 * (most - least)) || !(start < most - 0.05 * (most - least))) return NAN;
    size_t k = 1;
    while (k < N_HOLD && (path[k - 1] - start) * (path[k] - start) > 0) k++;
    if (k == N_HOLD) return NAN;
    const double part = (start - path[k - 1]) / (path[k] - path[k - 1]);
    double worst = 0;
    for (size_t d = 0; k + d < N_HOLD && from + d < N_HOLD; d++) {
        const double there = path[k + d - 1] + part * (path[k + d] - path[k + d - 1]);
        worst = fmax(worst, fabs(other[from + d] - there));
    }
    return worst / (most - least);
}

/* 0: no memory; 1: one state is enough; 2: at least two are needed. */
static double order_of(const class_run *c) {
    const double *path = c->i[PATH];
    double least, most, worst = NAN;
    span(path, N_HOLD, &least, &most);
    const double size = fmax(fabs(least), fabs(most));
    if (!(most - least > 1e-2 * size)) return 0;
    /* Rising and falling at one voltage takes two states. */
    const double back = fmin(fabs(path[N_HOLD - 1] - least), fabs(most - path[N_HOLD - 1]));
    const double first = fmin(fabs(path[0] - least), fabs(most - path[0]));
    if (fmax(back, first) > 0.1 * (most - least)) return 2;
    for (size_t p = 0; p < N_PREPARED; p++) worst = fmax(worst, deviation(c, p, least, most));
    return isnan(worst) ? NAN : worst > 0.03 ? 2 : 1;
}

/* The steepest fall of the current with voltage against its steepest rise: at the end of the step for potassium, at
 * each potential's largest current within 2 ms for sodium, while inactivation has hardly begun. */
static double negative_slope(const class_run *c) {
    const double sign = c->s->scale.voltage < 0 ? -1 : 1;
    double fall = 0, rise = 0, before = NAN;
    for (size_t j = 0; j < N_LEVELS; j++) {
        double now = c->i[j][N_HOLD - 1];
        for (size_t k = 0; k < (size_t)(2e-3 / STEP) && c->s->channel == HYS__HH_NA; k++)
            if (k == 0 || fabs(c->i[j][k]) > fabs(now)) now = c->i[j][k];
        const double slope = sign * (now - before);
        fall = fmax(fall, -slope);
        rise = fmax(rise, slope);
        before = now;
    }
    return fall + rise > 0 ? fall / (fall + rise) : NAN;
}

/* Conductance at the end of 20 ms at HIGH, against the largest in them. */
static double what_remains(const class_run *c) {
    const double *i = c->i[N_LEVELS - 1];
    double most = 0;
    for (size_t k = 0; k < N_HOLD; k++) most = fmax(most, fabs(i[k]));
    return most > 0 ? fabs(i[N_HOLD - 1]) / most : NAN;
}

/* What is asked of each channel. */
static const struct {
    const char *order_relation, *ndr_relation, *ndr_desc;
    double order;                 /* states */
    double ndr, ndr_tolerance;    /* part of the slopes that is negative */
    const char *remains_relation; /* of the current that stays */
    double remains;
} wanted[HYS__N_CHANNELS] = {
    [HYS__HH_K] = {"=", "<=", "part of the I-V curve's slopes that is negative", 1, 0, 0.05, ">=", 1},
    [HYS__HH_NA] = {"=", ">=", "part of the fast I-V curve's slopes that is negative (N-shaped)", 2, 0.25, 0.15,
                    "<=", 0},
    /* Activation may take a state, if it is fast; inactivation may not. */
    [HYS__ML_CA] = {"<=", ">=", "part of the I-V curve's slopes that is negative (N-shaped)", 1, 0.25, 0.15, ">=", 1},
};

static hys_status add_class(hys_screen *s, const class_run *c) {
    const hys_screen_criterion list[] = {
        {.name = "volatility",
         .desc = "part of the change by a spike's length at +40 mV that is left after a long rest",
         .relation = "<=",
         .value = what_stays(c),
         .wanted = 0,
         .tolerance = 0.05},
        {.name = "order",
         .desc = "states that the response needs (2: at least two)",
         .relation = wanted[s->channel].order_relation,
         .value = order_of(c),
         .wanted = wanted[s->channel].order,
         .tolerance = 0.5},
        {.name = "ndr",
         .relation = wanted[s->channel].ndr_relation,
         .value = negative_slope(c),
         .wanted = wanted[s->channel].ndr,
         .tolerance = wanted[s->channel].ndr_tolerance,
         .desc = wanted[s->channel].ndr_desc},
        {.name = "inactivation",
         .relation = wanted[s->channel].remains_relation,
         .value = what_remains(c),
         .wanted = wanted[s->channel].remains,
         .tolerance = 0.2,
         .desc = "current after a long time at +40 mV, against the largest in it"},
    };
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++) {
        hys_screen_criterion one = list[k];
        one.group = "class";
        one.unit = "";
        one.decides = !isnan(one.value); /* what cannot be told decides nothing, but for what has no solution */
        for (size_t j = 0; j < N_ALL; j++)
            if (c->dut->is_bad[j]) {
                one.value = NAN;
                one.decides = true;
            }
        status = hys__screen_add(s, &one);
    }
    return status;
}

hys_status hys__screen_class(hys_screen *s, const hys__subject *subject) {
    hys__arena arena;
    hys__arena_init(&arena, s->ctx, 0);
    class_run *c = HYS_NEW(&arena, class_run);
    hys__dut_opts opts = subject->dut;
    opts.n = N_ALL;
    for (size_t j = 0; j < N_ALL && c; j++) c->i[j] = HYS_NEW_N(&arena, double, N_HOLD + N_BACK);
    hys_status status = arena.failed ? HYS_NOMEM : HYS_OK;
    if (status == HYS_OK) {
        c->s = subject;
        c->m = hys__membrane_of(subject->channel);
        status = hys__dut_new(s->ctx, subject->model, &opts, &c->dut);
    }
    if (status == HYS_OK) {
        hold(c);
        status = add_class(s, c);
        hys__dut_free(c->dut);
    }
    hys__arena_free(&arena);
    return status;
}
