/* Newton's method on the co-content, each step by conjugate gradients with the cells' slopes as conductances, to as
 * much as the step is worth (Eisenstat and Walker), as far as Phi falls (Armijo; near its floor, where differences of
 * Phi are rounding, by its slope: Hager and Zhang). */
#include "array/descent.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define MOST_STEPS  100
#define MOST_HALVES 40
#define N_FIELDS    9

static size_t count_of(const hys__descent *s) {
    return s->grid->m * s->grid->n;
}

hys_status hys__descent_new(hys_ctx *ctx, hys__linear *linear, hys__descent *s) {
    *s = (hys__descent){.ctx = ctx, .grid = linear->grid, .linear = linear};
    hys__arena_init(&s->arena, ctx, 0);
    double **const all[N_FIELDS] = {&s->u,     &s->w,      &s->next_u,    &s->next_w,  &s->current,
                                    &s->slope, &s->across, &s->word_rest, &s->bit_rest};
    for (size_t k = 0; k < N_FIELDS; k++) *all[k] = HYS_NEW_N(&s->arena, double, count_of(s));
    if (!s->arena.failed) return HYS_OK;
    hys__descent_free(s);
    return HYS_NOMEM;
}

void hys__descent_free(hys__descent *s) {
    if (s->ctx) hys__arena_free(&s->arena);
    s->ctx = NULL;
}

/* ---- what a point is worth ---- */

static double at(const double *v, size_t k) {
    return v ? v[k] : 0;
}

static double half_square(double g, double v) {
    return 0.5 * g * v * v;
}

static double content_of_wires(const hys__grid *g, const hys__linear_source *b, const double *u, const double *w) {
    double sum = 0;
    for (size_t i = 0; i < g->m; i++) {
        const double *x = u + i * g->n, *y = w + i * g->n;
        double row =
            half_square(g->left[i], at(b->left, i) - x[0]) + half_square(g->right[i], at(b->right, i) - x[g->n - 1]);
        for (size_t j = 1; j < g->n; j++) row += half_square(g->word[i][j], x[j] - x[j - 1]);
        for (size_t j = 0; j < g->n && i; j++) row += half_square(g->bit[i][j], y[j] - (y - g->n)[j]);
        sum += row;
    }
    const double *last = w + (g->m - 1) * g->n;
    for (size_t j = 0; j < g->n; j++)
        sum += half_square(g->top[j], at(b->top, j) - w[j]) + half_square(g->bottom[j], at(b->bottom, j) - last[j]);
    return sum;
}

/* In place of what the law gave them. */
static double content_of_stuck(hys__descent *s) {
    double sum = 0;
    for (size_t k = 0; k < count_of(s); k++)
        if (s->is_stuck[k]) {
            double current, slope;
            sum -= s->law->evaluate(s->law, &(hys__law_row){s->cells + k, s->across + k, 1, &current, &slope});
            sum += half_square(s->cells[k], s->across[k]);
            s->current[k] = s->cells[k] * s->across[k];
            s->slope[k] = s->cells[k];
        }
    return sum;
}

static double content_of_cells(hys__descent *s, const double *u, const double *w) {
    const size_t n = s->grid->n;
    double sum = 0;
    for (size_t k = 0; k < count_of(s); k++) s->across[k] = u[k] - w[k];
    for (size_t k = 0; k < count_of(s); k += n)
        sum += s->law->evaluate(s->law, &(hys__law_row){s->cells + k, s->across + k, n, s->current + k, s->slope + k});
    return s->is_stuck ? sum + content_of_stuck(s) : sum;
}

static void add_ends(hys__descent *s, const hys__linear_source *b) {
    const hys__grid *g = s->grid;
    const size_t last = (g->m - 1) * g->n;
    for (size_t i = 0; i < g->m; i++) {
        s->word_rest[i * g->n] += g->left[i] * at(b->left, i);
        s->word_rest[i * g->n + g->n - 1] += g->right[i] * at(b->right, i);
    }
    for (size_t j = 0; j < g->n; j++) {
        s->bit_rest[j] += g->top[j] * at(b->top, j);
        s->bit_rest[last + j] += g->bottom[j] * at(b->bottom, j);
    }
}

static double norm_of(const double *a, const double *b, size_t count) {
    return sqrt(hys__grid_dot(a, a, count) + (b ? hys__grid_dot(b, b, count) : 0));
}

/* rest <- b - L v - I(v) of both kinds of lines: the grid's products hold the slopes, which are taken out again. */
static void look(hys__descent *s, const hys__linear_source *b, const double *u, const double *w) {
    const size_t count = count_of(s);
    s->content = content_of_cells(s, u, w) + content_of_wires(s->grid, b, u, w);
    hys__grid_apply_words(s->grid, s->slope, u, w, s->word_rest);
    hys__grid_apply_bits(s->grid, s->slope, w, u, s->bit_rest);
    for (size_t k = 0; k < count; k++) {
        const double beyond = s->slope[k] * s->across[k] - s->current[k];
        s->word_rest[k] = beyond - s->word_rest[k];
        s->bit_rest[k] = -beyond - s->bit_rest[k];
    }
    add_ends(s, b);
    s->norm = norm_of(s->word_rest, s->bit_rest, count);
    s->cell_norm = norm_of(s->current, NULL, count);
}

/* ---- where it starts ---- */

static double middle(const hys__grid *g, const hys__linear_source *b) {
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < g->m; i++)
        if (g->left[i] > 0 || g->right[i] > 0) {
            const double v = g->left[i] > 0 ? at(b->left, i) : at(b->right, i);
            least = fmin(least, v), most = fmax(most, v);
        }
    for (size_t j = 0; j < g->n; j++)
        if (g->top[j] > 0 || g->bottom[j] > 0) {
            const double v = g->top[j] > 0 ? at(b->top, j) : at(b->bottom, j);
            least = fmin(least, v), most = fmax(most, v);
        }
    return most >= least ? 0.5 * (least + most) : 0;
}

static double start_of(double first, double first_v, double last, double last_v, double otherwise) {
    const double sum = first + last;
    return sum > 0 ? (first * first_v + last * last_v) / sum : otherwise;
}

/* As if no current fell anything: lines at the potentials of their ends, those that float in the middle of all. */
static void start(hys__descent *s, const hys__linear_source *b) {
    const hys__grid *g = s->grid;
    const double float_v = middle(g, b);
    for (size_t i = 0; i < g->m; i++) {
        const double v = start_of(g->left[i], at(b->left, i), g->right[i], at(b->right, i), float_v);
        for (size_t j = 0; j < g->n; j++) s->u[i * g->n + j] = v;
    }
    for (size_t j = 0; j < g->n; j++) {
        const double v = start_of(g->top[j], at(b->top, j), g->bottom[j], at(b->bottom, j), float_v);
        for (size_t i = 0; i < g->m; i++) s->w[i * g->n + j] = v;
    }
}

/* ---- steps ---- */

/* Of Phi along the step that the linear solver holds, at the point last looked at. */
static double slope_along(const hys__descent *s) {
    return -hys__grid_dot(s->word_rest, s->linear->u, count_of(s)) -
           hys__grid_dot(s->bit_rest, s->linear->w, count_of(s));
}

static void move(hys__descent *s, double length) {
    for (size_t k = 0; k < count_of(s); k++) {
        s->next_u[k] = s->u[k] + length * s->linear->u[k];
        s->next_w[k] = s->w[k] + length * s->linear->w[k];
    }
}

static void swap(double **a, double **b) {
    double *const other = *a;
    *a = *b;
    *b = other;
}

#define SUFFICIENT 1e-4
#define CLOSE      1e-11 /* of Phi: differences are rounding */
#define FLATTER    0.8

static bool is_lower(const hys__descent *s, double content, double slope, double length) {
    if (!isfinite(s->content) || !isfinite(s->norm)) return false;
    if (s->content <= content + SUFFICIENT * length * slope) return true;
    return s->content - content <= CLOSE * content && slope_along(s) <= -FLATTER * slope;
}

/* False where Phi falls no more. */
static bool descend(hys__descent *s, const hys__linear_source *b) {
    const double content = s->content, slope = slope_along(s);
    double length = 1;
    if (!(slope < 0)) return false;
    for (int k = 0; k < MOST_HALVES; k++, length *= 0.5) {
        move(s, length);
        look(s, b, s->next_u, s->next_w);
        if (!is_lower(s, content, slope, length)) continue;
        swap(&s->u, &s->next_u);
        swap(&s->w, &s->next_w);
        return true;
    }
    look(s, b, s->u, s->w);
    return false;
}

#define LEAST_GAIN 0.1 /* rounding may not allow more; any step that Phi falls along is good */

static hys_status find_step(hys__descent *s, double forcing) {
    const hys__linear_source rest = {.word_in = s->word_rest, .bit_in = s->bit_rest};
    hys_status status = hys__linear_set_cells(s->linear, s->slope);
    memset(s->linear->w, 0, count_of(s) * sizeof(double));
    if (status == HYS_OK) status = hys__linear_approach(s->linear, &rest, forcing);
    s->iterations += s->linear->iterations;
    if (status == HYS_NOCONV && s->linear->relative_residual <= LEAST_GAIN) return HYS_OK;
    if (status == HYS_NOCONV)
        return hys__fail(s->ctx, status, "", "a Newton step of the array's cells was not found (residual %.1e)",
                         s->linear->relative_residual);
    return status;
}

#define LOOSE 1e-2
#define TIGHT 1e-6

static double forcing_of(double norm, double before) {
    const double ratio = norm / before;
    return fmin(LOOSE, fmax(TIGHT, 0.9 * ratio * ratio));
}

#define LAST_STEP 10 /* times the tolerance: Newton's method squares what is left */

/* Until the rest is `tolerance` of the cells' currents, or the step so short beside the potentials, in the norm of the
 * power that it costs, that only rounding is left. */
static hys_status iterate(hys__descent *s, const hys__linear_source *b, double tolerance) {
    const double last = LAST_STEP * tolerance;
    double before = s->norm;
    for (s->steps = 0; s->steps < MOST_STEPS && s->norm > tolerance * s->cell_norm; s->steps++) {
        const double forcing = s->steps ? forcing_of(s->norm, before) : LOOSE;
        hys_status status = find_step(s, forcing);
        if (status != HYS_OK) return status;
        before = s->norm;
        const bool is_last = -slope_along(s) <= last * last * s->content;
        if (!descend(s, b) || is_last) break;
    }
    return HYS_OK;
}

static double norm_of_source(hys__descent *s, const hys__linear_source *b) {
    memset(s->word_rest, 0, count_of(s) * sizeof(double));
    memset(s->bit_rest, 0, count_of(s) * sizeof(double));
    add_ends(s, b);
    return norm_of(s->word_rest, s->bit_rest, count_of(s));
}

static double largest(const double *a, size_t count) {
    double most = 0;
    for (size_t k = 0; k < count; k++) most = fmax(most, fabs(a[k]));
    return most;
}

static hys_status finish(hys__descent *s, double size, double tolerance) {
    const size_t count = count_of(s);
    const double current = largest(s->current, count);
    memcpy(s->linear->u, s->u, count * sizeof(double));
    memcpy(s->linear->w, s->w, count * sizeof(double));
    s->relative_residual = size > 0 ? s->norm / size : 0;
    s->current_residual = current > 0 ? fmax(largest(s->word_rest, count), largest(s->bit_rest, count)) / current : 0;
    if (s->norm <= fmax(tolerance * size, hys__grid_rounding(s->grid, s->u, s->w))) return HYS_OK;
    if (!isfinite(s->relative_residual)) return hys__linear_overflow(s->ctx);
    return hys__fail(s->ctx, HYS_NOCONV, "--tolerance X asks for less",
                     "the cells' currents were balanced to a relative residual of %.2e, not %.0e, in %u Newton steps",
                     s->relative_residual, tolerance, s->steps);
}

hys_status hys__descent_solve(hys__descent *s, const hys__linear_source *b, double tolerance) {
    const double size = norm_of_source(s, b);
    s->iterations = 0;
    start(s, b);
    look(s, b, s->u, s->w);
    hys_status status = iterate(s, b, tolerance);
    return status == HYS_OK ? finish(s, size, tolerance) : status;
}
