/* hys_impedance_of_table: the equivalent circuit of a measured spectrum, and the Kramers-Kronig test of it. */
#include "circuit/impedance.h"
#include "io/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_POINTS 4

typedef struct point {
    double f;
    double complex z;
} point;

static int by_frequency(const void *a, const void *b) {
    const point *p = a, *q = b;
    return (p->f > q->f) - (p->f < q->f);
}

static hys_status refuse(hys_ctx *ctx, size_t row, const char *what) {
    return hys__fail(ctx, HYS_SYNTAX, "", "row %zu of the spectrum: %s", row + 1, what);
}

static hys_status read_points(hys_impedance *result, const hys_table *table, point *points, size_t n) {
    const double *f = hys_table_column(table, "f"), *re = hys_table_column(table, "Z.re"),
                 *im = hys_table_column(table, "Z.im");
    if (!f) f = hys_table_column(table, "frequency");
    if (table->is_unnamed && hys_table_n_columns(table) == 3) {
        f = hys_table_column_at(table, 0);
        re = hys_table_column_at(table, 1);
        im = hys_table_column_at(table, 2);
    }
    if (!f || !re || !im)
        return hys__fail(result->ctx, HYS_SYNTAX, "f[Hz],Z.re[ohm],Z.im[ohm]",
                         "a spectrum needs the columns f, Z.re and Z.im");
    for (size_t k = 0; k < n; k++) {
        if (!(f[k] > 0) || !isfinite(f[k])) return refuse(result->ctx, k, "the frequency is not above zero");
        if (!isfinite(re[k]) || !isfinite(im[k]) || (re[k] == 0 && im[k] == 0))
            return refuse(result->ctx, k, "the impedance is zero or not finite");
        points[k] = (point){f[k], re[k] + I * im[k]};
    }
    return HYS_OK;
}

hys_status hys__impedance_read(hys_impedance *result, const hys_table *table, hys__spectrum *s) {
    size_t n = hys_table_n_rows(table);
    point *points = HYS_NEW_N(&result->arena, point, n + 1);
    s->f = HYS_NEW_N(&result->arena, double, n + 1);
    s->y = HYS_NEW_N(&result->arena, double complex, n + 1);
    if (!points || !s->f || !s->y) return HYS_NOMEM;
    hys_status status = read_points(result, table, points, n);
    if (status != HYS_OK) return status;
    qsort(points, n, sizeof *points, by_frequency);
    for (size_t k = 0; k < n; k++) {
        s->f[k] = points[k].f;
        s->y[k] = 1 / points[k].z;
    }
    s->n = n;
    if (n >= LEAST_POINTS && s->f[n - 1] > s->f[0]) return HYS_OK;
    return hys__fail(result->ctx, HYS_SYNTAX, "", "a spectrum needs at least %d frequencies", LEAST_POINTS);
}

static hys_status fit(hys_impedance *result, const hys_table *table, hys__spectrum *s) {
    hys_status status = hys__impedance_read(result, table, s);
    if (status == HYS_OK) status = hys__impedance_poles(result, s);
    if (status == HYS_OK) status = hys__impedance_fit(result, s);
    if (status == HYS_OK) status = hys__impedance_kk(result, s);
    if (status == HYS_OK) status = hys__impedance_table(result, s);
    if (status != HYS_OK) return status;
    if (!strcmp(result->kk.verdict, "cannot be told"))
        status = hys__impedance_remark(result, "%zu frequencies are too few for the Kramers-Kronig test", s->n);
    if (status != HYS_OK || s->n_poles < 3) return status;
    return hys__impedance_remark(result,
                                 "%zu relaxations: a depressed arc (constant phase element) or a Warburg line "
                                 "is spread over several of them",
                                 s->n_poles);
}

hys_status hys_impedance_of_table(hys_ctx *ctx, const hys_table *spectrum, bool is_parallel, hys_impedance **result) {
    hys_impedance *made = hys__impedance_new(ctx);
    if (!made) return HYS_NOMEM;
    hys__spectrum s = {.is_series = !is_parallel};
    hys_status status = fit(made, spectrum, &s);
    if (status == HYS_OK) *result = made;
    else hys_impedance_free(made);
    return status;
}
