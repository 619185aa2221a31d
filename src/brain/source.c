/* Sources of spikes: by chance, and as told. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/draw.h"
#include "brain/network_impl.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

hys_status hys__firing_new(hys_ctx *ctx, const struct hys__firing *firing, double v_start, hys_brain_cell **result) {
    hys_brain_cell_opts o = hys_brain_cell_opts_default();
    hys_brain_cell *cell = NULL;
    o.v_start = v_start;
    hys_status status = hys_brain_cell_new(ctx, &o, &cell);
    if (status != HYS_OK) return status;
    cell->firing = HYS_NEW(&cell->arena, struct hys__firing);
    if (!cell->firing) {
        hys_brain_cell_free(cell);
        return HYS_NOMEM;
    }
    *cell->firing = *firing;
    *result = cell;
    return HYS_OK;
}

static hys_status add(hys_brain *b, const struct hys__firing *firing, size_t n, size_t *group) {
    hys_brain_cell *cell = NULL;
    hys_status status = hys__firing_new(b->ctx, firing, 0, &cell);
    if (status != HYS_OK) return status;
    status = hys_brain_add(b, cell, n, group);
    hys_brain_cell_free(cell);
    return status;
}

/* ---- by chance ---- */

hys_status hys_brain_add_poisson(hys_brain *b, size_t n, double rate, double start, double stop, size_t *group) {
    if (!(rate >= 0) || !isfinite(rate) || !(rate * b->opts.dt < 1e3))
        return hys__fail(b->ctx, HYS_ARG, "", "a source cannot have spikes at %g Hz", rate);
    if (!(start >= 0) || !isfinite(start) || !(stop == 0 || (stop > start && isfinite(stop))))
        return hys__fail(b->ctx, HYS_ARG, "stop 0: never", "a source cannot go from %g s to %g s", start, stop);
    const struct hys__firing f = {.kind = HYS__CELL_POISSON, .rate = rate, .start = start, .stop = stop};
    return add(b, &f, n, group);
}

static double wait(const hys_brain *b, uint64_t number, size_t cell, uint64_t count, double rate) {
    const uint64_t key[2] = {b->opts.seed, HYS__DRAW_POISSON | number}, counter[2] = {cell, count};
    uint64_t bits[2];
    hys__threefry2x64(key, counter, bits);
    return -log(hys__uniform(bits[0])) / rate;
}

void hys__source_start(const hys_brain *b, hys__group *g) {
    const struct hys__firing *f = g->cell->firing;
    if (f->kind != HYS__CELL_POISSON) return;
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        for (size_t j = 0; j < c->n_cells; j++) {
            hys__chunk_row(c, HYS__ROW_NEXT)[j] =
                f->rate > 0 ? fmax(f->start, b->time) + wait(b, g->number, c->first + j, 0, f->rate) : INFINITY;
            hys__chunk_row(c, HYS__ROW_COUNT)[j] = 1;
        }
    }
}

static bool poisson_step(const hys_brain *b, hys__cohort *c, double t) {
    const hys__group *g = c->group;
    const struct hys__firing *f = g->cell->firing;
    const double end = t + b->opts.dt, stop = f->stop > 0 ? f->stop : INFINITY;
    double *next = hys__chunk_row(c, HYS__ROW_NEXT), *count = hys__chunk_row(c, HYS__ROW_COUNT);
    for (size_t j = 0; j < c->n_cells; j++) {
        while (next[j] < end && next[j] < stop) {
            if (c->n_spikes == c->spikes_cap) return false; /* cells before have nothing left in this step */
            hys__chunk_spike(c, next[j], j);
            next[j] += wait(b, g->number, c->first + j, (uint64_t)count[j], f->rate);
            count[j]++;
        }
    }
    return true;
}

/* ---- as told ---- */

hys_status hys_brain_add_replay(hys_brain *b, size_t n, const hys_spike *spikes, size_t n_spikes, size_t *group) {
    for (size_t k = 0; k < n_spikes; k++) {
        if (spikes[k].cell >= n)
            return hys__fail(b->ctx, HYS_ARG, "", "spike %zu is of cell %zu, and there are %zu", k,
                             (size_t)spikes[k].cell, n);
        if (!(spikes[k].time >= b->time) || !isfinite(spikes[k].time))
            return hys__fail(b->ctx, HYS_ARG, "", "spike %zu cannot be at %g s: it is %g s now", k, spikes[k].time,
                             b->time);
    }
    const struct hys__firing f = {.kind = HYS__CELL_REPLAY, .spikes = spikes, .n_spikes = n_spikes};
    return add(b, &f, n, group);
}

/* Spikes of each chunk stand together, in order of time. */
hys_status hys__replay_take(hys_brain *b, hys__group *g) {
    const struct hys__firing *f = g->cell->firing;
    hys__wiring *w = g->wiring;
    const size_t each = g->chunks[0].n_cells;
    w->replay_first = HYS_NEW_N(&b->arena, size_t, g->n_chunks + 1);
    w->replay = HYS_NEW_N(&b->arena, hys_spike, f->n_spikes + 1);
    if (!w->replay_first || !w->replay) return HYS_NOMEM;
    for (size_t k = 0; k < f->n_spikes; k++) w->replay_first[f->spikes[k].cell / each + 1]++;
    for (size_t k = 0; k < g->n_chunks; k++) {
        w->replay_first[k + 1] += w->replay_first[k];
        g->chunks[k].cursor = w->replay_first[k];
    }
    for (size_t k = 0; k < f->n_spikes; k++) w->replay[g->chunks[f->spikes[k].cell / each].cursor++] = f->spikes[k];
    for (size_t k = 0; k < g->n_chunks; k++) {
        g->chunks[k].cursor = w->replay_first[k];
        qsort(w->replay + w->replay_first[k], w->replay_first[k + 1] - w->replay_first[k], sizeof *w->replay,
              hys__spike_compare);
    }
    g->cell->firing->spikes = NULL;
    return HYS_OK;
}

static bool replay_step(const hys_brain *b, hys__cohort *c, double t) {
    const hys__wiring *w = c->group->wiring;
    const size_t end = w->replay_first[c - c->group->chunks + 1];
    for (; c->cursor < end && w->replay[c->cursor].time < t + b->opts.dt; c->cursor++) {
        if (c->n_spikes == c->spikes_cap) return false;
        hys__chunk_spike(c, w->replay[c->cursor].time, w->replay[c->cursor].cell - c->first);
    }
    return true;
}

bool hys__source_step(const hys_brain *b, hys__cohort *c, double t) {
    if (c->group->cell->firing->kind == HYS__CELL_POISSON) return poisson_step(b, c, t);
    return replay_step(b, c, t);
}
