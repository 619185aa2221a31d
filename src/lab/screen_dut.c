/* The device under test: instances stepped by the kernel's own implicit step. */
#include "base/diag.h"
#include "lab/screen_impl.h"
#include "veriloga/ir.h"
#include <math.h>
#include <string.h>

#define ALIGN    64u
#define PATIENCE 14
#define RTOL     1e-7

/* [count] arrays of n doubles, each aligned as kernels ask. */
static double **new_rows(hys__arena *arena, size_t count, size_t n) {
    double **rows = HYS_NEW_N(arena, double *, count + 1);
    char *block = hys__arena_calloc(arena, count * n + ALIGN / sizeof(double), sizeof(double));
    if (!rows || !block) return NULL;
    double *first = (double *)(((uintptr_t)block + ALIGN - 1) / ALIGN * ALIGN);
    for (size_t k = 0; k < count; k++) rows[k] = first + k * n;
    return rows;
}

static hys_status refuse(hys_ctx *ctx, const hys_model *model) {
    const hys_kernel *k = model->kernel;
    const char *name = hys_model_name(model);
    if (k->n_terminals != 2)
        return hys__fail(ctx, HYS_ARG,
                         "a channel is a device of two terminals: wrap it in a module that ties the others",
                         "%s has %u terminals, not two", name, k->n_terminals);
    if (k->n_delays) return hys__fail(ctx, HYS_ARG, "", "%s uses absdelay(), which the screening does not", name);
    if (!k->step)
        return hys__fail(ctx, HYS_LIMIT, "screen a simpler model of it",
                         "%s has more than %u internal unknowns, or cannot be stepped alone", name, HYS_STEP_MAX);
    return HYS_OK;
}

static hys_status take_arrays(hys__dut *d) {
    const hys_kernel *k = d->kernel;
    const size_t n = d->batch->n_pad;
    d->start = new_rows(&d->arena, k->n_unknowns, n);
    d->last = new_rows(&d->arena, k->n_unknowns, n);
    d->before = new_rows(&d->arena, k->n_unknowns, n);
    d->i = new_rows(&d->arena, 2, n);
    d->g = new_rows(&d->arena, 4, n);
    double **ok = new_rows(&d->arena, 1, n);
    d->root_old = new_rows(&d->arena, k->n_events, n);
    d->is_bad = HYS_NEW_N(&d->arena, bool, n);
    if (d->arena.failed || !ok) return HYS_NOMEM;
    d->ok = ok[0];
    return HYS_OK;
}

hys_status hys__dut_new(hys_ctx *ctx, hys_model *model, const hys__dut_opts *opts, hys__dut **result) {
    hys_status status = refuse(ctx, model);
    if (status != HYS_OK) return status;
    hys__dut *d = hys__realloc(ctx, NULL, 0, sizeof *d);
    if (!d) return HYS_NOMEM;
    memset(d, 0, sizeof *d);
    d->ctx = ctx;
    d->n = opts->n;
    d->patience = PATIENCE;
    d->rtol = RTOL;
    hys__arena_init(&d->arena, ctx, 0);
    const hys__batch_opts batch = {.n = opts->n, .temp = opts->temp, .seed = hys__ctx_seed(ctx), .wide_from = 1};
    status = hys__batch_new(ctx, model, &batch, &d->batch);
    if (status == HYS_OK) {
        const hys__settings settings = {.set = opts->set, .n_set = opts->n_set, .seed = batch.seed};
        d->kernel = d->batch->kernel;
        d->has_memory = d->kernel->n_retained > 0 || d->kernel->n_events > 0;
        status = hys__params_new(d->batch, &settings, &d->params);
    }
    if (status == HYS_OK) status = take_arrays(d);
    if (status == HYS_OK) *result = d;
    else hys__dut_free(d);
    return status;
}

void hys__dut_free(hys__dut *d) {
    if (!d) return;
    hys__params_free(d->params);
    hys__batch_free(d->batch);
    hys__arena_free(&d->arena);
    hys__free(d->ctx, d, sizeof *d);
}

void hys__dut_kink(hys__dut *d) {
    d->has_history = false;
}

static void copy_unknowns(const hys__dut *d, double *const *to, double *const *from) {
    for (hys_u32 u = 0; u < d->kernel->n_unknowns; u++) memcpy(to[u], from[u], d->batch->n_pad * sizeof(double));
}

static bool fires(const hys_event_info *info, double a, double b) {
    if (info->kind == HYS_E_CLAMP || a == 0 || a == b) return false;
    return (a < 0 && b >= 0 && info->dir >= 0) || (a > 0 && b <= 0 && info->dir <= 0);
}

/* What the file does at accepted points; events fire at the end of the step in which they happen. */
static void accept(hys__dut *d) {
    hys__batch *b = d->batch;
    const hys_kernel *k = d->kernel;
    bool any = false;
    if (k->n_events) k->roots(&b->env, &b->in, &b->out);
    for (hys_u32 e = 0; e < k->n_events; e++)
        for (size_t j = 0; j < d->n; j++) {
            b->event[e][j] = fires(&k->events[e], d->root_old[e][j], b->root[e][j]);
            d->root_old[e][j] = b->root[e][j];
            any = any || b->event[e][j] != 0;
        }
    b->in.event = any ? (const double *const *)b->event : NULL;
    k->accept(&b->env, &b->in, &b->out);
    b->in.event = NULL;
    hys__batch_commit(b);
    if (any) d->has_history = false;
}

static bool is_wrong(const hys__dut *d, size_t j) {
    return d->ok[j] == 0 || !isfinite(d->i[0][j]) || !isfinite(d->g[0][j]);
}

/* An instance without a solution goes on as the first that has them: alone it would cost Newton's last iteration in
 * every step, and its results mean nothing. */
static void follow(const hys__dut *d, double *const *rows, hys_u32 from, hys_u32 n, size_t leader) {
    for (hys_u32 u = from; u < n; u++)
        for (size_t j = 0; j < d->n; j++)
            if (d->is_bad[j]) rows[u][j] = rows[u][leader];
}

/* The first instance that has had solutions so far; n: none. */
static size_t find_leader(const hys__dut *d) {
    size_t j = 0;
    while (j < d->n && d->is_bad[j]) j++;
    return j;
}

static void keep_bad(hys__dut *d) {
    bool is_any = false;
    for (size_t j = 0; j < d->n; j++) {
        d->is_bad[j] = d->is_bad[j] || is_wrong(d, j);
        if (d->is_bad[j]) d->i[0][j] = d->g[0][j] = 0;
        is_any = is_any || d->is_bad[j];
    }
    const size_t leader = is_any ? find_leader(d) : d->n;
    if (leader == d->n) return;
    follow(d, d->batch->x, 2, d->kernel->n_unknowns, leader);
    follow(d, d->last, 2, d->kernel->n_unknowns, leader);
    follow(d, d->batch->r, 0, d->kernel->n_retained, leader);
}

/* Where the step starts from, and where Newton does: a guess that goes on as before is closer, but may be outside of
 * where the functions mean something. */
static void prepare(hys__dut *d, bool is_second, bool has_guess, const double *v) {
    hys__batch *b = d->batch;
    const size_t leader = find_leader(d);
    for (hys_u32 u = 0; u < d->kernel->n_unknowns; u++)
        for (size_t j = 0; j < b->n_pad; j++) {
            const double last = d->last[u][j], before = d->before[u][j];
            d->start[u][j] = is_second ? (4 * last - before) / 3 : last;
            b->x[u][j] = has_guess ? 2 * last - before : last;
        }
    for (size_t j = 0; j < b->n_pad; j++) {
        b->x[0][j] = v[j >= d->n ? 0 : d->is_bad[j] ? leader : j];
        b->x[1][j] = 0;
    }
}

static bool has_new_trouble(const hys__dut *d) {
    for (size_t j = 0; j < d->n; j++)
        if (!d->is_bad[j] && is_wrong(d, j)) return true;
    return false;
}

/* One step of the kernel; false where an instance that had solutions so far has none. */
static bool solve(hys__dut *d, double h, const double *v) {
    hys__batch *b = d->batch;
    if (find_leader(d) == d->n) return true;
    const bool is_second = d->has_history && fabs(h - d->h_last) <= 1e-9 * h;
    b->env.time = d->time + h;
    const hys_step_args args = {.h = is_second ? h * 2 / 3 : h,
                                .rtol = d->rtol,
                                .max_iter = 40,
                                .x = b->x,
                                .x_old = (const double *const *)d->start,
                                .i = d->i,
                                .g = d->g,
                                .ok = d->ok};
    prepare(d, is_second, is_second, v);
    d->kernel->step(&b->env, &b->in, &args);
    if (!has_new_trouble(d)) return true;
    if (!is_second) return false;
    prepare(d, is_second, false, v);
    d->kernel->step(&b->env, &b->in, &args);
    return !has_new_trouble(d);
}

static void commit(hys__dut *d, double h) {
    hys__batch *b = d->batch;
    keep_bad(d);
    double **old = d->before;
    d->before = d->last;
    d->last = old;
    copy_unknowns(d, d->last, b->x);
    d->has_history = true;
    d->h_last = h;
    d->time += h;
    if (d->has_memory) accept(d);
}

static void step(hys__dut *d, double h, const double *v, int patience) {
    if (solve(d, h, v) || patience == 0) {
        commit(d, h);
        return;
    }
    d->has_history = false;
    step(d, 0.5 * h, v, patience - 1);
    d->has_history = false;
    step(d, 0.5 * h, v, patience - 1);
}

void hys__dut_step(hys__dut *d, double h, const double *v) {
    step(d, h, v, d->patience);
}

/* Initial values of the file where it has them, else 0. */
static void begin(hys__dut *d, const double *v) {
    hys__batch *b = d->batch;
    const hys_kernel *k = d->kernel;
    const hys_u32 start = 1u << VA_FLAG_INIT | 1u << VA_FLAG_STATIC | 1u << VA_FLAG_TRAN | 1u << VA_FLAG_IC;
    for (hys_u32 u = 0; u < k->n_unknowns; u++)
        for (size_t j = 0; j < b->n_pad; j++) b->x[u][j] = u == 0 ? v[j < d->n ? j : 0] : 0;
    b->env.time = d->time = 0;
    b->env.flags = start;
    hys__params_refill(d->params, true);
    k->fixed(&b->env, &b->in, &b->out);
    k->init(&b->env, &b->in, &b->out);
    if (k->n_retained) hys__batch_commit(b);
    for (hys_u32 u = 2; u < k->n_unknowns; u++)
        if (k->unknowns[u].flags & HYS_U_HAS_INIT) memcpy(b->x[u], b->x0[u], b->n_pad * sizeof(double));
    copy_unknowns(d, d->last, b->x);
    if (k->n_events) k->roots(&b->env, &b->in, &b->out);
    for (hys_u32 e = 0; e < k->n_events; e++) memcpy(d->root_old[e], b->root[e], b->n_pad * sizeof(double));
    memset(d->is_bad, 0, d->n * sizeof *d->is_bad);
    b->env.flags = 1u << VA_FLAG_TRAN;
}

#define REST_FIRST  1e-9 /* of the span: the first step */
#define REST_GROWTH 1.25

void hys__dut_rest(hys__dut *d, const double *v, double span) {
    begin(d, v);
    double done = 0, h = REST_FIRST * span;
    while (done < span) {
        hys__dut_kink(d);
        hys__dut_step(d, h, v);
        done += h;
        h *= REST_GROWTH;
    }
    hys__dut_kink(d);
}
