/* Crossbars in time.  Each step has the two stages of the singly diagonally implicit method of order 2 that is
 * L-stable (Alexander 1977), gamma = 1 - 1/sqrt 2:
 *
 *     x_1 = x_n + gamma h f(x_1),     x_2 = x_n + (1 - gamma) h f(x_1) + gamma h f(x_2),     x_(n+1) = x_2.
 *
 * A stage is one solution of the network: the cells' states are eliminated cell by cell, wires' capacitances are
 * conductances C / (gamma h) to what the nodes were.  The second stage starts from x_n + ahead (x_1 - x_n); the
 * difference of both stages' own changes, gamma h (f_2 - f_1), is that to the embedded method of order 1. */
#include "array/array_impl.h"
#include "base/diag.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <time.h>

static const double gamma_of = 0.29289321881345248, /* 1 - 1/sqrt 2 */
    ahead_of = 2.41421356237309505;                 /* (1 - gamma) / gamma */

typedef struct run {
    hys_array *a;
    hys_ctx *ctx;
    hys__arena arena;
    const hys_array_drive *drive;
    hys_array_run_opts opts;
    hys_array_run_report report;
    size_t count, corner;         /* m n; the first corner that is not behind */
    double time, end;             /* s: of the last accepted step; of the drive */
    double *words, *bits, *gates; /* V: now; gates of the lines */
    double *cell_gates;           /* [m n] V */
    double *before, *was, *stage; /* [2 m n] V: of nodes, at the end of the last steps, at the first stage */
    double *charge_in;            /* [2 m n] A: what the nodes' own past lets flow in; NULL: no capacitance */
    double *line_charge;          /* [m + n] A */
    double last_h;                /* s: of the step from before to was; 0: there is none */
    double most_norm, most_size;  /* A: largest of cells, of what ends drive, until now */
    double worst_norm;            /* A: the most that nodes kept */
    double swing;                 /* V: the most that the drive asks for */
} run;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

hys_array_run_opts hys_array_run_opts_default(void) {
    return (hys_array_run_opts){.size = sizeof(hys_array_run_opts), .reltol = 1e-3};
}

static hys_array_run_opts complete_opts(const hys_array_run_opts *given, double end) {
    hys_array_run_opts o = hys_array_run_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (o.reltol == 0) o.reltol = 1e-3;
    if (o.max_step == 0) o.max_step = end / 50;
    return o;
}

/* ---- the drive ---- */

static size_t n_gates(const hys_array *a) {
    return a->gates_along == HYS_GATES_ALONG_WORDS ? a->opts.rows : a->opts.columns;
}

static hys_status check_values(hys_ctx *ctx, const char *what, const double *v, size_t corners, size_t lines) {
    for (size_t k = 0; k < corners * lines && v; k++)
        if (!isfinite(v[k]))
            return hys__fail(ctx, HYS_ARG, "", "%s %zu is driven to %g V at corner %zu", what, k % lines, v[k],
                             k / lines);
    return HYS_OK;
}

static hys_status check_drive(const hys_array *a, const hys_array_drive *d) {
    if (d->n_corners < 2 || !d->times)
        return hys__fail(a->ctx, HYS_ARG, "times from 0 to the end", "a drive of %zu corners", d->n_corners);
    if (d->times[0] != 0) return hys__fail(a->ctx, HYS_ARG, "", "the drive starts at %g s, not at 0", d->times[0]);
    for (size_t k = 1; k < d->n_corners; k++)
        if (!(d->times[k] > d->times[k - 1]) || !isfinite(d->times[k]))
            return hys__fail(a->ctx, HYS_ARG, "give an edge a time of its own, however short",
                             "corner %zu of the drive is at %g s, behind one at %g s", k, d->times[k], d->times[k - 1]);
    hys_status status = check_values(a->ctx, "word line", d->words, d->n_corners, hys__array_n_words(a));
    if (status == HYS_OK) status = check_values(a->ctx, "bit line", d->bits, d->n_corners, a->opts.columns);
    if (status == HYS_OK) status = check_values(a->ctx, "gate", d->gates, d->n_corners, n_gates(a));
    return status;
}

static hys_status check_opts(hys_ctx *ctx, const hys_array_run_opts *o) {
    if (!(o->reltol > 0 && o->reltol < 1))
        return hys__fail(ctx, HYS_ARG, "between 0 and 1", "no tolerance of steps can be %g", o->reltol);
    if (!(o->max_step > 0))
        return hys__fail(ctx, HYS_ARG, "more than 0 s", "no step can be at most %g s long", o->max_step);
    return HYS_OK;
}

/* Where time lies behind corner k: all lines, straight between. */
static void follow(const double *corners, size_t lines, size_t k, double part, double *v) {
    if (!corners) return;
    const double *from = corners + k * lines, *to = from + lines;
    for (size_t i = 0; i < lines; i++) v[i] = part < 1 ? from[i] + part * (to[i] - from[i]) : to[i];
}

/* Everything that is driven, at a time in the segment that ends with the next corner. */
static void drive(run *r, double time) {
    const hys_array_drive *d = r->drive;
    const size_t k = r->corner - 1;
    const double part = (time - d->times[k]) / (d->times[k + 1] - d->times[k]);
    follow(d->words, hys__array_n_words(r->a), k, part, r->words);
    follow(d->bits, r->a->opts.columns, k, part, r->bits);
    if (!d->gates || !r->a->devices) return;
    follow(d->gates, n_gates(r->a), k, part, r->gates);
    hys__array_spread_gates(r->a, r->gates, r->cell_gates);
    hys__cells_set_gates(r->a->devices, r->cell_gates);
}

static double swing_of(const double *v, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n && v; k++) most = fmax(most, fabs(v[k]));
    return most;
}

/* ---- a stage ---- */

static double capacitance(const run *r, size_t k) {
    return k < r->count ? r->a->opts.word_capacitance : r->a->opts.bit_capacitance;
}

/* What the charge of a node starts the stage from. */
static double old_of(const run *r, size_t k, double ahead) {
    return r->was[k] + (ahead > 0 ? ahead * (r->stage[k] - r->was[k]) : 0);
}

static hys_status set_charges(run *r, double step, double ahead) {
    hys__grid *g = &r->a->grid;
    if (!r->charge_in) return HYS_OK;
    const double word = r->a->opts.word_capacitance / step, bit = r->a->opts.bit_capacitance / step;
    for (size_t k = 0; k < 2 * r->count; k++) r->charge_in[k] = (k < r->count ? word : bit) * old_of(r, k, ahead);
    if (g->word_ground == word && g->bit_ground == bit) return HYS_OK;
    g->word_ground = word;
    g->bit_ground = bit;
    return hys__general_refill(&r->a->general);
}

/* Fields at points in time. */
typedef struct past {
    size_t n; /* 2: a line through them, 3: a parabola */
    const double *field[3], at[3];
} past;

#define BLOCK 4096 /* nodes of a part */

typedef struct guess {
    const run *r;
    size_t n;
    const double *field[3];
    double weight[3];
    double *to; /* of a copy */
} guess;

static void guess_block(void *data, size_t part, unsigned thread) {
    const guess *g = data;
    const size_t first = part * BLOCK, all = 2 * g->r->count, end = first + BLOCK < all ? first + BLOCK : all;
    const double *restrict a = g->field[0], *restrict b = g->field[1], *restrict c = g->field[2];
    double *restrict u = g->r->a->general.u;
    (void)thread;
    for (size_t k = first; k < end; k++) u[k] = g->weight[0] * a[k] + g->weight[1] * b[k];
    for (size_t k = first; k < end && g->n > 2; k++) u[k] += g->weight[2] * c[k];
}

static hys__team *team_of(const run *r) {
    return r->a->has_linear ? r->a->linear.factor.team : NULL;
}

static void copy_block(void *data, size_t part, unsigned thread) {
    const guess *g = data;
    const size_t first = part * BLOCK, all = 2 * g->r->count, end = first + BLOCK < all ? first + BLOCK : all;
    (void)thread;
    memcpy(g->to + first, g->field[0] + first, (end - first) * sizeof *g->to);
}

static void copy_nodes(const run *r, double *to, const double *from) {
    hys__team_run(team_of(r), (2 * r->count + BLOCK - 1) / BLOCK, copy_block,
                  &(guess){.r = r, .field = {from}, .to = to});
}

static void extrapolate(const run *r, const past *p, double to) {
    guess g = {.r = r, .n = p->n};
    for (size_t k = 0; k < p->n; k++) {
        g.field[k] = p->field[k];
        g.weight[k] = 1;
        for (size_t l = 0; l < p->n; l++)
            if (l != k) g.weight[k] *= (to - p->at[l]) / (p->at[k] - p->at[l]);
    }
    hys__team_run(team_of(r), (2 * r->count + BLOCK - 1) / BLOCK, guess_block, &g);
}

/* Potentials go on as in the last step and the stages of both; after a corner, as the first stage did. */
static void foresee(const run *r, double h, double ahead) {
    const double first = gamma_of * h, last = r->last_h;
    if (ahead > 0) extrapolate(r, &(past){last > 0 ? 3 : 2, {r->was, r->stage, r->before}, {0, first, -last}}, h);
    else if (last > 0)
        extrapolate(r, &(past){3, {r->was, r->before, r->stage}, {0, -last, (gamma_of - 1) * last}}, first);
    else copy_nodes(r, r->a->general.u, r->was);
}

#define CLOSER 1e-2 /* than the tolerance of the steps are currents balanced */
#define SMALL  1e-3 /* cells' currents beside the largest until now; potentials beside the drive's */

/* A: currents that make no difference, to cells or to what charges the wires. */
static double floor_of(const run *r, double tolerance) {
    const hys__grid *g = &r->a->grid;
    const double charge = fmax(g->word_ground, g->bit_ground) * r->swing * sqrt((double)r->count);
    return fmax(SMALL * tolerance * fmax(r->most_norm, charge), DBL_MIN);
}

#define MOST_STEPS 12 /* of Newton's method; a shorter step in time needs fewer */

static hys__general_task task_of(const run *r) {
    const double tolerance = fmax(CLOSER * r->opts.reltol, r->a->opts.tolerance);
    return (hys__general_task){
        .source = {.left = r->words,
                   .right = r->words,
                   .top = r->bits,
                   .bottom = r->bits,
                   .word_in = r->charge_in,
                   .bit_in = r->charge_in ? r->charge_in + r->count : NULL},
        .tolerance = tolerance,
        .floor = floor_of(r, tolerance),
        .slack = r->opts.reltol,
        .gain = 1e-2,
        .most_steps = MOST_STEPS,
    };
}

static hys_status solve_stage(run *r, double h, double ahead) {
    hys__general *s = &r->a->general;
    const double step = gamma_of * h, time = ahead > 0 ? r->time + h : r->time + step;
    drive(r, time);
    hys_status status = set_charges(r, step, ahead);
    if (status != HYS_OK) return status;
    if (r->a->devices)
        hys__cells_begin(r->a->devices,
                         &(hys__cell_stage){.mode = HYS__CELLS_STEP, .time = time, .h = step, .ahead = ahead});
    foresee(r, h, ahead);
    const hys__general_task task = task_of(r);
    status = hys__general_approach(s, &task);
    r->report.newton_steps += s->steps;
    r->report.iterations += s->iterations;
    if (status != HYS_OK) return status;
    r->most_norm = fmax(r->most_norm, s->cell_norm);
    r->most_size = fmax(r->most_size, fmax(s->size, s->cell_norm));
    r->worst_norm = fmax(r->worst_norm, s->norm);
    hys__array_take_general(r->a);
    return HYS_OK;
}

/* ---- a step ---- */

typedef struct energy {
    double source, cells, wires;
} energy;

static void add_energy(const run *r, double h, energy *e) {
    e->source += h * hys__array_power_of_sources(r->a, r->words, r->bits);
    e->cells += h * hys__array_power_of_cells(r->a);
    e->wires += h * hys__array_power_of_wires(r->a, r->words, r->bits);
}

/* Of the embedded method, beside the tolerance. */
static double error_of_nodes(const run *r) {
    const double *v = r->a->general.u;
    double most = 0;
    for (size_t k = 0; k < 2 * r->count; k++) {
        const double error = v[k] - old_of(r, k, ahead_of) - (r->stage[k] - r->was[k]);
        if (capacitance(r, k) > 0) most = fmax(most, fabs(error));
    }
    return r->swing > 0 ? most / (r->opts.reltol * r->swing) : 0;
}

static double error_of(const run *r) {
    const double of_cells = r->a->devices ? hys__cells_change(r->a->devices, r->opts.reltol) : 0;
    return r->charge_in ? fmax(of_cells, error_of_nodes(r)) : of_cells;
}

static hys_status try_step(run *r, double h, energy *e) {
    hys_status status = solve_stage(r, h, 0);
    if (status != HYS_OK) return status;
    add_energy(r, (1 - gamma_of) * h, e);
    copy_nodes(r, r->stage, r->a->general.u);
    status = solve_stage(r, h, ahead_of);
    if (status == HYS_OK) add_energy(r, gamma_of * h, e);
    return status;
}

/* A: what flows into a line's capacitances at the end of the step. */
static void sum_charges(run *r, double h) {
    const size_t m = hys__array_n_words(r->a), n = r->a->opts.columns;
    memset(r->line_charge, 0, (m + n) * sizeof(double));
    for (size_t k = 0; k < 2 * r->count && h > 0; k++) {
        const double flow = capacitance(r, k) * (r->a->general.u[k] - old_of(r, k, ahead_of)) / (gamma_of * h);
        r->line_charge[k < r->count ? (r->a->grid.is_parallel ? k % n : k / n) : m + (k - r->count) % n] += flow;
    }
}

/* Shows the point, which lies h behind the one before. */
static hys_status show(run *r, double h) {
    hys_array *a = r->a;
    hys__array_sum_cells(a);
    if (r->charge_in) {
        sum_charges(r, h);
        for (size_t i = 0; i < hys__array_n_words(a); i++) a->word_currents[i] += r->line_charge[i];
        for (size_t j = 0; j < a->opts.columns; j++) a->bit_currents[j] -= r->line_charge[hys__array_n_words(a) + j];
    }
    if (!r->opts.at_step) return HYS_OK;
    const hys_array_instant instant = {r->time, r->words, r->bits, a->word_currents, a->bit_currents, a->u, a->w};
    return r->opts.at_step(r->opts.user, &instant) ? HYS_CANCEL : HYS_OK;
}

static hys_status accept(run *r, double h, bool meets, const energy *e) {
    hys_array_run_report *to = &r->report;
    hys_status status = r->a->devices ? hys__cells_accept(r->a->devices) : HYS_OK;
    if (status != HYS_OK) return status;
    to->steps++;
    to->source_energy += e->source;
    to->cell_energy += e->cells;
    to->wire_energy += e->wires;
    r->time = meets ? r->drive->times[r->corner++] : r->time + h;
    const bool is_last = r->corner >= r->drive->n_corners;
    if (is_last || r->opts.at_step) status = show(r, h);
    double *const other = r->before;
    r->before = r->was;
    r->was = other;
    copy_nodes(r, r->was, r->a->general.u);
    /* behind a corner lines do what their past does not tell */
    r->last_h = meets ? 0 : h;
    return status;
}

/* ---- all steps ---- */

#define LEAST_STEP 1e-12 /* of the drive */
#define SAFETY     0.9
#define SHRINK     0.2
#define GROW       3.0

static hys_status give_up(run *r, double h) {
    const hys__general_task task = task_of(r);
    const hys_status status = hys__general_fail(&r->a->general, &task);
    hys__note(r->ctx, NULL, HYS_NO_SPAN, "the array came to %.6g s of %.6g s; steps of %.3g s did not help", r->time,
              r->end, h);
    return status;
}

static bool differs(const double *corners, size_t lines, size_t k) {
    return corners && memcmp(corners + k * lines, corners + (k + 1) * lines, lines * sizeof *corners) != 0;
}

static bool is_edge(const run *r) {
    const hys_array_drive *d = r->drive;
    const size_t k = r->corner - 1;
    return differs(d->words, hys__array_n_words(r->a), k) || differs(d->bits, r->a->opts.columns, k) ||
           (r->gates && differs(d->gates, n_gates(r->a), k));
}

/* What devices do at a threshold shows in no error before it has happened. */
static double fit_edge(const run *r, double h) {
    if (!r->opts.edge_steps || r->opts.n_steps || !is_edge(r)) return h;
    const double *to = &r->drive->times[r->corner];
    return fmin(h, (to[0] - to[-1]) / (double)r->opts.edge_steps);
}

/* Up to the next corner, and not just short of it. */
static double fit_step(const run *r, double wanted, bool *meets) {
    const double left = r->drive->times[r->corner] - r->time, h = fit_edge(r, wanted);
    *meets = h >= left * (1 - 1e-9);
    return *meets ? left : h > 0.5 * left && !r->opts.n_steps ? 0.5 * left : h;
}

/* One accepted step of at most *h; *h is then how long the next may be. */
static hys_status advance(run *r, double *h) {
    const bool is_free = !r->opts.n_steps;
    bool has_shrunk = false;
    for (;;) {
        bool meets;
        energy e = {0};
        double step = fit_step(r, *h, &meets);
        hys_status status = try_step(r, step, &e);
        const double error = status == HYS_OK && is_free ? error_of(r) : 0;
        if (hys_ctx_is_cancelled(r->ctx)) return HYS_CANCEL;
        if (status != HYS_OK && status != HYS_NOCONV) return status;
        if (status == HYS_OK && error <= 1) {
            const double next = step * fmin(has_shrunk ? 1 : GROW, SAFETY / sqrt(fmax(error, 1e-6)));
            *h = fmin(meets ? fmax(*h, next) : next, r->opts.max_step);
            return accept(r, step, meets, &e);
        }
        r->report.rejected++;
        has_shrunk = true;
        if (r->a->devices) hys__cells_reject(r->a->devices);
        *h = step * (status == HYS_OK ? fmax(SHRINK, SAFETY / sqrt(error)) : SHRINK);
        if (*h < LEAST_STEP * r->end) return give_up(r, *h);
    }
}

static double bound_of(const run *r) {
    return r->a->devices ? hys__cells_bound(r->a->devices) : INFINITY;
}

#define FIRST 1e-3 /* of the longest step */

static hys_status run_free(run *r) {
    /* steps on edges are short enough to begin with */
    const double first = r->opts.edge_steps && is_edge(r) ? 1 / (double)r->opts.edge_steps : FIRST;
    double h = first * fmin(r->opts.max_step, r->drive->times[1]);
    hys_status status = HYS_OK;
    while (status == HYS_OK && r->corner < r->drive->n_corners) {
        h = fmax(fmin(h, bound_of(r)), LEAST_STEP * r->end);
        status = advance(r, &h);
    }
    return status;
}

/* Equal steps; a corner within one parts it, and a step that finds no solution. */
static hys_status run_equal(run *r) {
    const double h = r->end / (double)r->opts.n_steps;
    hys_status status = HYS_OK;
    for (size_t k = 1; k <= r->opts.n_steps; k++) {
        const double to = k < r->opts.n_steps ? (double)k * h : r->end;
        while (status == HYS_OK && r->corner < r->drive->n_corners && r->time < to - 1e-9 * h) {
            double step = to - r->time;
            status = advance(r, &step);
        }
    }
    return status;
}

/* ---- the whole ---- */

static double stored(const run *r) {
    const double *v = r->a->general.u;
    return 0.5 * r->a->opts.word_capacitance * hys__grid_dot(v, v, r->count) +
           0.5 * r->a->opts.bit_capacitance * hys__grid_dot(v + r->count, v + r->count, r->count);
}

/* Wires are charged, states as they are. */
static hys_status begin(run *r) {
    hys_array *a = r->a;
    if (a->devices) hys__cells_set_gates(a->devices, a->gates);
    drive(r, 0);
    if (a->devices) hys__cells_begin(a->devices, &(hys__cell_stage){.mode = HYS__CELLS_HELD});
    hys__general_task task = task_of(r);
    task.source.word_in = task.source.bit_in = NULL;
    task.tolerance = a->opts.tolerance;
    task.slack = 0;
    task.most_steps = 0;
    task.starts_anew = task.may_wander = true;
    const hys_status status = hys__general_solve(&a->general, &task);
    if (status != HYS_OK) return status;
    hys__array_take_general(a);
    copy_nodes(r, r->was, a->general.u);
    r->most_norm = a->general.cell_norm;
    return show(r, 0);
}

static hys_status take(run *r) {
    const size_t m = hys__array_n_words(r->a), n = r->a->opts.columns;
    double **const pairs[] = {&r->before, &r->was, &r->stage};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) *pairs[k] = HYS_NEW_N(&r->arena, double, 2 * r->count);
    r->words = HYS_NEW_N(&r->arena, double, m);
    r->bits = HYS_NEW_N(&r->arena, double, n);
    if (r->a->opts.word_capacitance > 0 || r->a->opts.bit_capacitance > 0) {
        r->charge_in = HYS_NEW_N(&r->arena, double, 2 * r->count);
        r->line_charge = HYS_NEW_N(&r->arena, double, m + n);
    }
    if (r->drive->gates && r->a->devices) {
        r->gates = HYS_NEW_N(&r->arena, double, n_gates(r->a));
        r->cell_gates = HYS_NEW_N(&r->arena, double, r->count);
    }
    return r->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* The network as reads find it, and gates as they were set. */
static hys_status put_back(run *r) {
    hys_array *a = r->a;
    hys_status status = HYS_OK;
    if (r->gates && a->gates) hys__cells_set_gates(a->devices, a->gates);
    if (r->charge_in) {
        a->grid.word_ground = a->grid.bit_ground = 0;
        status = hys__general_refill(&a->general);
    }
    return status == HYS_OK && !a->devices && a->has_linear ? hys__linear_set_cells(&a->linear, a->cells) : status;
}

static hys_status run_all(run *r) {
    hys_array_run_report *to = &r->report;
    const size_t m = hys__array_n_words(r->a), n = r->a->opts.columns, corners = r->drive->n_corners;
    if (r->a->grid.word_lumped || r->a->grid.bit_lumped) hys__array_forget(r->a);
    r->a->keeps_wires = true;
    hys_status status = hys__array_prepare(r->a);
    if (status == HYS_OK) status = hys__array_need_general(r->a);
    if (status == HYS_OK) status = take(r);
    if (status != HYS_OK) return status;
    r->swing = fmax(swing_of(r->drive->words, m * corners), swing_of(r->drive->bits, n * corners));
    status = begin(r);
    const double start = stored(r);
    if (status == HYS_OK) status = r->opts.n_steps ? run_equal(r) : run_free(r);
    to->charge_energy = stored(r) - start;
    const double left = to->source_energy - to->cell_energy - to->wire_energy - to->charge_energy;
    to->energy_balance = to->source_energy != 0 ? fabs(left / to->source_energy) : 0;
    to->worst_residual = r->most_size > 0 ? r->worst_norm / r->most_size : 0;
    const hys_status back = put_back(r);
    if (status != HYS_OK) hys__array_drop_solution(r->a);
    return status == HYS_OK ? back : status;
}

hys_status hys_array_run(hys_array *a, const hys_array_drive *d, const hys_array_run_opts *opts,
                         hys_array_run_report *report) {
    const double start = now();
    hys_array_drive whole = {0};
    memcpy(&whole, d, d->size < sizeof whole ? d->size : sizeof whole);
    hys_status status = check_drive(a, &whole);
    if (status != HYS_OK) return status;
    const double end = whole.times[whole.n_corners - 1];
    run r = {.a = a,
             .ctx = a->ctx,
             .drive = &whole,
             .opts = complete_opts(opts, end),
             .count = a->opts.rows * a->opts.columns,
             .corner = 1,
             .end = end};
    status = check_opts(a->ctx, &r.opts);
    if (status != HYS_OK) return status;
    hys__arena_init(&r.arena, a->ctx, 0);
    status = run_all(&r);
    hys__arena_free(&r.arena);
    if (status != HYS_OK || !report) return status;
    r.report.size = report->size;
    r.report.solve_s = now() - start;
    memcpy(report, &r.report, report->size && report->size < sizeof r.report ? report->size : sizeof r.report);
    return HYS_OK;
}

/* ---- a pulse ---- */

#define CORNERS 4

static double *pulse_of(hys__arena *arena, const double *level, size_t lines, bool is_steady) {
    double *v = level ? HYS_NEW_N(arena, double, CORNERS *lines) : NULL;
    for (size_t k = 0; k < CORNERS && v; k++)
        for (size_t i = 0; i < lines; i++) v[k * lines + i] = is_steady || k == 1 || k == 2 ? level[i] : 0;
    return v;
}

#define USUAL_RISE 0.01 /* of the width */

/* Gates are open before lines rise and until they have fallen. */
hys_status hys_array_apply(hys_array *a, const hys_array_pulse *p, const hys_array_run_opts *opts,
                           hys_array_run_report *report) {
    hys_array_pulse whole = {0};
    memcpy(&whole, p, p->size < sizeof whole ? p->size : sizeof whole);
    if (whole.rise == 0) whole.rise = USUAL_RISE * whole.width;
    if (!(whole.width > 0) || !(whole.rise > 0))
        return hys__fail(a->ctx, HYS_ARG, "both take time", "a pulse of %g s that rises in %g s", whole.width,
                         whole.rise);
    const double times[CORNERS] = {0, whole.rise, whole.rise + whole.width, 2 * whole.rise + whole.width};
    hys__arena arena;
    hys__arena_init(&arena, a->ctx, 0);
    const hys_array_drive d = {.size = sizeof d,
                               .n_corners = CORNERS,
                               .times = times,
                               .words = pulse_of(&arena, whole.words, hys__array_n_words(a), false),
                               .bits = pulse_of(&arena, whole.bits, a->opts.columns, false),
                               .gates = pulse_of(&arena, whole.gates, n_gates(a), true)};
    const hys_status status = arena.failed ? HYS_NOMEM : hys_array_run(a, &d, opts, report);
    hys__arena_free(&arena);
    return status;
}
