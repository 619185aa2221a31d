#include "array/ladder.h"
#include <float.h>
#include <math.h>
#include <string.h>

#define BESIDE 2                         /* entries on either side of the diagonal */
#define WIDTH  (BESIDE + 1 + 2 * BESIDE) /* pivots bring as many more to its right */

hys_status hys__ladder_new(hys__arena *arena, const hys__grid *grid, hys__ladder *s) {
    *s = (hys__ladder){.grid = grid};
    s->rows = HYS_NEW_N(arena, double, 2 * grid->m * WIDTH);
    s->right = HYS_NEW_N(arena, double, 2 * grid->m);
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

/* ---- one column ---- */

static double *entry(const hys__ladder *s, size_t row, size_t column) {
    return &s->rows[row * WIDTH + column + BESIDE - row];
}

/* A line of the column: its wires, ends and ground; node i of it is row 2 i + which. */
static void put_line(const hys__ladder *s, size_t j, size_t which) {
    const hys__grid *g = s->grid;
    const double *const *wire = which ? g->bit : g->word;
    const double first = which ? g->top[j] : g->left[j], last = which ? g->bottom[j] : g->right[j];
    for (size_t i = 0; i < g->m; i++) {
        const size_t row = 2 * i + which;
        const double up = i ? wire[i][j] : first, down = i + 1 < g->m ? wire[i + 1][j] : last;
        *entry(s, row, row) += up + down + (which ? g->bit_ground : g->word_ground);
        if (i) *entry(s, row, row - 2) -= up;
        if (i + 1 < g->m) *entry(s, row, row + 2) -= down;
    }
}

static void fill(const hys__ladder *s, size_t j, const hys__cell_answer *a, const double *word, const double *bit) {
    const size_t m = s->grid->m, n = s->grid->n;
    memset(s->rows, 0, 2 * m * WIDTH * sizeof *s->rows);
    put_line(s, j, 0);
    put_line(s, j, 1);
    for (size_t i = 0; i < m; i++) {
        const size_t k = i * n + j, row = 2 * i;
        *entry(s, row, row) += a->word_word[k];
        *entry(s, row, row + 1) += a->word_bit[k];
        *entry(s, row + 1, row) += a->bit_word[k];
        *entry(s, row + 1, row + 1) += a->bit_bit[k];
        s->right[row] = word[k];
        s->right[row + 1] = bit[k];
    }
}

static void exchange(const hys__ladder *s, size_t a, size_t b, size_t end) {
    for (size_t c = a; c < end; c++) {
        const double other = *entry(s, a, c);
        *entry(s, a, c) = *entry(s, b, c);
        *entry(s, b, c) = other;
    }
    const double other = s->right[a];
    s->right[a] = s->right[b];
    s->right[b] = other;
}

/* Gauss with pivots from the rows below. */
static bool eliminate(const hys__ladder *s) {
    const size_t count = 2 * s->grid->m;
    for (size_t k = 0; k < count; k++) {
        const size_t below = k + BESIDE < count ? k + BESIDE : count - 1;
        const size_t end = k + 2 * BESIDE + 1 < count ? k + 2 * BESIDE + 1 : count;
        size_t best = k;
        for (size_t r = k + 1; r <= below; r++)
            if (fabs(*entry(s, r, k)) > fabs(*entry(s, best, k))) best = r;
        if (best != k) exchange(s, k, best, end);
        const double pivot = *entry(s, k, k);
        if (!(fabs(pivot) > 0) || !isfinite(pivot)) return false;
        for (size_t r = k + 1; r <= below; r++) {
            const double factor = *entry(s, r, k) / pivot;
            for (size_t c = k + 1; c < end && factor != 0; c++) *entry(s, r, c) -= factor * *entry(s, k, c);
            s->right[r] -= factor * s->right[k];
        }
    }
    return true;
}

static void substitute(const hys__ladder *s) {
    const size_t count = 2 * s->grid->m;
    for (size_t k = count; k-- > 0;) {
        const size_t end = k + 2 * BESIDE + 1 < count ? k + 2 * BESIDE + 1 : count;
        double sum = s->right[k];
        for (size_t c = k + 1; c < end; c++) sum -= *entry(s, k, c) * s->right[c];
        s->right[k] = sum / *entry(s, k, k);
    }
}

bool hys__ladder_solve(hys__ladder *s, const hys__cell_answer *cells, const double *word_rest, const double *bit_rest,
                       double *u, double *w) {
    const size_t m = s->grid->m, n = s->grid->n;
    for (size_t j = 0; j < n; j++) {
        fill(s, j, cells, word_rest, bit_rest);
        if (!eliminate(s)) return false;
        substitute(s);
        for (size_t i = 0; i < m; i++) {
            u[i * n + j] = s->right[2 * i];
            w[i * n + j] = s->right[2 * i + 1];
        }
    }
    return true;
}

/* ---- what holds for crossed and for parallel lines ---- */

void hys__lines_apply_words(const hys__grid *g, const double *cells, const double *x, const double *other, double *y) {
    if (!g->is_parallel) {
        hys__grid_apply_words(g, cells, x, other, y);
        return;
    }
    const hys__grid view = hys__turned(g);
    hys__grid_apply_bits(&view, cells, x, other, y);
}

static double best_of_columns(const hys__grid *g) {
    double most = 0;
    for (size_t j = 0; j < g->n; j++) most = fmax(most, fmax(g->top[j], g->bottom[j]));
    for (size_t i = 1; i < g->m; i++)
        for (size_t j = 0; j < g->n; j++) most = fmax(most, g->bit[i][j]);
    return most;
}

double hys__lines_rounding(const hys__grid *g, const double *u, const double *w) {
    if (!g->is_parallel) return hys__grid_rounding(g, u, w);
    const size_t count = g->m * g->n;
    const hys__grid view = hys__turned(g);
    return 4 * DBL_EPSILON * fmax(best_of_columns(g), best_of_columns(&view)) *
           sqrt(hys__grid_dot(u, u, count) + hys__grid_dot(w, w, count));
}
