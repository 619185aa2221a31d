/* $table_model: the grid, and second derivatives of natural cubic splines along each cubic dimension. */
#include "veriloga/emit.h"

#define MAX_DIMS 6 /* HYS_TABLE_DIMS */

static size_t n_values(const va_table *t) {
    size_t n = 1;
    for (size_t i = 0; i < t->n_dims; i++) n *= t->n[i];
    return n;
}

static char degree_of(const va_table *t, size_t dim) {
    char c = t->control[2 * dim];
    return c == '3' && t->n[dim] < 3 ? '1' : c == 'I' ? 'D' : c;
}

hys_status va_emit_check_tables(const va_emitter *e) {
    for (size_t k = 0; k < e->model->tables.n; k++) {
        const va_table *t = &e->model->tables.at[k];
        if (t->n_dims > MAX_DIMS)
            return hys__report(e->model->ctx, HYS_ERROR, HYS_LIMIT, e->model->sources, t->span, "",
                               "a table has at most %d dimensions here, this one has %zu", MAX_DIMS, t->n_dims);
        for (size_t i = 0; i < t->n_dims; i++) {
            if (t->control[2 * i] == '2')
                return hys__report(e->model->ctx, HYS_ERROR, HYS_LIMIT, e->model->sources, t->span,
                                   "use 1 (linear) or 3 (cubic)", "quadratic splines in tables are not supported");
            if (t->n[i] < 2)
                return hys__report(e->model->ctx, HYS_ERROR, HYS_LIMIT, e->model->sources, t->span, "",
                                   "dimension %zu of the table has fewer than two points", i + 1);
        }
    }
    return HYS_OK;
}

/* The second derivatives of the natural spline through y[i * stride] at x[i]; work holds n doubles.
 * Thomas' algorithm for (h0/6) m0 + ((h0+h1)/3) m1 + (h1/6) m2 = slope1 - slope0, m = 0 at both ends. */
static void natural_spline(const double *x, size_t n, double *y, size_t stride, double *work) {
    double last_slope = (y[stride] - y[0]) / (x[1] - x[0]);
    double *c = work, previous = 0;
    double y_here = y[stride];
    y[0] = 0;
    c[0] = 0;
    for (size_t i = 1; i + 1 < n; i++) {
        double h0 = x[i] - x[i - 1], h1 = x[i + 1] - x[i];
        double y_next = y[(i + 1) * stride], slope = (y_next - y_here) / h1;
        double pivot = (h0 + h1) / 3 - h0 / 6 * c[i - 1];
        c[i] = h1 / 6 / pivot;
        previous = (slope - last_slope - h0 / 6 * previous) / pivot;
        y[i * stride] = previous;
        last_slope = slope;
        y_here = y_next;
    }
    y[(n - 1) * stride] = 0;
    for (size_t i = n - 1; i-- > 1;) y[i * stride] -= c[i] * y[(i + 1) * stride];
}

/* Replaces values by second derivatives along one dimension. */
static void differentiate(const va_table *t, size_t dim, double *values, double *work) {
    size_t stride = 1;
    for (size_t i = dim + 1; i < t->n_dims; i++) stride *= t->n[i];
    size_t block = stride * t->n[dim];
    for (size_t start = 0; start < n_values(t); start += block)
        for (size_t at = 0; at < stride; at++)
            natural_spline(t->coords[dim], t->n[dim], values + start + at, stride, work);
}

static void numbers(va_emitter *e, const char *name, size_t k, size_t sub, const double *at, size_t n) {
    hys__text_printf(e->out, "static const double %s%zu_%zu[] = {", name, k, sub);
    for (size_t i = 0; i < n; i++) {
        hys__text_puts(e->out, i % 4 ? ", " : i ? ",\n    " : "\n    ");
        va_emit_number(e->out, at[i]);
    }
    hys__text_puts(e->out, "};\n");
}

static void axes(va_emitter *e, size_t k, const va_table *t) {
    for (size_t i = 0; i < t->n_dims; i++) numbers(e, "axis", k, i, t->coords[i], t->n[i]);
    hys__text_printf(e->out, "static const hys_axis axes%zu[] = {\n", k);
    for (size_t i = 0; i < t->n_dims; i++) {
        size_t stride = 1;
        for (size_t j = i + 1; j < t->n_dims; j++) stride *= t->n[j];
        hys__text_printf(e->out, "    {axis%zu_%zu, %zuu, %zuu, '%c', '%c'},\n", k, i, t->n[i], stride, degree_of(t, i),
                         t->control[2 * i + 1]);
    }
    hys__text_puts(e->out, "};\n");
}

/* coef[s]: the values differentiated along the cubic dimensions in s, the first of them being bit 0. */
static bool coefficients(va_emitter *e, size_t k, const va_table *t, size_t *n_cubic) {
    size_t n = n_values(t), longest = 0, cubic[MAX_DIMS];
    *n_cubic = 0;
    for (size_t i = 0; i < t->n_dims; i++) {
        if (t->n[i] > longest) longest = t->n[i];
        if (degree_of(t, i) == '3') cubic[(*n_cubic)++] = i;
    }
    double *values = HYS_NEW_N(&e->arena, double, n), *work = HYS_NEW_N(&e->arena, double, longest);
    if (!values || !work) return false;
    for (size_t s = 0; s < (size_t)1 << *n_cubic; s++) {
        for (size_t i = 0; i < n; i++) values[i] = t->values[i];
        for (size_t bit = 0; bit < *n_cubic; bit++)
            if (s >> bit & 1) differentiate(t, cubic[bit], values, work);
        numbers(e, "coef", k, s, values, n);
    }
    return true;
}

void va_emit_tables(va_emitter *e) {
    for (size_t k = 0; k < e->model->tables.n; k++) {
        const va_table *t = &e->model->tables.at[k];
        size_t n_cubic;
        axes(e, k, t);
        if (!coefficients(e, k, t, &n_cubic)) {
            e->failed = true;
            return;
        }
        hys__text_printf(e->out, "static const double *const coef%zu[] = {", k);
        for (size_t s = 0; s < (size_t)1 << n_cubic; s++)
            hys__text_printf(e->out, "%scoef%zu_%zu", s ? ", " : "", k, s);
        hys__text_printf(e->out, "};\nHYS_UNUSED static const hys_table table%zu = {%zuu, %zuu, axes%zu, coef%zu};\n\n",
                         k, t->n_dims, n_cubic, k, k);
    }
}
