/* The folds of an S-shaped curve, and a relaxation circuit made for them. */
#include "lab/relax.h"
#include <math.h>

#define LEAST_I    1e-9 /* A */
#define MOST_I     0.1
#define PER_DECADE 30
#define BEYOND     5.0   /* times the holding current: as far as the curve is shown */
#define LEAST_FALL 0.005 /* of the voltage, that is a fold and no ripple */
#define SLOW       100.0 /* charging against switching */
#define STEEP      5.0   /* series resistance against the negative one */
#define TIMES      136   /* of a step, from 1e-14 s, eight a decade */

static hys_status lay_current(hys__protocol *p, double most, hys__drive *d) {
    size_t n = (size_t)(PER_DECADE * log10(most / LEAST_I) + 1.5);
    *d = (hys__drive){.arena = p->arena, .is_current = true, .is_quasi_static = true, .cycles = 1, .peak = most};
    for (size_t k = 0; k < n; k++) {
        double *point = HYS_PUSH(p->arena, &d->points);
        if (!point) return HYS_NOMEM;
        *point = LEAST_I * pow(10, (double)k / PER_DECADE);
    }
    d->n_rows = n;
    return HYS_OK;
}

/* Run NULL: such currents cannot be followed. */
static hys_status follow(hys__protocol *p, const hys_bench_opts *bench, double most, hys_run **run) {
    const size_t n_before = hys_diag_count(p->ctx);
    hys__drive drive;
    *run = NULL;
    hys_status status = lay_current(p, most, &drive);
    if (status == HYS_OK) status = hys__run_drive(p->ctx, p->model, bench, &drive, run);
    if (status == HYS_NOMEM || status == HYS_CANCEL || status == HYS_BUG) return status;
    if (status != HYS_OK) hys__diag_rewind(p->ctx, n_before);
    return HYS_OK;
}

/* The largest current that can be followed, by decades from above; what cannot hold the least, as an insulator, is not
 * asked for more. */
static hys_status sweep(hys__protocol *p, hys_run **run) {
    hys_bench_opts bench = p->bench;
    bench.series = bench.compliance = NULL;
    hys_status status = follow(p, &bench, 10 * LEAST_I, run);
    if (status != HYS_OK || !*run) return status;
    hys_run_free(*run);
    *run = NULL;
    for (double most = MOST_I; most > 0.5e-6 && !*run && status == HYS_OK; most /= 10)
        status = follow(p, &bench, most, run);
    return status;
}

static void find_folds(const hys_table *t, hys__fold *f) {
    const double *v = hys_table_column(t, "v"), *i = hys_table_column(t, "i");
    size_t n = hys_table_n_rows(t), top = 0, low;
    for (size_t k = 1; k < n; k++) {
        if (v[k] >= v[top]) top = k;
        else if (v[k] < (1 - LEAST_FALL) * v[top]) break;
    }
    for (low = top; low + 1 < n && v[low + 1] <= v[low];) low++;
    if (top + 1 >= n || !(v[low] < (1 - LEAST_FALL) * v[top])) return;
    f->v_th = v[top];
    f->i_th = i[top];
    f->v_hold = v[low];
    f->i_hold = i[low];
}

/* ---- under a voltage ---- */

#define N_RAMP 600
#define RAMP   1.0 /* s */
#define OVER   1.2 /* times the threshold */
#define JUMPS  3.0 /* factor of the current from one row to the next */

/* Where the current jumps up on the way out and falls on the way back, at less voltage. */
static void find_jumps(const hys__seen *s, hys__fold *f) {
    size_t up = 0, down = 0;
    for (size_t k = 1; k < s->n; k++) {
        bool is_out = s->v[k] > s->v[k - 1];
        double ratio = s->i[k] / s->i[k - 1];
        if (!(s->i[k - 1] > 0)) continue;
        if (is_out && !up && ratio > JUMPS * s->v[k] / s->v[k - 1]) up = k;
        if (!is_out && up && !down && s->v[k] > 0 && ratio < s->v[k] / s->v[k - 1] / JUMPS) down = k;
    }
    if (!up || !down || !(s->v[down - 1] < s->v[up - 1]) || !(s->i[down - 1] > s->i[up - 1])) return;
    f->v_th = s->v[up - 1];
    f->i_th = s->i[up - 1];
    f->v_hold = s->v[down - 1];
    f->i_hold = s->i[down - 1];
    f->is_of_voltage = true;
}

static hys_status ramp(hys__protocol *p, double most, hys__fold *f, hys_table *table) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    hys__script_line(&script, RAMP, 0, most, N_RAMP);
    hys__script_line(&script, RAMP, most, 0, N_RAMP);
    status = hys__script_run(&script, &seen);
    if (status != HYS_OK) return status;
    find_jumps(&seen, f);
    for (size_t k = 1; k < seen.n && !isnan(f->v_th) && status == HYS_OK; k++)
        if (seen.i[k] > 0) status = hys_table_add_row(table, (double[]){seen.v[k], seen.i[k]});
    hys__seen_free(&seen);
    return status;
}

/* What switches by events, or keeps its state between hold and threshold, has no steady curve under a current: a slow
 * voltage shows both ends of its branches. */
static hys_status find_under_voltage(hys__protocol *p, hys__fold *f, hys_table *table) {
    static const double amplitudes[] = {0.2, 0.5, 1, 2, 5};
    const char *series = p->bench.series, *compliance = p->bench.compliance;
    size_t n_before = hys_diag_count(p->ctx);
    hys_status status = HYS_OK;
    p->bench.series = p->bench.compliance = NULL;
    for (size_t k = 0; k < sizeof amplitudes / sizeof *amplitudes && status == HYS_OK && isnan(f->v_th); k++) {
        status = ramp(p, amplitudes[k], f, table);
        if (status != HYS_NOCONV && status != HYS_SINGULAR && status != HYS_LIMIT) continue;
        hys__diag_rewind(p->ctx, n_before);
        status = HYS_OK;
    }
    p->bench.series = series;
    p->bench.compliance = compliance;
    if (status != HYS_OK || isnan(f->v_th)) return status;
    return hys__protocol_remark(p,
                                "no curve under a current folds; threshold and hold are those of a voltage that "
                                "rises and falls in %g s",
                                RAMP);
}

hys_status hys__relax_fold(hys__protocol *p, hys__fold *f) {
    static const char *const columns[] = {"v", "V", "i", "A", NULL};
    hys_run *run = NULL;
    hys_table *table = NULL;
    *f = (hys__fold){NAN, NAN, NAN, NAN, NAN, false};
    hys_status status = sweep(p, &run);
    if (status == HYS_OK) status = hys__protocol_table(p, "curve", "iv-semilog", columns, &table);
    if (status == HYS_OK && run) {
        const hys_table *t = hys_run_table(run);
        const double *v = hys_table_column(t, "v"), *i = hys_table_column(t, "i");
        find_folds(t, f);
        double most = isnan(f->i_hold) ? INFINITY : BEYOND * f->i_hold;
        for (size_t k = 0; k < hys_table_n_rows(t) && i[k] <= most && status == HYS_OK; k++)
            status = hys_table_add_row(table, (double[]){v[k], i[k]});
    }
    hys_run_free(run);
    return status == HYS_OK && isnan(f->v_th) ? find_under_voltage(p, f, table) : status;
}

/* A step of the source through the resistance: when the voltage has come down half of the way between the folds. */
static hys_status time_switch(hys__protocol *p, const hys__relax *c, hys__fold *f) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    const char *series = p->bench.series;
    p->bench.series = hys__protocol_quantity(p, c->series, "ohm");
    if (!p->bench.series) return HYS_NOMEM;
    double gone = 1e-15, half = 0.5 * (f->v_th + f->v_hold), most = 0;
    size_t first = hys__script_line(&script, gone, 0, c->source, 1);
    for (int k = 0; k < TIMES; k++) {
        double until = 1e-14 * pow(10, k / 8.0);
        hys__script_line(&script, until - gone, c->source, c->source, 1);
        gone = until;
    }
    status = hys__script_run(&script, &seen);
    p->bench.series = series;
    if (status != HYS_OK) return status;
    for (size_t k = first; k < script.marks.n && isnan(f->t_switch); k++) {
        double v = seen.v[script.marks.at[k].top];
        most = fmax(most, v);
        if (most > half && v < half) f->t_switch = hys__seen_time(&seen, k);
    }
    hys__seen_free(&seen);
    return HYS_OK;
}

/* The same where no current can be held: from a step of the voltage beyond the threshold to half of the
 * current; what charges on the step itself is not looked at. */
static hys_status time_under_voltage(hys__protocol *p, hys__fold *f) {
    hys__script script;
    hys__seen seen;
    hys_status status = hys__script_new(p, &script);
    if (status != HYS_OK) return status;
    const char *series = p->bench.series;
    double gone = 1e-15, v = OVER * f->v_th;
    p->bench.series = NULL;
    size_t first = hys__script_line(&script, gone, 0, v, 1), last = first;
    for (int k = 0; k < TIMES; k++) {
        double until = 1e-14 * pow(10, k / 8.0);
        last = hys__script_line(&script, until - gone, v, v, 1);
        gone = until;
    }
    status = hys__script_run(&script, &seen);
    p->bench.series = series;
    if (status != HYS_OK) return status;
    double half = 0.5 * hys__seen_current(&seen, last);
    for (size_t k = first + 1; k < script.marks.n && isnan(f->t_switch); k++)
        if (hys__seen_current(&seen, k) > half) f->t_switch = hys__seen_time(&seen, k);
    hys__seen_free(&seen);
    return HYS_OK;
}

double hys__relax_period(const hys__fold *f, const hys__relax *c) {
    /* the insulating branch loads the source */
    double g = f->i_th / f->v_th, full = c->source / (1 + c->series * g),
           tau = c->series * c->parallel / (1 + c->series * g);
    return full > f->v_th ? tau * log((full - f->v_hold) / (full - f->v_th)) : NAN;
}

static hys_status choose(hys__protocol *p, hys__fold *f, hys__relax *c) {
    hys_status status = f->is_of_voltage ? time_under_voltage(p, f) : time_switch(p, c, f);
    double slow = isnan(f->t_switch) ? 1e-6 : SLOW * f->t_switch;
    if (hys__protocol_is_auto(p, "parallel")) c->parallel = hys__protocol_round(slow / c->series);
    if (status == HYS_OK && isnan(f->t_switch) && hys__protocol_is_auto(p, "parallel"))
        return hys__protocol_remark(p, "how fast the device switches cannot be told: the capacitance charges in 1 us");
    return status;
}

hys_status hys__relax_circuit(hys__protocol *p, hys__fold *f, hys__relax *c, double *from, double *to) {
    hys_status status = HYS_OK;
    if (hys__protocol_is_auto(p, "series"))
        c->series = hys__protocol_round(STEEP * (f->v_th - f->v_hold) / (f->i_hold - f->i_th));
    else status = hys__protocol_positive(p, "series", &c->series);
    *from = f->v_th + c->series * f->i_th;
    *to = f->v_hold + c->series * f->i_hold;
    if (!hys__protocol_is_auto(p, "parallel") && status == HYS_OK)
        status = hys__protocol_positive(p, "parallel", &c->parallel);
    if (status != HYS_OK) return status;
    c->source = *to > *from ? *from + 0.25 * (*to - *from) : 1.25 * *from;
    status = choose(p, f, c);
    if (status != HYS_OK) return status;
    return hys__protocol_remark(p, "circuit: series=%gohm, parallel=%gF", c->series, c->parallel);
}
