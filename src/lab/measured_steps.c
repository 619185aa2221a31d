/* Measured conductances by pulse: potentiation and depression, and reads of one state. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>

static hys_status room(hys__protocol *p, hys__steps *s, size_t n) {
    s->n = n;
    s->g = HYS_NEW_N(p->arena, double, 3 * n + 1);
    if (!s->g) return HYS_NOMEM;
    s->v = s->g + n + 1;
    s->energy = s->v + n;
    return HYS_OK;
}

/* A table of conductances: its first row is before all pulses; v of a row is the pulse before it. */
static hys_status steps_of_rows(hys__protocol *p, size_t table, const double *g, hys__steps *s) {
    const double *v = NULL, *energy = NULL;
    hys_status status = hys__measured_find(p, table, "v", &v);
    if (status == HYS_OK) status = hys__measured_find(p, table, "energy", &energy);
    if (status == HYS_OK) status = room(p, s, hys__measured_rows(p, table) - 1);
    if (status != HYS_OK) return status;
    s->g[0] = g[0];
    for (size_t k = 0; k < s->n; k++) {
        s->g[k + 1] = g[k + 1];
        s->v[k] = v ? v[k + 1] : NAN;
        s->energy[k] = energy ? energy[k + 1] : NAN;
    }
    return HYS_OK;
}

/* Before the first pulse: its last read there, or the pulse itself. */
static double before_pulses(const hys__pulses *f) {
    double g = NAN;
    for (size_t k = 0; k < f->n && f->at[k].is_read; k++) g = f->at[k].i / f->at[k].v;
    return g;
}

static hys_status steps_of_pulses(hys__protocol *p, const hys__pulses *f, hys__steps *s) {
    hys_status status = room(p, s, f->n - f->n_reads);
    if (status != HYS_OK) return status;
    size_t n = 0;
    s->g[0] = before_pulses(f);
    for (size_t k = 0; k < f->n; k++) {
        double g = hys__behind_pulse(f, k);
        if (f->at[k].is_read) continue;
        s->v[n] = f->at[k].amplitude;
        s->energy[n] += f->at[k].energy;
        if (isfinite(g)) s->g[++n] = g; /* pulses without a read between them are one */
    }
    s->n = n;
    if (!isfinite(s->g[0]) && n) s->g[0] = s->g[1];
    if (!f->n_reads)
        return hys__protocol_remark(p,
                                    "no reads were found among %zu pulses: the conductance is that of the pulses "
                                    "themselves, or between them; --opt read=V says which pulses read",
                                    f->n);
    return hys__protocol_remark(p, "%zu pulses, %zu of them reads, were found in the record", f->n, f->n_reads);
}

hys_status hys__measured_steps(hys__protocol *p, size_t table, hys__steps *s) {
    hys__pulses f;
    const double *g = NULL;
    *s = (hys__steps){.n = 0};
    hys_status status = hys__find_pulses(p, table, &f);
    if (status == HYS_OK && f.n > f.n_reads) return steps_of_pulses(p, &f, s);
    if (status == HYS_OK) status = hys__measured_conductance(p, table, &g);
    return status == HYS_OK && g ? steps_of_rows(p, table, g, s) : status;
}

/* ---- potentiation and depression ---- */

#define TURN 0.3 /* of the range of g: less is scatter */

typedef struct legs { /* of one way each: leg k is from row at[k] to at[k + 1] of g */
    size_t *at;
    size_t n;
} legs;

/* By the sign of the pulses, where they are known and have both; else by the turning points of the conductance. */
static hys_status find_legs(hys__protocol *p, const hys__steps *s, legs *l) {
    size_t *turns = NULL, n = 0;
    bool has_both = false;
    for (size_t k = 1; k < s->n; k++) has_both = has_both || s->v[k] * s->v[k - 1] < 0;
    hys_status status = has_both || s->turn ? HYS_OK : hys__find_turns(p->arena, s->g, s->n + 1, TURN, &turns, &n);
    l->at = HYS_NEW_N(p->arena, size_t, s->n + 2);
    if (status == HYS_OK && !l->at) status = HYS_NOMEM;
    if (status != HYS_OK) return status;
    l->n = 1;
    if (s->turn) l->at[l->n++] = s->turn;
    for (size_t k = 1; k < s->n && has_both; k++)
        if (s->v[k] * s->v[k - 1] < 0) l->at[l->n++] = k;
    for (size_t k = 0; k < n && !has_both; k++) l->at[l->n++] = turns[k];
    l->at[l->n] = s->n;
    return HYS_OK;
}

static double rise(const hys__steps *s, const legs *l, size_t leg) {
    return s->g[l->at[leg + 1]] - s->g[l->at[leg]];
}

static double median_of(hys__protocol *p, const double *x, size_t n) {
    double *copy = HYS_NEW_N(p->arena, double, n + 1);
    for (size_t k = 0; copy && k < n; k++) copy[k] = x[k];
    return copy ? hys__count_numbers(copy, n).median : NAN;
}

/* The staircase of a leg that rises and the next, which falls; n_down 0 where there is none. */
static hys__staircase staircase_at(hys__protocol *p, const hys__steps *s, const legs *l, size_t leg) {
    bool rises = rise(s, l, leg) > 0, falls_next = rises && leg + 1 < l->n && rise(s, l, leg + 1) < 0;
    size_t from = l->at[leg], to = l->at[leg + 1], n = to - from;
    hys__staircase c = {.g = s->g + from, .energy = s->energy + from, .v_up = NAN, .v_down = NAN};
    c.n_up = rises ? n : 0;
    c.n_down = falls_next ? l->at[leg + 2] - to : rises ? 0 : n;
    if (c.n_up) c.v_up = median_of(p, s->v + from, c.n_up);
    if (c.n_down) c.v_down = median_of(p, s->v + from + c.n_up, c.n_down);
    return c;
}

static const char *const cycle_columns[] = {
    "cycle", "1",         "g_min", "S",           "g_max", "S", "nl_potentiation", "1", "nl_depression",
    "1",     "up_pulses", "1",     "down_pulses", "1",     NULL};

static hys_status add_cycle(hys_table *table, const hys__staircase *c) {
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k <= c->n_up + c->n_down; k++) low = fmin(low, c->g[k]), high = fmax(high, c->g[k]);
    double up = c->n_up ? hys_nonlinearity(c->g, c->n_up, NULL, NULL) : NAN;
    double down = c->n_down ? -hys_nonlinearity(c->g + c->n_up, c->n_down, NULL, NULL) : NAN;
    double row[] = {(double)hys_table_n_rows(table) + 1, low, high, up, down, (double)c->n_up, (double)c->n_down};
    return hys_table_add_row(table, row);
}

typedef struct changes {
    double *up, *down; /* of the steps, against the swing of their cycle */
    size_t n_up, n_down;
} changes;

static void add_changes(changes *c, const hys__staircase *s) {
    double swing = 0;
    for (size_t k = 0; k <= s->n_up + s->n_down; k++) swing = fmax(swing, fabs(s->g[k] - s->g[s->n_up]));
    for (size_t k = 0; k < s->n_up; k++) c->up[c->n_up++] = (s->g[k + 1] - s->g[k]) / swing;
    for (size_t k = s->n_up; k < s->n_up + s->n_down; k++) c->down[c->n_down++] = (s->g[k + 1] - s->g[k]) / swing;
}

/* What simulators of networks ask of the scatter: mean and standard deviation of a step. */
static hys_status tell_changes(hys__protocol *p, changes *c) {
    hys__numbers up = hys__count_numbers(c->up, c->n_up), down = hys__count_numbers(c->down, c->n_down);
    hys_status status = hys__protocol_feature(p, "step_up", "1", up.mean, "mean step up, against the swing");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "step_up_sd", "1", up.sd, "standard deviation of a step up");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "step_down", "1", down.mean, "mean step down, against the swing");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "step_down_sd", "1", down.sd, "standard deviation of a step down");
    return status;
}

static hys_status tabulate(hys__protocol *p, const hys__steps *s, hys_table *table) {
    hys_status status = HYS_OK;
    size_t n = hys_table_n_rows(table);
    for (size_t k = 0; k <= s->n && status == HYS_OK; k++) {
        double row[] = {(double)(n + k), s->g[k], k ? s->v[k - 1] : NAN, k ? s->energy[k - 1] : NAN};
        status = hys_table_add_row(table, row);
    }
    (void)p;
    return status;
}

/* A leg that falls and then one that rises, put the other way round. */
static hys_status swap_ways(hys__protocol *p, const hys__steps *s, const legs *l, size_t leg, hys__staircase *c) {
    size_t from = l->at[leg], middle = l->at[leg + 1], to = l->at[leg + 2], up = to - middle, down = middle - from;
    double *g = HYS_NEW_N(p->arena, double, up + down + 1), *energy = HYS_NEW_N(p->arena, double, up + down);
    if (!g || !energy) return HYS_NOMEM;
    for (size_t k = 0; k <= up; k++) g[k] = s->g[middle + k];
    for (size_t k = 1; k <= down; k++) g[up + k] = s->g[from + k];
    for (size_t k = 0; k < up + down; k++) energy[k] = s->energy[k < up ? middle + k : from + k - up];
    *c = (hys__staircase){.g = g, .energy = energy, .n_up = up, .n_down = down};
    c->v_up = median_of(p, s->v + middle, up);
    c->v_down = median_of(p, s->v + from, down);
    return hys__protocol_remark(p, "the record begins with depression: what comes later is shown first");
}

typedef struct potentiation {
    hys_table *pulses, *cycles;
    changes changes;
    hys__staircase last;
    bool has_both; /* the last one has both ways */
} potentiation;

static hys_status add_steps(hys__protocol *p, potentiation *d, const hys__steps *s) {
    legs l = {0};
    hys_status status = find_legs(p, s, &l);
    d->changes = (changes){.up = HYS_NEW_N(p->arena, double, s->n + 1), .down = HYS_NEW_N(p->arena, double, s->n + 1)};
    if (status == HYS_OK && (!d->changes.up || !d->changes.down)) status = HYS_NOMEM;
    if (status == HYS_OK) status = tabulate(p, s, d->pulses);
    for (size_t k = 0; k < l.n && status == HYS_OK; k++) {
        hys__staircase c = staircase_at(p, s, &l, k);
        if (l.at[k + 1] - l.at[k] < 2) continue;
        if (l.n == 2 && k == 0 && rise(s, &l, 0) < 0 && rise(s, &l, 1) > 0) status = swap_ways(p, s, &l, 0, &c);
        if (status != HYS_OK) return status;
        bool has_both = c.n_up && c.n_down;
        if (has_both || !d->has_both) d->last = c;
        d->has_both = d->has_both || has_both;
        add_changes(&d->changes, &c);
        status = add_cycle(d->cycles, &c);
        k += has_both;
    }
    return status;
}

/* Two columns, one of each way, each with a first row before its pulses, make one staircase. */
static hys_status join_ways(hys__protocol *p, size_t table, const double *up, const double *down, hys__steps *s) {
    size_t n = hys__measured_rows(p, table);
    hys_status status = room(p, s, 2 * n - 2);
    s->turn = n - 1;
    for (size_t k = 0; k < s->n && status == HYS_OK; k++) s->v[k] = s->energy[k] = NAN;
    for (size_t k = 0; k < 2 * n - 1 && status == HYS_OK; k++) s->g[k] = k < n ? up[k] : down[k + 1 - n];
    return status;
}

/* Levels that scatter would make are none. */
static hys_status set_resolution(hys__protocol *p, hys__staircase *s) {
    double noise = 0, low = INFINITY, high = -INFINITY;
    size_t n = s->n_up + s->n_down;
    hys_status status = hys__protocol_positive(p, "resolution", &s->resolution);
    if (status == HYS_OK) status = hys__measured_noise(p, s->g, n + 1, &noise);
    for (size_t k = 0; k <= n; k++) low = fmin(low, s->g[k]), high = fmax(high, s->g[k]);
    if (status != HYS_OK || !(2 * noise > s->resolution * (high - low))) return status;
    s->resolution = 2 * noise / (high - low);
    return hys__protocol_remark(p, "conductances scatter by %.2g of the swing: levels are counted %.2g apart",
                                noise / (high - low), s->resolution);
}

static hys_status run_potentiation(hys__protocol *p) {
    static const char *const columns[] = {"pulse", "1", "g", "S", "v", "V", "energy", "J", NULL};
    potentiation d = {.last = {.n_up = 0}};
    hys_status status = hys__protocol_table(p, "pulses", "pulse", columns, &d.pulses);
    if (status == HYS_OK) status = hys__protocol_table(p, "cycles", "", cycle_columns, &d.cycles);
    for (size_t k = 0; k < p->measured->n && status == HYS_OK; k++) {
        const double *up = NULL, *down = NULL;
        hys__steps s = {.n = 0};
        status = hys__measured_find(p, k, "g_up", &up);
        if (status == HYS_OK) status = hys__measured_find(p, k, "g_down", &down);
        if (status == HYS_OK && up && down && hys__measured_rows(p, k) >= 3) status = join_ways(p, k, up, down, &s);
        else if (status == HYS_OK) status = hys__measured_steps(p, k, &s);
        if (status == HYS_OK && !s.g) return hys__measured_missing(p, k);
        if (status == HYS_OK && s.n < 2) return hys__measured_refuse(p, k, "", "a staircase needs two pulses or more");
        if (status == HYS_OK) status = add_steps(p, &d, &s);
    }
    if (status == HYS_OK && !d.last.g)
        return hys__measured_refuse(p, 0, "", "the pulses go to and fro: there is no staircase of two of one kind");
    if (status == HYS_OK) status = set_resolution(p, &d.last);
    if (status == HYS_OK) status = hys__tell_staircase(p, &d.last);
    return status == HYS_OK ? tell_changes(p, &d.changes) : status;
}

static const hys_protocol_option potentiation_options[] = {
    {"resolution", "1", "0.01", "least distance of two levels, against the swing"}, HYS__READ_OF_DATA};
const hys__measured_row hys__measured_potentiation = {
    {"potentiation",
     "g (or r, or v and i) by pulse, the first row before all pulses; or g_up and g_down; or time, v and i with pulses",
     potentiation_options, sizeof potentiation_options / sizeof *potentiation_options},
    run_potentiation};

/* ---- read disturb ---- */

static hys_status take_reads(hys__protocol *p, const hys__pulses *f, double **g, size_t *n, double *energy) {
    *g = HYS_NEW_N(p->arena, double, f->n + 1);
    *n = 0;
    if (!*g) return HYS_NOMEM;
    for (size_t k = 0; k < f->n; k++) {
        if (f->n_reads && !f->at[k].is_read) {
            *n = 0; /* reads behind the last write are one row */
            continue;
        }
        (*g)[(*n)++] = f->at[k].i / f->at[k].v;
        *energy = f->at[k].energy;
    }
    return HYS_OK;
}

static hys_status run_disturb(hys__protocol *p) {
    static const char *const columns[] = {"read", "1", "g", "S", NULL};
    hys__pulses f;
    const double *given = NULL;
    double *g = NULL, energy = NAN;
    hys_table *table;
    size_t n = hys__measured_rows(p, 0);
    hys_status status = hys__find_pulses(p, 0, &f);
    if (status == HYS_OK && f.n >= 2) status = take_reads(p, &f, &g, &n, &energy);
    else if (status == HYS_OK) status = hys__measured_conductance(p, 0, &given);
    if (status == HYS_OK && !g && !given) return hys__measured_missing(p, 0);
    if (status == HYS_OK && n < 2) return hys__measured_refuse(p, 0, "", "disturbing needs two reads or more");
    if (status == HYS_OK) status = hys__tell_reads(p, g ? g : given, n, energy);
    if (status == HYS_OK) status = hys__protocol_table(p, "reads", "scatter", columns, &table);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){(double)k + 1, g ? g[k] : given[k]});
    return status;
}

static const hys_protocol_option disturb_options[] = {HYS__READ_OF_DATA};
const hys__measured_row hys__measured_disturb = {{"read-disturb",
                                                  "g (or r, or v and i) by read; or time, v and i with pulses",
                                                  disturb_options, sizeof disturb_options / sizeof *disturb_options},
                                                 run_disturb};
