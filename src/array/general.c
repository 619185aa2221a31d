#include "array/general.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

#define MOST_STEPS  100
#define MOST_HALVES 30

hys_status hys__general_new(hys_ctx *ctx, hys__grid *grid, hys__linear *linear, hys__general *s) {
    *s = (hys__general){.ctx = ctx, .grid = grid, .count = grid->m * grid->n, .part = 1};
    hys__arena_init(&s->arena, ctx, 0);
    double **const pairs[] = {&s->u, &s->word_rest, &s->next};
    double **const singles[] = {&s->answer.into_word, &s->answer.into_bit, &s->answer.word_word, &s->answer.word_bit,
                                &s->answer.bit_word,  &s->answer.bit_bit,  &s->conductance};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) *pairs[k] = HYS_NEW_N(&s->arena, double, 2 * s->count);
    for (size_t k = 0; k < sizeof singles / sizeof *singles; k++) *singles[k] = HYS_NEW_N(&s->arena, double, s->count);
    s->sums = HYS_NEW_N(&s->arena, double, hys__general_n_sums(grid->m));
    if (grid->is_parallel) s->step = HYS_NEW_N(&s->arena, double, 2 * s->count);
    if (grid->is_parallel) hys__ladder_new(&s->arena, grid, &s->ladder);
    else s->linear = linear;
    if (s->arena.failed) {
        hys__general_free(s);
        return HYS_NOMEM;
    }
    s->w = s->u + s->count;
    return HYS_OK;
}

hys_status hys__general_refill(hys__general *s) {
    return s->linear ? hys__linear_refill(s->linear) : HYS_OK;
}

void hys__general_free(hys__general *s) {
    if (!s->ctx) return;
    if (s->has_gmres) hys__gmres_free(&s->gmres);
    hys__arena_free(&s->arena);
    s->ctx = NULL;
}

/* ---- what a point is worth ---- */

static double of_end(const double *v, size_t k) {
    return v ? v[k] : 0;
}

static hys_status look(hys__general *s, const hys__general_task *t, const double *u) {
    s->evaluations++;
    const hys_status status = s->cells->evaluate(s->cells->user, u, u + s->count, &s->answer, &s->worst);
    if (status != HYS_OK) return status;
    s->worst = s->count;
    hys__general_weigh(s, &t->source, u);
    return isfinite(s->norm) ? HYS_OK : HYS_NOCONV;
}

/* ---- where it starts ---- */

static double between_ends(double first, double first_v, double last, double last_v, double otherwise) {
    const double sum = first + last;
    return sum > 0 ? (first * first_v + last * last_v) / sum : otherwise;
}

static void widen(double g, double v, double span[2]) {
    if (!(g > 0)) return;
    span[0] = fmin(span[0], v);
    span[1] = fmax(span[1], v);
}

static double middle_of_ends(const hys__grid *g, const hys__linear_source *b) {
    double span[2] = {INFINITY, -INFINITY};
    for (size_t i = 0; i < hys__n_words(g); i++) {
        widen(g->left[i], of_end(b->left, i), span);
        widen(g->right[i], of_end(b->right, i), span);
    }
    for (size_t j = 0; j < g->n; j++) {
        widen(g->top[j], of_end(b->top, j), span);
        widen(g->bottom[j], of_end(b->bottom, j), span);
    }
    return span[1] >= span[0] ? 0.5 * (span[0] + span[1]) : 0;
}

/* As if no current flowed: lines at the potentials of their ends, those that float in the middle of all. */
static void start(hys__general *s, const hys__linear_source *b) {
    const hys__grid *g = s->grid;
    const double otherwise = middle_of_ends(g, b);
    const size_t along = g->is_parallel ? g->m : g->n, stride = g->is_parallel ? g->n : 1;
    for (size_t i = 0; i < hys__n_words(g); i++) {
        const double v = between_ends(g->left[i], of_end(b->left, i), g->right[i], of_end(b->right, i), otherwise);
        for (size_t j = 0; j < along; j++) s->u[hys__word_first(g, i) + j * stride] = s->part * v;
    }
    for (size_t j = 0; j < g->n; j++) {
        const double v = between_ends(g->top[j], of_end(b->top, j), g->bottom[j], of_end(b->bottom, j), otherwise);
        for (size_t i = 0; i < g->m; i++) s->w[i * g->n + j] = s->part * v;
    }
}

/* ---- a step ---- */

static void apply(void *user, const double *x, double *y) {
    hys__blocks_apply(user, x, y);
}

static void precondition(void *user, const double *x, double *y) {
    hys__blocks_precondition(user, x, y);
}

static hys_status need_gmres(hys__general *s) {
    if (s->has_gmres) return HYS_OK;
    hys_status status = hys__gmres_new(s->ctx, 2 * s->count, &s->gmres);
    s->has_gmres = status == HYS_OK;
    if (status == HYS_OK) status = hys__blocks_new(&s->arena, s->linear, &s->blocks);
    if (!s->step) s->step = HYS_NEW_N(&s->arena, double, 2 * s->count);
    return s->arena.failed ? HYS_NOMEM : status;
}

#define LEAST_GAIN 0.5 /* any step that reduces the rest is good */

static hys_status climb(hys__general *s, const double **step_u, const double **step_w) {
    *step_u = s->step;
    *step_w = s->step + s->count;
    if (hys__ladder_solve(&s->ladder, &s->answer, s->word_rest, s->word_rest + s->count, s->step, s->step + s->count))
        return HYS_OK;
    return hys__fail(s->ctx, HYS_ARG, "each line needs an end that is driven, or a cell that leads to one",
                     "part of the array is connected to nothing");
}

static hys_status by_gradients(hys__general *s, double forcing, const double **step_u, const double **step_w) {
    const hys__linear_source rest = {.word_in = s->word_rest, .bit_in = s->word_rest + s->count};
    hys_status status = hys__linear_set_cells(s->linear, s->conductance);
    if (status != HYS_OK) return status;
    memset(s->linear->w, 0, s->count * sizeof(double));
    status = hys__linear_approach(s->linear, &rest, forcing);
    s->iterations += s->linear->iterations;
    *step_u = s->linear->u;
    *step_w = s->linear->w;
    return status == HYS_NOCONV && s->linear->relative_residual <= LEAST_GAIN ? HYS_OK : status;
}

static hys_status by_residuals(hys__general *s, double forcing, const double **step_u, const double **step_w) {
    const hys__gmres_system system = {&s->blocks, apply, precondition};
    hys_status status = need_gmres(s);
    if (status == HYS_OK) status = hys__blocks_set(&s->blocks, &s->answer);
    if (status != HYS_OK) return status;
    status = hys__gmres_solve(&s->gmres, &system, s->word_rest, s->step, forcing);
    s->iterations += s->gmres.iterations;
    *step_u = s->step;
    *step_w = s->step + s->count;
    return status == HYS_NOCONV && s->gmres.relative_residual <= LEAST_GAIN ? HYS_OK : status;
}

static hys_status find_step(hys__general *s, double forcing, const double **step_u, const double **step_w) {
    if (!s->linear) return climb(s, step_u, step_w);
    return s->is_plain ? by_gradients(s, forcing, step_u, step_w) : by_residuals(s, forcing, step_u, step_w);
}

/* Of the co-content along the step, where there is one. */
static double slope_along(const hys__general *s, const double *step_u, const double *step_w) {
    return -hys__grid_dot(s->word_rest, step_u, s->count) - hys__grid_dot(s->word_rest + s->count, step_w, s->count);
}

static void move(hys__general *s, double length, const double *step_u, const double *step_w) {
    for (size_t k = 0; k < s->count; k++) {
        s->next[k] = s->u[k] + length * step_u[k];
        s->next[k + s->count] = s->w[k] + length * step_w[k];
    }
}

static void swap(hys__general *s) {
    double *const other = s->u;
    s->u = s->next;
    s->w = s->u + s->count;
    s->next = other;
}

#define SUFFICIENT 1e-4
#define FLATTER    0.8 /* Hager and Zhang: the slope behind may be so much of that before */

/* As long as the norm of the rest falls, or, in a network that has a co-content, its slope along the step. */
static hys_status descend(hys__general *s, const hys__general_task *t, const double *step_u, const double *step_w) {
    const double norm = s->norm, slope = slope_along(s, step_u, step_w);
    const bool was_plain = s->is_plain && slope < 0;
    double length = 1;
    for (int k = 0; k < MOST_HALVES; k++) {
        move(s, length, step_u, step_w);
        const hys_status status = look(s, t, s->next);
        if (status != HYS_OK && status != HYS_NOCONV) return status;
        bool is_good = status == HYS_OK && s->norm <= (1 - SUFFICIENT * length) * norm;
        if (status == HYS_OK && !is_good && was_plain && s->is_plain)
            is_good = slope_along(s, step_u, step_w) <= -FLATTER * slope;
        if (is_good) {
            swap(s);
            return HYS_OK;
        }
        length *= 0.5;
    }
    const hys_status status = look(s, t, s->u);
    return status == HYS_OK ? HYS_NOCONV : status;
}

#define LOOSE 1e-2
#define TIGHT 1e-6
#define SPARE 0.3 /* of what the tolerance leaves */

/* No more than the step is worth (Eisenstat and Walker), and no more than is asked for. */
static double forcing_of(const hys__general *s, double enough, double before, double first) {
    const double ratio = s->norm / before, worth = before > 0 ? fmin(first, 0.9 * ratio * ratio) : first;
    return fmin(0.1, fmax(fmax(TIGHT, worth), SPARE * enough / s->norm));
}

/* Only rounding is left. */
static bool is_rounding(const hys__general *s) {
    return s->norm <= hys__lines_rounding(s->grid, s->u, s->w);
}

/* When Newton's method comes no further; a step in time can be shorter instead. */
static bool is_enough(const hys__general *s, const hys__general_task *t, double tolerance) {
    return is_rounding(s) || s->norm <= t->slack * s->cell_norm || (t->may_wander && s->norm <= tolerance * s->size);
}

/* V.  Where nothing drives, currents are rounding: as exactly as at this voltage they need not be known. */
#define LEAST_DRIVE 1e-3
#define FEW_STEPS   4 /* of Newton's method, before slow progress is none */

static double enough_of(const hys__general *s, const hys__general_task *t, double tolerance) {
    const double least = LEAST_DRIVE * s->best * sqrt((double)s->count);
    return fmax(tolerance * fmax(s->cell_norm, least), t->floor);
}

static hys_status newton(hys__general *s, const hys__general_task *t, double tolerance) {
    const double first = t->gain > 0 ? t->gain : LOOSE;
    const unsigned most = t->most_steps ? t->most_steps : MOST_STEPS;
    double before = 0;
    hys_status status = look(s, t, s->u);
    for (unsigned k = 0; k < most && status == HYS_OK; k++) {
        const double *step_u, *step_w, enough = enough_of(s, t, tolerance);
        if (s->norm <= enough) return HYS_OK;
        const bool has_stalled = k && s->norm > 0.5 * before;
        if (has_stalled && is_rounding(s)) return HYS_OK;
        if (has_stalled && k >= FEW_STEPS && is_enough(s, t, tolerance)) return HYS_OK;
        const double forcing = forcing_of(s, enough, before, first);
        before = s->norm;
        status = find_step(s, forcing, &step_u, &step_w);
        s->steps++;
        if (status == HYS_OK) status = descend(s, t, step_u, step_w);
        if (status == HYS_NOCONV && is_enough(s, t, tolerance)) return HYS_OK;
        if (hys_ctx_is_cancelled(s->ctx)) return HYS_CANCEL;
    }
    if (status != HYS_OK) return status;
    return is_enough(s, t, tolerance) ? HYS_OK : HYS_NOCONV;
}

#define PRESUMED 1e-5 /* cells that are nearly resistors then need one step */

/* A first step for which no cell is asked. */
static hys_status presume(hys__general *s, const hys__general_task *t) {
    const hys__cell_answer *a = &s->answer;
    const double *g = t->presumed, *step_u, *step_w;
    for (size_t k = 0; k < s->count; k++) {
        a->into_word[k] = g[k] * (s->u[k] - s->w[k]);
        a->into_bit[k] = -a->into_word[k];
        a->word_word[k] = a->bit_bit[k] = g[k];
        a->word_bit[k] = a->bit_word[k] = -g[k];
    }
    hys__general_weigh(s, &t->source, s->u);
    if (!(s->norm > 0)) return HYS_OK;
    const hys_status status = find_step(s, PRESUMED, &step_u, &step_w);
    if (status != HYS_OK) return status == HYS_NOCONV ? HYS_OK : status;
    move(s, 1, step_u, step_w);
    swap(s);
    return HYS_OK;
}

/* ---- when Newton's method fails ---- */

#define ROUGH      1e-4
#define LEAST_PART 1e-4

/* From no source to all of them. */
static hys_status raise_sources(hys__general *s, const hys__general_task *t) {
    double done = 0, part = 0.125;
    memset(s->anchor, 0, 2 * s->count * sizeof(double));
    while (done < 1 && part > LEAST_PART) {
        s->part = fmin(1, done + part);
        memcpy(s->u, s->anchor, 2 * s->count * sizeof(double));
        const hys_status status = newton(s, t, s->part < 1 ? ROUGH : t->tolerance);
        if (status != HYS_OK && status != HYS_NOCONV) break;
        part *= status == HYS_OK ? 1.5 : 0.25;
        if (status != HYS_OK) continue;
        memcpy(s->anchor, s->u, 2 * s->count * sizeof(double));
        done = s->part;
    }
    s->part = 1;
    return done < 1 ? HYS_NOCONV : HYS_OK;
}

#define MOST_PULLS 80
#define LEAST_PULL 1e-8 /* of the best cell */

static hys_status pulled(hys__general *s, const hys__general_task *t, double pull) {
    const double word = s->grid->word_ground, bit = s->grid->bit_ground;
    s->pull = pull;
    s->grid->word_ground += pull;
    s->grid->bit_ground += pull;
    hys_status status = hys__general_refill(s);
    if (status == HYS_OK) status = newton(s, t, ROUGH);
    s->pull = 0;
    s->grid->word_ground = word;
    s->grid->bit_ground = bit;
    const hys_status back = hys__general_refill(s);
    return back == HYS_OK ? status : back;
}

/* As if nodes had capacitances, in steps of time that grow. */
static hys_status relax(hys__general *s, const hys__general_task *t) {
    start(s, &t->source);
    hys_status status = look(s, t, s->u);
    const double most = s->best;
    double pull = most;
    for (int k = 0; k < MOST_PULLS && status == HYS_OK && pull > LEAST_PULL * most; k++) {
        memcpy(s->anchor, s->u, 2 * s->count * sizeof(double));
        status = pulled(s, t, pull);
        pull *= status == HYS_OK ? 0.4 : 5;
        if (status != HYS_NOCONV) continue;
        memcpy(s->u, s->anchor, 2 * s->count * sizeof(double));
        status = HYS_OK;
    }
    return status == HYS_OK ? newton(s, t, t->tolerance) : status;
}

static hys_status wander(hys__general *s, const hys__general_task *t) {
    if (!s->anchor) s->anchor = HYS_NEW_N(&s->arena, double, 2 * s->count);
    if (s->arena.failed) return HYS_NOMEM;
    const hys_status status = raise_sources(s, t);
    return status == HYS_NOCONV ? relax(s, t) : status;
}

/* ---- the whole ---- */

static double norm_of_ends(const hys__general *s, const hys__linear_source *b) {
    const hys__grid *g = s->grid;
    double sum = 0;
    for (size_t i = 0; i < hys__n_words(g); i++) {
        const double left = g->left[i] * of_end(b->left, i), right = g->right[i] * of_end(b->right, i);
        sum += left * left + right * right;
    }
    for (size_t j = 0; j < g->n; j++) {
        const double top = g->top[j] * of_end(b->top, j), bottom = g->bottom[j] * of_end(b->bottom, j);
        sum += top * top + bottom * bottom;
    }
    return sqrt(sum);
}

static double largest(const double *a, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs(a[k]));
    return most;
}

double hys__general_current_residual(const hys__general *s) {
    const double current = largest(s->answer.into_word, s->count);
    return current > 0 ? largest(s->word_rest, 2 * s->count) / current : 0;
}

hys_status hys__general_approach(hys__general *s, const hys__general_task *t) {
    s->steps = s->iterations = s->evaluations = 0;
    s->worst = s->count;
    s->size = norm_of_ends(s, &t->source);
    if (t->starts_anew) start(s, &t->source);
    hys_status status = t->presumed ? presume(s, t) : HYS_OK;
    if (status == HYS_OK) status = newton(s, t, t->tolerance);
    if (status == HYS_NOCONV && t->may_wander) status = wander(s, t);
    const double size = fmax(s->size, s->cell_norm);
    s->relative_residual = size > 0 ? s->norm / size : 0;
    return status;
}

static size_t worst_node(const hys__general *s) {
    size_t worst = 0;
    for (size_t k = 0; k < 2 * s->count; k++)
        if (fabs(s->word_rest[k]) > fabs(s->word_rest[worst])) worst = k;
    return worst % s->count;
}

hys_status hys__general_fail(const hys__general *s, const hys__general_task *t) {
    const size_t n = s->grid->n;
    if (s->worst < s->count)
        return hys__fail(s->ctx, HYS_NOCONV, "does the device alone take this voltage? `hysteron iv` shows it",
                         "the cell of word line %zu and bit line %zu has no solution at the potentials of its lines",
                         s->worst / n, s->worst % n);
    const size_t worst = worst_node(s);
    const char *const hint =
        "smaller voltages, a driver's resistance, or states in time where a device has no single current";
    if (!(s->relative_residual > t->tolerance)) /* the sources are too large a measure, or no number */
        return hys__fail(s->ctx, HYS_NOCONV, hint,
                         "the currents of the array's devices were not balanced in %u Newton steps; worst at the cell "
                         "of word line %zu and bit line %zu",
                         s->steps, worst / n, worst % n);
    return hys__fail(s->ctx, HYS_NOCONV, hint,
                     "the currents of the array's devices were balanced to a relative residual of %.2e, not %.0e, in "
                     "%u Newton steps; worst at the cell of word line %zu and bit line %zu",
                     s->relative_residual, t->tolerance, s->steps, worst / n, worst % n);
}

hys_status hys__general_solve(hys__general *s, const hys__general_task *t) {
    const hys_status status = hys__general_approach(s, t);
    return status == HYS_NOCONV ? hys__general_fail(s, t) : status;
}
