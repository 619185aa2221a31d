/* Where cells begin; cells alone, without the array's wires. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include "base/random.h"
#include "device/flags.h"
#include <math.h>
#include <string.h>

/* ---- at rest ---- */

/* Temperatures begin at the ambient one, everything else at 0. */
static void guess(hys__cells *c) {
    for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++) {
        const char *units = c->kernel->unknowns[u].units;
        const double value = units && !strcmp(units, "K") ? c->temp : 0;
        for (size_t j = 0; j < c->stride; j++) c->now.x[u][j] = u < c->kernel->n_terminals ? 0 : value;
    }
}

static void copy_internal(const hys__cells *c, double *const *to, double *const *from, size_t j) {
    for (hys_u32 u = c->kernel->n_terminals; u < c->kernel->n_unknowns; u++) to[u][j] = from[u][j];
}

/* Takes the solution where there is one. */
static size_t take_solved(hys__cells *c, const double *rate) {
    const size_t n_bad = hys__cells_step(c, &c->now, rate);
    for (size_t j = 0; j < c->now.n; j++)
        if (c->now.ok[j] != 0) copy_internal(c, c->now.start, c->now.x, j);
        else copy_internal(c, c->now.x, c->now.start, j);
    return n_bad;
}

static void name_cells(hys__cells *c, size_t chunk) {
    const char *const *names = hys__cells_names(c, chunk, "");
    for (size_t j = 0; j < c->now.n; j++) {
        hys__batch_name(c->batch, j, names[j], c->seed);
        c->now.key[j] = c->batch->key[j];
        c->now.fired[j] = 0;
    }
}

static void start_chunk(hys__cells *c, size_t chunk) {
    const hys_kernel *k = c->kernel;
    hys__batch *b = c->batch;
    hys__cells_view(c, chunk);
    guess(c);
    if (c->now.key) name_cells(c, chunk);
    for (size_t j = 0; c->has_cycles && j < c->now.n; j++) {
        c->now.cycle[j] = 0;
        c->now.sign[j] = 0;
    }
    const hys_batch batch = hys__cells_batch(c, &c->now);
    b->env.flags = HYS__FLAGS_START;
    k->fixed(&b->env, &batch, &b->out);
    k->init(&b->env, &batch, &b->out);
    for (hys_u32 r = 0; r < k->n_retained; r++) memcpy(c->now.r[r], b->r_next[r], c->now.n * sizeof(double));
    for (hys_u32 u = 0; u < k->n_unknowns; u++) {
        if (u >= k->n_terminals && k->unknowns[u].flags & HYS_U_HAS_INIT)
            memcpy(c->now.x[u], b->x0[u], c->now.n * sizeof(double));
        memcpy(c->now.start[u], c->now.x[u], c->stride * sizeof(double));
    }
    b->env.flags = HYS__FLAGS_RUN;
    if (take_solved(c, c->rate_init)) take_solved(c, c->rate_held); /* states without a place to rest stay */
    for (size_t j = 0; j < c->now.n && k->flags & HYS_K_STEPPED; j++) c->is_stepped |= b->stepped[j] != 0;
}

/* Bounds of the first step, and what events watch. */
static void look_ahead(hys__cells *c, size_t chunk) {
    const hys_kernel *k = c->kernel;
    hys__batch *b = c->batch;
    hys__cells_view(c, chunk);
    const hys_batch batch = hys__cells_batch(c, &c->now);
    if (k->n_events) k->roots(&b->env, &batch, &b->out);
    for (hys_u32 e = 0; e < k->n_events; e++) memcpy(c->now.root[e], b->root[e], c->now.n * sizeof(double));
    for (size_t j = 0; j < b->n_pad; j++) b->bound_step[j] = b->next_time[j] = INFINITY;
    k->accept(&b->env, &batch, &b->out);
    for (size_t j = 0; j < c->now.n; j++) {
        if (b->bound_step[j] > 0) {
            c->bound = fmin(c->bound, b->bound_step[j]);
            if (k->flags & HYS_K_DRAWS) c->draw_step = fmin(c->draw_step, b->bound_step[j]);
        }
        if (b->next_time[j] > b->env.time) c->bound = fmin(c->bound, b->next_time[j] - b->env.time);
    }
}

hys_status hys__cells_start(hys__cells *c) {
    c->time = c->clock = c->origin = c->batch->env.time = 0;
    c->batch->env.interval = 0;
    c->bound = c->draw_step = INFINITY;
    c->is_stepped = false;
    c->stage = (hys__cell_stage){HYS__CELLS_HELD, 0, INFINITY, 0};
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) {
        start_chunk(c, chunk);
        if (c->has_memory || c->kernel->flags & HYS_K_DRAWS) look_ahead(c, chunk);
    }
    c->is_fresh = true;
    return HYS_OK;
}

void hys__cells_settle(hys__cells *c) {
    const hys_u32 nt = c->kernel->n_terminals;
    const hys__cell_stage held = {HYS__CELLS_HELD, 0, INFINITY, 0};
    hys__cells_begin(c, &held);
    for (size_t chunk = 0; chunk < c->n_chunks; chunk++) {
        hys__cells_view(c, chunk);
        for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++)
            if (u < 2 || u >= nt) memcpy(c->now.x[u], c->now.start[u], c->now.n * sizeof(double));
        take_solved(c, c->rate_held);
    }
}

/* ---- whether the word line's current always leaves through the bit line ---- */

#define PROBES    4u
#define PROBE_TOL 1e-6  /* of elimination; a path to ground that carries less goes unseen */
#define LEAST     1e-14 /* S: lost where good conductors lie in series with bad ones */

typedef struct answer { /* of a lane */
    double word, bit, g[4];
} answer;

static answer answer_of(const hys__cells *c, size_t j) {
    const hys__cell_lanes *l = &c->now;
    const hys_u32 w = c->word_at, b = c->bit_at;
    return (answer){
        l->i[w][j], l->i[b][j], {l->g[2 * w + w][j], l->g[2 * w + b][j], l->g[2 * b + w][j], l->g[2 * b + b][j]}};
}

static bool is_balanced(const answer *a) {
    const double most = fmax(fmax(fabs(a->g[0]), fabs(a->g[1])), fmax(fabs(a->g[2]), fabs(a->g[3])));
    const double slack = PROBE_TOL * most + LEAST;
    return fabs(a->word + a->bit) <= PROBE_TOL * fabs(a->word) + 1e-12 * most + LEAST &&
           fabs(a->g[0] + a->g[1]) <= slack && fabs(a->g[2] + a->g[3]) <= slack && fabs(a->g[0] + a->g[2]) <= slack;
}

static void probe_at(hys__cells *c, uint64_t probe, double common) {
    for (size_t j = 0; j < c->now.n; j++) {
        const uint64_t key[2] = {0x70726f6265, 0}, ctr[2] = {probe, j}; /* any fixed stream does */
        uint64_t bits[2];
        hys__threefry2x64(key, ctr, bits);
        c->now.x[c->word_at][j] = 2 * hys__uniform(bits[0]) - 1 + common;
        c->now.x[c->bit_at][j] = 2 * hys__uniform(bits[1]) - 1 + common;
    }
}

static void restart_internal(hys__cells *c) {
    for (hys_u32 u = 0; u < c->kernel->n_unknowns; u++)
        memcpy(c->now.x[u], c->now.start[u], c->stride * sizeof(double));
}

typedef struct tally {      /* of probes of two potentials and of the same two higher up */
    size_t n_seen, n_other; /* pairs; those whose currents differ */
} tally;

/* False: what flows in at one terminal does not flow out at the other. */
static bool probe(hys__cells *c, uint64_t number, double common, const double *rate, tally *t) {
    answer first[HYS__CELLS_CHUNK];
    bool is_there[HYS__CELLS_CHUNK] = {false}, is_good = true;
    restart_internal(c);
    probe_at(c, number, 0);
    hys__cells_step(c, &c->now, rate);
    for (size_t j = 0; j < c->now.n; j++) {
        first[j] = answer_of(c, j);
        is_there[j] = c->now.ok[j] != 0;
        is_good = is_good && (!is_there[j] || is_balanced(&first[j]));
    }
    restart_internal(c);
    probe_at(c, number, common);
    hys__cells_step(c, &c->now, rate);
    for (size_t j = 0; j < c->now.n; j++) {
        const answer second = answer_of(c, j);
        if (!is_there[j] || c->now.ok[j] == 0) continue;
        const double slack = PROBE_TOL * fabs(first[j].word) + 1e-12 * fabs(first[j].g[0]) + LEAST;
        t->n_seen++;
        t->n_other += !(fabs(second.word - first[j].word) <= slack);
    }
    return is_good;
}

/* A potential that the terminals set cannot be held: no state then, but a capacitance beside a source. */
static void release_tied(hys__cells *c) {
    const hys_u32 nt = c->kernel->n_terminals;
    c->stage = (hys__cell_stage){HYS__CELLS_HELD, 0, INFINITY, 0};
    hys__cells_view(c, 0);
    restart_internal(c);
    probe_at(c, 2 * PROBES, 0.25);
    hys__cells_step(c, &c->now, c->rate_held);
    for (hys_u32 u = nt; u < c->kernel->n_unknowns; u++)
        for (size_t j = 0; j < c->now.n && c->is_held[u]; j++) {
            const double start = c->now.start[u][j], moved = c->now.x[u][j] - start;
            if (c->now.ok[j] == 0 || fabs(moved) <= PROBE_TOL * fabs(start) + c->kernel->unknowns[u].abstol) continue;
            c->is_held[u] = false;
            c->rate_held[u] = 0;
        }
    restart_internal(c);
}

/* A few pairs may differ where a device has two solutions; where currents depend on more than the difference, most do.
 */
bool hys__cells_probe(hys__cells *c) {
    release_tied(c);
    if (c->kernel->n_terminals != 2) return false;
    bool is_good = true;
    tally t = {0, 0};
    for (unsigned k = 0; k < PROBES && is_good; k++) {
        c->stage = (hys__cell_stage){HYS__CELLS_HELD, 0, INFINITY, 0};
        hys__cells_view(c, 0);
        is_good = probe(c, k, 0.25, c->rate_held, &t);
        c->stage = (hys__cell_stage){HYS__CELLS_STEP, 0, 1e-9, 0};
        is_good = is_good && probe(c, PROBES + k, 0.25, NULL, &t);
    }
    c->stage = (hys__cell_stage){HYS__CELLS_HELD, 0, INFINITY, 0};
    restart_internal(c);
    return is_good && t.n_seen > 0 && 4 * t.n_other <= t.n_seen;
}

/* ---- what a perfect reader sees ---- */

static void set_all(double *at, size_t n, double value) {
    for (size_t j = 0; j < n; j++) at[j] = value;
}

hys_status hys__cells_conductances(hys__cells *c, double voltage, double *g) {
    const hys__cell_stage held = {HYS__CELLS_HELD, 0, INFINITY, 0};
    size_t worst = 0;
    hys__arena scratch;
    hys__arena_init(&scratch, c->ctx, 0);
    double *u = HYS_NEW_N(&scratch, double, c->n), *w = HYS_NEW_N(&scratch, double, c->n);
    hys_status status = u && w ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK) {
        set_all(u, c->n, voltage);
        hys__cells_begin(c, &held);
        const hys__cell_answer to = {.into_word = u};
        status = hys__cells_evaluate(c, u, w, &to, &worst);
        hys__cells_reject(c);
    }
    if (status == HYS_NOCONV)
        status = hys__fail(c->ctx, HYS_NOCONV, "try a smaller voltage",
                           "the cell of word line %zu and bit line %zu has no solution at %g V", worst / c->columns,
                           worst % c->columns, voltage);
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) g[k] = u[k] / voltage;
    hys__arena_free(&scratch);
    return status;
}
