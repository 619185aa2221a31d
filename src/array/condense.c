#include "array/condense.h"
#include "array/lanes.h"
#include "base/diag.h"
#include <math.h>
#include <string.h>

/* ---- parts of the array ---- */

#define FEW        4096 /* cells that a part for one thread has at least */
#define MOST_PARTS 16
#define MOST_DEPTH 4 /* of halves */

enum { LEFT, RIGHT, TOP, BOTTOM, N_SIDES };

typedef struct area {
    size_t row, rows, column, columns;
} area;

/* Conductances between n ports: left, right, top, bottom, as far as there are any; at[a n + b], a < b. */
typedef struct mesh {
    size_t n;
    double *at;
} mesh;

typedef struct work {
    hys_ctx *ctx;
    const hys__grid *grid;
    const double *cells;
    bool is_open[N_SIDES]; /* of the array: lines have terminals there */
    hys__team *team;
    size_t n_parts;
    area areas[MOST_PARTS]; /* that are done first, each by one thread */
    mesh done[MOST_PARTS];
    double **stacks; /* [threads] */
    size_t next;     /* of done, to be taken */
    bool is_over;    /* cancelled: what follows has no values */
} work;

static bool has_side(const work *w, const area *a, int side) {
    switch (side) {
    case LEFT:
        return a->column > 0 || w->is_open[LEFT];
    case RIGHT:
        return a->column + a->columns < w->grid->n || w->is_open[RIGHT];
    case TOP:
        return a->row > 0 || w->is_open[TOP];
    default:
        return a->row + a->rows < w->grid->m || w->is_open[BOTTOM];
    }
}

static size_t ports_of(const work *w, const area *a, int side) {
    return !has_side(w, a, side) ? 0 : side < TOP ? a->rows : a->columns;
}

static size_t all_ports(const work *w, const area *a) {
    size_t n = 0;
    for (int side = 0; side < N_SIDES; side++) n += ports_of(w, a, side);
    return n;
}

static bool is_wide(const area *a) {
    return a->columns >= a->rows;
}

static void halve(const area *a, area half[2]) {
    half[0] = half[1] = *a;
    if (is_wide(a)) {
        half[0].columns = a->columns / 2;
        half[1].column += half[0].columns;
        half[1].columns -= half[0].columns;
    } else {
        half[0].rows = a->rows / 2;
        half[1].row += half[0].rows;
        half[1].rows -= half[0].rows;
    }
}

/* ---- one cell ---- */

/* Wires between cells are cut in the middle: half a segment has twice the conductance. */
static void find_wires(const work *w, size_t i, size_t j, double g[N_SIDES]) {
    const hys__grid *grid = w->grid;
    g[LEFT] = j ? 2 * grid->word[i][j] : grid->left[i];
    g[RIGHT] = j + 1 < grid->n ? 2 * grid->word[i][j + 1] : grid->right[i];
    g[TOP] = i ? 2 * grid->bit[i][j] : grid->top[j];
    g[BOTTOM] = i + 1 < grid->m ? 2 * grid->bit[i + 1][j] : grid->bottom[j];
}

static double inverse(double sum) {
    return sum > 0 ? 1 / sum : 0;
}

static mesh cell_of(const work *w, const area *a, double *to) {
    double g[N_SIDES], c[N_SIDES][N_SIDES] = {{0}};
    const double cell = w->cells[a->row * w->grid->n + a->column];
    int at[N_SIDES] = {0}, n = 0;
    find_wires(w, a->row, a->column, g);
    const double of_word = inverse(g[LEFT] + g[RIGHT] + cell);
    const double behind[N_SIDES] = {g[LEFT] * cell * of_word, g[RIGHT] * cell * of_word, g[TOP], g[BOTTOM]};
    const double of_bit = inverse(behind[LEFT] + behind[RIGHT] + g[TOP] + g[BOTTOM]);
    for (int p = 0; p < N_SIDES; p++)
        for (int q = p + 1; q < N_SIDES; q++) c[p][q] = behind[p] * behind[q] * of_bit;
    c[LEFT][RIGHT] += g[LEFT] * g[RIGHT] * of_word;
    for (int side = 0; side < N_SIDES; side++)
        if (has_side(w, a, side)) at[n++] = side;
    for (int p = 0; p < n; p++)
        for (int q = p + 1; q < n; q++) to[p * n + q] = c[at[p]][at[q]];
    return (mesh){(size_t)n, to};
}

/* ---- elimination ---- */

#define PANEL 32 /* nodes that are eliminated before others hear of it */
#define TALL  4  /* of a tile */
#define WIDE  8
#define ROWS  64 /* of a part of the work */

typedef struct meshing {
    double *at; /* [n][n], above the diagonal */
    size_t n, first, end;
    double inverse[PANEL];
} meshing;

/* Nodes first..end of the panel, in it and in their own rows. */
HYS__INLINE void mesh_panel(meshing *e) {
    for (size_t s = e->first; s < e->end; s++) {
        const double *restrict from = e->at + s * e->n;
        double lanes[HYS__LANES] = {0}, sum = 0;
        size_t b = s + 1;
        for (; b + HYS__LANES <= e->n; b += HYS__LANES)
            for (size_t l = 0; l < HYS__LANES; l++) lanes[l] += from[b + l];
        for (; b < e->n; b++) sum += from[b];
        for (size_t l = 0; l < HYS__LANES; l++) sum += lanes[l];
        const double inverse_sum = inverse(sum);
        e->inverse[s - e->first] = inverse_sum;
        for (size_t t = s + 1; t < e->end; t++) {
            const double factor = from[t] * inverse_sum;
            double *restrict to = e->at + t * e->n;
            for (size_t k = t + 1; k < e->n; k++) to[k] += factor * from[k];
        }
    }
}

/* TALL rows from a, WIDE columns from b, of all nodes of the panel. */
HYS__INLINE void mesh_tile(const meshing *e, const double factors[][TALL], size_t a, size_t b) {
    hys__quad sum[TALL][2];
    for (size_t r = 0; r < TALL; r++)
        for (size_t l = 0; l < 2; l++) sum[r][l] = ((const hys__quad *)(e->at + (a + r) * e->n + b))[l];
    for (size_t s = e->first; s < e->end; s++) {
        const hys__quad *from = (const hys__quad *)(e->at + s * e->n + b);
        for (size_t r = 0; r < TALL; r++) {
            const double f = factors[s - e->first][r];
            const hys__quad all = {f, f, f, f};
            sum[r][0] += all * from[0];
            sum[r][1] += all * from[1];
        }
    }
    for (size_t r = 0; r < TALL; r++)
        for (size_t l = 0; l < 2; l++) ((hys__quad *)(e->at + (a + r) * e->n + b))[l] = sum[r][l];
}

HYS__INLINE void mesh_entry(const meshing *e, size_t a, size_t b) {
    double sum = e->at[a * e->n + b];
    for (size_t s = e->first; s < e->end; s++)
        sum += e->at[s * e->n + a] * e->inverse[s - e->first] * e->at[s * e->n + b];
    e->at[a * e->n + b] = sum;
}

/* Rows a..a+TALL of what is behind the panel; entries below the diagonal are written, and never read. */
HYS__INLINE void mesh_rows(const meshing *e, size_t a) {
    double factors[PANEL][TALL];
    for (size_t s = e->first; s < e->end; s++)
        for (size_t r = 0; r < TALL; r++) factors[s - e->first][r] = e->at[s * e->n + a + r] * e->inverse[s - e->first];
    size_t b = a;
    for (; b + WIDE <= e->n; b += WIDE) mesh_tile(e, factors, a, b);
    for (; b < e->n; b++)
        for (size_t r = 0; r < TALL; r++) mesh_entry(e, a + r, b);
}

HYS__INLINE void mesh_rest_body(void *data, size_t part, unsigned thread) {
    const meshing *e = data;
    size_t a = e->end + part * ROWS;
    const size_t end = a + ROWS < e->n ? a + ROWS : e->n;
    (void)thread;
    for (; a + TALL <= end; a += TALL) mesh_rows(e, a);
    for (; a < end; a++)
        for (size_t b = a + 1; b < e->n; b++) mesh_entry(e, a, b);
}
HYS__WORK(mesh_rest)

HYS__INLINE void mesh_own_body(void *data, size_t part, unsigned thread) {
    (void)part;
    (void)thread;
    mesh_panel(data);
}
HYS__WORK(mesh_own)

/* The first `count` of n nodes. */
static void eliminate(double *at, size_t n, size_t count, hys__team *team) {
    meshing e = {.at = at, .n = n};
    const hys__team_work on_panel = mesh_own(), on_rest = mesh_rest();
    for (; e.first < count; e.first = e.end) {
        e.end = e.first + PANEL < count ? e.first + PANEL : count;
        on_panel(&e, 0, 0);
        hys__team_run(team, (n - e.end + ROWS - 1) / ROWS, on_rest, &e);
    }
}

/* ---- two parts become one ---- */

/* Where the ports of a half are among the nodes of both: those in common first, then those of the whole. */
static void place_ports(const work *w, const area *whole, const area *half, bool is_second, size_t *place) {
    const bool wide = is_wide(whole);
    const int common = wide ? (is_second ? LEFT : RIGHT) : is_second ? TOP : BOTTOM;
    size_t port = 0, first = wide ? whole->rows : whole->columns;
    for (int side = 0; side < N_SIDES; side++) {
        const size_t n = ports_of(w, half, side);
        const bool is_along = (side >= TOP) == wide;
        const size_t skip = is_second && is_along ? (wide ? half->column - whole->column : half->row - whole->row) : 0;
        for (size_t k = 0; k < n; k++) place[port + k] = side == common ? k : first + skip + k;
        port += n;
        first += ports_of(w, whole, side);
    }
}

static void add_mesh(const mesh *from, const size_t *place, double *to, size_t n) {
    for (size_t p = 0; p < from->n; p++)
        for (size_t q = p + 1; q < from->n; q++) {
            const size_t a = place[p], b = place[q];
            to[a < b ? a * n + b : b * n + a] += from->at[p * from->n + q];
        }
}

typedef struct joint {
    size_t common, ports; /* nodes that go, that stay */
} joint;

static joint joint_of(const work *w, const area *a) {
    return (joint){is_wide(a) ? a->rows : a->columns, all_ports(w, a)};
}

#define SMALL 64 /* cells: what they take is not counted exactly */

/* Numbers that it takes to condense an area, its result included, which lies first. */
static size_t numbers_of(const work *w, const area *a) {
    const joint j = joint_of(w, a);
    const size_t both = j.common + j.ports;
    area half[2];
    if (a->rows * a->columns <= SMALL) return 36 * (a->rows + a->columns) * (a->rows + a->columns);
    halve(a, half);
    const size_t first = all_ports(w, &half[0]), second = all_ports(w, &half[1]);
    const size_t one = numbers_of(w, &half[0]), two = first * first + numbers_of(w, &half[1]);
    const size_t join = first * first + second * second + both * both + both;
    const size_t most = one > two ? one : two;
    return most > join ? most : join;
}

static void join_halves(const work *w, const area *a, const area half[2], const mesh of[2], double *room,
                        hys__team *team) {
    const joint j = joint_of(w, a);
    const size_t n = j.common + j.ports;
    size_t *place = (size_t *)(void *)(room + n * n);
    memset(room, 0, n * n * sizeof *room);
    for (int k = 0; k < 2; k++) {
        place_ports(w, a, &half[k], k == 1, place);
        add_mesh(&of[k], place, room, n);
    }
    eliminate(room, n, j.common, team);
}

/* The result lies at `stack`. */
static mesh condense(work *w, const area *a, double *stack, bool is_top) {
    area half[2];
    mesh of[2];
    if (a->rows * a->columns == 1) return cell_of(w, a, stack);
    if (is_top && w->next < w->n_parts && !memcmp(a, &w->areas[w->next], sizeof *a)) return w->done[w->next++];
    halve(a, half);
    const size_t first = all_ports(w, &half[0]), second = all_ports(w, &half[1]);
    of[0] = condense(w, &half[0], stack, is_top);
    of[1] = condense(w, &half[1], stack + first * first, is_top);
    double *room = stack + first * first + second * second;
    if (is_top && a->rows * a->columns >= FEW) w->is_over = w->is_over || hys_ctx_is_cancelled(w->ctx);
    if (is_top && w->is_over) return (mesh){all_ports(w, a), stack};
    join_halves(w, a, half, of, room, is_top ? w->team : NULL);
    const joint j = joint_of(w, a);
    const size_t n = j.common + j.ports;
    for (size_t p = 0; p < j.ports; p++)
        memmove(stack + p * j.ports, room + (j.common + p) * n + j.common, j.ports * sizeof *stack);
    return (mesh){j.ports, stack};
}

/* ---- the whole ---- */

static bool is_any(const double *g, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (g[k] > 0) return true;
    return false;
}

/* From terminals of the word lines to those of bit lines. */
static void add_up(const work *w, const area *a, const mesh *of, double *to) {
    size_t first[N_SIDES], port = 0;
    memset(to, 0, a->rows * a->columns * sizeof *to);
    for (int side = 0; side < N_SIDES; side++) {
        first[side] = port;
        port += ports_of(w, a, side);
    }
    for (int word = LEFT; word < TOP; word++)
        for (int bit = TOP; bit < N_SIDES; bit++)
            for (size_t i = 0; i < ports_of(w, a, word); i++)
                for (size_t j = 0; j < ports_of(w, a, bit); j++)
                    to[i * a->columns + j] += of->at[(first[word] + i) * of->n + first[bit] + j];
}

static void list_parts(work *w, const area *a, size_t depth) {
    area half[2];
    if (!depth || a->rows * a->columns < 2 * FEW) {
        w->areas[w->n_parts++] = *a;
        return;
    }
    halve(a, half);
    list_parts(w, &half[0], depth - 1);
    list_parts(w, &half[1], depth - 1);
}

static void do_part(void *data, size_t part, unsigned thread) {
    work *w = data;
    const mesh of = condense(w, &w->areas[part], w->stacks[thread], false);
    memcpy(w->done[part].at, of.at, of.n * of.n * sizeof *of.at);
}

/* Results of the parts, and a stack for each thread: the caller's takes the whole. */
static hys_status take_rooms(work *w, hys__arena *arena, const area *whole) {
    const unsigned threads = hys__team_size(w->team);
    size_t most = 0;
    list_parts(w, whole, threads > 1 ? MOST_DEPTH : 0);
    if (w->n_parts == 1) w->n_parts = 0;
    w->stacks = HYS_NEW_N(arena, double *, threads);
    for (size_t k = 0; k < w->n_parts; k++) {
        const size_t n = all_ports(w, &w->areas[k]), numbers = numbers_of(w, &w->areas[k]);
        w->done[k] = (mesh){n, HYS_NEW_N(arena, double, n *n)};
        most = numbers > most ? numbers : most;
    }
    for (unsigned k = 0; k < threads && w->stacks; k++)
        w->stacks[k] = HYS_NEW_N(arena, double, k ? most : numbers_of(w, whole));
    return arena->failed ? HYS_NOMEM : HYS_OK;
}

hys_status hys__condense(hys_ctx *ctx, const hys__grid *g, const double *cells, unsigned n_threads, double *to) {
    const area whole = {0, g->m, 0, g->n};
    work w = {
        .grid = g,
        .cells = cells,
        .is_open = {is_any(g->left, g->m), is_any(g->right, g->m), is_any(g->top, g->n), is_any(g->bottom, g->n)}};
    const unsigned threads = n_threads ? n_threads : (unsigned)hys__ctx_n_threads(ctx);
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    hys_status status = threads > 1 && g->m * g->n >= 2 * FEW ? hys__team_new(ctx, threads, &w.team) : HYS_OK;
    if (status == HYS_OK) status = take_rooms(&w, &arena, &whole);
    if (status == HYS_OK) {
        hys__team_run(w.team, w.n_parts, do_part, &w);
        const mesh of = condense(&w, &whole, w.stacks[0], true);
        if (w.is_over) status = HYS_CANCEL;
        else add_up(&w, &whole, &of, to);
    }
    hys__team_free(w.team);
    hys__arena_free(&arena);
    return status;
}

/* As measured, for 16 x 16 to 1024 x 1024 cells and for 77 x 300: solutions that take as long. */
static double price_of(size_t m, size_t n) {
    const double all = (double)m + (double)n, most = (double)(m > n ? m : n);
    return 4 + all * all / (200 * most);
}

#define TINY 64 /* lines: anything is quick, and this is exact */

bool hys__condense_is_best(size_t m, size_t n) {
    const size_t least = m < n ? m : n, most = m > n ? m : n;
    return most <= TINY || (double)least > price_of(m, n);
}

bool hys__matrix_is_worth(size_t m, size_t n, size_t reads) {
    return reads > (m < n ? m : n) || (double)reads > price_of(m, n);
}
