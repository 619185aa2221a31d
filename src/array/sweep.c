#include "array/sweep.h"
#include "array/lanes.h"
#include <math.h>
#include <string.h>

typedef struct pass {
    hys__linear *l;
    const hys__linear_source *source;
    double beta, length;
    bool is_first, has_rest;
} pass;

/* ---- buffers ---- */

#define WIDE_PANEL   32   /* columns, where lines are up to LONG: a panel and its pivots stay in the second cache */
#define NARROW_PANEL 16   /* where they are longer */
#define LONG         1024 /* crossings */
#define COARSE_MOST  6    /* coarse columns that a panel can touch: nodes lie 8 apart or more */
#define BLOCK        4096 /* entries of a block of a sum */
#define TILE         64   /* crossings of a group of rows that are turned at once */

static size_t panel_width(size_t m) {
    return m > LONG ? NARROW_PANEL : WIDE_PANEL;
}

static size_t n_panels(size_t m, size_t n) {
    return (n + panel_width(m) - 1) / panel_width(m);
}

static size_t n_blocks(size_t m, size_t n) {
    return (m * n + BLOCK - 1) / BLOCK;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* A panel and its pivots, or a group of rows and its wires, or a row. */
static size_t buffer_size(size_t m, size_t n) {
    return larger(2 * m * panel_width(m), 2 * n * HYS__LANES);
}

static size_t n_sums(size_t m, size_t n) {
    return larger(larger(n_panels(m, n), 2 * n_blocks(m, n)), 4 * m);
}

double hys__sweep_size(size_t m, size_t n, unsigned n_threads) {
    const size_t panels = n_panels(m, n);
    const double coarse = (double)panels * ((double)m / 8 + 2) * COARSE_MOST;
    return sizeof(double) * ((double)n_threads * (double)buffer_size(m, n) + (double)n_sums(m, n) + coarse);
}

hys_status hys__sweep_new(hys__linear *l) {
    const size_t m = l->grid->m, n = l->grid->n;
    l->buffer_size = buffer_size(m, n);
    l->buffers = HYS_NEW_N(&l->arena, double, l->buffer_size *hys__team_size(l->factor.team));
    l->sums = HYS_NEW_N(&l->arena, double, n_sums(m, n));
    if (l->coarse_field) l->coarse_parts = HYS_NEW_N(&l->arena, double, n_panels(m, n) * l->coarse.rows * COARSE_MOST);
    return l->arena.failed ? HYS_NOMEM : HYS_OK;
}

static void clear_block(void *data, size_t part, unsigned thread) {
    const hys__linear *l = ((pass *)data)->l;
    const size_t count = l->grid->m * l->grid->n, first = part * BLOCK;
    (void)thread;
    memset(l->w + first, 0, (count - first < BLOCK ? count - first : BLOCK) * sizeof *l->w);
}

void hys__sweep_clear(hys__linear *l) {
    hys__team_run(l->factor.team, n_blocks(l->grid->m, l->grid->n), clear_block, &(pass){.l = l});
}

static double sum_of(const double *parts, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += parts[k];
    return sum;
}

/* ---- panels of bit lines ---- */

typedef struct panel {
    const hys__linear *l;
    size_t from, width;
    double *x, *inverse; /* [m width] */
} panel;

HYS__INLINE panel panel_of(const hys__linear *l, size_t part, unsigned thread) {
    const size_t wide = l->grid->m > LONG ? NARROW_PANEL : WIDE_PANEL, from = part * wide;
    double *buffer = l->buffers + thread * l->buffer_size;
    return (panel){.l = l,
                   .from = from,
                   .width = l->grid->n - from < wide ? l->grid->n - from : wide,
                   .x = buffer,
                   .inverse = buffer + l->grid->m * wide};
}

#define AHEAD 8 /* rows, whose memory is asked for: hardware does not foresee steps from row to row */
#define LINE  8 /* entries that come together */

HYS__INLINE void fetch(const double *row, size_t width) {
    for (size_t j = 0; j < width; j += LINE) __builtin_prefetch(row + j);
}

/* One row of elimination, forth: x <- (in + wire x before) / pivot. */
HYS__INLINE void step_forth(const panel *p, size_t i, size_t width, const double *restrict in) {
    const size_t n = p->l->grid->n;
    const double *restrict inverse = p->l->factor.bit_pivots + i * n + p->from;
    double *restrict x = p->x + i * width, *restrict kept = p->inverse + i * width;
    fetch(inverse + AHEAD * n, width);
    if (i == 0) {
        for (size_t j = 0; j < width; j++) x[j] = in[j] * inverse[j];
    } else {
        const double *restrict wire = p->l->grid->bit[i] + p->from, *restrict before = x - width;
        for (size_t j = 0; j < width; j++) x[j] = (in[j] + wire[j] * before[j]) * inverse[j];
    }
    for (size_t j = 0; j < width; j++) kept[j] = inverse[j];
}

HYS__INLINE void step_back(const panel *p, size_t i, size_t width) {
    if (i + 1 == p->l->grid->m) return;
    const double *restrict wire = p->l->grid->bit[i + 1] + p->from, *restrict inverse = p->inverse + i * width;
    double *restrict x = p->x + i * width;
    const double *restrict next = x + width;
    for (size_t j = 0; j < width; j++) x[j] += wire[j] * inverse[j] * next[j];
}

/* A panel's row of the coarse space: level of the fine rows between node and the next, less what belongs to the next,
 * which goes there. */
static void put_coarse(const panel *p, size_t node, const double *values, double *out) {
    const hys__coarse *c = &p->l->coarse;
    const size_t first = c->along[p->from].node;
    double *row = out + node * COARSE_MOST;
    for (size_t j = 0; j < p->width; j++) {
        const hys__place at = c->along[p->from + j];
        row[at.node - first] += (1 - at.part) * values[j];
        row[at.node - first + 1] += at.part * values[j];
    }
}

/* From the last row up: a node's own rows, those of the node before that lie towards it, and it is complete. */
HYS__INLINE void restrict_panel(const panel *p, size_t width, double *out) {
    const hys__linear *l = p->l;
    const hys__coarse *c = &l->coarse;
    const size_t m = l->grid->m, n = l->grid->n;
    double here[WIDE_PANEL] = {0}, next[WIDE_PANEL] = {0};
    memset(out, 0, c->rows * COARSE_MOST * sizeof *out);
    for (size_t i = 0; i < m; i++) {
        fetch(l->residual + (i + AHEAD) * n + p->from, width);
        step_forth(p, i, width, l->residual + i * n + p->from);
    }
    for (size_t i = m; i-- > 0;) {
        const double *restrict cells = l->factor.cells + i * n + p->from, *restrict x = p->x + i * width;
        const double part = c->down[i].part;
        fetch(cells - AHEAD * n, width);
        step_back(p, i, width);
        for (size_t j = 0; j < width; j++) {
            const double flow = cells[j] * x[j];
            here[j] += (1 - part) * flow;
            next[j] += part * flow;
        }
        if (i && c->down[i - 1].node == c->down[i].node) continue;
        if (c->down[i].node + 1 < c->rows) put_coarse(p, c->down[i].node + 1, next, out);
        memcpy(next, here, sizeof next);
        memset(here, 0, sizeof here);
    }
    put_coarse(p, 0, next, out);
}

HYS__INLINE void coarsen_body(void *data, size_t part, unsigned thread) {
    const hys__linear *l = ((pass *)data)->l;
    const panel p = panel_of(l, part, thread);
    double *out = l->coarse_parts + part * l->coarse.rows * COARSE_MOST;
    if (p.width == WIDE_PANEL) restrict_panel(&p, WIDE_PANEL, out);
    else if (p.width == NARROW_PANEL) restrict_panel(&p, NARROW_PANEL, out);
    else restrict_panel(&p, p.width, out);
}
HYS__WORK(coarsen)

void hys__sweep_restrict(hys__linear *l) {
    const hys__coarse *c = &l->coarse;
    const size_t m = l->grid->m, n = l->grid->n, wide = panel_width(m);
    hys__team_run(l->factor.team, n_panels(m, n), coarsen(), &(pass){.l = l});
    memset(l->coarse_field, 0, c->rows * c->columns * sizeof *l->coarse_field);
    for (size_t part = 0; part < n_panels(m, n); part++) {
        const double *in = l->coarse_parts + part * c->rows * COARSE_MOST;
        const size_t first = c->along[part * wide].node;
        const size_t count = c->columns - first < COARSE_MOST ? c->columns - first : COARSE_MOST;
        for (size_t r = 0; r < c->rows; r++)
            for (size_t k = 0; k < count; k++)
                l->coarse_field[r * c->down_step + (first + k) * c->along_step] += in[r * COARSE_MOST + k];
    }
}

/* A panel's columns of a row of coarse nodes. */
static void take_coarse(const panel *p, size_t node, double *values) {
    const hys__coarse *c = &p->l->coarse;
    if (node >= c->rows) node = c->rows - 1;
    const double *row = p->l->coarse_field + node * c->down_step;
    const size_t step = c->along_step;
    for (size_t j = 0; j < p->width; j++) {
        const hys__place at = c->along[p->from + j];
        values[j] = (1 - at.part) * row[at.node * step] + (at.part > 0 ? at.part * row[(at.node + 1) * step] : 0);
    }
}

/* residual + D P coarse_field, row by row. */
HYS__INLINE void forth_from_coarse(const panel *p, size_t width) {
    const hys__linear *l = p->l;
    const hys__coarse *c = &l->coarse;
    double here[WIDE_PANEL] = {0}, next[WIDE_PANEL] = {0}, in[WIDE_PANEL];
    for (size_t i = 0; i < l->grid->m; i++) {
        const size_t at = i * l->grid->n + p->from;
        const double *restrict cells = l->factor.cells + at, *restrict rest = l->residual + at, part = c->down[i].part;
        if (!i || c->down[i].node != c->down[i - 1].node) {
            if (i) memcpy(here, next, sizeof here);
            else take_coarse(p, 0, here);
            take_coarse(p, c->down[i].node + 1, next);
        }
        fetch(cells + AHEAD * l->grid->n, width);
        fetch(rest + AHEAD * l->grid->n, width);
        for (size_t j = 0; j < width; j++) in[j] = rest[j] + cells[j] * ((1 - part) * here[j] + part * next[j]);
        step_forth(p, i, width, in);
    }
}

HYS__INLINE double back_to_step(const panel *p, size_t width) {
    const hys__linear *l = p->l;
    double sums[WIDE_PANEL] = {0};
    for (size_t i = l->grid->m; i-- > 0;) {
        const size_t at = i * l->grid->n + p->from;
        const double *restrict rest = l->residual + at, *restrict x = p->x + i * width;
        double *restrict out = l->step + at;
        fetch(rest - AHEAD * l->grid->n, width);
        step_back(p, i, width);
        for (size_t j = 0; j < width; j++) {
            out[j] = x[j];
            sums[j] += rest[j] * x[j];
        }
    }
    double sum = 0;
    for (size_t j = 0; j < width; j++) sum += sums[j];
    return sum;
}

HYS__INLINE double precondition_panel(const panel *p, size_t width) {
    const hys__linear *l = p->l;
    if (l->has_coarse) forth_from_coarse(p, width);
    else
        for (size_t i = 0; i < l->grid->m; i++) step_forth(p, i, width, l->residual + i * l->grid->n + p->from);
    return back_to_step(p, width);
}

HYS__INLINE void precondition_body(void *data, size_t part, unsigned thread) {
    const hys__linear *l = ((pass *)data)->l;
    const panel p = panel_of(l, part, thread);
    l->sums[part] = p.width == WIDE_PANEL     ? precondition_panel(&p, WIDE_PANEL)
                    : p.width == NARROW_PANEL ? precondition_panel(&p, NARROW_PANEL)
                                              : precondition_panel(&p, p.width);
}
HYS__WORK(precondition)

double hys__sweep_precondition(hys__linear *l) {
    const size_t parts = n_panels(l->grid->m, l->grid->n);
    hys__team_run(l->factor.team, parts, precondition(), &(pass){.l = l});
    return sum_of(l->sums, parts);
}

/* ---- groups of word lines ---- */

typedef struct group {
    size_t first, lanes;
    double *x; /* [n lanes] */
} group;

HYS__INLINE group group_of(const hys__linear *l, size_t part, unsigned thread) {
    const size_t m = l->grid->m;
    return (group){hys__lanes_first(m, part), hys__lanes_count(m, part), l->buffers + thread * l->buffer_size};
}

HYS__INLINE void solve_group(const hys__linear *l, const group *g) {
    const size_t n = l->grid->n;
    const hys__lanes_wire wire = hys__lanes_wires(l->grid, g->first, g->lanes, g->x + n * HYS__LANES);
    hys__lanes_solve(l->factor.word_pivots + g->first * n, wire, n, g->lanes, g->x);
}

/* x <- D step */
HYS__INLINE void load_step(const hys__linear *l, const group *g, size_t lanes) {
    const size_t n = l->grid->n;
    for (size_t from = 0; from < n; from += TILE) {
        const size_t width = n - from < TILE ? n - from : TILE;
        double *restrict x = g->x + from * lanes;
        for (size_t k = 0; k < lanes; k++) {
            const size_t at = (g->first + k) * n + from;
            const double *restrict cells = l->factor.cells + at, *restrict in = l->step + at;
            for (size_t j = 0; j < width; j++) x[j * lanes + k] = cells[j] * in[j];
        }
    }
}

/* Rows beside row i of bit lines' nodes and the wires to them; outside there is 0 V behind the ends. */
typedef struct beside {
    const double *above, *below;       /* V; NULL: 0 */
    const double *to_above, *to_below; /* S */
} beside;

static beside beside_of(const hys__grid *g, const double *x, size_t i) {
    return (beside){.above = i ? x + (i - 1) * g->n : NULL,
                    .below = i + 1 < g->m ? x + (i + 1) * g->n : NULL,
                    .to_above = i ? g->bit[i] : g->top,
                    .to_below = i + 1 < g->m ? g->bit[i + 1] : g->bottom};
}

/* S step of a tile of row i, from field = (L_w + D)^-1 D step there. */
HYS__INLINE void schur_tile(const hys__linear *l, size_t i, size_t from, size_t width, const double *restrict field,
                            double *restrict y) {
    const hys__grid *g = l->grid;
    const beside b = beside_of(g, l->step, i);
    const double *restrict a = l->step + i * g->n + from, *restrict d = l->factor.cells + i * g->n + from;
    const double *restrict up = b.to_above + from, *restrict down = b.to_below + from, ground = g->bit_ground;
    for (size_t j = 0; j < width; j++) y[j] = d[j] * (a[j] - field[j]) + ground * a[j];
    if (b.above) {
        const double *restrict above = b.above + from;
        for (size_t j = 0; j < width; j++) y[j] += up[j] * (a[j] - above[j]);
    } else
        for (size_t j = 0; j < width; j++) y[j] += up[j] * a[j];
    if (b.below) {
        const double *restrict below = b.below + from;
        for (size_t j = 0; j < width; j++) y[j] += down[j] * (a[j] - below[j]);
    } else
        for (size_t j = 0; j < width; j++) y[j] += down[j] * a[j];
}

/* direction and image of a tile; adds their product to sums [LANES]. */
HYS__INLINE void advance_tile(const pass *p, size_t at, size_t width, const double *restrict y, double *sums) {
    const hys__linear *l = p->l;
    const double *restrict step = l->step + at;
    double *restrict direction = l->direction + at, *restrict image = l->image + at;
    if (p->is_first)
        for (size_t j = 0; j < width; j++) direction[j] = step[j], image[j] = y[j];
    else
        for (size_t j = 0; j < width; j++) {
            direction[j] = step[j] + p->beta * direction[j];
            image[j] = y[j] + p->beta * image[j];
        }
    size_t j = 0;
    for (; j + HYS__LANES <= width; j += HYS__LANES)
        for (size_t k = 0; k < HYS__LANES; k++) sums[k] += direction[j + k] * image[j + k];
    for (; j < width; j++) sums[0] += direction[j] * image[j];
}

HYS__INLINE double advance_group(const pass *p, const group *g, size_t lanes) {
    const hys__linear *l = p->l;
    const size_t n = l->grid->n;
    double field[HYS__LANES][TILE], y[TILE], sums[HYS__LANES] = {0}, sum = 0;
    load_step(l, g, lanes);
    solve_group(l, g);
    for (size_t from = 0; from < n; from += TILE) {
        const size_t width = n - from < TILE ? n - from : TILE;
        const double *restrict x = g->x + from * lanes;
        for (size_t k = 0; k < lanes; k++)
            for (size_t j = 0; j < width; j++) field[k][j] = x[j * lanes + k];
        for (size_t k = 0; k < lanes; k++) {
            schur_tile(l, g->first + k, from, width, field[k], y);
            advance_tile(p, (g->first + k) * n + from, width, y, sums);
        }
    }
    for (size_t k = 0; k < HYS__LANES; k++) sum += sums[k];
    return sum;
}

HYS__INLINE void advance_body(void *data, size_t part, unsigned thread) {
    const pass *p = data;
    const group g = group_of(p->l, part, thread);
    p->l->sums[part] = g.lanes == 1 ? advance_group(p, &g, 1) : advance_group(p, &g, HYS__LANES);
}
HYS__WORK(advance)

double hys__sweep_advance(hys__linear *l, double beta, bool is_first) {
    const size_t parts = hys__lanes_parts(l->grid->m);
    hys__team_run(l->factor.team, parts, advance(), &(pass){.l = l, .beta = beta, .is_first = is_first});
    return sum_of(l->sums, parts);
}

/* ---- the right side ---- */

static double at(const double *v, size_t k) {
    return v ? v[k] : 0;
}

static void word_source(const hys__grid *g, const hys__linear_source *s, size_t i, double *row) {
    if (s->word_in) memcpy(row, s->word_in + i * g->n, g->n * sizeof *row);
    else memset(row, 0, g->n * sizeof *row);
    row[0] += g->left[i] * at(s->left, i);
    row[g->n - 1] += g->right[i] * at(s->right, i);
}

static void bit_source(const hys__grid *g, const hys__linear_source *s, size_t i, double *row) {
    if (s->bit_in) memcpy(row, s->bit_in + i * g->n, g->n * sizeof *row);
    else memset(row, 0, g->n * sizeof *row);
    for (size_t j = 0; j < g->n && i == 0 && s->top; j++) row[j] += g->top[j] * s->top[j];
    for (size_t j = 0; j < g->n && i + 1 == g->m && s->bottom; j++) row[j] += g->bottom[j] * s->bottom[j];
}

/* ---- whole rows ---- */

HYS__INLINE void words_body(void *data, size_t part, unsigned thread) {
    const pass *p = data;
    const hys__linear *l = p->l;
    const size_t n = l->grid->n;
    const group g = group_of(l, part, thread);
    for (size_t k = 0; k < g.lanes; k++) {
        const double *restrict cells = l->factor.cells + (g.first + k) * n, *restrict w = l->w + (g.first + k) * n;
        double *restrict row = l->u + (g.first + k) * n;
        word_source(l->grid, p->source, g.first + k, row);
        for (size_t j = 0; j < n; j++) g.x[j * g.lanes + k] = row[j] + cells[j] * w[j];
    }
    solve_group(l, &g);
    for (size_t k = 0; k < g.lanes; k++)
        for (size_t j = 0; j < n; j++) l->u[(g.first + k) * n + j] = g.x[j * g.lanes + k];
}
HYS__WORK(words)

void hys__sweep_words(hys__linear *l, const hys__linear_source *s) {
    hys__team_run(l->factor.team, hys__lanes_parts(l->grid->m), words(), &(pass){.l = l, .source = s});
}

HYS__INLINE void start_body(void *data, size_t i, unsigned thread) {
    const pass *p = data;
    const hys__linear *l = p->l;
    const size_t n = l->grid->n;
    double *restrict row = l->buffers + thread * l->buffer_size, *restrict rest = l->residual + i * n;
    hys__row_of_bits(l->grid, l->factor.cells, l->w, l->u, i, row);
    bit_source(l->grid, p->source, i, rest);
    for (size_t j = 0; j < n; j++) rest[j] -= row[j];
}
HYS__WORK(start)

void hys__sweep_start(hys__linear *l, const hys__linear_source *s) {
    hys__team_run(l->factor.team, l->grid->m, start(), &(pass){.l = l, .source = s});
}

HYS__INLINE double square_sum(const double *a, size_t n) {
    double sums[HYS__LANES] = {0}, sum = 0;
    size_t j = 0;
    for (; j + HYS__LANES <= n; j += HYS__LANES)
        for (size_t k = 0; k < HYS__LANES; k++) sums[k] += a[j + k] * a[j + k];
    for (; j < n; j++) sum += a[j] * a[j];
    for (size_t k = 0; k < HYS__LANES; k++) sum += sums[k];
    return sum;
}

/* Of row i: |b_u|^2, |b_w|^2, and of what is left of both. */
HYS__INLINE void measure_body(void *data, size_t i, unsigned thread) {
    const pass *p = data;
    const hys__linear *l = p->l;
    const size_t n = l->grid->n;
    double *restrict row = l->buffers + thread * l->buffer_size, *restrict b = row + n, *sums = l->sums + 4 * i;
    word_source(l->grid, p->source, i, b);
    sums[0] = square_sum(b, n);
    sums[2] = 0;
    if (p->has_rest) {
        hys__row_of_words(l->grid, l->factor.cells, l->u, l->w, i, row);
        for (size_t j = 0; j < n; j++) b[j] -= row[j];
        sums[2] = square_sum(b, n);
    }
    bit_source(l->grid, p->source, i, b);
    sums[1] = square_sum(b, n);
    sums[3] = 0;
    if (p->has_rest) {
        hys__row_of_bits(l->grid, l->factor.cells, l->w, l->u, i, row);
        for (size_t j = 0; j < n; j++) b[j] -= row[j];
        sums[3] = square_sum(b, n);
    }
}
HYS__WORK(measure)

double hys__sweep_measure(hys__linear *l, const hys__linear_source *s, double *rest) {
    double source = 0, left = 0;
    hys__team_run(l->factor.team, l->grid->m, measure(), &(pass){.l = l, .source = s, .has_rest = rest != NULL});
    for (size_t i = 0; i < l->grid->m; i++) {
        source += l->sums[4 * i] + l->sums[4 * i + 1];
        left += l->sums[4 * i + 2] + l->sums[4 * i + 3];
    }
    if (rest) *rest = left;
    return source;
}

HYS__INLINE double largest_square(const double *a, size_t n) {
    double most[HYS__LANES] = {0}, all = 0;
    size_t j = 0;
    for (; j + HYS__LANES <= n; j += HYS__LANES)
        for (size_t k = 0; k < HYS__LANES; k++) {
            const double square = a[j + k] * a[j + k];
            most[k] = square > most[k] ? square : most[k];
        }
    for (; j < n; j++) most[0] = a[j] * a[j] > most[0] ? a[j] * a[j] : most[0];
    for (size_t k = 0; k < HYS__LANES; k++) all = most[k] > all ? most[k] : all;
    return all;
}

HYS__INLINE void descend_body(void *data, size_t part, unsigned thread) {
    const pass *p = data;
    const hys__linear *l = p->l;
    const size_t count = l->grid->m * l->grid->n, first = part * BLOCK;
    const size_t n = count - first < BLOCK ? count - first : BLOCK;
    const double *restrict direction = l->direction + first, *restrict image = l->image + first;
    double *restrict w = l->w + first, *restrict rest = l->residual + first;
    (void)thread;
    for (size_t k = 0; k < n; k++) {
        w[k] += p->length * direction[k];
        rest[k] -= p->length * image[k];
    }
    l->sums[part] = square_sum(rest, n);
    l->sums[n_blocks(l->grid->m, l->grid->n) + part] = largest_square(direction, n);
}
HYS__WORK(descend)

double hys__sweep_descend(hys__linear *l, double length, double *most) {
    const size_t parts = n_blocks(l->grid->m, l->grid->n);
    hys__team_run(l->factor.team, parts, descend(), &(pass){.l = l, .length = length});
    *most = 0;
    for (size_t k = 0; k < parts; k++) *most = l->sums[parts + k] > *most ? l->sums[parts + k] : *most;
    *most = fabs(length) * sqrt(*most);
    return sum_of(l->sums, parts);
}
