/* .pss: three tables, of the wave over one period, of its harmonics, and of the cycle as a whole. */
#include "circuit/probe.h"
#include "circuit/pss.h"
#include "circuit/sim.h"
#include <math.h>
#include <string.h>

#define DEGREES     (180 / 3.14159265358979323846)
#define TWO_PI      6.28318530717958647692
#define MULTIPLIERS 8 /* told at most */

/* ---- the wave ---- */

/* Energies of probes are counted from the start of the cycle. */
static void start_energies(hys__circuit *c) {
    for (size_t k = 0; k < c->energies.n; k++) c->energies.at[k].sum = 0;
}

static void count_energies(hys__circuit *c, double t0, const hys__pss_wave *w, size_t row, size_t n) {
    for (size_t k = 0; k < c->energies.n; k++) {
        hys__energy *e = &c->energies.at[k];
        const hys__probe_at at = {.t = t0 + w->t[row], .y = w->y + row * n, .yp = w->yp + row * n};
        double now = hys__probe_power(c, &at, e->a, e->is_scope);
        if (row > 0) e->sum += 0.5 * (w->t[row] - w->t[row - 1]) * (e->power + now);
        e->power = now;
    }
}

static hys_status write_wave(hys__sim_task *task, hys__pss *p) {
    hys_status status = hys_table_add_column(task->table, "time", "s");
    if (status == HYS_OK) status = hys__sim_columns(task);
    start_energies(task->circuit);
    for (size_t k = 0; status == HYS_OK && k < p->rows.n; k++) {
        hys__pss_at_row(p, &p->rows, k);
        count_energies(task->circuit, p->t0, &p->rows, k, p->n);
        task->row[0] = p->rows.t[k];
        status = hys__sim_row(task, 1, p->t0 + p->rows.t[k], p->rows.y + k * p->n, p->rows.yp + k * p->n);
    }
    return status;
}

/* ---- harmonics ---- */

/* v = mean + sum of magnitude cos(2 pi k f t + phase) */
static hys_status find_harmonics(hys__sim_task *task, hys__pss *p, size_t n_shown, double complex *sums) {
    size_t n_harmonics = task->analysis->pss.n_harmonics + 1;
    const hys__pss_wave *w = &p->nodes;
    for (size_t i = 0; i < w->n; i++) {
        hys__pss_at_row(p, w, i);
        for (size_t k = 0; k < n_shown; k++) {
            double value;
            hys_status status = hys__circuit_probe(task->circuit, &task->probes[k], p->t0 + w->t[i], w->y + i * p->n,
                                                   w->yp + i * p->n, &value);
            if (status != HYS_OK) return status;
            for (size_t h = 0; h < n_harmonics; h++)
                sums[k * n_harmonics + h] += w->weight[i] * value * (h ? 2 : 1) *
                                             cexp(HYS__COMPLEX(0, -TWO_PI * (double)h * w->t[i] / p->period));
        }
    }
    return HYS_OK;
}

static hys_status harmonic_columns(hys__sim_task *task, hys_table *table, size_t n_shown) {
    hys_status status = hys_table_add_column(table, "harmonic", "1");
    if (status == HYS_OK) status = hys_table_add_column(table, "frequency", "Hz");
    for (size_t k = 0; status == HYS_OK && k < n_shown; k++) {
        const char *size = hys__arena_printf(task->arena, "%s.magnitude", task->probes[k].label);
        const char *phase = hys__arena_printf(task->arena, "%s.phase", task->probes[k].label);
        if (!size || !phase) return HYS_NOMEM;
        status = hys_table_add_column(table, size, task->probes[k].unit);
        if (status == HYS_OK) status = hys_table_add_column(table, phase, "deg");
    }
    return status;
}

static hys_status write_harmonics(hys__sim_task *task, const hys__pss *p, size_t n_shown, const double complex *sums) {
    size_t n_harmonics = task->analysis->pss.n_harmonics + 1;
    hys_table *table;
    double *row = HYS_NEW_N(task->arena, double, 2 * n_shown + 2);
    if (!row) return HYS_NOMEM;
    hys_status status = hys__sim_more(task, "harmonics", &table);
    if (status == HYS_OK) status = harmonic_columns(task, table, n_shown);
    for (size_t h = 0; status == HYS_OK && h < n_harmonics; h++) {
        row[0] = (double)h;
        row[1] = (double)h / p->period;
        for (size_t k = 0; k < n_shown; k++) {
            double complex z = sums[k * n_harmonics + h];
            row[2 + 2 * k] = h ? cabs(z) : creal(z);
            row[3 + 2 * k] = h ? carg(z) * DEGREES : 0;
        }
        status = hys_table_add_row(table, row);
    }
    return status;
}

/* ---- the cycle ---- */

#define CONSTANT 1e-9 /* a first harmonic below this part of the mean is rounding */

/* sqrt(sum of squares of harmonics 2 ...) / first */
static double distortion(const double complex *sums, size_t n) {
    double sum = 0;
    for (size_t h = 2; h < n; h++) sum += creal(sums[h] * conj(sums[h]));
    return cabs(sums[1]) > CONSTANT * cabs(sums[0]) ? sqrt(sum) / cabs(sums[1]) : NAN;
}

typedef struct summary {
    hys__sim_task *task;
    hys_table *table;
    double *row;
    size_t n;
    hys_status status;
} summary;

static void tell(summary *s, const char *name, const char *unit, double value) {
    s->row[s->n++] = value;
    if (s->status == HYS_OK && !name) s->status = HYS_NOMEM;
    if (s->status == HYS_OK) s->status = hys_table_add_column(s->table, name, unit);
}

static hys_status write_summary(hys__sim_task *task, const hys__pss *p, size_t n_shown, const double complex *sums) {
    size_t n_harmonics = task->analysis->pss.n_harmonics + 1;
    summary s = {.task = task, .row = HYS_NEW_N(task->arena, double, n_shown + 2 * MULTIPLIERS + 9)};
    if (!s.row) return HYS_NOMEM;
    s.status = hys__sim_more(task, "cycle", &s.table);
    tell(&s, "period", "s", p->period);
    tell(&s, "frequency", "Hz", 1 / p->period);
    tell(&s, "is_driven", "1", p->is_driven);
    tell(&s, "is_stable", "1", p->is_trusted ? p->n_unstable == 0 : NAN);
    tell(&s, "n_unstable", "1", p->is_trusted ? (double)p->n_unstable : NAN);
    tell(&s, "n_neutral", "1", (double)p->n_neutral);
    tell(&s, "newton_step", "1", p->step);
    tell(&s, "interpolation_error", "1", p->error);
    for (size_t k = 0; k < n_shown; k++)
        tell(&s, hys__arena_printf(task->arena, "%s.thd", task->probes[k].label), "1",
             distortion(sums + k * n_harmonics, n_harmonics));
    for (size_t k = 0; k < p->n_multipliers && k < MULTIPLIERS; k++) {
        tell(&s, hys__arena_printf(task->arena, "multiplier%zu.re", k + 1), "1", creal(p->multiplier[k]));
        tell(&s, hys__arena_printf(task->arena, "multiplier%zu.im", k + 1), "1", cimag(p->multiplier[k]));
    }
    return s.status == HYS_OK ? hys_table_add_row(s.table, s.row) : s.status;
}

/* ---- all ---- */

static hys_status remark(const hys__sim_task *task, const hys__pss *p) {
    hys_status status = HYS_OK;
    if (!p->is_trusted)
        status = hys__circuit_remarkf(task->circuit,
                                      "%s: the multipliers cannot be told in double precision, and so "
                                      "not whether the cycle is stable",
                                      task->result->name);
    else if (p->n_unstable)
        status = hys__circuit_remarkf(task->circuit,
                                      "%s: the cycle is unstable: the circuit itself leaves it, for another "
                                      "cycle, or a quasi-periodic or chaotic motion",
                                      task->result->name);
    if (status == HYS_OK && p->n_neutral)
        status =
            hys__circuit_remarkf(task->circuit,
                                 "%s: there is a cycle for each value of what the drive only moves back and forth (%zu "
                                 "multiplier%s 1): this one keeps the values after the transient",
                                 task->result->name, p->n_neutral, p->n_neutral == 1 ? " is" : "s are");
    return status;
}

static hys_status write_all(hys__sim_task *task, hys__pss *p) {
    size_t n_shown = task->n_probes - task->n_hidden;
    double complex *sums = HYS_NEW_N(task->arena, double complex, (task->analysis->pss.n_harmonics + 1) * n_shown + 1);
    if (!sums) return HYS_NOMEM;
    hys_status status = write_wave(task, p);
    if (status == HYS_OK) status = find_harmonics(task, p, n_shown, sums);
    if (status == HYS_OK) status = write_harmonics(task, p, n_shown, sums);
    if (status == HYS_OK) status = write_summary(task, p, n_shown, sums);
    return status == HYS_OK ? remark(task, p) : status;
}

static bool pass_progress(void *user, double done) {
    return hys__sim_progress(user, done);
}

hys_status hys__sim_pss(hys__sim_task *task) {
    hys__pss p = {.ctx = task->ctx,
                  .c = task->circuit,
                  .analysis = task->analysis,
                  .rtol = task->opts->rtol,
                  .progress = pass_progress,
                  .progress_user = task};
    uint64_t evals = task->circuit->n_evals;
    hys_status status = hys__pss_run(&p);
    if (status == HYS_OK) status = write_all(task, &p);
    task->result->method = p.method;
    task->result->n_evals = task->circuit->n_evals - evals;
    task->result->n_newton = p.n_iter;
    hys__pss_close(&p);
    return status;
}
