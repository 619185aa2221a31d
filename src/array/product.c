/* A matrix on arrays, and products with it. */
#include "array/law.h"
#include "array/product_share.h"
#include "base/diag.h"
#include <hysteron/ranks.h>
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

/* ---- their conductances ---- */

typedef struct laying {
    hys_product *p;
    const hys_matrix *weights;
} laying;

static hys_status lay(void *user, hys__worker *worker, size_t k, double *numbers) {
    const laying *l = user;
    (void)numbers;
    return hys__tile_make(l->p, worker, &l->p->tiles[k], l->weights);
}

static hys_status take_tiles(hys_product *p) {
    p->tiles = HYS_NEW_N(&p->arena, hys__tile, p->n_tiles);
    for (size_t k = 0; k < p->n_tiles && p->tiles; k++) {
        hys__tile *t = &p->tiles[k];
        *t = cut(p, k);
        t->g = HYS_NEW_N(&p->arena, double, t->rows * t->columns);
    }
    return p->arena.failed ? HYS_NOMEM : HYS_OK;
}

#define DRAW 100 /* multiplications that a cell's draws take, about */

/* All ranks need all conductances, which are little work. */
static hys_status make_tiles(hys_product *p, const hys_matrix *weights) {
    laying l = {p, weights};
    hys__share *share = NULL;
    const double cells = (double)p->n_tiles * (double)(p->tiles[0].rows * p->tiles[0].columns);
    hys_status status = hys__share_open(p, cells * (p->model ? DRAW : 10), &share);
    const hys__share_plan plan = {.work = lay, .user = &l, .is_everywhere = true};
    if (status == HYS_OK) status = hys__share_run(share, &plan, HYS_OK);
    hys__share_close(share);
    return status;
}

/* ---- making and unmaking ---- */

static hys_status find_cells(hys_product *p) {
    hys_product_opts *o = &p->opts;
    for (size_t k = 0; k < hys_product_n_converters(); k++)
        if (!strcmp(hys_product_converters(k)->name, o->adc)) o->adc = hys_product_converters(k)->name;
    if (o->cells) {
        p->model = hys__cell_model_find(p->ctx, o->cells);
        if (!p->model) return HYS_ARG;
        o->cells = hys__cell_model_info(p->model)->name; /* the caller's may not live as long */
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
    status = take_tiles(p);
    return status == HYS_OK ? make_tiles(p, weights) : status;
}

static hys_status make(hys_ctx *ctx, const hys_matrix *weights, const hys_product_opts *opts, hys_product **result) {
    hys_product *p = hys__realloc(ctx, NULL, 0, sizeof *p);
    if (!p) return HYS_NOMEM;
    *p = (hys_product){.ctx = ctx, .opts = *opts, .n_in = weights->rows, .n_out = weights->columns};
    hys__arena_init(&p->arena, ctx, 0);
    const hys_status status = fill(p, weights);
    if (status == HYS_OK) *result = p;
    else hys_product_free(p);
    return status;
}

/* Whether all ranks have made the same. */
static hys_status agree(hys_ctx *ctx, hys_status status, const hys_product *p) {
    hys_product_opts o = p ? p->opts : hys_product_opts_default();
    const double options[] = {o.voltage,     o.input_range,     o.input_bits,     o.dac_bits,        o.has_sign_passes,
                              o.inputs,      o.adc_bits,        o.adc_range,      o.adc_full,        o.adc_part,
                              o.weights,     o.g_min,           o.g_max,          o.read_noise,      o.read_noise_S,
                              o.solves_each, o.lines.word_wire, o.lines.bit_wire, o.law.nonlinearity};
    uint64_t key = hys__key_of(0, options, sizeof options / sizeof *options);
    for (size_t k = 0; p && k < p->n_tiles && hys_ranks_size(ctx) > 1; k++)
        key = hys__key_of(key, p->tiles[k].g, p->tiles[k].rows * p->tiles[k].columns);
    return hys__product_agree(ctx, status, key);
}

hys_status hys_product_new(hys_ctx *ctx, const hys_matrix *weights, const hys_product_opts *given,
                           hys_product **result) {
    const hys_product_opts opts = hys__product_complete(given);
    hys_product *p = NULL;
    hys_status status = hys__product_check(ctx, weights, &opts);
    if (status == HYS_OK) status = make(ctx, weights, &opts, &p);
    status = agree(ctx, status, p);
    if (status == HYS_OK) *result = p;
    else hys_product_free(p);
    return status;
}

void hys_product_free(hys_product *p) {
    if (!p) return;
    hys_ctx *ctx = p->ctx;
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
    hys__tile_forget(t);
    return HYS_OK;
}
