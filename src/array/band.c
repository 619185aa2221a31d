#include "array/band.h"
#include "array/lanes.h"
#include <float.h>
#include <math.h>
#include <string.h>

#define LEAST 200000.0 /* entries: below, threads take longer to meet than to work */

/* An odd number of unknowns is left to the middle. */
static void divide(size_t count, size_t band, hys__band *b) {
    const size_t middle = count <= band ? count : band + (count - band) % 2;
    *b = (hys__band){.count = count, .band = band, .side = (count - middle) / 2, .middle = middle};
}

static size_t n_rows(const hys__band *b) {
    return b->side + b->middle;
}

hys_status hys__band_new(hys__arena *arena, size_t count, size_t band, hys__team *team, hys__band *b) {
    divide(count, band, b);
    b->half[0] = HYS_NEW_N(arena, double, n_rows(b) * (band + 1));
    b->half[1] = HYS_NEW_N(arena, double, n_rows(b) * (band + 1));
    b->end = HYS_NEW_N(arena, double, n_rows(b));
    b->team = (double)count * ((double)band + 1) < LEAST ? NULL : team;
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

double hys__band_size(double count, double band) {
    const double rows = count <= band ? count : (count + band + 1) / 2;
    return (double)sizeof(double) * rows * (2 * (band + 1) + 1);
}

static void clear_half(void *data, size_t half, unsigned thread) {
    const hys__band *b = data;
    (void)thread;
    memset(b->half[half], 0, n_rows(b) * (b->band + 1) * sizeof(double));
}

void hys__band_clear(hys__band *b) {
    hys__team_run(b->team, 2, clear_half, b);
}

/* A row such that its columns count from 0; `from` is the first that there is. */
typedef struct row {
    double *at;
    size_t from;
} row;

HYS__INLINE row row_of(const hys__band *b, int half, size_t r) {
    return (row){b->half[half] + r * b->band + b->band, r > b->band ? r - b->band : 0};
}

HYS__INLINE double sum_of(const hys__quad *lanes) {
    const hys__quad s = lanes[0] + lanes[1];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

HYS__INLINE double product(const double *a, const double *b, size_t n) {
    hys__quad lanes[2] = {{0}, {0}};
    double rest = 0;
    size_t k = 0;
    for (; k + 8 <= n; k += 8)
        for (size_t l = 0; l < 2; l++) lanes[l] += ((const hys__quad *)(a + k))[l] * ((const hys__quad *)(b + k))[l];
    for (; k < n; k++) rest += a[k] * b[k];
    return sum_of(lanes) + rest;
}

/* Products with four rows: each number of `a` is fetched once for all. */
HYS__INLINE void products(const double *a, const double *const b[4], size_t n, double out[4]) {
    hys__quad lanes[4][2] = {{{0}, {0}}, {{0}, {0}}, {{0}, {0}}, {{0}, {0}}};
    double rest[4] = {0};
    size_t k = 0;
    for (; k + 8 <= n; k += 8)
        for (size_t l = 0; l < 2; l++) {
            const hys__quad here = ((const hys__quad *)(a + k))[l];
            for (size_t t = 0; t < 4; t++) lanes[t][l] += here * ((const hys__quad *)(b[t] + k))[l];
        }
    for (; k < n; k++)
        for (size_t t = 0; t < 4; t++) rest[t] += a[k] * b[t][k];
    for (size_t t = 0; t < 4; t++) out[t] = sum_of(lanes[t]) + rest[t];
}

/* ---- factors ---- */

/* Column q of a row from what is left of it, or its diagonal. */
HYS__INLINE bool finish(const hys__band *b, row here, size_t r, size_t q, double rest, double inverse) {
    here.at[q] = q < r ? rest * inverse : 1 / sqrt(rest);
    return q < r || rest > b->least;
}

/* Columns first..end of row r, with what columns from `first` on tell of one another. */
HYS__INLINE bool eliminate(const hys__band *b, int half, size_t r, size_t first, size_t end) {
    const row here = row_of(b, half, r);
    size_t q = first;
    for (; q + 4 <= end && q + 4 <= r; q += 4) {
        const double *const rows[4] = {row_of(b, half, q).at + first, row_of(b, half, q + 1).at + first,
                                       row_of(b, half, q + 2).at + first, row_of(b, half, q + 3).at + first};
        double known[4];
        products(here.at + first, rows, q - first, known);
        for (size_t t = 0; t < 4; t++) {
            double rest = here.at[q + t] - known[t];
            for (size_t s = 0; s < t; s++) rest -= here.at[q + s] * rows[t][q + s - first];
            here.at[q + t] = rest * rows[t][q + t - first];
        }
    }
    bool is_good = true;
    for (; q < end; q++) {
        const row other = row_of(b, half, q);
        const double rest = here.at[q] - product(here.at + first, other.at + first, q - first);
        is_good = finish(b, here, r, q, rest, other.at[q]) && is_good;
    }
    return is_good;
}

/* What the side takes off columns of the middle. */
HYS__INLINE void take_off(const hys__band *b, int half, size_t r) {
    const row here = row_of(b, half, r);
    if (here.from >= b->side) return;
    for (size_t q = b->side; q <= r; q++)
        here.at[q] -= product(here.at + here.from, row_of(b, half, q).at + here.from, b->side - here.from);
}

typedef struct pass {
    const hys__band *b;
    double *x[2];
    bool is_good[2];
} pass;

HYS__INLINE void factorise_body(void *data, size_t half, unsigned thread) {
    pass *p = data;
    const hys__band *b = p->b;
    (void)thread;
    p->is_good[half] = true;
    for (size_t r = 0; r < n_rows(b) && p->is_good[half]; r++) {
        const size_t first = row_of(b, (int)half, r).from, end = r < b->side ? r + 1 : b->side;
        if (first < end) p->is_good[half] = eliminate(b, (int)half, r, first, end);
        if (r >= b->side) take_off(b, (int)half, r);
    }
}
HYS__WORK(factorise)

HYS__INLINE void join_body(void *data, size_t part, unsigned thread) {
    pass *p = data;
    const hys__band *b = p->b;
    (void)part;
    (void)thread;
    for (size_t r = b->side; r < n_rows(b) && p->is_good[0]; r++) {
        for (size_t q = b->side; q <= r && b->side; q++)
            row_of(b, 0, r).at[q] += row_of(b, 1, b->count - 1 - q).at[b->count - 1 - r];
        p->is_good[0] = eliminate(b, 0, r, b->side, r + 1);
    }
}
HYS__WORK(join)

/* Of what is left of a diagonal: less is rounding, and the matrix singular. */
#define LEAST_PIVOT (16 * DBL_EPSILON)

static double largest_diagonal(const hys__band *b) {
    double most = 0;
    for (size_t r = 0; r < b->count; r++) most = fmax(most, *hys__band_entry(b, r, r));
    return most;
}

bool hys__band_factorise(hys__band *b) {
    pass p = {.b = b};
    b->least = LEAST_PIVOT * largest_diagonal(b);
    hys__team_run(b->team, 2, factorise(), &p);
    if (!p.is_good[0] || !p.is_good[1]) return false;
    hys__team_run(NULL, 1, join(), &p);
    return p.is_good[0];
}

/* ---- solutions ---- */

HYS__INLINE void forth_body(void *data, size_t half, unsigned thread) {
    const pass *p = data;
    const hys__band *b = p->b;
    double *x = p->x[half];
    (void)thread;
    for (size_t r = 0; r < n_rows(b); r++) {
        const row here = row_of(b, (int)half, r);
        const size_t end = r < b->side ? r : b->side;
        if (here.from < end) x[r] -= product(here.at + here.from, x + here.from, end - here.from);
        if (r < b->side) x[r] *= here.at[r];
    }
}
HYS__WORK(forth)

HYS__INLINE void back_body(void *data, size_t half, unsigned thread) {
    const pass *p = data;
    const hys__band *b = p->b;
    double *restrict x = p->x[half];
    (void)thread;
    for (size_t r = n_rows(b); r-- > 0;) {
        const row here = row_of(b, (int)half, r);
        const double *restrict at = here.at, value = r < b->side ? x[r] * at[r] : x[r];
        const size_t end = r < b->side ? r : b->side;
        x[r] = value;
        for (size_t k = here.from; k < end; k++) x[k] -= at[k] * value;
    }
}
HYS__WORK(back)

HYS__INLINE void middle_body(void *data, size_t part, unsigned thread) {
    const pass *p = data;
    const hys__band *b = p->b;
    double *restrict x = p->x[0];
    (void)part;
    (void)thread;
    for (size_t r = b->side; r < n_rows(b); r++) {
        const double *at = row_of(b, 0, r).at;
        x[r] = (x[r] - product(at + b->side, x + b->side, r - b->side)) * at[r];
    }
    for (size_t r = n_rows(b); r-- > b->side;) {
        const double *restrict at = row_of(b, 0, r).at, value = x[r] * at[r];
        x[r] = value;
        for (size_t k = b->side; k < r; k++) x[k] -= at[k] * value;
    }
}
HYS__WORK(middle)

void hys__band_solve(const hys__band *b, double *x) {
    pass p = {.b = b, .x = {x, b->end}};
    for (size_t r = 0; r < n_rows(b); r++) b->end[r] = r < b->side ? x[b->count - 1 - r] : 0;
    hys__team_run(b->team, 2, forth(), &p);
    for (size_t r = b->side; r < n_rows(b) && b->side; r++) x[r] += b->end[b->count - 1 - r];
    hys__team_run(NULL, 1, middle(), &p);
    for (size_t r = b->side; r < n_rows(b); r++) b->end[b->count - 1 - r] = x[r];
    hys__team_run(b->team, 2, back(), &p);
    for (size_t r = 0; r < b->side; r++) x[b->count - 1 - r] = b->end[r];
}
