/* Weights as floats in software. */
#include "network/weights.h"
#include "numerics/blas.h"
#include <string.h>

typedef struct software {
    hys__weights base;
    hys__blas blas;
    float *values; /* [rows columns], behind this */
} software;

#define WORTH 32 /* weights: of fewer, a BLAS takes no less time than loops */

static size_t size_of(size_t rows, size_t columns) {
    return sizeof(software) + rows * columns * sizeof(float);
}

static hys_status multiply(hys__weights *weights, const hys__block *block, const float *x, float *y) {
    const software *w = (const software *)weights;
    const hys__gemm shape = {.m = block->n, .n = weights->columns, .k = weights->rows};
    hys__blas_sgemm(&w->blas, &shape, x, w->values, y);
    return HYS_OK;
}

static hys_status multiply_back(hys__weights *weights, const hys__block *block, const float *dy, float *dx) {
    const software *w = (const software *)weights;
    const hys__gemm shape = {.m = block->n, .n = weights->rows, .k = weights->columns, .b_transposed = true};
    hys__blas_sgemm(&w->blas, &shape, dy, w->values, dx);
    return HYS_OK;
}

static hys_status get(const hys__weights *weights, float *values) {
    memcpy(values, ((const software *)weights)->values, weights->rows * weights->columns * sizeof *values);
    return HYS_OK;
}

static hys_status set(hys__weights *weights, const float *values) {
    memcpy(((software *)weights)->values, values, weights->rows * weights->columns * sizeof *values);
    return HYS_OK;
}

static void free_software(hys__weights *weights) {
    hys__free(weights->ctx, weights, size_of(weights->rows, weights->columns));
}

static const hys__weights_kind kind = {.name = "software",
                                       .multiply = multiply,
                                       .multiply_back = multiply_back,
                                       .get = get,
                                       .set = set,
                                       .free = free_software};

hys_status hys__weights_software(hys_ctx *ctx, size_t rows, size_t columns, const float *values,
                                 hys__weights **result) {
    software *w = hys__realloc(ctx, NULL, 0, size_of(rows, columns));
    if (!w) return HYS_NOMEM;
    *w = (software){.base = {.kind = &kind, .ctx = ctx, .rows = rows, .columns = columns}, .values = (float *)(w + 1)};
    memcpy(w->values, values, rows * columns * sizeof *values);
    if (rows * columns >= WORTH) hys__blas_open(&w->blas);
    *result = &w->base;
    return HYS_OK;
}

void hys__weights_free(hys__weights *weights) {
    if (weights) weights->kind->free(weights);
}
