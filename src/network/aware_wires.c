/* What wires make of a layer's weights, and exact gradients through them: with L a read-out of the products, the sum
 * over weights of dL/dW_eff is, output by output, a read-out of one solution, whose derivative with respect to all
 * conductances is one adjoint solution more. */
#include "array/product_impl.h"
#include "base/memory.h"
#include "network/aware.h"
#include <math.h>
#include <string.h>

/* ---- the arrays as they are now ---- */

static hys_product_opts ideal_but_wires(const hys__aware *a) {
    const hys_product_opts *given = &a->opts.mapping.product;
    const hys_synapse_law *law = hys_synapse_get_law(a->opts.mapping.synapse);
    hys_product_opts o = hys_product_opts_default();
    o.weights = given->weights;
    o.tile_rows = given->tile_rows;
    o.tile_columns = given->tile_columns;
    o.lines = given->lines;
    o.g_min = law->g_min;
    o.g_max = law->g_max;
    o.voltage = fabs(law->read.voltage);
    o.input_range = 1;
    return o;
}

static void as_doubles(const float *values, hys_matrix *m) {
    for (size_t k = 0; k < m->rows * m->columns; k++) m->values[k] = (double)values[k];
}

static hys_status new_product(hys__aware *a, hys_matrix *weights) {
    const hys_product_opts opts = ideal_but_wires(a);
    hys_product_free(a->product);
    a->product = NULL;
    as_doubles(a->values, weights);
    return hys_product_new(a->base.ctx, weights, &opts, &a->product);
}

/* Products with the rows of the unit matrix. */
static hys_status effective(hys__aware *a, hys_matrix *w) {
    hys_matrix unit = {0, 0, NULL};
    hys_status status = hys_matrix_new(a->base.ctx, a->base.rows, a->base.rows, &unit);
    for (size_t k = 0; status == HYS_OK && k < a->base.rows; k++) unit.values[k * a->base.rows + k] = 1;
    if (status == HYS_OK) status = hys_product_multiply(a->product, &unit, w);
    hys_matrix_free(a->base.ctx, &unit);
    return status;
}

hys_status hys__aware_wires(hys__aware *a) {
    const size_t n = a->base.rows * a->base.columns;
    hys_matrix weights = {0, 0, NULL}, w = {0, 0, NULL};
    hys_status status = hys_matrix_new(a->base.ctx, a->base.rows, a->base.columns, &weights);
    if (status == HYS_OK) status = new_product(a, &weights);
    if (status == HYS_OK) status = effective(a, &w);
    for (size_t k = 0; k < n && status == HYS_OK; k++) a->wires[k] = (float)(w.values[k] - weights.values[k]);
    hys_matrix_free(a->base.ctx, &weights);
    hys_matrix_free(a->base.ctx, &w);
    return status;
}

/* ---- gradients ---- */

typedef struct adjoint {
    const hys__aware *aware;
    const float *given; /* dL/dW_eff */
    double *sums;       /* [rows columns]: dL/dW */
    const hys__tile *tile;
    hys_array *array;
    double *words, *currents, *g; /* [rows], [columns], [rows columns] of the tile */
} adjoint;

/* Cells (i, c) serve output c / 2, its negative part where c is odd. */
static void collect(const adjoint *s) {
    const hys__tile *t = s->tile;
    const size_t n_out = s->aware->base.columns;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t c = 0; c < t->columns; c++) {
            const size_t at = (t->row0 + i) * n_out + t->out0 + c / 2;
            const double w = (double)s->aware->values[at], d = s->g[i * t->columns + c];
            if (c % 2 == 0 && w >= 0) s->sums[at] += d;
            if (c % 2 == 1 && w < 0) s->sums[at] -= d;
        }
}

static hys_status output(const adjoint *s, size_t j) {
    const hys__tile *t = s->tile;
    const size_t n_out = s->aware->base.columns;
    bool is_needed = false;
    for (size_t i = 0; i < t->rows; i++) {
        s->words[i] = (double)s->given[(t->row0 + i) * n_out + t->out0 + j];
        is_needed = is_needed || s->words[i] != 0;
    }
    if (!is_needed) return HYS_OK;
    memset(s->currents, 0, t->columns * sizeof *s->currents);
    s->currents[2 * j] = 1;
    s->currents[2 * j + 1] = -1;
    hys_status status = hys_array_solve(s->array, s->words, NULL);
    if (status == HYS_OK) status = hys_array_gradient(s->array, s->currents, s->g, NULL, NULL);
    if (status == HYS_OK) collect(s);
    return status;
}

static hys_status tile(adjoint *s) {
    const hys__aware *a = s->aware;
    const hys__tile *t = s->tile;
    hys_array_opts lines = a->opts.mapping.product.lines;
    lines.rows = t->rows;
    lines.columns = t->columns;
    s->array = NULL;
    hys_status status = hys_array_new(a->base.ctx, &lines, &s->array);
    if (status == HYS_OK) status = hys_array_set_conductances(s->array, t->g);
    for (size_t j = 0; j < t->outs && status == HYS_OK; j++) status = output(s, j);
    hys_array_free(s->array);
    return status;
}

hys_status hys__aware_gradient(hys__aware *a, float *gradient) {
    const size_t n = a->base.rows * a->base.columns, lines = a->base.rows + 4 * a->base.columns + 2;
    const size_t bytes = (n + lines + 2 * n) * sizeof(double);
    if (a->opts.mapping.product.weights != HYS_WEIGHTS_DIFFERENTIAL || !a->product) return HYS_OK;
    double *memory = hys__realloc(a->base.ctx, NULL, 0, bytes);
    if (!memory) return HYS_NOMEM;
    memset(memory, 0, bytes);
    adjoint s = {.aware = a, .given = gradient, .sums = memory};
    s.words = memory + n;
    s.currents = s.words + a->base.rows;
    s.g = memory + n + lines;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < a->product->n_tiles && status == HYS_OK; k++) {
        s.tile = &a->product->tiles[k];
        status = tile(&s);
    }
    for (size_t k = 0; k < n && status == HYS_OK; k++) gradient[k] = (float)s.sums[k];
    hys__free(a->base.ctx, memory, bytes);
    return status;
}
