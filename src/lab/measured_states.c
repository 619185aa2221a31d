/* Measured states: two of them cycle by cycle, and many levels. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>

/* ---- endurance ---- */

static hys_status states_room(hys__protocol *p, hys__states *c, size_t n) {
    c->n = n;
    c->on = HYS_NEW_N(p->arena, double, 3 * n + 1);
    if (!c->on) return HYS_NOMEM;
    c->off = c->on + n;
    c->scratch = c->off + n;
    return HYS_OK;
}

static hys_status find_state(hys__protocol *p, size_t table, bool is_on, const double **values, bool *is_r) {
    static const char *const names[2][3] = {{"g_off", "r_off", "hrs"}, {"g_on", "r_on", "lrs"}};
    hys_status status = HYS_OK;
    *values = NULL;
    for (size_t k = 0; k < 3 && status == HYS_OK && !*values; k++) {
        status = hys__measured_find(p, table, names[is_on][k], values);
        *is_r = k == 1;
    }
    return status;
}

static hys_status states_of_columns(hys__protocol *p, hys__states *c) {
    const double *on = NULL, *off = NULL;
    bool on_is_r = false, off_is_r = false;
    hys_status status = find_state(p, 0, true, &on, &on_is_r);
    if (status == HYS_OK) status = find_state(p, 0, false, &off, &off_is_r);
    if (status != HYS_OK || !on || !off) return status;
    status = states_room(p, c, hys__measured_rows(p, 0));
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) {
        c->on[k] = on_is_r ? 1 / on[k] : on[k];
        c->off[k] = off_is_r ? 1 / off[k] : off[k];
    }
    c->energy_set = c->energy_reset = NAN;
    return status;
}

/* One state behind each pulse: they take turns, set first where the first rises. */
static hys_status states_of_steps(hys__protocol *p, const hys__steps *s, hys__states *c) {
    hys_status status = states_room(p, c, s->n / 2);
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) {
        c->on[k] = s->g[2 * k + 1];
        c->off[k] = s->g[2 * k + 2];
        c->energy_set += s->energy[2 * k] / (double)c->n;
        c->energy_reset += s->energy[2 * k + 1] / (double)c->n;
    }
    return status;
}

/* Rows are states in turn; a conductance by row has no state before the first pulse. */
static hys_status states_of_rows(hys__protocol *p, hys__states *c) {
    const double *g = NULL;
    hys_status status = hys__measured_conductance(p, 0, &g);
    if (status != HYS_OK || !g) return status;
    status = states_room(p, c, hys__measured_rows(p, 0) / 2);
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) c->on[k] = g[2 * k], c->off[k] = g[2 * k + 1];
    c->energy_set = c->energy_reset = NAN;
    return status == HYS_OK ? hys__protocol_remark(p, "rows are taken for the two states in turn") : status;
}

static hys_status run_endurance(hys__protocol *p) {
    static const char *const columns[] = {"cycle", "1", "g_on", "S", "g_off", "S", NULL};
    hys__states c = {.n = 0};
    hys__pulses f = {.n = 0};
    hys__steps s;
    hys_table *table;
    hys_status status = hys__protocol_positive(p, "ratio", &c.ratio);
    if (status == HYS_OK) status = states_of_columns(p, &c);
    if (status == HYS_OK && !c.on) status = hys__find_pulses(p, 0, &f);
    if (status == HYS_OK && !c.on && f.n > f.n_reads) {
        status = hys__measured_steps(p, 0, &s);
        if (status == HYS_OK) status = states_of_steps(p, &s, &c);
    }
    if (status == HYS_OK && !c.on) status = states_of_rows(p, &c);
    if (status == HYS_OK && !c.on) return hys__measured_missing(p, 0);
    if (status == HYS_OK && !c.n) return hys__measured_refuse(p, 0, "", "endurance needs a cycle of both states");
    if (status == HYS_OK) status = hys__name_states(p, &c);
    if (status == HYS_OK) status = hys__tell_states(p, &c);
    if (status == HYS_OK) status = hys__protocol_table(p, "cycles", "scatter", columns, &table);
    for (size_t k = 0; k < c.n && status == HYS_OK; k++)
        status = hys_table_add_row(table, (double[]){(double)k + 1, c.on[k], c.off[k]});
    return status;
}

static const hys_protocol_option endurance_options[] = {{"ratio", "1", "2", "window below which a cycle has failed"},
                                                        HYS__READ_OF_DATA};
const hys__measured_row hys__measured_endurance = {
    {"endurance",
     "g_on and g_off (or r_on and r_off) by cycle; or g (or r) of both states in turn; or time, v and i with pulses",
     endurance_options, sizeof endurance_options / sizeof *endurance_options},
    run_endurance};

/* ---- levels ---- */

typedef struct group {
    double level, target, median;
    size_t first, n; /* of the order by level */
} group;

/* Rows of one level, or one target, are next to each other in that order. */
static size_t group_rows(const double *key, const size_t *order, size_t n, group *groups) {
    size_t n_groups = 0;
    for (size_t k = 0; k < n; k++) {
        if (k == 0 || key[order[k]] != key[order[k - 1]])
            groups[n_groups++] = (group){.level = key[order[k]], .first = k};
        groups[n_groups - 1].n++;
    }
    return n_groups;
}

typedef struct writes {
    const double *g, *target;
    const size_t *order;
    group *groups;
    size_t n_groups, n;
} writes;

static hys_status take_groups(hys__protocol *p, writes *w) {
    double *x = HYS_NEW_N(p->arena, double, w->n + 1);
    if (!x) return HYS_NOMEM;
    for (size_t k = 0; k < w->n_groups; k++) {
        group *one = &w->groups[k];
        for (size_t r = 0; r < one->n; r++) x[r] = w->g[w->order[one->first + r]];
        one->median = hys__count_numbers(x, one->n).median;
        one->target = w->target ? w->target[w->order[one->first]] : one->median;
    }
    return HYS_OK;
}

static hys_status read_writes(hys__protocol *p, writes *w) {
    const double *level = NULL;
    w->n = hys__measured_rows(p, 0);
    hys_status status = hys__measured_conductance(p, 0, &w->g);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "target", &w->target);
    if (status == HYS_OK) status = hys__measured_find(p, 0, "level", &level);
    if (status == HYS_OK && (!w->g || (!level && !w->target))) return hys__measured_missing(p, 0);
    if (status == HYS_OK) status = hys__measured_order(p, level ? level : w->target, w->n, &w->order);
    w->groups = HYS_NEW_N(p->arena, group, w->n + 1);
    if (status == HYS_OK && !w->groups) status = HYS_NOMEM;
    if (status != HYS_OK) return status;
    w->n_groups = group_rows(level ? level : w->target, w->order, w->n, w->groups);
    status = take_groups(p, w);
    if (status == HYS_OK && !w->target)
        status = hys__protocol_remark(p, "the data name no targets: errors are counted from the median of each level");
    return status;
}

/* A row a write, the CDF of each level beside. */
static hys_status add_writes(hys__protocol *p, const writes *w, double tolerance, hys__tally *t) {
    static const char *const columns[] = {"level", "1", "target", "S", "g", "S", "probability", "1", "good", "1", NULL};
    hys_table *table;
    double *x = HYS_NEW_N(p->arena, double, w->n + 1), range = t->high - t->low;
    hys_status status = x ? hys__protocol_table(p, "levels", "scatter", columns, &table) : HYS_NOMEM;
    for (size_t k = 0; k < w->n_groups && status == HYS_OK; k++) {
        const group *one = &w->groups[k];
        for (size_t r = 0; r < one->n; r++) x[r] = w->g[w->order[one->first + r]];
        hys__count_numbers(x, one->n);
        for (size_t r = 0; r < one->n && status == HYS_OK; r++) {
            double error = (x[r] - one->target) / range;
            bool is_good = fabs(error) <= tolerance;
            t->error[t->n++] = error;
            t->n_good += is_good;
            double row[] = {one->level, one->target, x[r], ((double)r + 0.5) / (double)one->n, is_good ? 1 : 0};
            status = hys_table_add_row(table, row);
        }
    }
    return status;
}

static hys_status run_levels(hys__protocol *p) {
    writes w = {.n = 0};
    hys__tally t = {.energy = NAN, .pulses = NAN};
    double tolerance = 0;
    hys_status status = hys__protocol_positive(p, "tolerance", &tolerance);
    if (status == HYS_OK) status = read_writes(p, &w);
    if (status != HYS_OK) return status;
    if (w.n_groups < 2) return hys__measured_refuse(p, 0, "", "there is only one level");
    t.low = INFINITY;
    t.high = -INFINITY;
    for (size_t k = 0; k < w.n_groups; k++)
        t.low = fmin(t.low, w.groups[k].target), t.high = fmax(t.high, w.groups[k].target);
    t.levels = (double)w.n_groups;
    t.span = 1;
    t.error = HYS_NEW_N(p->arena, double, w.n + 1);
    if (!t.error) return HYS_NOMEM;
    if (!(t.high > t.low)) return hys__measured_refuse(p, 0, "", "all levels have the same conductance");
    status = add_writes(p, &w, tolerance, &t);
    return status == HYS_OK ? hys__tell_tally(p, &t) : status;
}

static const hys_protocol_option level_options[] = {
    {"tolerance", "1", "0.01", "error that is good enough, against the range"}};
const hys__measured_row hys__measured_levels = {{"levels", "g (or r) and target, or g and level, a row a write",
                                                 level_options, sizeof level_options / sizeof *level_options},
                                                run_levels};
