/* Echo-state networks: random networks in software, whose largest eigenvalue is chosen. */
#include "base/diag.h"
#include "base/random.h"
#include "network/reservoir_readout.h"
#include "numerics/blas.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

struct hys_echo {
    hys_ctx *ctx;
    hys__arena arena;
    hys_echo_opts opts;
    double *w, *v, *b; /* [n n], [n], [n] */
    size_t *start;     /* [n + 1] of the row, in the next two */
    uint32_t *column;  /* of what is not 0 */
    double *value;
};

hys_echo_opts hys_echo_opts_default(void) {
    return (hys_echo_opts){
        .size = sizeof(hys_echo_opts), .nodes = 100, .radius = 0.9, .leak = 1, .density = 0.1, .input = 0.5};
}

/* ---- the largest eigenvalue ---- */

#define SQUARINGS 14 /* W^(2^14) */

static double norm_of(const double *a, size_t n) {
    double most = 0, sum = 0;
    for (size_t k = 0; k < n * n; k++) most = fmax(most, fabs(a[k]));
    for (size_t k = 0; k < n * n && most > 0; k++) sum += (a[k] / most) * (a[k] / most);
    return most * sqrt(sum);
}

/* |W^(2m)| / |W^m| grows as radius^m: what the norm is beside the largest eigenvalue falls out, and what is left of the
 * turning of complex pairs is a bounded factor, to the power 1/m. */
hys_status hys_spectral_radius(hys_ctx *ctx, const double *w, size_t n, double *radius) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    double *a = HYS_NEW_N(&arena, double, n *n), *b = HYS_NEW_N(&arena, double, n *n);
    double log_norm = 0, m = 1, found = 0;
    hys_status status = arena.failed ? HYS_NOMEM : HYS_OK;
    if (status == HYS_OK) memcpy(a, w, n * n * sizeof *a);
    for (int k = 0; k <= SQUARINGS && status == HYS_OK; k++) {
        const double norm = norm_of(a, n);
        if (!isfinite(norm)) status = hys__fail(ctx, HYS_ARG, "", "a matrix with entries that are not finite");
        if (!(norm > 0)) found = 0;
        if (!(norm > 0) || status != HYS_OK) break;
        /* a is W^m / exp(log_norm) */
        const double before = log_norm;
        log_norm += log(norm);
        found = k ? exp((log_norm - before / 2) / (m / 2)) : norm;
        for (size_t i = 0; i < n * n; i++) a[i] /= norm;
        hys__blas_multiply(n, n, n, a, a, b);
        double *const other = a;
        a = b;
        b = other;
        log_norm *= 2;
        m *= 2;
    }
    hys__arena_free(&arena);
    if (status == HYS_OK) *radius = found;
    return status;
}

/* ---- making one ---- */

static double draw(const hys_echo_opts *o, const char *what, uint64_t at, size_t which) {
    const uint64_t key[2] = {o->seed, hys__name_hash(what)}, ctr[2] = {at, 0};
    uint64_t bits[2];
    hys__threefry2x64(key, ctr, bits);
    return hys__uniform(bits[which]);
}

static hys_status set_weights(hys_echo *e) {
    const hys_echo_opts *o = &e->opts;
    const size_t n = o->nodes;
    double radius = 0;
    for (size_t i = 0; i < n && o->is_ring; i++) e->w[i * n + (i + n - 1) % n] = o->radius;
    if (o->is_ring) return HYS_OK;
    for (size_t k = 0; k < n * n; k++)
        if (draw(o, "is there", k, 0) < o->density) e->w[k] = 2 * draw(o, "weight", k, 0) - 1;
    hys_status status = hys_spectral_radius(e->ctx, e->w, n, &radius);
    if (status != HYS_OK) return status;
    if (!(radius > 0))
        return hys__fail(e->ctx, HYS_ARG, "more nodes, or a larger density",
                         "%zu nodes that hear %g of each other have no echo: the network is without loops", n,
                         o->density);
    for (size_t k = 0; k < n * n; k++) e->w[k] *= o->radius / radius;
    return HYS_OK;
}

static hys_status keep_sparse(hys_echo *e) {
    const size_t n = e->opts.nodes;
    size_t count = 0;
    for (size_t k = 0; k < n * n; k++) count += e->w[k] != 0;
    e->start = HYS_NEW_N(&e->arena, size_t, n + 1);
    e->column = HYS_NEW_N(&e->arena, uint32_t, count + 1);
    e->value = HYS_NEW_N(&e->arena, double, count + 1);
    if (e->arena.failed) return HYS_NOMEM;
    size_t at = 0;
    for (size_t k = 0; k < n * n; k++) {
        if (k % n == 0) e->start[k / n] = at;
        if (e->w[k] == 0) continue;
        e->column[at] = (uint32_t)(k % n);
        e->value[at++] = e->w[k];
    }
    e->start[n] = at;
    return HYS_OK;
}

static void set_inputs(hys_echo *e) {
    const hys_echo_opts *o = &e->opts;
    for (size_t i = 0; i < o->nodes; i++) {
        const double x = 2 * draw(o, "input", i, 0) - 1;
        e->v[i] = o->is_ring ? copysign(o->input, x) : o->input * x;
        e->b[i] = o->bias * (2 * draw(o, "bias", i, 0) - 1);
    }
}

static hys_status check(hys_ctx *ctx, const hys_echo_opts *o) {
    if (o->nodes == 0 || o->nodes > 20000)
        return hys__fail(ctx, HYS_ARG, "from 1 to 20000", "an echo-state network of %zu nodes", o->nodes);
    if (!(o->radius > 0 && o->radius < 10))
        return hys__fail(ctx, HYS_ARG, "above 0, usually below 1", "no spectral radius can be %g", o->radius);
    if (!(o->leak > 0 && o->leak <= 1))
        return hys__fail(ctx, HYS_ARG, "from above 0 to 1", "no leak can be %g", o->leak);
    if (!(o->density > 0 && o->density <= 1))
        return hys__fail(ctx, HYS_ARG, "from above 0 to 1", "no density can be %g", o->density);
    if (!isfinite(o->input) || !isfinite(o->bias))
        return hys__fail(ctx, HYS_ARG, "", "input weights of %g, biases of %g", o->input, o->bias);
    return HYS_OK;
}

hys_status hys_echo_new(hys_ctx *ctx, const hys_echo_opts *given, hys_echo **result) {
    hys_echo_opts o = hys_echo_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    hys_status status = check(ctx, &o);
    if (status != HYS_OK) return status;
    hys_echo *e = hys__realloc(ctx, NULL, 0, sizeof *e);
    if (!e) return HYS_NOMEM;
    *e = (hys_echo){.ctx = ctx, .opts = o};
    hys__arena_init(&e->arena, ctx, 0);
    e->w = HYS_NEW_N(&e->arena, double, o.nodes *o.nodes);
    e->v = HYS_NEW_N(&e->arena, double, o.nodes);
    e->b = HYS_NEW_N(&e->arena, double, o.nodes);
    status = e->arena.failed ? HYS_NOMEM : set_weights(e);
    if (status == HYS_OK) status = keep_sparse(e);
    if (status == HYS_OK) {
        set_inputs(e);
        *result = e;
    } else hys_echo_free(e);
    return status;
}

void hys_echo_free(hys_echo *e) {
    if (!e) return;
    hys_ctx *ctx = e->ctx;
    hys__arena_free(&e->arena);
    hys__free(ctx, e, sizeof *e);
}

hys_ctx *hys__echo_ctx(const hys_echo *e) {
    return e->ctx;
}

const double *hys_echo_weights(const hys_echo *e) {
    return e->w;
}

/* ---- running it ---- */

static void advance(const hys_echo *e, double u, const double *from, double *to) {
    const hys_echo_opts *o = &e->opts;
    for (size_t i = 0; i < o->nodes; i++) {
        double sum = e->v[i] * u + e->b[i];
        for (size_t k = e->start[i]; k < e->start[i + 1]; k++) sum += e->value[k] * from[e->column[k]];
        to[i] = (1 - o->leak) * from[i] + o->leak * (o->is_linear ? sum : tanh(sum));
    }
}

hys_status hys_echo_run(const hys_echo *e, const double *u, size_t n, hys_matrix *states) {
    const size_t m = e->opts.nodes;
    hys_matrix found = {0, 0, NULL};
    hys_status status = hys_matrix_new(e->ctx, n + 1, m, &found);
    if (status != HYS_OK) return status;
    for (size_t t = 0; t < n; t++) {
        advance(e, u[t], found.values + t * m, found.values + (t + 1) * m);
        for (size_t i = 0; i < m && status == HYS_OK; i++)
            if (!isfinite(found.values[(t + 1) * m + i]))
                status = hys__fail(e->ctx, HYS_ARG, "a smaller radius, or input",
                                   "node %zu of the echo-state network is not finite at step %zu", i, t);
        if (status != HYS_OK) break;
    }
    if (status == HYS_OK) status = hys_matrix_new(e->ctx, n, m, states);
    if (status == HYS_OK) memcpy(states->values, found.values + m, n * m * sizeof(double));
    hys_matrix_free(e->ctx, &found);
    return status;
}
