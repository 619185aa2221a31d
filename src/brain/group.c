/* Groups: memory of cells, chunk by chunk, and where they begin. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/network_impl.h"
#include <math.h>
#include <string.h>

static void *aligned(void *block) {
    return (void *)(((uintptr_t)block + HYS__ALIGN - 1) / HYS__ALIGN * HYS__ALIGN);
}

/* ---- layout ---- */

static hys_status lay_rows(hys_brain *b, hys__group *g) {
    const size_t n = g->cell->channels.n;
    g->row = HYS_NEW_N(&b->arena, size_t, n + 1);
    g->own_first = HYS_NEW_N(&b->arena, size_t, n + 1);
    g->weight = HYS_NEW_N(&b->arena, double *, n + 1);
    g->weight_one = HYS_NEW_N(&b->arena, double, n + 1);
    if (b->arena.failed) return HYS_NOMEM;
    g->n_rows = g->cell->firing ? HYS__POINT_ROWS : 1;
    g->ion_row = g->n_rows;
    g->n_rows += 2 * g->cell->ions.n;
    for (size_t k = 0; k < n; k++) {
        const hys__channel *c = &g->cell->channels.at[k];
        g->row[k] = g->n_rows;
        g->own_first[k] = g->n_own;
        g->n_rows += 2 * c->n_inner;
        if (c->has_own) g->n_own += c->kernel->n_params;
    }
    return HYS_OK;
}

/* Whole blocks, as many as a piece holds. */
static size_t cells_of_chunk(const hys__group *g) {
    const size_t fit = HYS__PIECE / (g->cell->n * g->lanes);
    return (fit ? fit : 1) * g->lanes;
}

static hys_status take_chunks(hys_brain *b, hys__group *g) {
    const size_t most = cells_of_chunk(g);
    g->n_chunks = (g->n + most - 1) / most;
    g->chunks = HYS_NEW_N(&b->arena, hys__cohort, g->n_chunks);
    if (!g->chunks) return HYS_NOMEM;
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        c->group = g;
        c->first = k * most;
        c->n_cells = g->n - c->first < most ? g->n - c->first : most;
        c->used = hys__round_up(c->n_cells, g->lanes) * g->cell->n;
        c->n = hys__round_up(c->used, HYS__LANES);
        c->stride = c->n + HYS__BESIDE;
        c->is_fresh = true;
        if (c->n > g->most) g->most = c->n;
        if (c->stride > SIZE_MAX / sizeof(double) / (g->n_rows + 1) / g->n_chunks) return HYS_NOMEM;
    }
    return HYS_OK;
}

/* Chunks that are away share the rows of one.  Devices of synapses are where their synapses are. */
static hys_status take_rows(hys_brain *b, hys__group *g) {
    const bool may_be_away = b->is_local && g->number == b->groups.n;
    size_t total = 0, away = 0;
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        const size_t size = c->stride * g->n_rows;
        c->is_away = may_be_away && !hys__bunch_is_mine(b, c->bunch);
        if (!c->is_away) total += size;
        else if (size > away) away = size;
    }
    total += away;
    g->block_size = total * sizeof(double) + HYS__ALIGN;
    g->block = hys__realloc(b->ctx, NULL, 0, g->block_size);
    if (!g->block) return HYS_NOMEM;
    memset(g->block, 0, g->block_size);
    double *first = aligned(g->block), *at = first + away;
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        c->rows = c->is_away ? first : at;
        if (!c->is_away) at += c->stride * g->n_rows;
    }
    return HYS_OK;
}

/* Compartments of entries of a chunk; those behind all blocks are like the first. */
static size_t compartment_of(const hys__group *g, size_t entry, size_t used) {
    return entry < used ? entry / g->lanes % g->cell->n : 0;
}

static double *spread_out(hys_brain *b, const hys__group *g, const double *values) {
    double *all = HYS_NEW_N(&b->arena, double, g->most + 2 * HYS__ALIGN / sizeof(double));
    if (!all) return NULL;
    all = aligned(all);
    for (size_t e = 0; e < g->most; e++) all[e] = values[compartment_of(g, e, g->chunks[0].used)];
    return all;
}

bool hys__are_alike(const double *values, size_t n) {
    for (size_t k = 1; k < n; k++)
        if (values[k] != values[0]) return false;
    return true;
}

static hys_status take_weights(hys_brain *b, hys__group *g) {
    g->area = spread_out(b, g, g->cell->area);
    if (!g->area) return HYS_NOMEM;
    for (size_t k = 0; k < g->cell->channels.n; k++) {
        const double *density = g->cell->channels.at[k].density;
        g->weight_one[k] = density[0];
        if (hys__are_alike(density, g->cell->n)) continue;
        g->weight[k] = spread_out(b, g, density);
        if (!g->weight[k]) return HYS_NOMEM;
    }
    return HYS_OK;
}

size_t hys__group_entry(const hys__group *g, size_t cell, size_t *chunk) {
    const size_t most = cells_of_chunk(g), in = cell % most;
    *chunk = cell / most;
    return in / g->lanes * g->lanes * g->cell->n + in % g->lanes;
}

/* ---- parameters of instances ---- */

typedef struct naming {
    char *text;
    const char **names;
} naming;

#define NAME_SIZE 64u

/* Draws depend on the group, the cell and the compartment alone; the entries that fill up are called like the first. */
static hys_status name_instances(hys__arena *a, const hys__cohort *c, size_t group, naming *all) {
    const hys__group *g = c->group;
    all->text = hys__arena_calloc(a, c->n, NAME_SIZE);
    all->names = HYS_NEW_N(a, const char *, c->n);
    if (a->failed) return HYS_NOMEM;
    for (size_t e = 0; e < c->n; e++) {
        const size_t block = e / (g->lanes * g->cell->n), lane = e % g->lanes;
        const size_t in = block * g->lanes + lane;
        const bool is_real = e < c->used && in < c->n_cells;
        snprintf(all->text + e * NAME_SIZE, NAME_SIZE, "g%zu.c%zu.%zu", group, c->first + (is_real ? in : 0),
                 is_real ? compartment_of(g, e, c->used) : 0);
        all->names[e] = all->text + e * NAME_SIZE;
    }
    return HYS_OK;
}

static hys_status draw_channel(hys_brain *b, hys__cohort *c, size_t k, const naming *names) {
    const hys__channel *channel = &c->group->cell->channels.at[k];
    const hys_u32 n_params = channel->kernel->n_params;
    const hys__batch_opts opts = {.n = c->n, .own_params = true, .temp = channel->temp};
    const hys__settings settings = {.set = channel->set,
                                    .n_set = channel->n_set,
                                    .spread = channel->spread,
                                    .n_spread = channel->n_spread,
                                    .names = names->names,
                                    .seed = b->opts.seed};
    hys__batch *batch = NULL;
    hys__params *params = NULL;
    hys_status status = hys__batch_new(b->ctx, channel->model, &opts, &batch);
    if (status == HYS_OK) status = hys__params_new(batch, &settings, &params);
    for (hys_u32 p = 0; p < n_params && status == HYS_OK; p++) {
        double **own = &c->own[c->group->own_first[k] + p];
        if (hys__are_alike(batch->p[p], c->n)) continue; /* NULL: that of the plain one */
        *own = HYS_NEW_N(&b->arena, double, c->n + HYS__ALIGN / sizeof(double));
        if (!*own) {
            status = HYS_NOMEM;
            break;
        }
        *own = aligned(*own);
        memcpy(*own, batch->p[p], c->n * sizeof(double));
    }
    hys__params_free(params);
    hys__batch_free(batch);
    return status;
}

static hys_status draw_own(hys_brain *b, hys__group *g) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < g->n_chunks && g->n_own && status == HYS_OK; k++) {
        hys__cohort *c = &g->chunks[k];
        hys__arena scratch;
        naming names;
        if (c->is_away) continue;
        hys__arena_init(&scratch, b->ctx, 0);
        c->own = HYS_NEW_N(&b->arena, double *, g->n_own);
        status = c->own ? name_instances(&scratch, c, g->number, &names) : HYS_NOMEM;
        for (size_t q = 0; q < g->cell->channels.n && status == HYS_OK; q++)
            if (g->cell->channels.at[q].has_own) status = draw_channel(b, c, q, &names);
        hys__arena_free(&scratch);
    }
    return status;
}

/* ---- coming and going ---- */

static void start_channels(hys__group *g) {
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        for (size_t e = 0; e < c->n; e++) c->rows[e] = g->cell->opts.v_start;
        for (size_t q = 0; q < g->cell->channels.n; q++) {
            const hys__channel *channel = &g->cell->channels.at[q];
            for (size_t s = 0; s < 2 * (size_t)channel->n_inner; s++) {
                double *row = hys__chunk_row(c, g->row[q] + s);
                for (size_t e = 0; e < c->n; e++) row[e] = channel->start[s % channel->n_inner];
            }
        }
    }
}

static hys_status start(hys_brain *b, hys__group *g) {
    const struct hys__firing *f = g->cell->firing;
    start_channels(g);
    hys__ions_start(g);
    g->has_threshold = f != NULL;
    if (f && f->kind == HYS__CELL_POINT) hys__point_start(b, g);
    if (f && f->kind == HYS__CELL_POISSON) hys__source_start(b, g);
    return f && f->kind == HYS__CELL_REPLAY ? hys__replay_take(b, g) : HYS_OK;
}

hys_status hys__group_new(hys_brain *b, const hys_brain_cell *cell, size_t n, size_t number, hys__group **result) {
    hys__group *g = HYS_NEW(&b->arena, hys__group);
    if (!g) return HYS_NOMEM;
    g->cell = (hys_brain_cell *)(uintptr_t)cell; /* counted, not changed */
    g->cell->n_users++;
    g->n = n;
    g->number = number;
    g->lanes = n >= HYS__LANES / 2 ? HYS__LANES : 1;
    hys_status status = lay_rows(b, g);
    if (status == HYS_OK) status = take_chunks(b, g);
    if (status == HYS_OK) status = take_weights(b, g);
    if (status == HYS_OK) status = hys__wiring_new(b, g);
    if (status == HYS_OK) status = take_rows(b, g);
    if (status == HYS_OK) status = draw_own(b, g);
    if (status == HYS_OK) status = start(b, g);
    if (status != HYS_OK) {
        hys__group_free(b, g);
        return status;
    }
    *result = g;
    return HYS_OK;
}

void hys__group_free(hys_brain *b, hys__group *g) {
    if (g->block) hys__free(b->ctx, g->block, g->block_size);
    g->block = NULL;
    for (size_t k = 0; k < g->n_chunks && g->chunks; k++)
        if (g->chunks[k].spikes) hys__free(b->ctx, g->chunks[k].spikes, g->chunks[k].spikes_cap * sizeof(hys__fired));
    hys_brain_cell_free(g->cell);
}
