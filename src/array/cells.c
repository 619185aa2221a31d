/* Cells while the network is solved: their answers, steps, accepted points. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include "device/flags.h"
#include <math.h>
#include <stdatomic.h>
#include <string.h>

static void copy_lanes(double *const *to, double *const *from, size_t count, size_t n) {
    for (size_t k = 0; k < count; k++) memcpy(to[k], from[k], n * sizeof(double));
}

/* ---- stages ---- */

/* What has moved since the step began goes on by the part `ahead` of it. */
static void extrapolate(hys__cells *c, size_t chunk, void *data) {
    (void)data;
    hys__cells_view(c, chunk);
    const hys__cell_lanes *l = &c->now;
    for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++)
        for (size_t j = 0; c->old_row[u] != HYS_NONE && j < l->n; j++)
            l->old[u][j] = l->start[u][j] + c->stage.ahead * (l->x[u][j] - l->start[u][j]);
}

static void hold(hys__cells *c, size_t chunk, void *data) {
    (void)data;
    hys__cells_view(c, chunk);
    for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++)
        if (c->is_held[u]) memcpy(c->now.x[u], c->now.start[u], c->now.n * sizeof(double));
}

/* Runs may each begin at 0 s of their own: devices see time that goes on. */
static void set_clock(hys__cells *c, const hys__cell_stage *stage) {
    const double start = stage->time - stage->h;
    if (stage->ahead == 0 && fabs(start - c->clock) > 1e-9 * fabs(stage->time)) {
        c->origin = c->time - start;
        c->clock = start;
    }
}

void hys__cells_begin(hys__cells *c, const hys__cell_stage *stage) {
    hys_env *env = &c->batch->env;
    env->flags = HYS__FLAGS_RUN;
    c->stage = *stage;
    if (stage->mode == HYS__CELLS_HELD) {
        c->stage.ahead = 0;
        env->time = c->time;
        hys__cells_each_chunk(c, hold, NULL);
        return;
    }
    set_clock(c, stage);
    env->time = c->origin + stage->time;
    if (stage->ahead != 0) hys__cells_each_chunk(c, extrapolate, NULL);
}

/* ---- answers ---- */

static void put(double *to, const double *from, size_t first, size_t n) {
    if (to) memcpy(to + first, from, n * sizeof *to);
}

static void put_answer(const hys__cells *c, size_t first, const hys__cell_answer *to) {
    const hys__cell_lanes *l = &c->now;
    const hys_u32 nt = c->kernel->n_terminals, w = c->word_at, b = c->bit_at;
    put(to->into_word, l->i[w], first, l->n);
    put(to->into_bit, l->i[b], first, l->n);
    put(to->word_word, l->g[w * nt + w], first, l->n);
    put(to->word_bit, l->g[w * nt + b], first, l->n);
    put(to->bit_word, l->g[b * nt + w], first, l->n);
    put(to->bit_bit, l->g[b * nt + b], first, l->n);
}

typedef struct evaluation {
    const double *u, *w, *rate;
    const hys__cell_answer *answer;
    atomic_size_t first_bad; /* cell without a solution; SIZE_MAX: none */
} evaluation;

static void note_bad(evaluation *e, size_t cell) {
    size_t first = atomic_load(&e->first_bad);
    while (cell < first && !atomic_compare_exchange_weak(&e->first_bad, &first, cell)) continue;
}

/* Chunks behind a bad cell need not be looked at: the first one is found all the same. */
static void evaluate_chunk(hys__cells *c, size_t chunk, void *data) {
    evaluation *e = data;
    const size_t first = chunk * c->chunk;
    size_t lane = 0;
    if (atomic_load(&e->first_bad) < first) return;
    hys__cells_view(c, chunk);
    memcpy(c->now.x[c->word_at], e->u + first, c->now.n * sizeof *e->u);
    memcpy(c->now.x[c->bit_at], e->w + first, c->now.n * sizeof *e->w);
    if (hys__cells_step(c, &c->now, e->rate) && !hys__cells_rescue(c, e->rate, &lane)) note_bad(e, first + lane);
    else put_answer(c, first, e->answer);
}

hys_status hys__cells_evaluate(hys__cells *c, const double *u, const double *w, const hys__cell_answer *answer,
                               size_t *worst) {
    const double *rate = c->stage.mode == HYS__CELLS_HELD ? c->rate_held : NULL;
    evaluation e = {.u = u, .w = w, .rate = rate, .answer = answer};
    atomic_init(&e.first_bad, SIZE_MAX);
    hys__cells_each_chunk(c, evaluate_chunk, &e);
    const size_t bad = atomic_load(&e.first_bad);
    if (bad == SIZE_MAX) return HYS_OK;
    *worst = bad;
    return HYS_NOCONV;
}

/* ---- the choice of steps ---- */

static double larger(double most, double change, double size) {
    if (change == 0) return most;
    return fmax(most, size > 0 ? change / size : INFINITY);
}

/* Of one variable, the error of a step of Euler's method in an exponential approach that moves it so far; those that
 * keep the time count as still. */
static double slot_change(hys__cells *c, hys_u32 r, double reltol) {
    const double *now = c->now.r[r], *next = c->batch->r_next[r];
    double most = 0, scale = c->r_scale[r];
    for (size_t j = 0; j < c->now.n; j++) {
        if (next[j] == c->batch->env.time) continue;
        scale = fmax(scale, fmax(fabs(now[j]), fabs(next[j])));
        most = fmax(most, fabs(next[j] - now[j]));
    }
    c->r_scale[r] = scale;
    return scale > 0 ? 0.5 * most * most / (scale * scale * reltol) : 0;
}

/* Of what files integrate by hand: known only when the point is accepted, so this one is, for a look. */
static double retained_change(hys__cells *c, double reltol) {
    const hys_u32 dull = HYS_R_INTEGER | HYS_R_HIDDEN;
    const hys_kernel *k = c->kernel;
    hys_batch batch = hys__cells_batch(c, &c->now);
    double most = 0;
    k->accept(&c->batch->env, &batch, &c->batch->out);
    for (hys_u32 r = 0; r < k->n_retained; r++)
        if (k->retained[r].flags & HYS_R_STEPPED && !(k->retained[r].flags & dull))
            most = fmax(most, slot_change(c, r, reltol));
    return most;
}

typedef struct comparison {
    double reltol;
    double *most; /* [n_chunks] */
} comparison;

static void compare_chunk(hys__cells *c, size_t chunk, void *data) {
    const comparison *to = data;
    const hys_kernel *k = c->kernel;
    /* the first stage moved by (x_old - x_n) / ahead */
    const double first = c->stage.ahead > 0 ? 1 / c->stage.ahead : 0;
    double most = 0;
    hys__cells_view(c, chunk);
    const hys__cell_lanes *l = &c->now;
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        for (size_t j = 0; c->is_held[u] && j < l->n; j++) {
            const double size = fmax(fabs(l->x[u][j]), fabs(l->start[u][j]));
            most = larger(most, fabs(l->x[u][j] - l->old[u][j] - first * (l->old[u][j] - l->start[u][j])),
                          to->reltol * size + k->unknowns[u].abstol);
        }
    to->most[chunk] = most;
}

double hys__cells_change(const hys__cells *cells, double reltol) {
    hys__cells *c = (hys__cells *)cells; /* views and outputs are scratch */
    double most = 0;
    hys__cells_each_chunk(c, compare_chunk, &(comparison){reltol, c->chunk_change});
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) most = fmax(most, c->chunk_change[chunk]);
    for (size_t chunk = 0; chunk < c->n_chunks && c->is_stepped; chunk++) {
        hys__cells_view(c, chunk);
        most = fmax(most, retained_change(c, reltol));
    }
    return most;
}

double hys__cells_bound(const hys__cells *c) {
    if (!isfinite(c->draw_step)) return c->bound;
    return fmin(c->bound, (double)(c->batch->env.interval + 1) * c->draw_step - c->time);
}

/* ---- accepted points ---- */

static bool fires(const hys_event_info *info, double a, double b) {
    if (info->kind == HYS_E_CLAMP || a == 0 || a == b) return false;
    return (a < 0 && b >= 0 && info->dir >= 0) || (a > 0 && b <= 0 && info->dir <= 0);
}

/* Events that happen in a step do so at its end. */
static bool find_events(hys__cells *c, const hys_batch *batch) {
    const hys_kernel *k = c->kernel;
    hys__batch *b = c->batch;
    bool any = false;
    if (k->n_events) k->roots(&b->env, batch, &b->out);
    for (hys_u32 e = 0; e < k->n_events; e++)
        for (size_t j = 0; j < c->now.n; j++) {
            b->event[e][j] = fires(&k->events[e], c->now.root[e][j], b->root[e][j]);
            any = any || b->event[e][j] != 0;
        }
    return any;
}

static hys_status bad_value(const hys__cells *c, size_t k, hys_u32 r, double value) {
    return hys__fail(c->ctx, HYS_NOCONV, "check its equation for division by zero or overflow",
                     "in the cell of word line %zu and bit line %zu %s becomes %g", k / c->columns, k % c->columns,
                     c->kernel->retained[r].name, value);
}

static hys_status keep_retained(hys__cells *c, size_t first) {
    for (hys_u32 r = 0; r < c->kernel->n_retained; r++)
        for (size_t j = 0; j < c->now.n; j++) {
            const double next = c->batch->r_next[r][j];
            if (!isfinite(next) && isfinite(c->now.r[r][j])) return bad_value(c, first + j, r, next);
        }
    copy_lanes(c->now.r, c->batch->r_next, c->kernel->n_retained, c->now.n);
    return HYS_OK;
}

static void take_bound(hys__cells *c) {
    const hys__batch *b = c->batch;
    for (size_t j = 0; j < c->now.n; j++) {
        if (b->bound_step[j] > 0) c->bound = fmin(c->bound, b->bound_step[j]);
        if (b->next_time[j] > b->env.time) c->bound = fmin(c->bound, b->next_time[j] - b->env.time);
    }
}

/* What the file does at accepted points. */
static hys_status remember(hys__cells *c, size_t chunk) {
    const hys_kernel *k = c->kernel;
    hys__batch *b = c->batch;
    hys_batch batch = hys__cells_batch(c, &c->now);
    const bool any = find_events(c, &batch), has_keys = c->now.key != NULL;
    for (size_t j = 0; j < b->n_pad; j++) b->bound_step[j] = b->next_time[j] = INFINITY;
    b->n = c->now.n;
    if (has_keys) {
        memcpy(b->key, c->now.key, c->now.n * sizeof *b->key);
        memcpy(b->n_fired, c->now.fired, c->now.n * sizeof *b->n_fired);
        batch.key = (const hys_u64 *)b->key;
    }
    batch.event = any ? (const double *const *)b->event : NULL;
    if (any && has_keys) hys__batch_draw_anew(b);
    k->accept(&b->env, &batch, &b->out);
    if (has_keys) memcpy(c->now.fired, b->n_fired, c->now.n * sizeof *b->n_fired);
    hys_status status = keep_retained(c, chunk * c->chunk);
    if (status != HYS_OK) return status;
    take_bound(c);
    copy_lanes(c->now.root, b->root, k->n_events, c->now.n);
    if (!any) return HYS_OK;
    k->roots(&b->env, &batch, &b->out); /* events may have moved what they watch */
    copy_lanes(c->now.root, b->root, k->n_events, c->now.n);
    return HYS_OK;
}

static void keep_chunk(hys__cells *c, size_t chunk, void *data) {
    (void)data;
    hys__cells_view(c, chunk);
    copy_lanes(c->now.start, c->now.x, c->kernel->n_unknowns, c->now.n);
}

/* Cells with a memory of their own tell one after the other what they ask of the next step. */
static hys_status accept_each(hys__cells *c) {
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) {
        hys__cells_view(c, chunk);
        hys_status status = c->has_memory ? remember(c, chunk) : HYS_OK;
        if (status != HYS_OK) return status;
        copy_lanes(c->now.start, c->now.x, c->kernel->n_unknowns, c->now.n);
        if (c->has_cycles) status = hys__cells_cycle(c, chunk);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

#define NEAR 1e-6 /* of an interval */

/* Noise of a given power has a variance that belongs to the time for which it is held: shorter steps draw no more. */
static void next_draws(hys__cells *c) {
    hys_u64 *interval = &c->batch->env.interval;
    if (isfinite(c->draw_step)) *interval = (hys_u64)(c->time / c->draw_step + NEAR);
    else ++*interval;
}

hys_status hys__cells_accept(hys__cells *c) {
    const bool is_step = c->stage.mode == HYS__CELLS_STEP;
    if (is_step) c->bound = INFINITY;
    if (!is_step || (!c->has_memory && !c->has_cycles)) hys__cells_each_chunk(c, keep_chunk, NULL);
    else {
        const hys_status status = accept_each(c);
        if (status != HYS_OK) return status;
    }
    if (!is_step) return HYS_OK;
    c->is_fresh = false;
    c->clock = c->stage.time;
    c->time = c->batch->env.time;
    next_draws(c);
    return HYS_OK;
}

/* But for gates, which are given. */
static void put_back(hys__cells *c, size_t chunk, void *data) {
    const hys_u32 nt = c->kernel->n_terminals;
    (void)data;
    hys__cells_view(c, chunk);
    copy_lanes(c->now.x, c->now.start, 2, c->now.n);
    copy_lanes(c->now.x + nt, c->now.start + nt, c->kernel->n_unknowns - nt, c->now.n);
}

void hys__cells_reject(hys__cells *c) {
    hys__cells_each_chunk(c, put_back, NULL);
}

/* ---- what else the network asks ---- */

bool hys__cells_are_two_terminal(const hys__cells *c) {
    return c->is_two_terminal;
}

void hys__cells_set_gates(hys__cells *c, const double *gates) {
    if (!gates || c->kernel->n_terminals < 3) return;
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) {
        hys__cells_view(c, chunk);
        memcpy(c->now.x[2], gates + chunk * c->chunk, c->now.n * sizeof *gates);
    }
}

size_t hys__cells_memory(const hys__cells *c) {
    return c->block_size + c->own_size + c->arena.total;
}
