/* A matrix on arrays, and products with it. */
#include "array/law.h"
#include "array/product_impl.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* ---- how the matrix is cut ---- */

static size_t pieces(size_t n, size_t of) {
    return (n + of - 1) / of;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Offset codings need one bit more than magnitudes have. */
static hys__coding weight_coding(const hys_product_opts *o, double range) {
    const bool has_offset = o->weights == HYS_WEIGHTS_REFERENCE || o->weights == HYS_WEIGHTS_OFFSET;
    const int bits = o->weight_bits - (o->weights == HYS_WEIGHTS_DIFFERENTIAL && o->weight_bits);
    hys__coding c = hys__coding_new(range, bits, o->cell_bits);
    if (has_offset && bits) {
        c.most = c.zero = (UINT32_C(1) << (bits - 1)) - 1;
        c.unit = range / c.most;
    } else if (has_offset) c.unit = 2 * range;
    return c;
}

static double largest(const double *values, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs(values[k]));
    return most;
}

static void measure_tiles(hys_product *p) {
    const hys_product_opts *o = &p->opts;
    const size_t most = o->tile_columns ? o->tile_columns : SIZE_MAX;
    p->outs_per_tile = p->n_out;
    if (o->weights == HYS_WEIGHTS_DIFFERENTIAL) p->outs_per_tile = least(p->n_out, most / 2);
    else p->outs_per_tile = least(p->n_out, most - (o->weights == HYS_WEIGHTS_REFERENCE));
    p->rows_per_tile = o->tile_rows ? least(p->n_in, o->tile_rows) : p->n_in;
    p->row_tiles = pieces(p->n_in, p->rows_per_tile);
    p->column_tiles = pieces(p->n_out, p->outs_per_tile);
    p->n_tiles = p->weight.n_slices * p->row_tiles * p->column_tiles;
}

static hys__tile cut(const hys_product *p, size_t k) {
    hys__tile t = {.slice = k / (p->row_tiles * p->column_tiles), .gain = 1};
    t.row0 = k / p->column_tiles % p->row_tiles * p->rows_per_tile;
    t.out0 = k % p->column_tiles * p->outs_per_tile;
    t.rows = least(p->rows_per_tile, p->n_in - t.row0);
    t.outs = least(p->outs_per_tile, p->n_out - t.out0);
    t.columns = hys__columns_of(p, t.outs);
    return t;
}

static hys_status make_tiles(hys_product *p, const hys_matrix *weights) {
    p->tiles = HYS_NEW_N(&p->arena, hys__tile, p->n_tiles);
    hys_status status = p->tiles ? HYS_OK : HYS_NOMEM;
    for (size_t k = 0; k < p->n_tiles && status == HYS_OK; k++) {
        p->tiles[k] = cut(p, k);
        status = hys__tile_make(p, &p->tiles[k], weights);
    }
    return status;
}

/* ---- making and unmaking ---- */

static hys_status find_cells(hys_product *p) {
    hys_product_opts *o = &p->opts;
    if (o->cells) {
        p->model = hys__cell_model_find(p->ctx, o->cells);
        if (!p->model) return HYS_ARG;
    }
    if (o->g_max != 0) return HYS_OK;
    o->g_max = p->model ? hys__cell_model_info(p->model)->g_max : 100e-6;
    o->g_min = p->model ? hys__cell_model_info(p->model)->g_min : 1e-6;
    return HYS_OK;
}

static hys_status fill(hys_product *p, const hys_matrix *weights) {
    const hys_product_opts *o = &p->opts;
    double energy;
    hys_status status = find_cells(p);
    if (status == HYS_OK) status = hys_product_adc_energy(p->ctx, o->adc, 8, &energy);
    if (status != HYS_OK) return status;
    const double range = o->weight_range > 0 ? o->weight_range : largest(weights->values, p->n_in * p->n_out);
    p->weight = weight_coding(o, range);
    p->pulse_scale = 1;
    if (o->law.nonlinearity > 2) {
        const hys__law law = hys__law_sinh(o->law.nonlinearity, o->law.voltage);
        p->pulse_scale = law.scale * sinh(law.k * o->voltage) / o->voltage;
    }
    measure_tiles(p);
    return make_tiles(p, weights);
}

hys_status hys_product_new(hys_ctx *ctx, const hys_matrix *weights, const hys_product_opts *given,
                           hys_product **result) {
    const hys_product_opts opts = hys__product_complete(given);
    hys_status status = hys__product_check(ctx, weights, &opts);
    if (status != HYS_OK) return status;
    hys_product *p = hys__realloc(ctx, NULL, 0, sizeof *p);
    if (!p) return HYS_NOMEM;
    *p = (hys_product){.ctx = ctx, .opts = opts, .n_in = weights->rows, .n_out = weights->columns};
    hys__arena_init(&p->arena, ctx, 0);
    status = fill(p, weights);
    if (status == HYS_OK) *result = p;
    else hys_product_free(p);
    return status;
}

void hys_product_free(hys_product *p) {
    if (!p) return;
    hys_ctx *ctx = p->ctx;
    for (size_t k = 0; p->tiles && k < p->n_tiles; k++) hys__tile_free(&p->tiles[k]);
    hys__arena_free(&p->arena);
    hys__free(ctx, p, sizeof *p);
}

hys_product_shape hys_product_get_shape(const hys_product *p) {
    hys_product_shape s = {.size = sizeof s, .slices = p->weight.n_slices, .row_tiles = p->row_tiles};
    s.column_tiles = p->column_tiles;
    s.arrays = p->n_tiles;
    s.rows = p->tiles[0].rows;
    s.columns = p->tiles[0].columns;
    s.passes = hys__passes_new(p, 1).n;
    for (size_t k = 0; k < p->n_tiles; k++) {
        s.cells += p->tiles[k].rows * p->tiles[k].columns;
        s.conversions += hys__lanes_of(p, &p->tiles[k]) * s.passes;
    }
    return s;
}

bool hys_product_array(const hys_product *p, size_t k, size_t *rows, size_t *columns, const double **g) {
    if (k >= p->n_tiles) return false;
    *rows = p->tiles[k].rows;
    *columns = p->tiles[k].columns;
    *g = p->tiles[k].g;
    return true;
}

hys_status hys_product_set_array(hys_product *p, size_t k, const double *g) {
    if (k >= p->n_tiles) return hys__fail(p->ctx, HYS_ARG, "arrays count from 0", "no array %zu of %zu", k, p->n_tiles);
    hys__tile *t = &p->tiles[k];
    for (size_t c = 0; c < t->rows * t->columns; c++)
        if (!(g[c] >= 0) || !isfinite(g[c]))
            return hys__fail(p->ctx, HYS_ARG, "0 S or more",
                             "the cell of word line %zu and bit line %zu has the conductance %g S", c / t->columns,
                             c % t->columns, g[c]);
    memcpy(t->g, g, t->rows * t->columns * sizeof *g);
    return hys__tile_finish(p, t);
}

/* ---- a product ---- */

typedef struct work {
    hys_product *p;
    const hys_matrix *inputs;
    hys__passes passes;
    double *parts;    /* [count rows] of the pass at hand */
    double *sums;     /* [passes count]: of the parts over the lines of the tile */
    double *currents; /* [passes count columns] */
    size_t n_parts, n_sums, n_currents;
    uint64_t read;
} work;

double hys__input_range(const hys_product *p, const hys_matrix *inputs) {
    if (p->opts.input_range > 0) return p->opts.input_range;
    const double most = p->is_calibrated ? p->input_range : largest(inputs->values, inputs->rows * inputs->columns);
    return most > 0 ? most : 1;
}

static void drop(work *w) {
    hys_ctx *ctx = w->p->ctx;
    if (w->parts) hys__free(ctx, w->parts, w->n_parts * sizeof(double));
    if (w->sums) hys__free(ctx, w->sums, w->n_sums * sizeof(double));
    if (w->currents) hys__free(ctx, w->currents, w->n_currents * sizeof(double));
}

static hys_status start(work *w, hys_product *p, const hys_matrix *inputs, double range) {
    *w = (work){.p = p, .inputs = inputs, .passes = hys__passes_new(p, range), .read = p->n_reads};
    w->n_parts = inputs->rows * p->tiles[0].rows;
    w->n_sums = inputs->rows * w->passes.n;
    w->n_currents = w->n_sums * p->tiles[0].columns;
    w->parts = hys__realloc(p->ctx, NULL, 0, w->n_parts * sizeof(double));
    w->sums = hys__realloc(p->ctx, NULL, 0, w->n_sums * sizeof(double));
    w->currents = hys__realloc(p->ctx, NULL, 0, w->n_currents * sizeof(double));
    p->n_reads += w->n_sums;
    return w->parts && w->sums && w->currents ? HYS_OK : HYS_NOMEM;
}

static hys_status read_pass(work *w, const hys__tile *t, size_t pass) {
    const size_t count = w->inputs->rows;
    for (size_t k = 0; k < count; k++) {
        double *parts = w->parts + k * t->rows, sum = 0;
        hys__pass_parts(w->p, &w->passes, pass, w->inputs->values + k * w->p->n_in + t->row0, t->rows, parts);
        for (size_t i = 0; i < t->rows; i++) sum += parts[i];
        w->sums[pass * count + k] = sum;
    }
    const uint32_t full = hys__coding_full(&w->passes.coding, pass / w->passes.n_signs);
    const hys__tile_read read = {w->parts, count, full, w->read + pass * count,
                                 w->currents + pass * count * t->columns};
    return hys__tile_currents(w->p, t, &read);
}

/* All passes of all inputs through one array. */
static hys_status read_tile(work *w, hys__tile *t) {
    hys_status status = hys__tile_begin(w->p, t, w->n_sums);
    for (size_t pass = 0; pass < w->passes.n && status == HYS_OK; pass++) status = read_pass(w, t, pass);
    hys__tile_end(t);
    if (status == HYS_OK) hys__to_lanes(w->p, t, w->currents, w->n_sums);
    return status;
}

/* Of currents as they are; what percentile they have puts them in another order, so they are copied. */
static hys_status find_range(const work *w, const hys__tile *t, double *range) {
    const hys_product_opts *o = &w->p->opts;
    *range = o->adc_range == HYS_ADC_GIVEN ? o->adc_full : hys__full_range(w->p, t);
    if (!o->adc_bits || o->adc_range != HYS_ADC_CALIBRATED) return HYS_OK;
    if (t->range > 0) {
        *range = t->range;
        return HYS_OK;
    }
    const size_t n = w->n_sums * hys__lanes_of(w->p, t);
    double *values = hys__realloc(w->p->ctx, NULL, 0, n * sizeof *values);
    if (!values) return HYS_NOMEM;
    memcpy(values, w->currents, n * sizeof *values);
    *range = hys__quantile(values, n, o->adc_part);
    hys__free(w->p->ctx, values, n * sizeof *values);
    return HYS_OK;
}

/* Converted, weighed by the digits of input and weight, added to what other arrays gave. */
static void add_pass(const work *w, const hys__tile *t, size_t pass, double range, hys_matrix *outputs) {
    const hys_product *p = w->p;
    const size_t count = w->inputs->rows, lanes = hys__lanes_of(p, t);
    const uint32_t full = hys__coding_full(&w->passes.coding, pass / w->passes.n_signs);
    const hys__converter converter = hys__converter_of(p, t, full, range);
    const double unit = p->opts.voltage * p->pulse_scale * (p->opts.g_max - p->opts.g_min);
    const double weight = hys__pass_weight(&w->passes, pass) * hys__coding_weight(&p->weight, t->slice);
    for (size_t k = 0; k < count; k++) {
        double *row = w->currents + (pass * count + k) * lanes, *out = outputs->values + k * p->n_out + t->out0;
        const double pedestal = hys__pedestal(p, t) * w->sums[pass * count + k];
        for (size_t c = 0; c < lanes; c++) row[c] = hys__convert(&converter, row[c]);
        for (size_t j = 0; j < t->outs; j++)
            out[j] += weight * (t->gain * hys__lane_number(p, t, row, j) / unit - pedestal);
    }
}

static hys_status multiply_tiles(work *w, hys_matrix *outputs) {
    hys_status status = HYS_OK;
    double range;
    for (size_t k = 0; k < w->p->n_tiles && status == HYS_OK; k++) {
        hys__tile *t = &w->p->tiles[k];
        status = hys_ctx_is_cancelled(w->p->ctx) ? HYS_CANCEL : read_tile(w, t);
        if (status == HYS_OK) status = find_range(w, t, &range);
        for (size_t pass = 0; pass < w->passes.n && status == HYS_OK; pass++) add_pass(w, t, pass, range, outputs);
    }
    return status;
}

#define AT_ONCE 512 /* inputs, so that memory does not grow with them */

/* Converters whose range comes from the inputs see them all before the first is converted. */
static hys_status multiply(hys_product *p, const hys_matrix *inputs, hys_matrix *outputs) {
    const hys_product_opts *o = &p->opts;
    const bool sees_all = o->adc_bits && o->adc_range == HYS_ADC_CALIBRATED && !p->is_calibrated;
    const size_t most = sees_all ? inputs->rows : AT_ONCE;
    const double range = hys__input_range(p, inputs);
    hys_status status = HYS_OK;
    for (size_t k = 0; k < inputs->rows && status == HYS_OK; k += most) {
        const size_t count = least(most, inputs->rows - k);
        const hys_matrix in = {count, p->n_in, inputs->values + k * p->n_in};
        hys_matrix out = {count, p->n_out, outputs->values + k * p->n_out};
        work w;
        status = start(&w, p, &in, range);
        if (status == HYS_OK) status = multiply_tiles(&w, &out);
        drop(&w);
    }
    return status;
}

hys_status hys_product_multiply(hys_product *p, const hys_matrix *inputs, hys_matrix *outputs) {
    hys_matrix result;
    hys_status status = hys__product_check_inputs(p->ctx, p->n_in, inputs);
    if (status == HYS_OK) status = hys_matrix_new(p->ctx, inputs->rows, p->n_out, &result);
    if (status != HYS_OK) return status;
    status = multiply(p, inputs, &result);
    if (status == HYS_OK) *outputs = result;
    else hys_matrix_free(p->ctx, &result);
    return status;
}

hys_status hys_product_calibrate(hys_product *p, const hys_matrix *inputs) {
    work w;
    hys_status status = hys__product_check_inputs(p->ctx, p->n_in, inputs);
    if (status != HYS_OK) return status;
    p->is_calibrated = false;
    p->input_range = hys__input_range(p, inputs);
    status = start(&w, p, inputs, p->input_range);
    for (size_t k = 0; k < p->n_tiles && status == HYS_OK; k++) {
        p->tiles[k].range = 0;
        status = read_tile(&w, &p->tiles[k]);
        if (status == HYS_OK) status = find_range(&w, &p->tiles[k], &p->tiles[k].range);
    }
    drop(&w);
    p->is_calibrated = status == HYS_OK;
    return status;
}
