#include "array/lumped.h"
#include "array/lanes.h"
#include <math.h>
#include <string.h>

/* A piece of a line: its nodes first, first + step ... [n], and what its ends are. */
typedef struct piece {
    size_t first, step, n;
    double ends, driven; /* S; A: ends times their potentials */
    double potential;    /* V: of an end without resistance */
    bool is_ideal;
} piece;

static double at(const double *v, size_t k) {
    return v ? v[k] : 0;
}

/* One kind of lines, seen the same way. */
typedef struct lines {
    const hys__grid *g;
    bool is_word, is_ideal; /* ideal: ends without resistance */
    size_t n, length;
    const double *first, *last;     /* S: ends */
    const double *first_v, *last_v; /* V; NULL: 0 */
} lines;

static lines words_of(const hys__grid *g, const hys__linear_source *s) {
    return (lines){g, true, g->word_ideal, g->m, g->n, g->left, g->right, s ? s->left : NULL, s ? s->right : NULL};
}

static lines bits_of(const hys__grid *g, const hys__linear_source *s) {
    return (lines){g, false, g->bit_ideal, g->n, g->m, g->top, g->bottom, s ? s->top : NULL, s ? s->bottom : NULL};
}

static bool is_cut(const lines *l, size_t line, size_t before) {
    return before == l->length || (l->is_word ? l->g->word[line][before] : l->g->bit[before][line]) == 0;
}

/* The piece that starts at a crossing. */
static piece piece_at(const lines *l, size_t line, size_t from) {
    piece p = {.first = l->is_word ? line * l->g->n + from : from * l->g->n + line, .step = l->is_word ? 1 : l->g->n};
    do p.n++;
    while (!is_cut(l, line, from + p.n));
    if (from == 0) {
        p.ends += l->first[line];
        p.driven += l->first[line] * at(l->first_v, line);
    }
    if (from + p.n == l->length) {
        p.ends += l->last[line];
        p.driven += l->last[line] * at(l->last_v, line);
    }
    p.is_ideal = l->is_ideal && p.ends > 0;
    p.potential = p.is_ideal ? p.driven / p.ends : 0;
    return p;
}

typedef void (*on_piece)(const piece *p, const double *cells, double *x);

static void each_piece(const lines *l, on_piece act, const double *cells, double *x) {
    for (size_t line = 0; line < l->n; line++)
        for (size_t from = 0; from < l->length;) {
            const piece p = piece_at(l, line, from);
            act(&p, cells, x);
            from += p.n;
        }
}

/* x <- the piece's potential from currents into its nodes, with nothing at its ends. */
static void solve_piece(const piece *p, const double *cells, double *x) {
    double sum = 0, all = p->ends;
    for (size_t k = 0, i = p->first; k < p->n; k++, i += p->step) sum += x[i], all += cells[i];
    const double v = p->is_ideal || !(all > 0) ? 0 : sum / all;
    for (size_t k = 0, i = p->first; k < p->n; k++, i += p->step) x[i] = v;
}

static void solve_driven(const piece *p, const double *cells, double *x) {
    if (!p->is_ideal) x[p->first] += p->driven;
    solve_piece(p, cells, x);
    for (size_t k = 0, i = p->first; k < p->n && p->is_ideal; k++, i += p->step) x[i] = p->potential;
}

/* Where no current has flowed yet. */
static void start_piece(const piece *p, const double *cells, double *x) {
    (void)cells;
    for (size_t k = 0, i = p->first; k < p->n; k++, i += p->step) x[i] = p->potential;
}

static void add_driven(const piece *p, const double *cells, double *x) {
    (void)cells;
    if (!p->is_ideal) x[p->first] += p->driven;
}

/* One equation a piece: its sum at the first node; an ideal end takes any current. */
static void sum_piece(const piece *p, const double *cells, double *x) {
    double sum = 0;
    (void)cells;
    for (size_t k = 0, i = p->first; k < p->n; k++, i += p->step) {
        sum += x[i];
        x[i] = 0;
    }
    x[p->first] = p->is_ideal ? 0 : sum;
}

/* ---- both kinds, lumped or not ---- */

static size_t count_of(const hys__linear *l) {
    return l->grid->m * l->grid->n;
}

static void solve_words(hys__linear *l, const hys__linear_source *s) {
    const hys__grid *g = l->grid;
    const lines words = words_of(g, s);
    if (g->word_lumped) {
        each_piece(&words, s ? solve_driven : solve_piece, l->factor.cells, l->u);
        return;
    }
    for (size_t i = 0; i < g->m && s; i++) {
        l->u[i * g->n] += g->left[i] * at(s->left, i);
        l->u[i * g->n + g->n - 1] += g->right[i] * at(s->right, i);
    }
    hys__grid_solve_words(&l->factor, l->u);
}

static void precondition(hys__linear *l) {
    const lines bits = bits_of(l->grid, NULL);
    memcpy(l->step, l->residual, count_of(l) * sizeof *l->step);
    if (l->grid->bit_lumped) each_piece(&bits, solve_piece, l->factor.cells, l->step);
    else hys__grid_solve_bits(&l->factor, l->step);
}

/* out <- (L_b + D) x - D u */
static void apply_bits(const hys__linear *l, const double *x, const double *u, double *out) {
    const hys__grid *g = l->grid;
    const size_t n = g->n, last = (g->m - 1) * n;
    if (!g->bit_lumped) {
        hys__grid_apply_bits(g, l->factor.cells, x, u, out);
        return;
    }
    for (size_t k = 0; k < count_of(l); k++) out[k] = l->factor.cells[k] * (x[k] - u[k]);
    for (size_t j = 0; j < n && !g->bit_ideal; j++) {
        out[j] += g->top[j] * x[j];
        out[last + j] += g->bottom[j] * x[last + j];
    }
}

/* Sums of pieces, so that dots and norms are those of the equations there are. */
static void reduce(const hys__linear *l, double *x) {
    const lines bits = bits_of(l->grid, NULL);
    if (l->grid->bit_lumped) each_piece(&bits, sum_piece, NULL, x);
}

static void find_words(hys__linear *l, const hys__linear_source *s) {
    const size_t count = count_of(l);
    for (size_t k = 0; k < count; k++) l->u[k] = at(s->word_in, k) + l->factor.cells[k] * l->w[k];
    solve_words(l, s);
}

static double find_residual(hys__linear *l, const hys__linear_source *s) {
    const hys__grid *g = l->grid;
    const size_t count = count_of(l), last = (g->m - 1) * g->n;
    const lines bits = bits_of(g, s);
    find_words(l, s);
    apply_bits(l, l->w, l->u, l->image);
    for (size_t k = 0; k < count; k++) l->residual[k] = at(s->bit_in, k) - l->image[k];
    if (g->bit_lumped) each_piece(&bits, add_driven, NULL, l->residual);
    for (size_t j = 0; j < g->n && !g->bit_lumped; j++) {
        l->residual[j] += g->top[j] * at(s->top, j);
        l->residual[last + j] += g->bottom[j] * at(s->bottom, j);
    }
    reduce(l, l->residual);
    return sqrt(hys__grid_dot(l->residual, l->residual, count));
}

/* One step of conjugate gradients; false: the network is connected to nothing. */
static bool step(hys__linear *l, double *before) {
    const size_t count = count_of(l);
    precondition(l);
    const double now = hys__grid_dot(l->residual, l->step, count), beta = *before > 0 ? now / *before : 0;
    for (size_t k = 0; k < count; k++) l->direction[k] = l->step[k] + (*before > 0 ? beta * l->direction[k] : 0);
    for (size_t k = 0; k < count; k++) l->u[k] = l->factor.cells[k] * l->direction[k];
    solve_words(l, NULL);
    apply_bits(l, l->direction, l->u, l->image);
    reduce(l, l->image);
    const double slope = hys__grid_dot(l->direction, l->image, count), length = now / slope;
    if (!(slope > 0) || !isfinite(length)) return false;
    for (size_t k = 0; k < count; k++) {
        l->w[k] += length * l->direction[k];
        l->residual[k] -= length * l->image[k];
    }
    *before = now;
    return true;
}

#define MOST_STEPS 2000
#define ROUNDS     3
#define AIM        0.05 /* of the tolerance */

static void start(hys__linear *l, const hys__linear_source *s) {
    const lines bits = bits_of(l->grid, s);
    memset(l->w, 0, count_of(l) * sizeof *l->w);
    if (l->grid->bit_lumped) each_piece(&bits, start_piece, NULL, l->w);
}

hys_status hys__lumped_solve(hys__linear *l, const hys__linear_source *s, double tolerance) {
    start(l, s);
    l->iterations = 0;
    const double size = find_residual(l, s);
    double norm = size;
    l->source_norm = size;
    for (int round = 0; round < ROUNDS && norm > tolerance * size; round++) {
        double before = 0, rest = norm;
        for (int k = 0; k < MOST_STEPS && rest > AIM * tolerance * size; k++, l->iterations++) {
            if (!step(l, &before)) break;
            rest = sqrt(hys__grid_dot(l->residual, l->residual, count_of(l)));
            if (hys_ctx_is_cancelled(l->ctx)) return HYS_CANCEL;
        }
        norm = find_residual(l, s);
    }
    l->relative_residual = size > 0 ? norm / size : 0;
    return norm <= tolerance * size ? HYS_OK : HYS_NOCONV;
}
