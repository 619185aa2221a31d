/* Measured loops of current and voltage: cycle by cycle, at several frequencies, and their switching voltages. */
#include "base/diag.h"
#include "lab/measured.h"
#include <math.h>

/* A table with the columns time, v and i alone, in SI; *time NULL: the data have none. */
static hys_status take_curve(hys__protocol *p, size_t which, hys_table **curve, const double **time) {
    const double *v = NULL, *i = NULL;
    hys_table *made = NULL;
    hys_status status = hys__measured_find(p, which, "v", &v);
    if (status == HYS_OK) status = hys__measured_find(p, which, "i", &i);
    if (status == HYS_OK) status = hys__measured_find(p, which, "time", time);
    if (status != HYS_OK) return status;
    if (!v || !i) return hys__measured_missing(p, which);
    status = hys_table_new(p->ctx, &made);
    if (status == HYS_OK && *time) status = hys_table_add_column(made, "time", "s");
    if (status == HYS_OK) status = hys_table_add_column(made, "v", "V");
    if (status == HYS_OK) status = hys_table_add_column(made, "i", "A");
    for (size_t k = 0; k < hys__measured_rows(p, which) && status == HYS_OK; k++) {
        double row[] = {*time ? (*time)[k] : 0, v[k], i[k]};
        status = hys_table_add_row(made, row + (*time ? 0 : 1));
    }
    if (status == HYS_OK) *curve = made;
    else hys_table_free(made);
    return status;
}

/* Whether time is one: repeated or falling stamps give no energy. */
static bool rises(const double *time, size_t n) {
    for (size_t k = 1; k < n; k++)
        if (!(time[k] > time[k - 1])) return false;
    return true;
}

static hys_status cycles_option(hys__protocol *p, int32_t *cycles) {
    long n = 0;
    *cycles = 0;
    if (hys__measured_says(p, "cycles", "auto")) return HYS_OK;
    hys_status status = hys__protocol_count(p, "cycles", 1, &n);
    *cycles = (int32_t)n;
    return status;
}

/* What is done with each cycle of each table. */
typedef struct visitor {
    hys__protocol *p;
    hys_status (*visit)(struct visitor *o, const hys_run *run, hys_table *cycle);
    hys_table *table;
    hys__draws *draws;
    size_t n; /* visited */
} visitor;

static hys_status visit_cycle(visitor *o, const hys_table *curve, const size_t *start) {
    hys_table *cycle = NULL;
    hys_run *run = NULL;
    hys_status status = hys__table_cut(o->p->ctx, curve, start[0], start[1], &cycle);
    if (status == HYS_OK) status = hys_loop_features(o->p->ctx, cycle, 1, &run);
    if (status == HYS_OK) status = o->visit(o, run, cycle);
    o->n++;
    hys_run_free(run);
    hys_table_free(cycle);
    return status;
}

static hys_status visit_table(visitor *o, size_t which, int32_t cycles) {
    hys__protocol *p = o->p;
    hys_table *curve = NULL;
    const double *time = NULL;
    size_t *starts = NULL, n = 0;
    hys_status status = take_curve(p, which, &curve, &time);
    if (status == HYS_OK && time && !rises(time, hys_table_n_rows(curve)))
        status = hys__protocol_remark(p, "the column of time does not rise: energies cannot be trusted");
    if (status == HYS_OK) status = hys__curve_cycles(p->ctx, p->arena, curve, cycles, &starts, &n);
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = visit_cycle(o, curve, starts + k);
    hys_table_free(curve);
    return status;
}

static hys_status visit_all(visitor *o) {
    int32_t cycles = 0;
    hys_status status = cycles_option(o->p, &cycles);
    for (size_t k = 0; k < o->p->measured->n && status == HYS_OK; k++) status = visit_table(o, k, cycles);
    return status;
}

static const hys_protocol_option cycle_options[] = {
    {"cycles", "", "auto", "cycles of each record; auto: by the turning points of what is swept"}};

/* ---- iv ---- */

static const char *const cycle_columns[] = {"cycle", "1",     "v_set", "V",      "v_reset", "V", "ratio_max",
                                            "1",     "i_max", "A",     "energy", "J",       NULL};

static hys_status add_cycle(visitor *o, const hys_run *run, hys_table *cycle) {
    (void)cycle;
    double row[] = {(double)o->n + 1,
                    hys__run_feature(run, "v_set"),
                    hys__run_feature(run, "v_reset"),
                    hys__run_feature(run, "ratio_max"),
                    hys__run_feature(run, "i_max"),
                    hys__run_feature(run, "energy_per_cycle")};
    return hys_table_add_row(o->table, row);
}

static hys_status tell_spread(hys__protocol *p, const hys_table *cycles, const char *column, const char *const *names) {
    size_t n = hys_table_n_rows(cycles);
    double *x = HYS_NEW_N(p->arena, double, n + 1);
    if (!x) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) x[k] = hys_table_column(cycles, column)[k];
    hys__numbers c = hys__count_numbers(x, n);
    hys_status status = hys__protocol_feature(p, names[0], "V", c.mean, "mean of all cycles");
    return status == HYS_OK ? hys__protocol_feature(p, names[1], "V", c.sd, "its standard deviation, cycle to cycle")
                            : status;
}

static hys_status tell_compliance(hys__protocol *p, const hys_table *curve) {
    hys_curve_info info = {.size = sizeof info};
    hys_status status = hys_curve_inspect(p->ctx, curve, &info);
    for (int k = 0; k < 2 && status == HYS_OK; k++)
        if (!isnan(info.compliance[k].i))
            status = hys__protocol_remark(p,
                                          "the instrument held the current at %.4g A over %zu rows (compliance): what "
                                          "the device does there is not seen",
                                          info.compliance[k].i, info.compliance[k].n_rows);
    return status;
}

/* The last cycle of the last table is looked at in full. */
static hys_status tell_last(visitor *o, const hys_run *run, hys_table *cycle) {
    hys__protocol *p = o->p;
    hys_table *kept = NULL;
    static const char *const names[2][2] = {{"v_set_mean", "v_set_sd"}, {"v_reset_mean", "v_reset_sd"}};
    double energy = hys__run_feature(run, "energy_per_cycle"), n = (double)hys_table_n_rows(o->table);
    hys_status status = hys__tell_loop(p, run);
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", energy, "that the device takes in a cycle");
    if (status == HYS_OK) status = hys__protocol_feature(p, "cycles", "1", n, "that were measured");
    for (int k = 0; k < 2 && status == HYS_OK && n > 1; k++)
        status = tell_spread(p, o->table, k ? "v_reset" : "v_set", names[k]);
    if (status == HYS_OK && isnan(energy))
        status = hys__protocol_remark(p, "the energy of a cycle cannot be told: the data have no time");
    if (status == HYS_OK) status = tell_compliance(p, cycle);
    if (status == HYS_OK) status = hys__table_cut(p->ctx, cycle, 0, hys_table_n_rows(cycle) - 1, &kept);
    return status == HYS_OK ? hys__protocol_keep_table(p, "loop", "iv", kept) : status;
}

static hys_status run_iv(hys__protocol *p) {
    visitor o = {.p = p, .visit = add_cycle};
    hys_table *curve = NULL;
    const double *time = NULL;
    size_t *starts = NULL, n = 0;
    int32_t cycles = 0;
    hys_status status = hys__protocol_table(p, "cycles", "", cycle_columns, &o.table);
    if (status == HYS_OK) status = visit_all(&o);
    o.visit = tell_last;
    if (status == HYS_OK) status = cycles_option(p, &cycles);
    if (status == HYS_OK) status = take_curve(p, p->measured->n - 1, &curve, &time);
    if (status == HYS_OK) status = hys__curve_cycles(p->ctx, p->arena, curve, cycles, &starts, &n);
    if (status == HYS_OK) status = visit_cycle(&o, curve, starts + n - 1);
    hys_table_free(curve);
    return status;
}

const hys__measured_row hys__measured_iv = {
    {"iv", "v and i, and time for energies", cycle_options, sizeof cycle_options / sizeof *cycle_options}, run_iv};

/* ---- switching voltages ---- */

static hys_status add_draw(visitor *o, const hys_run *run, hys_table *cycle) {
    (void)cycle;
    hys__draws *d = o->draws;
    if (d->set) {
        d->set[d->n] = hys__run_feature(run, "v_set");
        d->reset[d->n] = hys__run_feature(run, "v_reset");
        d->ratio[d->n] = hys__run_feature(run, "ratio_max");
        d->energy += hys__run_feature(run, "energy_per_cycle");
    }
    d->n++;
    return HYS_OK;
}

/* All cycles of all tables: they are counted first. */
static hys_status draw_loops(hys__protocol *p, hys__draws *d) {
    visitor o = {.p = p, .visit = add_draw, .draws = d};
    hys_status status = visit_all(&o);
    if (status == HYS_OK) status = hys__draws_room(p, d);
    d->n = 0;
    if (status == HYS_OK) status = visit_all(&o);
    d->energy /= (double)d->n;
    return status;
}

/* A list of voltages that somebody else has found: NULL where the table has none. */
static hys_status find_list(hys__protocol *p, size_t which, const double **set, const double **reset) {
    hys_status status = hys__measured_find(p, which, "v_set", set);
    return status == HYS_OK ? hys__measured_find(p, which, "v_reset", reset) : status;
}

static hys_status draw_lists(hys__protocol *p, hys__draws *d) {
    for (size_t k = 0; k < p->measured->n; k++) d->n += hys__measured_rows(p, k);
    hys_status status = hys__draws_room(p, d);
    d->n = 0;
    d->energy = NAN;
    for (size_t k = 0; k < p->measured->n && status == HYS_OK; k++) {
        const double *set = NULL, *reset = NULL;
        status = find_list(p, k, &set, &reset);
        if (status == HYS_OK && !set && !reset) return hys__measured_missing(p, k);
        for (size_t r = 0; r < hys__measured_rows(p, k) && status == HYS_OK; r++) {
            d->set[d->n] = set ? set[r] : NAN;
            d->reset[d->n] = reset ? reset[r] : NAN;
            d->ratio[d->n++] = NAN;
        }
    }
    return status;
}

static hys_status run_thresholds(hys__protocol *p) {
    hys__draws d = {.n = 0};
    const double *set = NULL, *reset = NULL;
    hys_status status = find_list(p, 0, &set, &reset);
    if (status == HYS_OK) status = set || reset ? draw_lists(p, &d) : draw_loops(p, &d);
    return status == HYS_OK ? hys__tell_draws(p, &d) : status;
}

const hys__measured_row hys__measured_thresholds = {
    {"thresholds", "v and i of many cycles, or v_set and v_reset, a row a cycle or device", cycle_options,
     sizeof cycle_options / sizeof *cycle_options},
    run_thresholds};

/* ---- a series of frequencies ---- */

typedef struct loop {
    hys_run *run;
    double frequency;
} loop;

static hys_status take_loop(hys__protocol *p, size_t which, int32_t cycles, loop *l) {
    hys_table *curve = NULL, *last = NULL;
    const double *time = NULL;
    size_t *starts = NULL, n = 0;
    hys_status status = take_curve(p, which, &curve, &time);
    size_t rows = status == HYS_OK ? hys_table_n_rows(curve) : 0;
    if (status == HYS_OK && (!time || !rises(time, rows)))
        status =
            hys__measured_refuse(p, which, "a column time[s]", "the frequency of this loop cannot be told: its time %s",
                                 time ? "does not rise" : "is missing");
    if (status == HYS_OK) status = hys__curve_cycles(p->ctx, p->arena, curve, cycles, &starts, &n);
    if (status == HYS_OK) status = hys__table_cut(p->ctx, curve, starts[n - 1], starts[n], &last);
    if (status == HYS_OK) status = hys_loop_features(p->ctx, last, 1, &l->run);
    if (status == HYS_OK && time) l->frequency = (double)n / (time[rows - 1] - time[0]);
    hys_table_free(curve);
    hys_table_free(last);
    return status;
}

static hys_status tell_loops(hys__protocol *p, const loop *loops, size_t n) {
    static const char *const columns[] = {"frequency", "Hz", "area",  "W", "area_part", "1", "area_pos", "W",
                                          "area_neg",  "W",  "pinch", "1", "energy",    "J", NULL};
    hys__loop_series s = {0};
    const size_t *order = NULL;
    double *f = HYS_NEW_N(p->arena, double, n);
    if (!f) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) f[k] = loops[k].frequency;
    hys_status status = hys__measured_order(p, f, n, &order);
    if (status == HYS_OK) status = hys__protocol_table(p, "area", "scatter", columns, &s.table);
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = hys__add_loop(p, &s, f[order[k]], loops[order[k]].run);
    return status == HYS_OK ? hys__tell_series(p, &s) : status;
}

static hys_status run_series(hys__protocol *p) {
    size_t n = p->measured->n;
    int32_t cycles = 0;
    loop *loops = HYS_NEW_N(p->arena, loop, n);
    if (!loops) return HYS_NOMEM;
    hys_status status = cycles_option(p, &cycles);
    if (status == HYS_OK && n < 2)
        status = hys__measured_refuse(p, 0, "--data FILE FILE ...", "a series of frequencies needs a record of each");
    for (size_t k = 0; k < n && status == HYS_OK; k++) status = take_loop(p, k, cycles, &loops[k]);
    if (status == HYS_OK) status = tell_loops(p, loops, n);
    for (size_t k = 0; k < n; k++) hys_run_free(loops[k].run);
    return status;
}

const hys__measured_row hys__measured_iv_frequency = {{"iv-frequency", "time, v and i, a record a frequency",
                                                       cycle_options, sizeof cycle_options / sizeof *cycle_options},
                                                      run_series};
