#include "array/coarse.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

static size_t n_nodes(size_t length, size_t spacing) {
    return (length - 1) / spacing + 1;
}

/* Behind the last node potentials stay level. */
static hys__place place_of(size_t at, size_t spacing, size_t nodes) {
    const size_t node = at / spacing;
    return (hys__place){node, node + 1 < nodes ? (double)(at % spacing) / (double)spacing : 0};
}

/* ---- the matrix ---- */

/* A tridiagonal symmetric matrix of one line in the coarse space. */
typedef struct line_matrix {
    double *diagonal, *beside; /* [nodes]: beside[k] couples k and k + 1 */
    size_t nodes;
} line_matrix;

/* Adds g (x_a - x_b)^2 or, for an end, g x_a^2; only neighbours couple. */
static void add_wire(line_matrix *t, double g, hys__place a, const hys__place *b) {
    double weight[3] = {0};
    const size_t first = b && b->node < a.node ? b->node : a.node;
    weight[a.node - first] += 1 - a.part;
    weight[a.node - first + 1] += a.part;
    if (b) {
        weight[b->node - first] -= 1 - b->part;
        weight[b->node - first + 1] -= b->part;
    }
    for (size_t k = 0; k < 3 && first + k < t->nodes; k++) {
        t->diagonal[first + k] += g * weight[k] * weight[k];
        if (k < 2 && first + k + 1 < t->nodes) t->beside[first + k] += g * weight[k] * weight[k + 1];
    }
}

static double *entry(const hys__coarse *c, size_t row, size_t column) {
    return &c->factor[row * (c->band + 1) + c->band - (row - column)];
}

/* Adds weight t to the coarse rows a and b (of the other direction): word lines couple columns, bit lines rows. */
static void add_line(hys__coarse *c, const line_matrix *t, bool is_word, const size_t at[2], double weight) {
    for (size_t k = 0; k < t->nodes; k++) {
        const size_t step = is_word ? 1 : c->columns;
        const size_t low = at[0] * (is_word ? c->columns : 1) + k * step;
        const size_t high = at[1] * (is_word ? c->columns : 1) + k * step;
        *entry(c, high, low) += weight * t->diagonal[k];
        if (k + 1 == t->nodes) continue;
        *entry(c, high + step, low) += weight * t->beside[k];
        if (at[0] == at[1]) continue;
        /* The other corner of the square: above the diagonal in one of the orders. */
        const size_t p = low + step, q = high;
        *(p > q ? entry(c, p, q) : entry(c, q, p)) += weight * t->beside[k];
    }
}

static void spread_line(hys__coarse *c, const line_matrix *t, bool is_word, size_t at) {
    const hys__place p = is_word ? c->down[at] : c->along[at];
    add_line(c, t, is_word, (size_t[2]){p.node, p.node}, (1 - p.part) * (1 - p.part));
    if (p.part == 0) return;
    add_line(c, t, is_word, (size_t[2]){p.node + 1, p.node + 1}, p.part * p.part);
    add_line(c, t, is_word, (size_t[2]){p.node, p.node + 1}, p.part * (1 - p.part));
}

static void add_word(hys__coarse *c, const hys__grid *g, size_t i, line_matrix *t) {
    memset(t->diagonal, 0, t->nodes * sizeof *t->diagonal);
    memset(t->beside, 0, t->nodes * sizeof *t->beside);
    for (size_t j = 0; j < g->n; j++) {
        const hys__place *p = &c->along[j];
        add_wire(t, j ? g->word[i][j] : g->left[i], *p, j ? p - 1 : NULL);
    }
    add_wire(t, g->right[i], c->along[g->n - 1], NULL);
    spread_line(c, t, true, i);
}

static void add_bit(hys__coarse *c, const hys__grid *g, size_t j, line_matrix *t) {
    memset(t->diagonal, 0, t->nodes * sizeof *t->diagonal);
    memset(t->beside, 0, t->nodes * sizeof *t->beside);
    for (size_t i = 0; i < g->m; i++) {
        const hys__place *p = &c->down[i];
        add_wire(t, i ? g->bit[i][j] : g->top[j], *p, i ? p - 1 : NULL);
    }
    add_wire(t, g->bottom[j], c->down[g->m - 1], NULL);
    spread_line(c, t, false, j);
}

/* Cholesky within the band; the diagonal is kept inverted.  False where it is not positive definite. */
static bool factorise(hys__coarse *c) {
    const size_t count = c->rows * c->columns, band = c->band;
    for (size_t r = 0; r < count; r++) {
        const size_t from = r > band ? r - band : 0;
        double *row = c->factor + r * (band + 1) + band - r;
        for (size_t q = from; q <= r; q++) {
            const double *other = c->factor + q * (band + 1) + band - q;
            double sum = row[q];
            for (size_t k = q > band && q - band > from ? q - band : from; k < q; k++) sum -= row[k] * other[k];
            if (q == r && !(sum > 0)) return false;
            row[q] = q < r ? sum * other[q] : 1 / sqrt(sum);
        }
    }
    return true;
}

double hys__coarse_size(size_t m, size_t n, size_t spacing) {
    const double rows = (double)n_nodes(m, spacing), columns = (double)n_nodes(n, spacing);
    return rows * columns * (columns + 2) * sizeof(double);
}

hys_status hys__coarse_new(hys__arena *arena, const hys__grid *g, size_t spacing, hys__coarse *c) {
    *c = (hys__coarse){.m = g->m, .n = g->n, .spacing = spacing};
    c->rows = n_nodes(g->m, spacing);
    c->columns = n_nodes(g->n, spacing);
    c->band = c->columns + 1;
    const size_t most = c->rows > c->columns ? c->rows : c->columns;
    line_matrix t = {.diagonal = HYS_NEW_N(arena, double, most), .beside = HYS_NEW_N(arena, double, most)};
    c->factor = HYS_NEW_N(arena, double, c->rows * c->columns * (c->band + 1));
    c->line = HYS_NEW_N(arena, double, c->columns + 1);
    c->down = HYS_NEW_N(arena, hys__place, g->m);
    c->along = HYS_NEW_N(arena, hys__place, g->n);
    if (arena->failed) return HYS_NOMEM;
    for (size_t i = 0; i < g->m; i++) c->down[i] = place_of(i, spacing, c->rows);
    for (size_t j = 0; j < g->n; j++) c->along[j] = place_of(j, spacing, c->columns);
    t.nodes = c->columns;
    for (size_t i = 0; i < g->m; i++) add_word(c, g, i, &t);
    t.nodes = c->rows;
    for (size_t j = 0; j < g->n; j++) add_bit(c, g, j, &t);
    return factorise(c) ? HYS_OK : HYS_NOCONV;
}

void hys__coarse_solve(const hys__coarse *c, double *x) {
    const size_t count = c->rows * c->columns, band = c->band;
    for (size_t r = 0; r < count; r++) {
        const double *row = c->factor + r * (band + 1) + band - r;
        double sum = x[r];
        for (size_t k = r > band ? r - band : 0; k < r; k++) sum -= row[k] * x[k];
        x[r] = sum * row[r];
    }
    for (size_t r = count; r-- > 0;) {
        const double *row = c->factor + r * (band + 1) + band - r;
        x[r] *= row[r];
        for (size_t k = r > band ? r - band : 0; k < r; k++) x[k] -= row[k] * x[r];
    }
}

/* ---- to it and back ---- */

static void restrict_row(const hys__coarse *c, const double *cells, const double *x, double *line) {
    memset(line, 0, (c->columns + 1) * sizeof *line);
    for (size_t node = 0; node < c->columns; node++) {
        const size_t from = node * c->spacing, to = node + 1 < c->columns ? from + c->spacing : c->n;
        double level = 0, slope = 0;
        for (size_t j = from; j < to; j++) {
            const double flow = cells[j] * x[j];
            level += flow;
            slope += flow * (double)(j - from);
        }
        slope = node + 1 < c->columns ? slope / (double)c->spacing : 0;
        line[node] += level - slope;
        line[node + 1] += slope;
    }
}

void hys__coarse_restrict(const hys__coarse *c, const double *cells, const double *x, double *out) {
    memset(out, 0, c->rows * c->columns * sizeof *out);
    for (size_t i = 0; i < c->m; i++) {
        const hys__place p = c->down[i];
        double *row = out + p.node * c->columns;
        restrict_row(c, cells + i * c->n, x + i * c->n, c->line);
        for (size_t k = 0; k < c->columns; k++) row[k] += (1 - p.part) * c->line[k];
        for (size_t k = 0; k < c->columns && p.part > 0; k++) row[c->columns + k] += p.part * c->line[k];
    }
}

void hys__coarse_add(const hys__coarse *c, const double *cells, const double *x, double *y) {
    for (size_t i = 0; i < c->m; i++) {
        const hys__place p = c->down[i];
        const double *row = x + p.node * c->columns;
        for (size_t k = 0; k < c->columns; k++)
            c->line[k] = (1 - p.part) * row[k] + (p.part > 0 ? p.part * row[c->columns + k] : 0);
        c->line[c->columns] = c->line[c->columns - 1];
        for (size_t node = 0; node < c->columns; node++) {
            const size_t from = node * c->spacing, to = node + 1 < c->columns ? from + c->spacing : c->n;
            const double level = c->line[node], slope = (c->line[node + 1] - level) / (double)c->spacing;
            const double *d = cells + i * c->n + from;
            double *out = y + i * c->n + from;
            for (size_t j = 0; j < to - from; j++) out[j] += d[j] * (level + slope * (double)j);
        }
    }
}
