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

/* Adds weight t to the coarse rows a and b (of the other direction): word lines couple columns, bit lines rows. */
static void add_line(hys__coarse *c, const line_matrix *t, bool is_word, const size_t at[2], double weight) {
    const size_t step = is_word ? c->along_step : c->down_step, across = is_word ? c->down_step : c->along_step;
    for (size_t k = 0; k < t->nodes; k++) {
        const size_t a = at[0] * across + k * step, b = at[1] * across + k * step;
        *hys__band_entry(&c->factor, a > b ? a : b, a > b ? b : a) += weight * t->diagonal[k];
        if (k + 1 == t->nodes) continue;
        *hys__band_entry(&c->factor, a > b + step ? a : b + step, a > b + step ? b + step : a) += weight * t->beside[k];
        if (at[0] == at[1]) continue;
        /* The other corner of the square. */
        *hys__band_entry(&c->factor, a + step > b ? a + step : b, a + step > b ? b : a + step) += weight * t->beside[k];
    }
}

/* Lines that are alike are spread together: their weights at coarse rows (of the other direction) first..last, and
 * between each and the next. */
static void note_line(hys__coarse *c, bool is_word, size_t at) {
    const hys__place p = is_word ? c->down[at] : c->along[at];
    c->own[p.node] += (1 - p.part) * (1 - p.part);
    if (p.part == 0) return;
    c->own[p.node + 1] += p.part * p.part;
    c->next[p.node] += p.part * (1 - p.part);
}

/* Of lines from..to. */
static void spread_lines(hys__coarse *c, const line_matrix *t, bool is_word, size_t from, size_t to) {
    const hys__place *places = is_word ? c->down : c->along;
    for (size_t k = places[from].node; k <= places[to - 1].node + 1; k++) c->own[k] = c->next[k] = 0;
    for (size_t at = from; at < to; at++) note_line(c, is_word, at);
    for (size_t k = places[from].node; k <= places[to - 1].node + 1; k++) {
        if (c->own[k] > 0) add_line(c, t, is_word, (size_t[2]){k, k}, c->own[k]);
        if (c->next[k] > 0) add_line(c, t, is_word, (size_t[2]){k, k + 1}, c->next[k]);
    }
}

/* A line's segments g [length], its ends, and the ground of its nodes. */
typedef struct line {
    double first, last, ground; /* S */
    const double *segments;     /* S; [0] is not used */
} line;

static void fill_line(line_matrix *t, const line *of, const hys__place *places, size_t length) {
    memset(t->diagonal, 0, t->nodes * sizeof *t->diagonal);
    memset(t->beside, 0, t->nodes * sizeof *t->beside);
    for (size_t k = 0; k < length; k++) {
        add_wire(t, k ? of->segments[k] : of->first, places[k], k ? &places[k - 1] : NULL);
        if (of->ground != 0) add_wire(t, of->ground, places[k], NULL);
    }
    add_wire(t, of->last, places[length - 1], NULL);
}

static bool is_word_like(const hys__grid *g, size_t i) {
    return g->word[i] == g->word[i - 1] && g->left[i] == g->left[i - 1] && g->right[i] == g->right[i - 1];
}

static void add_words(hys__coarse *c, const hys__grid *g, line_matrix *t) {
    t->nodes = c->columns;
    for (size_t from = 0, to; from < g->m; from = to) {
        for (to = from + 1; to < g->m && is_word_like(g, to);) to++;
        fill_line(t, &(line){g->left[from], g->right[from], g->word_ground, g->word[from]}, c->along, g->n);
        spread_lines(c, t, true, from, to);
    }
}

/* Like the line before; rows of bit lines' segments are shared, but for a few. */
static bool is_bit_like(const hys__grid *g, size_t j) {
    if (g->top[j] != g->top[j - 1] || g->bottom[j] != g->bottom[j - 1]) return false;
    for (size_t i = 1; i < g->m; i++)
        if ((i == 1 || g->bit[i] != g->bit[i - 1]) && g->bit[i][j] != g->bit[i][j - 1]) return false;
    return true;
}

static void add_bits(hys__coarse *c, const hys__grid *g, line_matrix *t) {
    t->nodes = c->rows;
    for (size_t from = 0, to; from < g->n; from = to) {
        for (to = from + 1; to < g->n && is_bit_like(g, to);) to++;
        for (size_t i = 1; i < g->m; i++) c->segments[i] = g->bit[i][from];
        fill_line(t, &(line){g->top[from], g->bottom[from], g->bit_ground, c->segments}, c->down, g->m);
        spread_lines(c, t, false, from, to);
    }
}

double hys__coarse_size(size_t m, size_t n, size_t spacing) {
    const double rows = (double)n_nodes(m, spacing), columns = (double)n_nodes(n, spacing);
    const double band = rows < columns ? rows : columns;
    return hys__band_size(rows * columns, band + 1) + rows * columns * sizeof(double);
}

hys_status hys__coarse_new(hys__arena *arena, const hys__grid *g, size_t spacing, hys__team *team, hys__coarse *c) {
    *c = (hys__coarse){.m = g->m, .n = g->n, .spacing = spacing};
    c->rows = n_nodes(g->m, spacing);
    c->columns = n_nodes(g->n, spacing);
    /* Counted along the shorter side: the band is narrower. */
    const bool is_wide = c->columns > c->rows;
    const size_t most = is_wide ? c->columns : c->rows;
    c->down_step = is_wide ? 1 : c->columns;
    c->along_step = is_wide ? c->rows : 1;
    c->diagonal = HYS_NEW_N(arena, double, most);
    c->beside = HYS_NEW_N(arena, double, most);
    c->own = HYS_NEW_N(arena, double, most + 1);
    c->next = HYS_NEW_N(arena, double, most + 1);
    c->segments = HYS_NEW_N(arena, double, g->m);
    c->down = HYS_NEW_N(arena, hys__place, g->m);
    c->along = HYS_NEW_N(arena, hys__place, g->n);
    hys_status status =
        hys__band_new(arena, c->rows * c->columns, (is_wide ? c->rows : c->columns) + 1, team, &c->factor);
    if (status != HYS_OK || arena->failed) return HYS_NOMEM;
    for (size_t i = 0; i < g->m; i++) c->down[i] = place_of(i, spacing, c->rows);
    for (size_t j = 0; j < g->n; j++) c->along[j] = place_of(j, spacing, c->columns);
    return hys__coarse_refill(c, g);
}

hys_status hys__coarse_refill(hys__coarse *c, const hys__grid *g) {
    line_matrix t = {.diagonal = c->diagonal, .beside = c->beside};
    hys__band_clear(&c->factor);
    add_words(c, g, &t);
    add_bits(c, g, &t);
    return hys__band_factorise(&c->factor) ? HYS_OK : HYS_NOCONV;
}

void hys__coarse_solve(const hys__coarse *c, double *x) {
    hys__band_solve(&c->factor, x);
}
