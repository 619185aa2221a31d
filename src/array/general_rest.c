/* What nodes keep of what flows in, row by row: once through memory for each point that Newton's method looks at. */
#include "array/general.h"
#include "array/lanes.h"
#include <math.h>

#define ROWS 8 /* of a part */

typedef struct sums {
    double most, least; /* S: of the cells */
    double rest, cells; /* A^2 */
} sums;

typedef struct pass {
    hys__general *s;
    const hys__linear_source *b;
    const double *u, *w;
    sums *sums;
} pass;

static size_t n_parts(size_t m) {
    return (m + ROWS - 1) / ROWS;
}

size_t hys__general_n_sums(size_t m) {
    return n_parts(m) * (sizeof(sums) / sizeof(double));
}

/* The part of a cell's Jacobian that a resistor has: half of what a volt between word and bit line, a half on each,
 * changes both currents by. */
HYS__INLINE void weigh_cells(const hys__general *s, size_t at, size_t n, sums *to) {
    const hys__cell_answer *a = &s->answer;
    double *restrict g = s->conductance + at;
    const double *restrict ww = a->word_word + at, *restrict bb = a->bit_bit + at;
    const double *restrict wb = a->word_bit + at, *restrict bw = a->bit_word + at, *restrict in = a->into_word + at;
    if (s->cells->is_two_terminal)
        for (size_t j = 0; j < n; j++) g[j] = ww[j];
    else
        for (size_t j = 0; j < n; j++) g[j] = 0.25 * (ww[j] + bb[j] - wb[j] - bw[j]);
    for (size_t j = 0; j < n; j++) {
        to->most = g[j] > to->most ? g[j] : to->most;
        to->least = g[j] < to->least ? g[j] : to->least;
    }
    double lanes[HYS__LANES] = {0};
    size_t j = 0;
    for (; j + HYS__LANES <= n; j += HYS__LANES)
        for (size_t l = 0; l < HYS__LANES; l++) lanes[l] += in[j + l] * in[j + l];
    for (; j < n; j++) to->cells += in[j] * in[j];
    for (size_t l = 0; l < HYS__LANES; l++) to->cells += lanes[l];
}

/* What flows in from elsewhere, less what flows into wires and cells. */
HYS__INLINE void take_off(const hys__general *s, const double *in, const double *into_cells, size_t at, double *rest) {
    const size_t n = s->grid->n;
    for (size_t j = 0; j < n; j++) rest[j] = -into_cells[j] - rest[j];
    for (size_t j = 0; j < n && in; j++) rest[j] += in[at + j];
}

static void add_line(double part, const double *g, const double *v, size_t n, double *rest) {
    for (size_t j = 0; j < n && v; j++) rest[j] += part * g[j] * v[j];
}

/* Ends of lines that run across the row. */
static void add_across(const hys__general *s, const double *ends[2], const double *v[2], size_t i, double *rest) {
    if (i == 0) add_line(s->part, ends[0], v[0], s->grid->n, rest);
    if (i + 1 == s->grid->m) add_line(s->part, ends[1], v[1], s->grid->n, rest);
}

HYS__INLINE void weigh_words(const pass *p, size_t i, double *rest) {
    const hys__general *s = p->s;
    const hys__grid *g = s->grid;
    const hys__linear_source *b = p->b;
    const size_t at = i * g->n;
    if (g->is_parallel) {
        const hys__grid view = hys__turned(g);
        hys__row_of_bits(&view, NULL, p->u, NULL, i, rest);
    } else hys__row_of_words(g, NULL, p->u, NULL, i, rest);
    take_off(s, b->word_in, s->answer.into_word + at, at, rest);
    if (g->is_parallel) {
        add_across(s, (const double *[2]){g->left, g->right}, (const double *[2]){b->left, b->right}, i, rest);
        return;
    }
    if (b->left) rest[0] += s->part * g->left[i] * b->left[i];
    if (b->right) rest[g->n - 1] += s->part * g->right[i] * b->right[i];
}

HYS__INLINE void weigh_bits(const pass *p, size_t i, double *rest) {
    const hys__general *s = p->s;
    const hys__grid *g = s->grid;
    const hys__linear_source *b = p->b;
    const size_t at = i * g->n;
    hys__row_of_bits(g, NULL, p->w, NULL, i, rest);
    take_off(s, b->bit_in, s->answer.into_bit + at, at, rest);
    add_across(s, (const double *[2]){g->top, g->bottom}, (const double *[2]){b->top, b->bottom}, i, rest);
}

HYS__INLINE double pulled_square(const hys__general *s, size_t at, double *rest) {
    double lanes[HYS__LANES] = {0}, sum = 0;
    size_t j = 0;
    for (size_t k = 0; k < s->grid->n && s->pull > 0; k++) rest[k] += s->pull * s->anchor[at + k];
    for (; j + HYS__LANES <= s->grid->n; j += HYS__LANES)
        for (size_t l = 0; l < HYS__LANES; l++) lanes[l] += rest[j + l] * rest[j + l];
    for (; j < s->grid->n; j++) sum += rest[j] * rest[j];
    for (size_t l = 0; l < HYS__LANES; l++) sum += lanes[l];
    return sum;
}

HYS__INLINE void weigh_rows_body(void *data, size_t part, unsigned thread) {
    const pass *p = data;
    const hys__general *s = p->s;
    const size_t n = s->grid->n, end = (part + 1) * ROWS < s->grid->m ? (part + 1) * ROWS : s->grid->m;
    sums *to = &p->sums[part];
    (void)thread;
    *to = (sums){.least = INFINITY};
    for (size_t i = part * ROWS; i < end; i++) {
        double *word = s->word_rest + i * n, *bit = s->word_rest + s->count + i * n;
        weigh_cells(s, i * n, n, to);
        weigh_words(p, i, word);
        weigh_bits(p, i, bit);
        to->rest += pulled_square(s, i * n, word) + pulled_square(s, s->count + i * n, bit);
    }
}
HYS__WORK(weigh_rows)

#define LEAST_CONDUCTANCE 1e-9 /* of the best cell: lines that float are held by their cells */

void hys__general_weigh(hys__general *s, const hys__linear_source *b, const double *u) {
    pass p = {.s = s, .b = b, .u = u, .w = u + s->count, .sums = (sums *)(void *)s->sums};
    sums all = {.least = INFINITY};
    hys__team_run(s->linear ? s->linear->factor.team : NULL, n_parts(s->grid->m), weigh_rows(), &p);
    for (size_t k = 0; k < n_parts(s->grid->m); k++) {
        all.most = fmax(all.most, p.sums[k].most);
        all.least = fmin(all.least, p.sums[k].least);
        all.rest += p.sums[k].rest;
        all.cells += p.sums[k].cells;
    }
    s->best = all.most;
    s->norm = sqrt(all.rest);
    s->cell_norm = sqrt(all.cells);
    s->is_plain = s->cells->is_two_terminal && all.least >= 0;
    for (size_t k = 0; k < s->count && !s->is_plain; k++)
        s->conductance[k] = fmax(s->conductance[k], LEAST_CONDUCTANCE * all.most);
}
