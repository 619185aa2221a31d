/* Layers on arrays: made, read, changed, unmade. */
#include "network/mapping.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

hys_mapping_opts hys_mapping_opts_default(void) {
    return (hys_mapping_opts){.size = sizeof(hys_mapping_opts),
                              .fidelity = HYS_FIDELITY_LINEAR,
                              .product = hys_product_opts_default(),
                              .n_calibration = 500};
}

hys_mapping_opts hys__mapping_complete(const hys_mapping_opts *given) {
    hys_mapping_opts o = hys_mapping_opts_default();
    if (given) memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    o.product = hys__product_complete(&o.product);
    if (!o.n_calibration) o.n_calibration = 500;
    return o;
}

/* ---- the product that a layer is ---- */

static double part(double x) {
    return fmax(0, fmin(1, x));
}

/* What comes from the synapse, and what the fidelity leaves out.  Reads with the noise of their own are solved here,
 * not by the product. */
static hys_product_opts product_opts(const hys__mapped *m) {
    const hys_synapse_law *law = hys_synapse_get_law(m->opts.synapse);
    hys_product_opts o = m->opts.product;
    o.g_min = law->g_min;
    o.g_max = law->g_max;
    o.cells = NULL;
    o.law = (hys_array_law){.size = sizeof o.law, .nonlinearity = 2, .voltage = 1};
    o.voltage = fabs(law->read.voltage);
    o.solves_each = false;
    o.stuck_on = o.stuck_off = 0;
    o.time = -1;
    o.seed = m->opts.seed;
    if (m->opts.has_read_noise) o.read_noise = hypot(o.read_noise, law->read_noise);
    if (m->opts.fidelity == HYS_FIDELITY_DISTILLED)
        o.lines.word_wire = o.lines.bit_wire = o.lines.driver = o.lines.sense = 0;
    o.progress = NULL;
    return o;
}

/* Targets first; which cells are stuck whatever they are programmed to comes behind them. */
static hys_status make_product(hys__mapped *m, unsigned threads) {
    const hys_synapse_law *law = hys_synapse_get_law(m->opts.synapse);
    const size_t n = m->base.rows * m->base.columns;
    hys_product_opts o = product_opts(m);
    hys_matrix weights = {0};
    hys_status status = hys_matrix_new(m->base.ctx, m->base.rows, m->base.columns, &weights);
    if (status != HYS_OK) return status;
    bool is_blank = true;
    for (size_t k = 0; k < n; k++) {
        weights.values[k] = (double)m->asked[k];
        is_blank = is_blank && m->asked[k] == 0;
    }
    if (is_blank && o.weight_range == 0) o.weight_range = 1;
    o.lines.threads = threads;
    status = hys_product_new(m->base.ctx, &weights, &o, &m->product);
    hys_matrix_free(m->base.ctx, &weights);
    if (status != HYS_OK) return status;
    m->opts.product.adc = m->product->opts.adc; /* the caller's may not live as long */
    const double on = part(m->opts.product.stuck_on + law->stuck_on);
    m->product->opts.stuck_on = on;
    m->product->opts.stuck_off = fmin(1 - on, m->opts.product.stuck_off + law->stuck_off);
    return HYS_OK;
}

static hys_status take_cells(hys__mapped *m) {
    const size_t n_tiles = m->product->n_tiles;
    m->first_cell = HYS_NEW_N(&m->arena, size_t, n_tiles + 1);
    for (size_t k = 0; k < n_tiles && m->first_cell; k++)
        m->first_cell[k + 1] = m->first_cell[k] + m->product->tiles[k].rows * m->product->tiles[k].columns;
    if (!m->first_cell) return HYS_NOMEM;
    m->targets = HYS_NEW_N(&m->arena, double, m->first_cell[n_tiles]);
    m->programmed = HYS_NEW_N(&m->arena, double, m->first_cell[n_tiles]);
    return m->arena.failed ? HYS_NOMEM : HYS_OK;
}

/* ---- weights ---- */

static void clip(float *values, size_t n, double deviations) {
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) {
        sum += values[k];
        squares += (double)values[k] * values[k];
    }
    const double mean = sum / (double)n, sd = sqrt(fmax(0, squares / (double)n - mean * mean));
    const float most = (float)(deviations * sd);
    for (size_t k = 0; k < n && most > 0; k++) values[k] = fmaxf(-most, fminf(most, values[k]));
}

/* Cells that another layer has. */
static void borrow(hys__mapped *m, const hys__mapped *same) {
    const size_t bytes = m->first_cell[m->product->n_tiles] * sizeof(double);
    memcpy(m->targets, same->targets, bytes);
    memcpy(m->programmed, same->programmed, bytes);
    m->programming = same->programming;
    m->cells = same->cells;
    m->has_others_cells = true;
    m->waited = same->waited;
}

static hys_status program(hys__mapped *m) {
    hys_status status = hys__mapped_program(m);
    if (status == HYS_OK && m->cells && m->waited > 0) status = hys_cells_wait(m->cells, m->waited, m->opts.temp);
    return status;
}

/* From what is asked for to what reads see. */
static hys_status lay(hys__mapped *m, unsigned threads, const hys__mapped *same) {
    hys_status status = make_product(m, threads);
    if (status == HYS_OK) status = take_cells(m);
    if (status == HYS_OK && same) borrow(m, same);
    else if (status == HYS_OK) status = program(m);
    if (status == HYS_OK) status = hys__mapped_age(m);
    if (status == HYS_OK && m->opts.fidelity == HYS_FIDELITY_EXACT) status = hys__mapped_find_states(m);
    return status == HYS_OK ? hys__mapped_read_out(m) : status;
}

static void forget(hys__mapped *m) {
    hys__mapped_clear_seats(m);
    if (!m->has_others_cells) hys_cells_free(m->cells);
    hys_product_free(m->product);
    hys__arena_free(&m->arena);
    m->cells = NULL;
    m->product = NULL;
    m->stripes = NULL;
    m->ladder = NULL;
    m->n_stripes = 0;
}

static hys_status mapped_set(hys__weights *weights, const float *values) {
    hys__mapped *m = (hys__mapped *)weights;
    const size_t n = weights->rows * weights->columns;
    const bool was_calibrated = m->product && m->product->is_calibrated;
    const double range = was_calibrated ? m->product->input_range : 0;
    memcpy(m->asked, values, n * sizeof *values);
    clip(m->asked, n, m->opts.weight_clip);
    const unsigned threads = m->product ? m->product->opts.lines.threads : 1;
    forget(m);
    hys__arena_init(&m->arena, weights->ctx, 0);
    const hys_status status = lay(m, threads, NULL);
    if (status == HYS_OK && was_calibrated) { /* of inputs; converters of other cells start anew */
        m->product->input_range = range;
        m->product->is_calibrated = true;
    }
    return status;
}

/* ---- kinds ---- */

static void release(hys__mapped *m) {
    hys__mapped_free_seats(m);
    pthread_mutex_destroy(&m->lock);
    pthread_mutex_destroy(&m->ranges_lock);
}

static void guard_release(hys_ctx *ctx, hys__guard *guard) {
    (void)ctx;
    release((hys__mapped *)((char *)guard - offsetof(hys__mapped, guard)));
}

static void mapped_free(hys__weights *weights) {
    hys__mapped *m = (hys__mapped *)weights;
    hys_ctx *ctx = weights->ctx;
    hys__guard_remove(ctx, &m->guard);
    forget(m);
    release(m);
    if (m->asked) hys__free(ctx, m->asked, weights->rows * weights->columns * sizeof *m->asked);
    hys__free(ctx, m, sizeof *m);
}

#define KIND(text)                                                                                                     \
    {                                                                                                                  \
        .name = text, .multiply = hys__mapped_multiply, .multiply_back = hys__mapped_multiply_back,                    \
        .get = hys__mapped_get, .set = mapped_set, .free = mapped_free                                                 \
    }
static const hys__weights_kind kinds[HYS_N_FIDELITIES] = {[HYS_FIDELITY_DISTILLED] = KIND("distilled"),
                                                          [HYS_FIDELITY_LINEAR] = KIND("linear"),
                                                          [HYS_FIDELITY_EXACT] = KIND("exact")};

hys__mapped *hys__mapped_of(hys__weights *weights) {
    for (size_t k = 0; weights && k < HYS_N_FIDELITIES; k++)
        if (weights->kind == &kinds[k]) return (hys__mapped *)weights;
    return NULL;
}

/* ---- new ones ---- */

static hys__mapped *blank(hys_ctx *ctx, const hys__mapped_request *request) {
    const size_t bytes = request->rows * request->columns * sizeof(float);
    hys__mapped *m = hys__realloc(ctx, NULL, 0, sizeof *m);
    if (!m) return NULL;
    *m = (hys__mapped){.base = {.ctx = ctx, .rows = request->rows, .columns = request->columns}, .alike = 1};
    m->opts = hys__mapping_complete(request->opts);
    m->opts.calibration = NULL;
    m->opts.product.cells = NULL;
    m->base.kind = &kinds[m->opts.fidelity];
    m->waited = m->opts.time;
    hys__arena_init(&m->arena, ctx, 0);
    pthread_mutex_init(&m->lock, NULL);
    pthread_mutex_init(&m->ranges_lock, NULL);
    m->guard.release = guard_release;
    hys__guard_add(ctx, &m->guard);
    m->asked = hys__realloc(ctx, NULL, 0, bytes);
    if (m->asked) {
        memcpy(m->asked, request->weights, bytes);
        return m;
    }
    mapped_free(&m->base);
    return NULL;
}

hys_status hys__mapped_new(hys_ctx *ctx, const hys__mapped_request *request, hys__mapped **result) {
    const hys_mapping_opts opts = hys__mapping_complete(request->opts);
    hys_status status = hys__mapping_check(ctx, &opts);
    hys__mapped *m = status == HYS_OK ? blank(ctx, request) : NULL;
    if (!m) return status == HYS_OK ? HYS_NOMEM : status;
    clip(m->asked, request->rows * request->columns, opts.weight_clip);
    hys__blas_open(&m->blas);
    status = lay(m, request->threads, request->same);
    if (status == HYS_OK && request->inputs) status = hys__mapped_calibrate(m, request->inputs, request->n_inputs);
    if (status == HYS_OK) *result = m;
    else mapped_free(&m->base);
    return status;
}

hys_status hys__mapped_again(const hys__mapped *m, hys_fidelity fidelity, hys__mapped **result) {
    hys_mapping_opts opts = m->opts;
    hys__mapped *again = NULL;
    opts.fidelity = fidelity;
    opts.has_read_noise = false;
    opts.weight_clip = 0; /* was done */
    opts.product.read_noise = opts.product.read_noise_S = 0;
    if (fidelity == HYS_FIDELITY_DISTILLED) opts.is_kernel = false;
    const hys__mapped_request request = {.rows = m->base.rows,
                                         .columns = m->base.columns,
                                         .weights = m->asked,
                                         .opts = &opts,
                                         .threads = m->product->opts.lines.threads,
                                         .same = m};
    const hys_status status = hys__mapped_new(m->base.ctx, &request, &again);
    if (status != HYS_OK) return status;
    again->product->is_calibrated = m->product->is_calibrated;
    again->product->input_range = m->product->input_range;
    for (size_t k = 0; k < m->product->n_tiles; k++) again->product->tiles[k].range = m->product->tiles[k].range;
    *result = again;
    return HYS_OK;
}

hys_status hys__mapped_wait(hys__mapped *m, double time, double temp) {
    hys_status status = m->cells ? hys_cells_wait(m->cells, time, temp) : HYS_OK;
    if (status != HYS_OK) return status;
    m->waited += time;
    hys__mapped_clear_seats(m);
    status = hys__mapped_age(m);
    return status == HYS_OK ? hys__mapped_read_out(m) : status;
}
