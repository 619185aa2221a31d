/* Many levels by write and verify: pulses towards a target, a read behind each, and back with shorter pulses when the
 * target is passed. */
#include "lab/analyse.h"
#include <math.h>
#include <string.h>

#define MOST_TURNS 16

typedef struct setup {
    double up, down, width, rest, shrink, tolerance;
    long levels, runs, pulses;
} setup;

typedef struct way { /* what has been done to the device so far */
    struct {
        double height, width;
        size_t n;
    } leg[MOST_TURNS + 1];
    size_t n;
} way;

typedef struct written {
    double g, energy; /* S; J of all pulses */
    size_t pulses;
    bool is_good;
} written;

static hys_status read_setup(hys__protocol *p, setup *s) {
    hys_status status = hys__protocol_positive(p, "shrink", &s->shrink);
    if (status == HYS_OK) status = hys__protocol_positive(p, "tolerance", &s->tolerance);
    if (status == HYS_OK) status = hys__protocol_count(p, "levels", 2, &s->levels);
    if (status == HYS_OK) status = hys__protocol_count(p, "runs", 1, &s->runs);
    if (status == HYS_OK) status = hys__protocol_count(p, "pulses", 1, &s->pulses);
    const hys__auto want = {.up = "up",
                            .down = "down",
                            .width = "width",
                            .rest = "rest",
                            .usual = 1e-3,
                            .forget = 0.1,
                            .widths = 0.9 * (double)s->pulses,
                            .part = 0.9};
    hys__auto_found f;
    if (status == HYS_OK) status = hys__protocol_auto(p, &want, &f);
    if (status == HYS_OK) s->up = f.up, s->down = f.down, s->width = f.width, s->rest = f.rest;
    if (status == HYS_OK && !(s->shrink <= 1))
        return hys__fail(p->ctx, HYS_ARG, "--opt shrink=0.5", "pulses must not grow at a turn");
    return status;
}

/* A fresh device goes the whole way again: what it does depends on the way alone.  g [pulses + 1] of the reads. */
static hys_status go(hys__protocol *p, const setup *set, const way *w, double *g, double *energy) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    hys__script_read(&script);
    for (size_t k = 0; k < w->n; k++)
        for (size_t m = 0; m < w->leg[k].n && !script.failed; m++) {
            hys__script_pulse(&script, w->leg[k].height, w->leg[k].width);
            hys__script_rest(&script, set->rest);
            hys__script_read(&script);
        }
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    for (size_t k = 0; 2 * k < script.marks.n; k++) {
        g[k] = hys__seen_conductance(&seen, 2 * k);
        if (k) energy[k] = energy[k - 1] + hys__seen_energy(&seen, 2 * k - 1);
    }
    static const char *const none[] = {NULL};
    status = hys__protocol_take(p, seen.run, none);
    hys__seen_free(&seen);
    return status;
}

/* Ends the last leg at the first read that is near the target, or beyond it. */
static bool cut(way *w, const double *g, size_t from, double target, double near) {
    size_t leg = w->n - 1, n = w->leg[leg].n;
    bool is_below = g[from] < target;
    for (size_t k = 1; k <= n; k++)
        if (fabs(g[from + k] - target) <= near || (g[from + k] < target) != is_below) {
            w->leg[leg].n = k;
            return true;
        }
    return false;
}

typedef struct levels {
    const setup *set;
    double low, high; /* S: range of the device */
    bool is_mirrored; /* negative pulses raise the conductance */
    double *g, *energy;
} levels;

static hys_status write_level(hys__protocol *p, const levels *l, double target, written *result) {
    const setup *set = l->set;
    double near = set->tolerance * (l->high - l->low), width = set->width;
    way w = {.n = 0};
    size_t at = 0;
    hys_status status = go(p, set, &w, l->g, l->energy);
    while (status == HYS_OK && fabs(l->g[at] - target) > near && w.n < MOST_TURNS) {
        bool rise = (l->g[at] < target) != l->is_mirrored;
        w.leg[w.n].height = rise ? set->up : set->down;
        w.leg[w.n].width = width;
        w.leg[w.n++].n = (size_t)set->pulses;
        status = go(p, set, &w, l->g, l->energy);
        if (status != HYS_OK || !cut(&w, l->g, at, target, near)) break;
        at += w.leg[w.n - 1].n;
        width *= set->shrink;
    }
    *result = (written){l->g[at], l->energy[at], at, fabs(l->g[at] - target) <= near};
    return status;
}

/* The range: all pulses up, then twice as many down. */
static hys_status find_range(hys__protocol *p, levels *l) {
    size_t n = (size_t)l->set->pulses;
    way w = {.n = 2};
    w.leg[0].height = l->set->up;
    w.leg[1].height = l->set->down;
    w.leg[0].width = w.leg[1].width = l->set->width;
    w.leg[0].n = n;
    w.leg[1].n = 2 * n;
    hys_status status = go(p, l->set, &w, l->g, l->energy);
    if (status != HYS_OK) return status;
    l->is_mirrored = l->g[3 * n] > l->g[n];
    l->low = fmin(l->g[n], l->g[3 * n]);
    l->high = fmax(l->g[n], l->g[3 * n]);
    return HYS_OK;
}

static hys_status write_all(hys__protocol *p, levels *l, hys_table *table, hys__tally *t) {
    hys_status status = HYS_OK;
    for (long run = 0; run < l->set->runs; run++) {
        p->bench.instance = hys__arena_printf(p->arena, "x%ld", run + 1);
        if (!p->bench.instance) return HYS_NOMEM;
        for (long k = 0; k < l->set->levels && status == HYS_OK; k++) {
            /* the ends of the range are reached only in the limit */
            double part = 0.05 + 0.9 * (double)k / (double)(l->set->levels - 1),
                   target = l->low + part * (l->high - l->low);
            written w = {NAN, NAN, 0, false};
            status = write_level(p, l, target, &w);
            t->error[t->n++] = (w.g - target) / (l->high - l->low);
            t->n_good += w.is_good;
            t->pulses += (double)w.pulses;
            t->energy += w.energy;
            double row[] = {(double)k + 1, target, w.g, (double)w.pulses, w.energy, w.is_good ? 1 : 0};
            if (status == HYS_OK) status = hys_table_add_row(table, row);
        }
    }
    return status;
}

static hys_status run(hys__protocol *p) {
    static const char *const columns[] = {"level", "1",      "target", "S",    "g", "S", "pulses",
                                          "1",     "energy", "J",      "good", "1", NULL};
    setup set;
    hys_table *table;
    levels l = {.set = &set};
    hys__tally t = {0};
    hys_status status = read_setup(p, &set);
    if (status == HYS_OK) status = hys__protocol_table(p, "levels", "scatter", columns, &table);
    if (status != HYS_OK) return status;
    size_t most = (size_t)set.pulses * (MOST_TURNS + 1) + 1;
    l.g = HYS_NEW_N(p->arena, double, most);
    l.energy = HYS_NEW_N(p->arena, double, most);
    t.error = HYS_NEW_N(p->arena, double, (size_t)set.levels *(size_t)set.runs);
    if (!l.g || !l.energy || !t.error) return HYS_NOMEM;
    status = find_range(p, &l);
    if (status != HYS_OK) return status;
    if (!(l.high - l.low > 1e-6 * fabs(l.high)))
        status = hys__protocol_remark(p, "levels cannot be told: the pulses do not change the conductance");
    else status = write_all(p, &l, table, &t);
    if (status == HYS_OK && t.n) {
        t.low = l.low;
        t.high = l.high;
        t.levels = (double)set.levels;
        t.span = 0.9; /* see write_all */
        return hys__tell_tally(p, &t);
    }
    return status == HYS_OK ? hys__protocol_feature(p, "energy_per_event", "J", NAN, "of a write, mean") : status;
}

static const hys_protocol_option options[] = {
    {"up", "V", "auto", "pulses in one direction; auto: what uses the range in these pulses"},
    {"down", "V", "auto", "pulses in the other"},
    {"width", "s", "auto", "width of the first pulses; auto: 1 ms, if the device suits it"},
    {"rest", "s", "auto", "time between a pulse and its read; auto: the width"},
    {"shrink", "1", "0.5", "by which the width falls whenever the target was passed"},
    {"pulses", "", "100", "most pulses in one direction"},
    {"levels", "", "8", "targets"},
    {"runs", "", "1", "instances, with parameters drawn by --spread; each write begins with a fresh device"},
    {"tolerance", "1", "0.01", "error that is good enough, against the range"},
    HYS__READ_OPTIONS,
};
const hys__protocol_row hys__protocol_levels = {
    {"levels", "CTS ConvergeToState MSS",
     "many levels by write and verify: success, error and its distribution, pulses, energy", options,
     sizeof options / sizeof *options},
    run};
