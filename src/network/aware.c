/* Training in software as if the weights lay on arrays: what goes forward has their errors, what comes back is for the
 * weights that will be programmed. */
#include "network/aware.h"
#include "base/diag.h"
#include "base/memory.h"
#include "base/random.h"
#include "network/analog_normals.h"
#include <math.h>
#include <string.h>

hys_aware_opts hys_aware_opts_default(void) {
    return (hys_aware_opts){
        .size = sizeof(hys_aware_opts), .mapping = hys_mapping_opts_default(), .noise = NAN, .wires_every = 100};
}

/* ---- what goes forward ---- */

static double table_at(const double *table, double x) {
    const double at = fmin(fmax(x, 0), 1) * (HYS_SYNAPSE_POINTS - 1);
    const size_t i = at >= HYS_SYNAPSE_POINTS - 1 ? HYS_SYNAPSE_POINTS - 2 : (size_t)at;
    return table[i] + (at - (double)i) * (table[i + 1] - table[i]);
}

/* Standard deviation of a weight at part x of the range, as a part of it: of both cells of a pair. */
static double deviation(const hys__aware *a, double x) {
    if (isfinite(a->opts.noise)) return a->opts.noise;
    if (a->opts.mapping.is_perfect) return 0;
    const hys_synapse_law *law = hys_synapse_get_law(a->opts.mapping.synapse);
    const double scale = a->opts.mapping.product.program_scale;
    return scale * hypot(table_at(law->program_sd, x), table_at(law->program_sd, 0));
}

static double largest(const float *values, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs((double)values[k]));
    return most;
}

/* To the conductances that cells can have. */
static float level(const hys__aware *a, float w, double range) {
    if (a->opts.mapping.levels < 2) return w;
    const double unit = range / (double)(a->opts.mapping.levels - 1);
    return (float)(rint((double)w / unit) * unit);
}

static void draw_block(void *data, size_t part, unsigned thread) {
    const hys__aware_draw *d = data;
    const hys__aware *a = d->aware;
    const size_t n = a->base.rows * a->base.columns, from = part * HYS__AWARE_PART;
    const uint64_t key[2] = {a->opts.mapping.seed ^ 0x6177617265ull, a->layer};
    (void)thread;
    for (size_t k = from; k < n && k < from + HYS__AWARE_PART; k++) {
        const float w = level(a, a->values[k], d->range);
        const double sd = d->range > 0 ? deviation(a, fabs((double)w) / d->range) : 0;
        const uint64_t at[2] = {a->sets, k};
        const double error = sd > 0 ? sd * d->range * hys__normal(key, at) : 0;
        a->forward[k] = w + (float)error + (a->wires ? a->wires[k] : 0);
        a->squares[k] = a->forward[k] * a->forward[k];
    }
}

static void draw(hys__aware *a) {
    const size_t n = a->base.rows * a->base.columns;
    hys__aware_draw d = {a, largest(a->values, n)};
    hys__team_run(a->team, (n + HYS__AWARE_PART - 1) / HYS__AWARE_PART, draw_block, &d);
}

static double read_noise(const hys__aware *a) {
    const hys_mapping_opts *m = &a->opts.mapping;
    if (!m->has_read_noise) return 0;
    return hypot(m->product.read_noise, hys_synapse_get_law(m->synapse)->read_noise);
}

static void quantise(float *row, size_t n, int32_t bits) {
    const double most = bits > 1 ? largest(row, n) : 0;
    if (!(most > 0)) return;
    const float unit = (float)(most / ((1u << (bits - 1)) - 1));
    for (size_t k = 0; k < n; k++) row[k] = rintf(row[k] / unit) * unit;
}

/* Noise of independent cells: the variance of an output is the sum of squares of inputs and weights.
 * room: [n rows] squares, [n columns] variances, [columns] draws */
static void add_read_noise(const hys__aware *a, const hys__block *block, const float *x, float *y, float *room) {
    const size_t rows = a->base.rows, columns = a->base.columns;
    const float part = (float)read_noise(a);
    float *variance = room + block->n * rows, *draws = variance + block->n * columns;
    for (size_t k = 0; k < block->n * rows; k++) room[k] = x[k] * x[k];
    const hys__gemm shape = {.m = block->n, .n = columns, .k = rows};
    hys__blas_sgemm(&a->blas, &shape, room, a->squares, variance);
    for (size_t i = 0; i < block->n; i++) {
        const uint64_t key[2] = {a->opts.mapping.seed ^ 0x72656164ull ^ (a->layer << 48) ^ (block->pass << 20),
                                 block->first + i};
        hys__normals(key, 0, columns, draws);
        for (size_t j = 0; j < columns; j++)
            y[i * columns + j] += part * hys__root(variance[i * columns + j]) * draws[j];
    }
}

static hys_status multiply(hys__weights *w, const hys__block *block, const float *x, float *y) {
    const hys__aware *a = (const hys__aware *)w;
    const int32_t dac = a->opts.mapping.product.input_bits, adc = a->opts.mapping.product.adc_bits;
    const size_t n = block->n * w->rows;
    float *q = hys__rooms_take(a->rooms, block->thread, 2 * n + (block->n + 1) * w->columns);
    if (!q) return HYS_NOMEM;
    memcpy(q, x, n * sizeof *q);
    for (size_t i = 0; i < block->n; i++) quantise(q + i * w->rows, w->rows, dac);
    const hys__gemm shape = {.m = block->n, .n = w->columns, .k = w->rows};
    hys__blas_sgemm(&a->blas, &shape, q, a->forward, y);
    if (read_noise(a) > 0) add_read_noise(a, block, q, y, q + n);
    for (size_t i = 0; i < block->n; i++) quantise(y + i * w->columns, w->columns, adc);
    return HYS_OK;
}

/* Straight through converters and noise. */
static hys_status multiply_back(hys__weights *w, const hys__block *block, const float *dy, float *dx) {
    const hys__aware *a = (const hys__aware *)w;
    const hys__gemm shape = {.m = block->n, .n = w->rows, .k = w->columns, .b_transposed = true};
    hys__blas_sgemm(&a->blas, &shape, dy, a->forward, dx);
    return HYS_OK;
}

static hys_status get(const hys__weights *w, float *values) {
    const hys__aware *a = (const hys__aware *)w;
    memcpy(values, a->values, w->rows * w->columns * sizeof *values);
    return HYS_OK;
}

static hys_status set(hys__weights *w, const float *values) {
    hys__aware *a = (hys__aware *)w;
    hys_status status = HYS_OK;
    memcpy(a->values, values, w->rows * w->columns * sizeof *values);
    if (a->wires && a->sets % a->opts.wires_every == 0) status = hys__aware_wires(a);
    a->sets++;
    draw(a);
    return status;
}

static hys_status gradient(hys__weights *w, float *values) {
    hys__aware *a = (hys__aware *)w;
    return a->wires && a->opts.has_exact_gradient ? hys__aware_gradient(a, values) : HYS_OK;
}

/* ---- making and unmaking ---- */

static void unmake(hys__weights *w) {
    hys__aware *a = (hys__aware *)w;
    const size_t bytes = w->rows * w->columns * sizeof(float);
    if (a->values) hys__free(w->ctx, a->values, bytes);
    if (a->forward) hys__free(w->ctx, a->forward, bytes);
    if (a->squares) hys__free(w->ctx, a->squares, bytes);
    if (a->wires) hys__free(w->ctx, a->wires, bytes);
    if (a->rooms) {
        hys__rooms_free(a->rooms);
        hys__free(w->ctx, a->rooms, sizeof *a->rooms);
    }
    hys_product_free(a->product);
    hys__free(w->ctx, a, sizeof *a);
}

const hys__weights_kind hys__aware_kind = {.name = "aware",
                                           .multiply = multiply,
                                           .multiply_back = multiply_back,
                                           .get = get,
                                           .set = set,
                                           .gradient = gradient,
                                           .free = unmake};

static bool has_wires(const hys_mapping_opts *m) {
    const hys_array_opts *l = &m->product.lines;
    return m->fidelity != HYS_FIDELITY_DISTILLED &&
           (l->word_wire > 0 || l->bit_wire > 0 || l->driver > 0 || l->sense > 0);
}

static hys_status make(hys_network *network, size_t k, const hys_aware_opts *opts, hys__weights **result) {
    const hys_layer_info info = hys_network_layer(network, k);
    hys_ctx *ctx = hys__network_ctx(network);
    const size_t bytes = info.rows * info.columns * sizeof(float);
    hys__aware *a = hys__realloc(ctx, NULL, 0, sizeof *a);
    if (!a) return HYS_NOMEM;
    *a = (hys__aware){.base = {&hys__aware_kind, ctx, info.rows, info.columns}, .opts = *opts, .layer = k};
    a->team = hys__network_team(network);
    hys__blas_open(&a->blas);
    a->rooms = hys__realloc(ctx, NULL, 0, sizeof *a->rooms);
    if (a->rooms) *a->rooms = (hys__rooms){0};
    a->values = hys__realloc(ctx, NULL, 0, bytes);
    a->forward = hys__realloc(ctx, NULL, 0, bytes);
    a->squares = hys__realloc(ctx, NULL, 0, bytes);
    if (has_wires(&opts->mapping)) a->wires = hys__realloc(ctx, NULL, 0, bytes);
    if (a->wires) memset(a->wires, 0, bytes);
    const bool has_all = a->rooms && a->values && a->forward && a->squares && (a->wires || !has_wires(&opts->mapping));
    const hys_status status = has_all ? set(&a->base, info.weights) : HYS_NOMEM;
    if (status == HYS_OK) *result = &a->base;
    else unmake(&a->base);
    return status;
}

/* ---- training ---- */

static hys_status hold_all(hys_network *network, const hys_aware_opts *opts) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < hys_network_n_layers(network) && status == HYS_OK; k++) {
        hys__weights *w = NULL;
        if (hys_network_layer(network, k).rows == 0) continue;
        status = make(network, k, opts, &w);
        if (status == HYS_OK) status = hys__network_hold(network, k, w);
    }
    return status;
}

/* What was trained, without the errors that it was trained with. */
static hys_status release(hys_network *network, size_t k) {
    const hys_layer_info info = hys_network_layer(network, k);
    hys_ctx *ctx = hys__network_ctx(network);
    hys__weights *held = hys__network_held(network, k), *plain = NULL;
    if (info.rows == 0 || held->kind != &hys__aware_kind) return HYS_OK;
    hys_status status = hys__weights_software(ctx, info.rows, info.columns, ((hys__aware *)held)->values, &plain);
    return status == HYS_OK ? hys__network_hold(network, k, plain) : status;
}

static hys_status check(hys_network *network, const hys_aware_opts *o) {
    hys_ctx *ctx = hys__network_ctx(network);
    if (!o->mapping.synapse) return hys__fail(ctx, HYS_ARG, NULL, "there is no device to train for");
    if (o->noise < 0) return hys__fail(ctx, HYS_ARG, NULL, "the noise of weights is not negative");
    return HYS_OK;
}

hys_status hys_network_train_aware(hys_network *network, const hys_samples *train, const hys_samples *test,
                                   const hys_train_opts *opts, const hys_aware_opts *given) {
    hys_aware_opts aware = *given;
    if (aware.wires_every == 0) aware.wires_every = 100;
    hys_status status = check(network, &aware);
    if (status == HYS_OK) status = hold_all(network, &aware);
    if (status == HYS_OK) status = hys_network_train(network, train, test, opts);
    for (size_t k = 0; k < hys_network_n_layers(network); k++) {
        const hys_status released = release(network, k);
        if (status == HYS_OK) status = released;
    }
    return status;
}
