/* See eigen_shift.h. */
#include "numerics/eigen_shift.h"
#include <string.h>

struct hys__shift {
    hys_ctx *ctx;
    const hys__family *family;
    hys__arena arena;
    hys__system doubled;
    hys__lu *lu;
    int64_t *start, *row, *from; /* of one block: from is the place in the family's pattern */
    int64_t *col_start, *rows;   /* of the doubled system */
    double *values, *b;
};

static bool make_room(hys__shift *s) {
    size_t n = s->family->system.n, nnz = s->family->system.nnz;
    s->start = HYS_NEW_N(&s->arena, int64_t, n + 1);
    s->row = HYS_NEW_N(&s->arena, int64_t, nnz);
    s->from = HYS_NEW_N(&s->arena, int64_t, nnz);
    s->col_start = HYS_NEW_N(&s->arena, int64_t, 2 * n + 1);
    s->rows = HYS_NEW_N(&s->arena, int64_t, 4 * nnz);
    s->values = HYS_NEW_N(&s->arena, double, 4 * nnz);
    s->b = HYS_NEW_N(&s->arena, double, 2 * n);
    return s->start && s->row && s->from && s->col_start && s->rows && s->values && s->b;
}

static void take_pattern(hys__shift *s) {
    const hys__system *f = &s->family->system;
    memcpy(s->start, f->col_start, (f->n + 1) * sizeof *s->start);
    memcpy(s->row, f->row, f->nnz * sizeof *s->row);
    for (size_t k = 0; k < f->nnz; k++) s->from[k] = (int64_t)k;
}

static void transpose_pattern(hys__shift *s) {
    const hys__system *f = &s->family->system;
    for (size_t k = 0; k < f->nnz; k++) s->start[f->row[k] + 1]++;
    for (size_t i = 0; i < f->n; i++) s->start[i + 1] += s->start[i];
    for (size_t j = 0; j < f->n; j++)
        for (int64_t k = f->col_start[j]; k < f->col_start[j + 1]; k++) {
            int64_t to = s->start[f->row[k]]++;
            s->row[to] = (int64_t)j;
            s->from[to] = k;
        }
    for (size_t i = f->n; i > 0; i--) s->start[i] = s->start[i - 1];
    s->start[0] = 0;
}

static void double_pattern(hys__shift *s) {
    size_t n = s->family->system.n;
    int64_t at = 0;
    for (size_t j = 0; j < 2 * n; j++) {
        s->col_start[j] = at;
        for (size_t block = 0; block < 2; block++)
            for (int64_t k = s->start[j % n]; k < s->start[j % n + 1]; k++)
                s->rows[at++] = s->row[k] + (int64_t)(block * n);
    }
    s->col_start[2 * n] = at;
    s->doubled = (hys__system){.n = 2 * n, .nnz = (size_t)at, .col_start = s->col_start, .row = s->rows};
}

hys_status hys__shift_new(hys_ctx *ctx, const hys__family *family, bool transposed, hys__shift **result) {
    hys__shift *s = hys__realloc(ctx, NULL, 0, sizeof *s);
    if (!s) return HYS_NOMEM;
    *s = (hys__shift){.ctx = ctx, .family = family};
    hys__arena_init(&s->arena, ctx, 0);
    if (!make_room(s)) {
        hys__shift_free(s);
        return HYS_NOMEM;
    }
    if (transposed) transpose_pattern(s);
    else take_pattern(s);
    double_pattern(s);
    hys_status status = hys__lu_new(ctx, &s->doubled, &s->lu);
    if (status == HYS_OK) *result = s;
    else hys__shift_free(s);
    return status;
}

void hys__shift_free(hys__shift *s) {
    if (!s) return;
    hys__lu_free(s->lu);
    hys__arena_free(&s->arena);
    hys__free(s->ctx, s, sizeof *s);
}

bool hys__shift_factor(hys__shift *s, const double *g, double complex shift) {
    size_t n = s->family->system.n, at = 0;
    const double *mass = s->family->mass;
    double a = creal(shift), b = cimag(shift);
    for (size_t j = 0; j < 2 * n; j++)
        for (size_t block = 0; block < 2; block++)
            for (int64_t k = s->start[j % n]; k < s->start[j % n + 1]; k++) {
                double m = mass[s->from[k]];
                s->values[at++] = (j < n) == (block == 0) ? g[s->from[k]] + a * m : j < n ? b * m : -b * m;
            }
    return hys__lu_factor(s->lu, s->values, NULL);
}

void hys__shift_solve(hys__shift *s, double complex *b) {
    size_t n = s->family->system.n;
    for (size_t i = 0; i < n; i++) s->b[i] = creal(b[i]), s->b[n + i] = cimag(b[i]);
    hys__lu_solve(s->lu, s->b);
    for (size_t i = 0; i < n; i++) b[i] = HYS__COMPLEX(s->b[i], s->b[n + i]);
}
