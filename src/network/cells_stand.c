/* Cells on a test stand.  Steps are those of arrays in time (array/transient.c), of Alexander's method of order 2:
 *
 *     x_1 = x_n + gamma h f(x_1),     x_2 = x_n + (1 - gamma) h f(x_1) + gamma h f(x_2),     x_(n+1) = x_2. */
#include "network/cells_stand.h"
#include "array/array_impl.h"
#include "array/cells_impl.h"
#include "base/context.h"
#include "base/team.h"
#include <math.h>
#include <string.h>

#define PART       64u
#define EDGE       0.01  /* of the width */
#define LEAST_STEP 1e-12 /* of a pulse */
#define SAFETY     0.9
#define SHRINK     0.2
#define GROW       4.0

static const double gamma_of = 0.29289321881345248, /* 1 - 1/sqrt 2 */
    ahead_of = 2.41421356237309505;                 /* (1 - gamma) / gamma */

typedef struct part {
    hys_ctx *ctx;
    hys__cells *cells;
    size_t first, n;
    double *u, *w, *into, *gates, *power; /* [n] V, A, V, W of the last corner's pulse */
    double *given;                        /* [n] J: of the pulse so far */
    double *before;                       /* [n_states n] */
    size_t guilty, n_steps;               /* n_steps: of all pulses */
    hys_status status;
} part;

struct hys__stand {
    hys_ctx *ctx;
    hys__arena arena;
    hys__stand_opts opts;
    size_t n, n_parts, n_states;
    bool keeps_retained;
    part *parts;
    hys__team *team;
    double *energy;
    bool *dead;
};

/* What all parts do at once. */
typedef struct job {
    hys__stand *stand;
    const hys__stand_pulse *pulse;
    double voltage, gate;
    double *g;
} job;

/* ---- coming and going ---- */

static uint64_t seed_of(uint64_t seed, size_t k) {
    return seed ^ ((uint64_t)k * 0x9e3779b97f4a7c15u); /* the first part is as an array of the same seed */
}

static hys_status new_part(hys__stand *s, part *p, size_t k) {
    hys_cell_opts cell = *s->opts.cell;
    hys__arena *a = &s->arena;
    p->first = k * PART;
    p->n = s->n - p->first < PART ? s->n - p->first : PART;
    cell.seed = seed_of(cell.seed, k);
    p->ctx = s->ctx;
    if (s->team) {
        hys_status status = hys_ctx_new(NULL, &p->ctx);
        if (status != HYS_OK) return p->ctx = NULL, status;
        hys__ctx_follow(p->ctx, s->ctx);
    }
    hys_status status = hys__cells_new(p->ctx, &cell, p->n, 1, &p->cells);
    if (status != HYS_OK) return p->status = status;
    status = hys__cells_set_threads(p->cells, 1);
    s->n_states = hys__cells_n_states(p->cells);
    double **const rows[] = {&p->u, &p->w, &p->into, &p->gates, &p->power, &p->given};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) *rows[i] = HYS_NEW_N(a, double, p->n);
    p->before = HYS_NEW_N(a, double, p->n * s->n_states + 1);
    return a->failed ? HYS_NOMEM : status;
}

/* What went wrong in a context of its own is told in that of the caller. */
static hys_status tell(hys__stand *s, const part *p) {
    for (size_t k = 0; p->ctx && p->ctx != s->ctx && k < hys_diag_count(p->ctx); k++)
        hys__report_again(s->ctx, hys_diag_get(p->ctx, k));
    return p->status;
}

static hys_status fill(hys__stand *s) {
    hys__arena *a = &s->arena;
    s->n_parts = (s->n + PART - 1) / PART;
    s->parts = HYS_NEW_N(a, part, s->n_parts);
    s->energy = HYS_NEW_N(a, double, s->n);
    s->dead = HYS_NEW_N(a, bool, s->n);
    if (a->failed) return HYS_NOMEM;
    const size_t most = (size_t)hys__ctx_n_threads(s->ctx), threads = s->n_parts < most ? s->n_parts : most;
    hys_status status = threads > 1 ? hys__team_new(s->ctx, (unsigned)threads, &s->team) : HYS_OK;
    for (size_t k = 0; k < s->n_parts && status == HYS_OK; k++) {
        status = new_part(s, &s->parts[k], k);
        if (status != HYS_OK) tell(s, &s->parts[k]);
    }
    return status;
}

hys_status hys__stand_new(hys_ctx *ctx, const hys__stand_opts *opts, hys__stand **result) {
    hys__stand *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    *s = (hys__stand){.ctx = ctx, .opts = *opts, .n = opts->n};
    if (s->opts.reltol == 0) s->opts.reltol = 1e-3;
    if (!s->opts.most_steps) s->opts.most_steps = 100000;
    hys__arena_init(&s->arena, ctx, 0);
    hys_status status = fill(s);
    if (status == HYS_OK) *result = s;
    else hys__stand_free(s);
    return status;
}

void hys__stand_free(hys__stand *s) {
    if (!s) return;
    hys_ctx *ctx = s->ctx;
    for (size_t k = 0; s->parts && k < s->n_parts; k++) {
        hys__cells_free(s->parts[k].cells);
        if (s->parts[k].ctx != ctx) hys_ctx_free(s->parts[k].ctx);
    }
    hys__team_free(s->team);
    hys__arena_free(&s->arena);
    hys__free(ctx, s, sizeof *s);
}

size_t hys__stand_count(const hys__stand *s) {
    return s->n;
}

bool hys__stand_has_gates(const hys__stand *s) {
    return s->parts[0].cells->kernel->n_terminals > 2;
}

static hys_status each(hys__stand *s, hys__team_work work, void *data) {
    for (size_t k = 0; k < s->n_parts; k++) s->parts[k].status = HYS_OK;
    hys__team_run(s->team, s->n_parts, work, data);
    for (size_t k = 0; k < s->n_parts; k++)
        if (s->parts[k].status != HYS_OK) return tell(s, &s->parts[k]);
    return hys_ctx_is_cancelled(s->ctx) ? HYS_CANCEL : HYS_OK;
}

/* ---- a step ---- */

typedef struct segment {
    double from, to; /* s */
    double a, b;     /* the pulse's height at its ends, of the voltage */
} segment;

static void put_voltages(const hys__stand *s, part *p, const job *j, const segment *g, double time) {
    const double part_of = (time - g->from) / (g->to - g->from), height = g->a + (g->b - g->a) * part_of;
    for (size_t i = 0; i < p->n; i++) {
        const size_t k = p->first + i;
        p->u[i] = j->pulse->voltages && !s->dead[k] ? height * j->pulse->voltages[k] : 0;
    }
}

static hys_status stage(hys__stand *s, part *p, const job *j, const segment *g, const hys__cell_stage *at) {
    put_voltages(s, p, j, g, at->time);
    hys__cells_begin(p->cells, at);
    return hys__cells_evaluate(p->cells, p->u, p->w, &(hys__cell_answer){.into_word = p->into}, &p->guilty);
}

/* J of the step, in p->power. */
static hys_status try_step(hys__stand *s, part *p, const job *j, const segment *g, double time, double h) {
    const double step = gamma_of * h;
    hys_status status = stage(s, p, j, g, &(hys__cell_stage){HYS__CELLS_STEP, time + step, step, 0});
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < p->n; i++) p->power[i] = (1 - gamma_of) * h * p->u[i] * p->into[i];
    status = stage(s, p, j, g, &(hys__cell_stage){HYS__CELLS_STEP, time + h, step, ahead_of});
    for (size_t i = 0; i < p->n && status == HYS_OK; i++) p->power[i] += gamma_of * h * p->u[i] * p->into[i];
    return status;
}

static double fit(const segment *g, double time, double h, bool *meets) {
    const double left = g->to - time;
    *meets = h >= left * (1 - 1e-9);
    return *meets ? left : h > 0.5 * left ? 0.5 * left : h;
}

static hys_status run_segment(hys__stand *s, part *p, const job *j, const segment *g, size_t *n_steps) {
    double time = g->from, h = (g->to - g->from) / 4;
    bool meets = false, has_shrunk = false;
    while (!meets) {
        const double bound = hys__cells_bound(p->cells), least = LEAST_STEP * g->to;
        const double step = fit(g, time, fmax(fmin(h, has_shrunk ? h : bound), least), &meets);
        hys_status status = try_step(s, p, j, g, time, step);
        const double error = status == HYS_OK ? hys__cells_change(p->cells, s->opts.reltol) : INFINITY;
        if (status != HYS_OK && status != HYS_NOCONV) return status;
        if (hys_ctx_is_cancelled(p->ctx)) return HYS_CANCEL;
        p->n_steps++;
        if (++*n_steps > s->opts.most_steps) return HYS_LIMIT;
        if (error <= 1) {
            status = hys__cells_accept(p->cells);
            if (status != HYS_OK) return status;
            for (size_t i = 0; i < p->n; i++) p->given[i] += p->power[i];
            time += step;
            h = step * fmin(has_shrunk ? 1 : GROW, SAFETY / sqrt(fmax(error, 1e-6)));
            has_shrunk = false;
            continue;
        }
        hys__cells_reject(p->cells);
        has_shrunk = true;
        meets = false;
        h = step * (status == HYS_OK && isfinite(error) ? fmax(SHRINK, SAFETY / sqrt(error)) : SHRINK);
        if (h < least) return HYS_NOCONV;
    }
    return HYS_OK;
}

/* ---- a pulse ---- */

static hys_status run_pulse(hys__stand *s, part *p, const job *j) {
    const hys__stand_pulse *q = j->pulse;
    const double edge = EDGE * q->width;
    const segment all[] = {{0, edge, 0, 1},
                           {edge, q->width, 1, 1},
                           {q->width, q->width + edge, 1, 0},
                           {q->width + edge, q->width + edge + q->rest, 0, 0}};
    const segment still = {0, q->rest, 0, 0};
    hys_status status = HYS_OK;
    size_t n_steps = 0;
    memset(p->given, 0, p->n * sizeof *p->given);
    if (!q->voltages) return q->rest > 0 ? run_segment(s, p, j, &still, &n_steps) : HYS_OK;
    for (size_t k = 0; k < 4 && status == HYS_OK; k++)
        if (all[k].to > all[k].from) status = run_segment(s, p, j, &all[k], &n_steps);
    return status;
}

static hys_status copy_states(const hys__stand *s, part *p, double *states) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < s->n_states && status == HYS_OK; k++)
        status = hys__cells_get_state(p->cells, hys__cells_state(p->cells, k), states + k * p->n);
    return status;
}

static hys_status put_states(const hys__stand *s, part *p, const double *states) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < s->n_states && status == HYS_OK; k++)
        if (!s->keeps_retained || !p->cells->model->states[k].is_retained)
            status = hys__cells_set_state(p->cells, hys__cells_state(p->cells, k), states + k * p->n);
    return status;
}

static double height_of(const hys__stand *s, const part *p, const job *j, size_t i) {
    const double v = j->pulse->voltages ? fabs(j->pulse->voltages[p->first + i]) : 0;
    return s->dead[p->first + i] ? 0 : v;
}

/* The cell that found no solution; where that was of no use, or steps went on for ever, all above three quarters of the
 * largest voltage. */
static bool leave_out(hys__stand *s, part *p, const job *j, hys_status status, size_t try) {
    double most = 0;
    for (size_t i = 0; i < p->n; i++) most = fmax(most, height_of(s, p, j, i));
    if (!(most > 0)) return false;
    if (status == HYS_NOCONV && try < 3 && p->guilty < p->n && height_of(s, p, j, p->guilty) > 0)
        return s->dead[p->first + p->guilty] = true;
    for (size_t i = 0; i < p->n; i++)
        if (height_of(s, p, j, i) >= 0.75 * most) s->dead[p->first + i] = true;
    return true;
}

static bool is_idle(const hys__stand *s, const part *p, const job *j) {
    if (!j->pulse->voltages) return false;
    for (size_t i = 0; i < p->n; i++)
        if (j->pulse->voltages[p->first + i] != 0 && !s->dead[p->first + i]) return false;
    return true;
}

static hys_status complain(part *p, const job *j, hys_status status) {
    const size_t k = p->first + (p->guilty < p->n ? p->guilty : 0);
    if (status != HYS_NOCONV && status != HYS_LIMIT) return status;
    return hys__fail(p->ctx, status, "a smaller voltage may be what the device is for",
                     "the cell %zu finds no way through a pulse of %.3g V and %.3g s", k,
                     j->pulse->voltages ? j->pulse->voltages[k] : 0, j->pulse->width);
}

static void drive_part(void *data, size_t k, unsigned thread) {
    const job *j = data;
    hys__stand *s = j->stand;
    part *p = &s->parts[k];
    (void)thread;
    if (is_idle(s, p, j)) return;
    if (j->pulse->gates) hys__cells_set_gates(p->cells, j->pulse->gates + p->first);
    if (s->opts.may_die) p->status = copy_states(s, p, p->before);
    const size_t n_said = hys_diag_count(p->ctx);
    bool again = true;
    for (size_t try = 0; again && p->status == HYS_OK; try++) {
        p->guilty = p->n;
        hys_status status = run_pulse(s, p, j);
        const bool is_stuck = status == HYS_NOCONV || status == HYS_LIMIT;
        again = is_stuck && s->opts.may_die && leave_out(s, p, j, status, try);
        if (again) {
            hys__diag_rewind(p->ctx, n_said);
            p->status = put_states(s, p, p->before);
        } else p->status = complain(p, j, status);
    }
    for (size_t i = 0; i < p->n; i++) s->energy[p->first + i] += p->given[i];
}

hys_status hys__stand_drive(hys__stand *s, const hys__stand_pulse *pulse) {
    job j = {.stand = s, .pulse = pulse};
    return each(s, drive_part, &j);
}

size_t hys__stand_steps(const hys__stand *s) {
    size_t steps = 0;
    for (size_t k = 0; k < s->n_parts; k++) steps += s->parts[k].n_steps;
    return steps;
}

const double *hys__stand_energy(const hys__stand *s) {
    return s->energy;
}

void hys__stand_forget_energy(hys__stand *s) {
    memset(s->energy, 0, s->n * sizeof *s->energy);
}

const bool *hys__stand_dead(const hys__stand *s) {
    return s->dead;
}

void hys__stand_revive(hys__stand *s) {
    memset(s->dead, 0, s->n * sizeof *s->dead);
}

/* ---- reads ---- */

static void read_part(void *data, size_t k, unsigned thread) {
    const job *j = data;
    part *p = &j->stand->parts[k];
    (void)thread;
    for (size_t i = 0; i < p->n; i++) p->gates[i] = j->gate;
    hys__cells_set_gates(p->cells, p->gates);
    p->status = hys__cells_conductances(p->cells, j->voltage, j->g + p->first);
}

hys_status hys__stand_read(hys__stand *s, double voltage, double gate, double *g) {
    job j = {.stand = s, .voltage = voltage, .gate = gate, .g = g};
    return each(s, read_part, &j);
}

/* A^2 of a density that falls with a power of the frequency. */
static double power_in(double density, double exponent, double low, double high) {
    if (exponent <= 0) return density * high;
    if (fabs(exponent - 1) < 1e-9) return density * log(high / low);
    return density * (pow(high, 1 - exponent) - pow(low, 1 - exponent)) / (1 - exponent);
}

hys_status hys__stand_noise(hys__stand *s, size_t k, double voltage, double low, double high, double *sd) {
    part *p = &s->parts[k / PART];
    const size_t n = hys__cells_n_noises(p->cells), at = k % PART;
    hys__arena a;
    *sd = 0;
    if (!n) return HYS_OK;
    hys__arena_init(&a, s->ctx, 0);
    hys__cell_noise noise = {n, HYS_NEW_N(&a, double, n * p->n), HYS_NEW_N(&a, double, n * p->n),
                             HYS_NEW_N(&a, double, n * p->n), HYS_NEW_N(&a, double, n * p->n)};
    p->status = a.failed ? HYS_NOMEM : HYS_OK;
    for (size_t i = 0; i < p->n; i++) p->u[i] = voltage;
    if (p->status == HYS_OK) {
        hys__cells_begin(p->cells, &(hys__cell_stage){HYS__CELLS_HELD, 0, INFINITY, 0});
        p->status = hys__cells_evaluate(p->cells, p->u, p->w, &(hys__cell_answer){.into_word = p->into}, &p->guilty);
    }
    if (p->status == HYS_OK) p->status = hys__cells_noise(p->cells, &noise);
    if (p->status == HYS_OK) hys__cells_reject(p->cells);
    for (size_t q = 0; q < n && p->status == HYS_OK; q++) {
        const size_t i = q * p->n + at;
        *sd += noise.into_word[i] * noise.into_word[i] * power_in(noise.density[i], noise.exponent[i], low, high);
    }
    *sd = sqrt(*sd);
    hys__arena_free(&a);
    return tell(s, p);
}

/* ---- states ---- */

size_t hys__stand_n_states(const hys__stand *s) {
    return s->n_states;
}

hys_status hys__stand_get(hys__stand *s, double *states) {
    for (size_t k = 0; k < s->n_parts; k++) {
        part *p = &s->parts[k];
        p->status = copy_states(s, p, p->before);
        if (p->status != HYS_OK) return tell(s, p);
        for (size_t q = 0; q < s->n_states; q++)
            memcpy(states + q * s->n + p->first, p->before + q * p->n, p->n * sizeof *states);
    }
    return HYS_OK;
}

hys_status hys__stand_set(hys__stand *s, const double *states) {
    for (size_t k = 0; k < s->n_parts; k++) {
        part *p = &s->parts[k];
        for (size_t q = 0; q < s->n_states; q++)
            memcpy(p->before + q * p->n, states + q * s->n + p->first, p->n * sizeof *states);
        p->status = put_states(s, p, p->before);
        if (p->status != HYS_OK) return tell(s, p);
    }
    return HYS_OK;
}

hys_status hys__stand_set_moving(hys__stand *s, const double *states) {
    const hys_model *model = s->parts[0].cells->model;
    for (size_t k = 0; k < s->n_states; k++) s->keeps_retained = s->keeps_retained || !model->states[k].is_retained;
    hys_status status = hys__stand_set(s, states);
    s->keeps_retained = false;
    return status;
}

/* Parameters of the device itself that differ from cell to cell.  Those that differ from cycle to cycle as well stay as
 * the array draws them. */
static hys_status put_params(hys__stand *s, size_t first, hys_array *array, double *room, size_t n) {
    const hys__cells *shape = s->parts[0].cells;
    hys_status status = HYS_OK;
    if (shape->model != shape->memory || shape->has_cycles || !shape->n_own) return HYS_OK;
    array->devices->parts[0].spread.n = 0; /* it is in the values already */
    array->devices->parts[0].has_spread = false;
    for (size_t o = 0; o < shape->n_own && status == HYS_OK; o++) {
        const hys_u32 param = shape->own_params[o];
        for (size_t i = 0; i < n; i++) {
            hys__cells *c = s->parts[(first + i) / PART].cells;
            hys__cells_view(c, (first + i) % PART / c->chunk);
            room[i] = c->now.p[param][(first + i) % PART % c->chunk];
        }
        status = hys_array_set_param(array, shape->kernel->params[param].name, room);
    }
    return status;
}

hys_status hys__stand_put(hys__stand *s, size_t first, hys_array *array) {
    const size_t n = array->opts.rows * array->opts.columns;
    hys__arena a;
    if (first > s->n || n > s->n - first)
        return hys__fail(s->ctx, HYS_ARG, "", "an array of %zu cells cannot be filled from %zu cells on, of %zu", n,
                         first, s->n);
    hys__arena_init(&a, s->ctx, 0);
    double *all = HYS_NEW_N(&a, double, s->n_states * s->n + 1), *room = HYS_NEW_N(&a, double, n);
    hys_status status = a.failed ? HYS_NOMEM : hys__stand_get(s, all);
    if (status == HYS_OK) status = put_params(s, first, array, room, n);
    for (size_t k = 0; k < s->n_states && status == HYS_OK; k++)
        status = hys_array_set_state(array, hys__cells_state(s->parts[0].cells, k), all + k * s->n + first);
    hys__arena_free(&a);
    return status;
}
