/* Plasticity that a device has of itself: spikes of the neurons at its ends overlap across it. */
#include "base/diag.h"
#include "network/cells_impl.h"
#include "network/stdp_impl.h"
#include <math.h>
#include <string.h>

static const char *const names[] = {
#define HYS_X(id, name, what) name,
    HYS_SPIKE_SHAPES(HYS_X)
#undef HYS_X
};

const char *hys_spike_shape_name(hys_spike_shape_kind kind) {
    return (unsigned)kind < HYS_N_SPIKE_SHAPES ? names[kind] : "";
}

hys_spike_shape hys_spike_shape_default(void) {
    return (hys_spike_shape){
        .kind = HYS_SPIKE_EXPONENTIAL, .t_head = 5e-3, .t_tail = 75e-3, .tau_head = 3e-3, .tau_tail = 40e-3};
}

static hys_status check_shape(hys_ctx *ctx, const hys_spike_shape *s) {
    const double times[] = {s->t_head, s->t_tail, s->tau_head, s->tau_tail};
    if ((unsigned)s->kind >= HYS_N_SPIKE_SHAPES)
        return hys__fail(ctx, HYS_ARG, "rectangular, triangular, exponential", "there is no shape %d of spikes",
                         (int)s->kind);
    if (!(s->head >= 0 && s->tail >= 0 && s->head < 1e6 && s->tail < 1e6 && s->head + s->tail > 0))
        return hys__fail(ctx, HYS_ARG, "positive numbers", "a spike cannot have a head of %g V and a tail of %g V",
                         s->head, s->tail);
    for (size_t k = 0; k < 4; k++)
        if (!(times[k] > 0 && isfinite(times[k])))
            return hys__fail(ctx, HYS_ARG, "more than 0 s", "a spike's times cannot be %g s", times[k]);
    if (!(s->resolution >= 0 && isfinite(s->resolution)))
        return hys__fail(ctx, HYS_ARG, "0 s or more", "pieces of spikes cannot be %g s long", s->resolution);
    return HYS_OK;
}

/* ---- a spike ---- */

/* 1 at x = 0, 0 at x = end */
static double fall(hys_spike_shape_kind kind, double x, double end) {
    switch (kind) {
    case HYS_SPIKE_RECTANGULAR:
        return 1;
    case HYS_SPIKE_TRIANGULAR:
        return 1 - x / end;
    default:
        return (exp(-x) - exp(-end)) / -expm1(-end);
    }
}

double hys_spike_voltage(const hys_spike_shape *s, double t) {
    if (t > -s->t_head && t < 0) return s->head * fall(s->kind, -t / s->tau_head, s->t_head / s->tau_head);
    if (t >= 0 && t < s->t_tail) return -s->tail * fall(s->kind, t / s->tau_tail, s->t_tail / s->tau_tail);
    return 0;
}

/* The head of the spike to come, or the tail of the last one, which a new spike ends. */
static double neuron_at(const hys_spike_shape *s, const hys_spike_trains *t, size_t k, double now) {
    double v = 0;
    for (size_t i = t->first[k]; i < t->first[k + 1] && t->times[i] - now < s->t_head; i++)
        if (now - t->times[i] < s->t_tail) v = hys_spike_voltage(s, now - t->times[i]);
    return v;
}

/* ---- cells ---- */

typedef struct span {
    double from, to;
} span;

static void reach(const hys_spike_shape *s, const hys_spike_trains *t, span *all) {
    for (size_t k = 0; k < t->n; k++) {
        if (t->first[k] == t->first[k + 1]) continue;
        all->from = fmin(all->from, t->times[t->first[k]] - s->t_head);
        all->to = fmax(all->to, t->times[t->first[k + 1] - 1] + s->t_tail);
    }
}

#define MOST_PIECES 1e6

static hys_status drive_piece(hys_cells *c, const hys_spike_shape *s, const hys_spike_trains *pre,
                              const hys_spike_trains *post, span piece) {
    const double now = 0.5 * (piece.from + piece.to), width = piece.to - piece.from;
    const hys_synapse_law *l = &c->synapse->law;
    const double sign = l->up.voltage < 0 ? -1 : 1;
    bool any = false;
    for (size_t i = 0; i < pre->n; i++) {
        const double before = neuron_at(s, pre, i, now);
        for (size_t j = 0; j < post->n; j++) c->voltages[i * post->n + j] = -sign * before;
    }
    for (size_t j = 0; j < post->n; j++) {
        const double behind = neuron_at(s, post, j, now);
        for (size_t i = 0; i < pre->n; i++) c->voltages[i * post->n + j] += sign * behind;
    }
    for (size_t k = 0; k < c->n; k++) {
        c->gates[k] = c->voltages[k] != 0 ? l->up.gate : 0;
        any = any || c->voltages[k] != 0;
    }
    const bool has_gates = hys__stand_has_gates(c->stand);
    const hys__stand_pulse pulse = {any ? c->voltages : NULL, has_gates ? c->gates : NULL, width, any ? 0 : width};
    return hys__stand_drive(c->stand, &pulse);
}

hys_status hys_stdp_drive(hys_cells *c, const hys_spike_shape *s, const hys_spike_trains *pre,
                          const hys_spike_trains *post) {
    const double piece = s->resolution > 0 ? s->resolution : s->t_head / 40;
    span all = {INFINITY, -INFINITY};
    hys_status status = check_shape(c->ctx, s);
    if (status == HYS_OK && !c->stand)
        status = hys__fail(c->ctx, HYS_ARG, "take kernels as cells",
                           "distilled cells have no answer to spikes that overlap");
    if (status == HYS_OK && (post->n == 0 || c->n % post->n || c->n / post->n != pre->n))
        status = hys__fail(c->ctx, HYS_ARG, "", "%zu cells are not between %zu and %zu neurons", c->n, pre->n, post->n);
    if (status == HYS_OK) status = hys__trains_check(c->ctx, pre);
    if (status == HYS_OK) status = hys__trains_check(c->ctx, post);
    if (status != HYS_OK) return status;
    reach(s, pre, &all);
    reach(s, post, &all);
    if (!((all.to - all.from) / piece <= MOST_PIECES))
        return all.to < all.from
                   ? HYS_OK
                   : hys__fail(c->ctx, HYS_LIMIT, "longer pieces, or fewer spikes",
                               "spikes over %g s in pieces of %g s are too many", all.to - all.from, piece);
    const size_t n = (size_t)ceil((all.to - all.from) / piece - 1e-9);
    for (size_t k = 0; k < n && status == HYS_OK; k++)
        status = drive_piece(c, s, pre, post, (span){all.from + (double)k * piece, all.from + (double)(k + 1) * piece});
    c->energy = 0;
    for (size_t k = 0; k < c->n; k++) c->energy += hys__stand_energy(c->stand)[k];
    return status;
}

/* ---- the window ---- */

struct hys_stdp_window {
    hys_ctx *ctx;
    hys__arena arena;
    size_t n_dt, n_x;
    double *dt, *x, *change; /* [n_dt], [n_x], [n_x n_dt] */
    double alone;
};

#define USUAL_X  9
#define USUAL_DT 20 /* of one sign */

static hys_status fill_axes(hys_stdp_window *w, const hys_stdp_window_opts *o) {
    w->n_dt = o->dt ? o->n_dt : 2 * USUAL_DT;
    w->n_x = o->n_x ? o->n_x : USUAL_X;
    if (w->n_dt < 1 || w->n_dt > 10000 || w->n_x < 2 || w->n_x > 1000)
        return hys__fail(w->ctx, HYS_ARG, "", "a window cannot have %zu intervals and %zu states", w->n_dt, w->n_x);
    w->dt = HYS_NEW_N(&w->arena, double, w->n_dt);
    w->x = HYS_NEW_N(&w->arena, double, w->n_x);
    w->change = HYS_NEW_N(&w->arena, double, w->n_x * w->n_dt);
    if (w->arena.failed) return HYS_NOMEM;
    const double far = o->shape.t_head + o->shape.t_tail;
    for (size_t k = 0; k < w->n_dt; k++) {
        const double rank = (double)(k < USUAL_DT ? USUAL_DT - k : k - USUAL_DT + 1) / USUAL_DT;
        w->dt[k] = o->dt ? o->dt[k] : (k < USUAL_DT ? -far : far) * rank * rank;
        if (!isfinite(w->dt[k]) || w->dt[k] == 0 || (k > 0 && !(w->dt[k] > w->dt[k - 1])))
            return hys__fail(w->ctx, HYS_ARG, "s, rising, without 0", "interval %zu of a window is %g s", k + 1,
                             w->dt[k]);
    }
    return HYS_OK;
}

/* Cells of a row begin alike.  Beside the pairs, each row has a spike before and one behind without the other. */
static hys_status simulate(hys_stdp_window *w, const hys_stdp_window_opts *o, hys_cells *cells, double *g) {
    const hys_synapse_law *l = hys_synapse_get_law(o->synapse);
    const size_t columns = w->n_dt + 1, n = w->n_x * columns;
    const double range = l->g_max - l->g_min;
    double *before = g + n, *zeros = g + 2 * n;
    size_t *rows = HYS_NEW_N(&w->arena, size_t, w->n_x + 1), *ends = HYS_NEW_N(&w->arena, size_t, columns + 1);
    if (w->arena.failed) return HYS_NOMEM;
    for (size_t i = 0; i < w->n_x; i++) rows[i + 1] = i + 1;
    for (size_t j = 0; j < columns; j++) ends[j + 1] = j < w->n_dt ? j + 1 : j; /* the last one never fires */
    for (size_t i = 0; i < w->n_x; i++)
        for (size_t j = 0; j < columns; j++) g[i * columns + j] = l->g_min + range * (double)i / (double)(w->n_x - 1);
    const hys_spike_trains pre = {zeros, rows, w->n_x}, post = {w->dt, ends, columns};
    hys_status status = hys_cells_program(cells, g, NULL);
    if (status == HYS_OK) status = hys_cells_read(cells, before);
    if (status == HYS_OK) status = hys_stdp_drive(cells, &o->shape, &pre, &post);
    if (status == HYS_OK) status = hys_cells_read(cells, g);
    for (size_t i = 0; i < w->n_x; i++) {
        w->x[i] = (before[i * columns] - l->g_min) / range;
        for (size_t j = 0; j < w->n_dt; j++)
            w->change[i * w->n_dt + j] = (g[i * columns + j] - before[i * columns + j]) / range;
        w->alone = fmax(w->alone, fabs(g[i * columns + w->n_dt] - before[i * columns + w->n_dt]) / range);
    }
    return status;
}

static hys_status build(hys_stdp_window *w, const hys_stdp_window_opts *o) {
    hys_cells *cells = NULL;
    hys_status status = check_shape(w->ctx, &o->shape);
    if (status == HYS_OK) status = fill_axes(w, o);
    if (status != HYS_OK) return status;
    const size_t n = w->n_x * (w->n_dt + 1);
    double *g = HYS_NEW_N(&w->arena, double, 2 * n + w->n_x);
    if (!g) return HYS_NOMEM;
    status = hys_cells_new(o->synapse, n, HYS_CELLS_KERNEL, o->seed, &cells);
    if (status == HYS_OK) status = simulate(w, o, cells, g);
    hys_cells_free(cells);
    for (size_t i = 1; i < w->n_x && status == HYS_OK; i++)
        if (!(w->x[i] > w->x[i - 1]))
            status = hys__fail(w->ctx, HYS_NOCONV, "fewer states",
                               "states %zu and %zu of the window cannot be told apart", i, i + 1);
    return status;
}

hys_status hys_stdp_window_new(const hys_stdp_window_opts *given, hys_stdp_window **result) {
    hys_stdp_window_opts o = {0};
    memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    hys_ctx *ctx = o.synapse->ctx;
    hys_stdp_window *w = hys__realloc(ctx, NULL, 0, sizeof *w);
    if (!w) return HYS_NOMEM;
    *w = (hys_stdp_window){.ctx = ctx};
    hys__arena_init(&w->arena, ctx, 0);
    const hys_status status = build(w, &o);
    if (status == HYS_OK) *result = w;
    else hys_stdp_window_free(w);
    return status;
}

void hys_stdp_window_free(hys_stdp_window *w) {
    if (!w) return;
    hys_ctx *ctx = w->ctx;
    hys__arena_free(&w->arena);
    hys__free(ctx, w, sizeof *w);
}

double hys_stdp_window_alone(const hys_stdp_window *w) {
    return w->alone;
}

double hys__stdp_window_reach(const hys_stdp_window *w) {
    return fmax(fabs(w->dt[0]), fabs(w->dt[w->n_dt - 1]));
}

/* Where v lies between the axis' places low and low + 1, which is found; part 0 to 1. */
static size_t place(const double *axis, size_t n, double v, double *part) {
    size_t low = 0, high = n - 1;
    *part = 0;
    if (n == 1 || v <= axis[0]) return 0;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (axis[middle] <= v) low = middle;
        else high = middle;
    }
    *part = fmin((v - axis[low]) / (axis[high] - axis[low]), 1);
    return low;
}

double hys_stdp_window_at(const hys_stdp_window *w, double dt, double x) {
    double u, v;
    if (!(dt >= w->dt[0] && dt <= w->dt[w->n_dt - 1])) return 0;
    const size_t j = place(w->dt, w->n_dt, dt, &u), i = place(w->x, w->n_x, x, &v);
    const size_t next = j + 1 < w->n_dt ? j + 1 : j;
    if (w->dt[j] < 0 && w->dt[next] > 0) u = dt < 0 ? 0 : 1; /* the window jumps where the order changes */
    const double *a = w->change + i * w->n_dt, *b = a + w->n_dt;
    return (1 - v) * ((1 - u) * a[j] + u * a[next]) + v * ((1 - u) * b[j] + u * b[next]);
}

hys_status hys_stdp_window_table(const hys_stdp_window *w, hys_table **table) {
    hys_table *t = NULL;
    hys_status status = hys_table_new(w->ctx, &t);
    if (status == HYS_OK) status = hys_table_add_column(t, "dt", "s");
    if (status == HYS_OK) status = hys_table_add_column(t, "x", "");
    if (status == HYS_OK) status = hys_table_add_column(t, "change", "");
    for (size_t i = 0; i < w->n_x; i++)
        for (size_t j = 0; j < w->n_dt && status == HYS_OK; j++)
            status = hys_table_add_row(t, (const double[]){w->dt[j], w->x[i], w->change[i * w->n_dt + j]});
    if (status == HYS_OK) *table = t;
    else hys_table_free(t);
    return status;
}
