/* Measured curves: turning points, plateaus, smoothing. */
#include "lab/measured.h"
#include <math.h>
#include <string.h>

#define TURN      0.05  /* of the range: a smaller reversal is noise */
#define LEVEL     0.005 /* of the largest |i|: what counts as staying there */
#define PLATEAU_N 5     /* rows */
#define PLATEAU_V 0.05  /* of the range of v */

typedef struct turns {
    size_t *at;
    size_t n, cap;
} turns;

static double range_of(const double *x, size_t n) {
    double least = x[0], most = x[0];
    for (size_t k = 1; k < n; k++) {
        least = fmin(least, x[k]);
        most = fmax(most, x[k]);
    }
    return most - least;
}

static bool push_turn(hys__arena *arena, turns *found, size_t row) {
    size_t *place = HYS_PUSH(arena, found);
    if (place) *place = row;
    return place;
}

hys_status hys__find_turns(hys__arena *arena, const double *x, size_t n, double part, size_t **at, size_t *n_turns) {
    turns found = {0};
    double least_turn = n ? part * range_of(x, n) : 0;
    int direction = 0;
    size_t extreme = 0;
    for (size_t k = 1; k < n && least_turn > 0; k++) {
        double back = x[k] - x[extreme];
        if (direction == 0 && fabs(back) >= least_turn) direction = back > 0 ? 1 : -1;
        if (direction && back * direction <= -least_turn) {
            if (!push_turn(arena, &found, extreme)) return HYS_NOMEM;
            direction = -direction;
            extreme = k;
        } else if (direction && back * direction >= 0) {
            extreme = k;
        }
    }
    *at = found.at;
    *n_turns = found.n;
    return HYS_OK;
}

/* What a source sweeps goes in even steps, but for its turns; what answers does not.  The measure is the mean change of
 * |step| against the mean |step|. */
static double unevenness(const double *x, size_t n) {
    double change = 0, sum = 0;
    for (size_t k = 1; k < n; k++) {
        sum += fabs(x[k] - x[k - 1]);
        if (k > 1) change += fabs(fabs(x[k] - x[k - 1]) - fabs(x[k - 1] - x[k - 2]));
    }
    return sum > 0 ? change / sum : INFINITY;
}

static hys_plateau find_plateau(const double *v, const double *i, size_t n, double sign) {
    hys_plateau best = {.i = NAN, .v_from = NAN, .v_to = NAN};
    double most = 0, range = range_of(v, n);
    for (size_t k = 0; k < n; k++) most = fmax(most, sign * i[k]);
    if (most == 0) return best;
    for (size_t from = 0; from < n; from++) {
        size_t to = from;
        while (to < n && sign * i[to] >= (1 - LEVEL) * most) to++;
        if (to - from >= PLATEAU_N && to - from > best.n_rows) {
            double least = v[from], largest = v[from];
            for (size_t k = from; k < to; k++) {
                least = fmin(least, v[k]);
                largest = fmax(largest, v[k]);
            }
            if (largest - least >= PLATEAU_V * range) best = (hys_plateau){sign * most, least, largest, to - from};
        }
        if (to > from) from = to - 1;
    }
    return best;
}

typedef struct curve {
    const double *v, *i, *swept;
    size_t n;
    turns turns;
} curve;

static hys_status read_curve(hys_ctx *ctx, hys__arena *arena, const hys_table *table, curve *c) {
    c->v = hys_table_column(table, "v");
    c->i = hys_table_column(table, "i");
    c->n = hys_table_n_rows(table);
    if (!c->v || !c->i || c->n < 3)
        return hys__fail(ctx, HYS_ARG, "columns: v[V], i[A], and time[s] for energies; --column v=NAME says which",
                         "a curve needs columns v and i and at least three rows");
    for (size_t k = 0; k < c->n; k++)
        if (!isfinite(c->v[k]) || !isfinite(c->i[k]))
            return hys__fail(ctx, HYS_ARG, "", "v or i of row %zu is not a finite number", k + 1);
    c->swept = unevenness(c->i, c->n) < unevenness(c->v, c->n) ? c->i : c->v;
    return hys__find_turns(arena, c->swept, c->n, TURN, &c->turns.at, &c->turns.n);
}

hys_status hys_curve_inspect(hys_ctx *ctx, const hys_table *table, hys_curve_info *info) {
    hys__arena arena;
    curve c = {0};
    hys__arena_init(&arena, ctx, 0);
    hys_status status = read_curve(ctx, &arena, table, &c);
    if (status == HYS_OK) {
        *info = (hys_curve_info){.size = sizeof *info, .swept = c.swept == c.i ? "i" : "v", .n_turns = c.turns.n};
        info->cycles = c.turns.n < 2 ? 1 : (int32_t)((c.turns.n + 1) / 2);
        for (int k = 0; k < 2; k++)
            info->compliance[k] = c.swept == c.v ? find_plateau(c.v, c.i, c.n, k ? -1 : 1) : (hys_plateau){.i = NAN};
    }
    hys__arena_free(&arena);
    return status;
}

/* ---- cycles ---- */

/* Where the sweep comes back to its first value between two turns; rows beside are nearer than the turn itself. */
static size_t back_home(const curve *c, size_t from, size_t to) {
    size_t nearest = from;
    for (size_t k = from; k <= to; k++)
        if (fabs(c->swept[k] - c->swept[0]) < fabs(c->swept[nearest] - c->swept[0])) nearest = k;
    return nearest;
}

hys_status hys__curve_cycles(hys_ctx *ctx, hys__arena *arena, const hys_table *table, int32_t cycles, size_t **starts,
                             size_t *n_cycles) {
    curve c = {0};
    hys_status status = read_curve(ctx, arena, table, &c);
    if (status != HYS_OK) return status;
    size_t n = cycles > 0 ? (size_t)cycles : c.turns.n < 2 ? 1 : (c.turns.n + 1) / 2;
    if (n > c.n / 3) return hys__fail(ctx, HYS_ARG, "fewer cycles", "%zu rows do not hold %zu cycles", c.n, n);
    *starts = HYS_NEW_N(arena, size_t, n + 1);
    if (!*starts) return HYS_NOMEM;
    for (size_t k = 1; k < n; k++) {
        size_t turn = 2 * k - 1, until = turn + 1 < c.turns.n ? c.turns.at[turn + 1] : c.n - 1;
        (*starts)[k] = cycles > 0 ? (c.n - 1) * k / n : back_home(&c, c.turns.at[turn], until);
    }
    (*starts)[n] = c.n - 1;
    *n_cycles = n;
    return HYS_OK;
}

hys_status hys__table_cut(hys_ctx *ctx, const hys_table *table, size_t first, size_t last, hys_table **cut) {
    size_t n = hys_table_n_columns(table);
    hys_table *made = NULL;
    hys_status status = hys_table_new(ctx, &made);
    double *row = status == HYS_OK ? hys__realloc(ctx, NULL, 0, (n + 1) * sizeof *row) : NULL;
    if (status == HYS_OK && !row) status = HYS_NOMEM;
    for (size_t c = 0; c < n && status == HYS_OK; c++)
        status = hys_table_add_column(made, hys_table_name(table, c), hys_table_unit(table, c));
    for (size_t r = first; r <= last && status == HYS_OK; r++) {
        for (size_t c = 0; c < n; c++) row[c] = hys_table_column_at(table, c)[r];
        status = hys_table_add_row(made, row);
    }
    hys__free(ctx, row, (n + 1) * sizeof *row);
    if (status == HYS_OK) *cut = made;
    else hys_table_free(made);
    return status;
}

hys_status hys_curve_cycle(hys_ctx *ctx, const hys_table *table, int32_t cycles, int32_t cycle, hys_table **part) {
    hys__arena arena;
    size_t *starts = NULL, n = 0;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys__curve_cycles(ctx, &arena, table, cycles, &starts, &n);
    if (status == HYS_OK && (!starts || cycle < 1 || (size_t)cycle > n))
        status = hys__fail(ctx, HYS_ARG, "--cycles N says how many there are", "the curve has %zu cycle%s", n,
                           n == 1 ? "" : "s");
    if (status == HYS_OK && starts) status = hys__table_cut(ctx, table, starts[cycle - 1], starts[cycle], part);
    hys__arena_free(&arena);
    return status;
}

/* ---- smoothing ---- */

/* The parabola's value at the middle of 2 m + 1 points (Savitzky and Golay, Anal. Chem. 36 (1964) 1627). */
static double smooth_at(const double *x, size_t k, size_t m) {
    double q = (double)m, sum = 0, norm = (2 * q - 1) * (2 * q + 1) * (2 * q + 3) / 3;
    if (m == 0) return x[k];
    for (size_t j = 0; j <= 2 * m; j++) {
        double d = (double)j - q;
        sum += (3 * q * q + 3 * q - 1 - 5 * d * d) * x[k - m + j];
    }
    return sum / norm;
}

static void smooth_part(const double *x, double *into, size_t from, size_t to, size_t m) {
    for (size_t k = from; k <= to; k++) {
        size_t room = k - from < to - k ? k - from : to - k;
        into[k] = smooth_at(x, k, room < m ? room : m);
    }
}

static hys_status copy_rows(const hys_table *from, size_t column, const double *smoothed, double *row,
                            hys_table *into) {
    for (size_t r = 0; r < hys_table_n_rows(from); r++) {
        for (size_t c = 0; c < hys_table_n_columns(from); c++)
            row[c] = c == column ? smoothed[r] : hys_table_column_at(from, c)[r];
        hys_status status = hys_table_add_row(into, row);
        if (status != HYS_OK) return status;
    }
    return HYS_OK;
}

static hys_status smooth_curve(hys_ctx *ctx, hys__arena *arena, const hys_table *table, size_t m, hys_table *into) {
    curve c = {0};
    hys_status status = read_curve(ctx, arena, table, &c);
    if (status != HYS_OK) return status;
    const double *x = c.swept == c.v ? c.i : c.v;
    double *smoothed = HYS_NEW_N(arena, double, c.n), *row = HYS_NEW_N(arena, double, hys_table_n_columns(table));
    if (!smoothed || !row) return HYS_NOMEM;
    size_t from = 0, column = 0;
    for (size_t k = 0; k <= c.turns.n; k++) {
        size_t to = k < c.turns.n ? c.turns.at[k] : c.n - 1;
        smooth_part(x, smoothed, from, to, m);
        from = to + 1;
    }
    for (size_t k = 0; k < hys_table_n_columns(table); k++)
        if (hys_table_column_at(table, k) == x) column = k;
    for (size_t k = 0; status == HYS_OK && k < hys_table_n_columns(table); k++)
        status = hys_table_add_column(into, hys_table_name(table, k), hys_table_unit(table, k));
    return status == HYS_OK ? copy_rows(table, column, smoothed, row, into) : status;
}

hys_status hys_curve_smooth(hys_ctx *ctx, const hys_table *table, int32_t points, hys_table **smooth) {
    if (points < 5 || points % 2 == 0)
        return hys__fail(ctx, HYS_ARG, "5, 7, 9, ...", "smoothing needs an odd number of points, at least 5");
    hys__arena arena;
    hys_table *made = NULL;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = hys_table_new(ctx, &made);
    if (status == HYS_OK) status = smooth_curve(ctx, &arena, table, (size_t)points / 2, made);
    hys__arena_free(&arena);
    if (status == HYS_OK) *smooth = made;
    else hys_table_free(made);
    return status;
}
