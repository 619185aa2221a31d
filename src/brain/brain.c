/* Brains: groups of cells that go on together. */
#include "base/diag.h"
#include "brain/couple.h"
#include "device/flags.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>

#define DEFAULT_DT 25e-6 /* s */
#define MOST_STEPS 1e15

hys_brain_opts hys_brain_opts_default(void) {
    return (hys_brain_opts){.size = sizeof(hys_brain_opts), .dt = DEFAULT_DT, .rtol = 1e-6};
}

static hys_status check_opts(hys_ctx *ctx, const hys_brain_opts *o) {
    if (!(o->dt > 0) || !isfinite(1 / o->dt) || !isfinite(o->dt))
        return hys__fail(ctx, HYS_ARG, "25 us is usual", "cells cannot take steps of %g s", o->dt);
    if ((unsigned)o->method > HYS_BRAIN_ADAPTIVE) return hys__fail(ctx, HYS_ARG, "", "no such method of steps");
    if (!(o->rtol > 1e-13 && o->rtol < 1)) return hys__fail(ctx, HYS_ARG, "", "a tolerance cannot be %g", o->rtol);
    return HYS_OK;
}

hys_status hys_brain_new(hys_ctx *ctx, const hys_brain_opts *opts, hys_brain **result) {
    hys_brain_opts o = hys_brain_opts_default();
    if (opts) memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    hys_status status = check_opts(ctx, &o);
    if (status != HYS_OK) return status;
    hys_brain *b = hys__realloc(ctx, NULL, 0, sizeof *b);
    if (!b) return HYS_NOMEM;
    *b = (hys_brain){.ctx = ctx, .opts = o};
    hys__arena_init(&b->arena, ctx, 0);
    *result = b;
    return HYS_OK;
}

static void drop_work(hys_brain *b) {
    for (unsigned k = 0; k < b->n_threads && b->work; k++) hys__work_free(b, &b->work[k]);
    if (b->work) hys__free(b->ctx, b->work, b->n_threads * sizeof *b->work);
    b->work = NULL;
    hys__team_free(b->team);
    b->team = NULL;
    b->n_threads = 0;
}

void hys_brain_free(hys_brain *b) {
    if (!b) return;
    hys_ctx *ctx = b->ctx;
    drop_work(b);
    hys__net_free(b);
    for (size_t k = 0; k < b->groups.n; k++) hys__group_free(b, b->groups.at[k]);
    for (size_t k = 0; k < b->probes.n; k++) {
        hys__probe *p = b->probes.at[k];
        if (p->t) hys__free(ctx, p->t, p->cap * sizeof *p->t);
        if (p->y) hys__free(ctx, p->y, p->cap * sizeof *p->y);
    }
    hys__arena_free(&b->arena);
    hys__free(ctx, b, sizeof *b);
}

hys_status hys_brain_add(hys_brain *b, const hys_brain_cell *cell, size_t n, size_t *group) {
    if (!n || n > UINT32_MAX / cell->n / 2)
        return hys__fail(b->ctx, HYS_ARG, "", "a group cannot have %zu cells of %zu compartments", n, cell->n);
    if (cell->firing && b->opts.method == HYS_BRAIN_ADAPTIVE)
        return hys__fail(b->ctx, HYS_ARG, "take fixed steps", "point neurons have no place in an adaptive run");
    if (b->net && b->net->is_ready)
        return hys__fail(b->ctx, HYS_ARG, "", "a brain with synapses that has run takes no more cells");
    if (cell->ctx != b->ctx) return hys__fail(b->ctx, HYS_ARG, "", "cells and brain are of different contexts");
    hys__group *g = NULL;
    hys_status status = hys__group_new(b, cell, n, b->groups.n, &g);
    if (status != HYS_OK) return status;
    hys__group **at = HYS_PUSH(&b->arena, &b->groups);
    if (!at) {
        hys__group_free(b, g);
        return HYS_NOMEM;
    }
    *at = g;
    drop_work(b);
    for (size_t k = 0; k < g->n_chunks; k++) g->chunks[k].step = b->step;
    *group = b->groups.n - 1;
    return HYS_OK;
}

static size_t of_group(const hys__group *g) {
    size_t sum = g->block_size;
    for (size_t k = 0; k < g->n_chunks; k++) sum += g->chunks[k].spikes_cap * sizeof(hys__fired);
    return sum;
}

size_t hys_brain_memory(const hys_brain *b) {
    size_t sum = sizeof *b + b->arena.total + (b->net ? b->net->memory : 0);
    for (size_t k = 0; k < b->groups.n; k++) sum += of_group(b->groups.at[k]);
    for (size_t k = 0; b->net && k < b->net->devices.n; k++) sum += of_group(b->net->devices.at[k]);
    for (size_t k = 0; k < b->probes.n; k++) sum += 2 * b->probes.at[k]->cap * sizeof(double);
    for (unsigned k = 0; k < b->n_threads && b->work; k++) sum += b->work[k].size;
    return sum;
}

/* ---- threads ---- */

static size_t count_chunks(const hys_brain *b) {
    size_t n = 0;
    for (size_t k = 0; k < b->groups.n; k++) n += b->groups.at[k]->n_chunks;
    return n;
}

static hys_status take_work(hys_brain *b) {
    if (b->work) return HYS_OK;
    const size_t n_chunks = count_chunks(b),
                 most = b->opts.n_threads ? b->opts.n_threads : (size_t)hys__ctx_n_threads(b->ctx);
    const unsigned n = (unsigned)(n_chunks < most ? n_chunks : most);
    hys__work *work = hys__realloc(b->ctx, NULL, 0, n * sizeof *work);
    if (!work) return HYS_NOMEM;
    memset(work, 0, n * sizeof *work);
    b->work = work;
    b->n_threads = n;
    hys_status status = HYS_OK;
    for (unsigned k = 0; k < n && status == HYS_OK; k++) status = hys__work_new(b, &work[k]);
    if (status == HYS_OK && n > 1) status = hys__team_new(b->ctx, n, &b->team);
    if (status != HYS_OK) drop_work(b);
    return status;
}

static hys__cohort *chunk_at(hys_brain *b, size_t k) {
    for (size_t g = 0; g < b->groups.n; g++) {
        if (k < b->groups.at[g]->n_chunks) return &b->groups.at[g]->chunks[k];
        k -= b->groups.at[g]->n_chunks;
    }
    return NULL;
}

static void run_chunk(void *data, size_t part, unsigned thread) {
    hys_brain *b = data;
    hys__chunk_run(b, chunk_at(b, part), &b->work[thread], b->until);
}

static void run_bunch(void *data, size_t part, unsigned thread) {
    hys_brain *b = data;
    hys__bunch_run(b, part, &b->work[thread], b->until);
}

static void finish_bunch(void *data, size_t part, unsigned thread) {
    hys_brain *b = data;
    hys__bunch_finish(b, part, &b->work[thread]);
}

static void run_all(hys_brain *b) {
    if (b->net) hys__team_run(b->team, hys__net_n_bunches(b), run_bunch, b);
    else hys__team_run(b->team, count_chunks(b), run_chunk, b);
}

/* ---- spikes ---- */

/* Room for one step behind so many spikes, and a quarter more. */
static size_t spike_room(const hys__cohort *c, size_t n_spikes) {
    const size_t more_than_one = n_spikes > c->n_cells ? n_spikes : c->n_cells;
    return n_spikes + hys__spike_need(c->group->cell) * c->n_cells + more_than_one / 4 + 1;
}

static hys_status grow_spikes(hys_brain *b, hys__cohort *c) {
    const size_t cap = spike_room(c, c->n_spikes);
    hys__fired *more = hys__realloc(b->ctx, c->spikes, c->spikes_cap * sizeof *more, cap * sizeof *more);
    if (!more) return HYS_NOMEM;
    c->spikes = more;
    c->spikes_cap = cap;
    return HYS_OK;
}

/* In the order of cells: counted, then put where they belong. */
static void order(const hys__cohort *c, hys_spike *to) {
    size_t first[HYS__MOST_CELLS + 1] = {0};
    for (size_t s = 0; s < c->n_spikes; s++) first[c->spikes[s].cell - c->first + 1]++;
    for (size_t k = 0; k < c->n_cells; k++) first[k + 1] += first[k];
    for (size_t s = 0; s < c->n_spikes; s++)
        to[first[c->spikes[s].cell - c->first]++] = (hys_spike){c->spikes[s].time, c->spikes[s].cell};
}

/* What a volley took is given back while spikes are collected, so that they do not lie there twice. */
static void give_back_room(hys_brain *b, hys__cohort *c) {
    if (c->spikes_cap <= spike_room(c, 0)) return;
    hys__free(b->ctx, c->spikes, c->spikes_cap * sizeof(hys__fired));
    c->spikes = NULL;
    c->spikes_cap = 0;
}

static hys_status collect(hys_brain *b, hys__group *g) {
    size_t n = 0;
    for (size_t k = 0; k < g->n_chunks; k++) n += g->chunks[k].n_spikes;
    if (!hys__grow(&b->arena, (void **)&g->spikes.at, &g->spikes.cap, n, sizeof *g->spikes.at)) return HYS_NOMEM;
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        if (c->n_spikes) order(c, g->spikes.at + g->spikes.n);
        g->spikes.n += c->n_spikes;
        c->n_spikes = c->n_told = 0;
        give_back_room(b, c);
    }
    return HYS_OK;
}

/* ---- runs ---- */

static hys_status tell(hys_brain *b, const hys__cohort *c) {
    const hys__group *g = c->group;
    const double t = hys__step_time(b, c->step);
    if (c->status != HYS_NOCONV)
        return hys__fail(b->ctx, HYS_LIMIT, "smaller steps may help", "potentials are not finite any more at %g s", t);
    const hys__channel *channel = &g->cell->channels.at[c->bad_channel];
    const size_t lane = c->bad_entry % g->lanes, block = c->bad_entry / (g->lanes * g->cell->n);
    const size_t cell = c->first + block * g->lanes + lane, k = c->bad_entry / g->lanes % g->cell->n;
    const bool is_local = channel->kind == HYS__CHANNEL_LOCAL;
    return hys__fail(
        b->ctx, HYS_NOCONV,
        is_local ? "a device whose voltage falls while its current grows (S-shaped) has several currents at one "
                   "voltage: give its model a capacitance in parallel, behind the contact resistance"
                 : "smaller steps, or a scale of time that suits the device, may help",
        "%s in compartment %zu of cell %zu has no solution at %g s", channel->name, k, cell, t);
}

/* Room for spikes where it is used up. */
static hys_status look_after(hys_brain *b, hys__group *g, bool *is_full) {
    for (size_t k = 0; k < g->n_chunks; k++) {
        hys__cohort *c = &g->chunks[k];
        if (c->status != HYS_OK) return tell(b, c);
        if (!c->is_full) continue;
        *is_full = true;
        if (grow_spikes(b, c) != HYS_OK) return HYS_NOMEM;
    }
    return HYS_OK;
}

static hys_status run_window(hys_brain *b) {
    hys_status status = hys__gaps_exchange(b);
    bool is_full = true;
    while (is_full && status == HYS_OK) {
        is_full = false;
        run_all(b);
        for (size_t k = 0; k < b->groups.n && status == HYS_OK; k++) status = look_after(b, b->groups.at[k], &is_full);
    }
    return status;
}

static void finish(hys_brain *b, uint64_t last) {
    for (size_t k = 0; k < b->groups.n; k++)
        for (size_t j = 0; j < b->groups.at[k]->n_chunks; j++) b->groups.at[k]->chunks[j].status = HYS_OK;
    b->time = hys__step_time(b, last);
    b->step = last;
}

/* All ranks find the same. */
static bool is_cancelled(const hys_brain *b) {
    return hys__is_shared(b) ? b->net->is_cancelled : hys_ctx_is_cancelled(b->ctx);
}

static hys_status run_fixed(hys_brain *b, uint64_t n) {
    const uint64_t last = b->step + n;
    hys_status status = hys__net_prepare(b);
    if (status == HYS_OK) status = take_work(b);
    if (hys__is_shared(b)) status = hys_ranks_all(b->ctx, status);
    b->has_run = b->has_run || status == HYS_OK;
    b->until = b->step;
    while (b->until < last && status == HYS_OK) {
        const uint64_t from = b->until, window = hys__net_window(b);
        status = hys__couples_act(b);
        b->until = last - from > window ? from + window : last;
        if (status == HYS_OK) status = run_window(b);
        status = hys__net_gather(b, from, b->until, status);
        if (status == HYS_OK && is_cancelled(b)) status = HYS_CANCEL;
    }
    if (b->net && (status == HYS_OK || status == HYS_CANCEL))
        hys__team_run(b->team, hys__net_n_bunches(b), finish_bunch, b);
    if (status == HYS_OK || status == HYS_CANCEL) {
        const hys_status shared = hys__ranks_share(b, HYS_OK);
        if (shared != HYS_OK) status = shared;
    }
    for (size_t k = 0; k < b->groups.n; k++) {
        b->groups.at[k]->spikes.n = 0;
        if (status == HYS_OK || status == HYS_CANCEL) {
            const hys_status said = collect(b, b->groups.at[k]);
            if (said != HYS_OK) status = said;
        }
    }
    finish(b, status == HYS_OK ? last : b->until);
    return status;
}

hys_status hys_brain_run(hys_brain *b, double duration) {
    const double steps = duration / b->opts.dt;
    if (!(duration >= 0) || !(steps < MOST_STEPS))
        return hys__fail(b->ctx, HYS_ARG, "", "cells cannot go on for %g s in steps of %g s", duration, b->opts.dt);
    if (!b->groups.n) return hys__fail(b->ctx, HYS_ARG, "", "a brain without cells");
    const uint64_t n = (uint64_t)(steps + 0.5);
    hys_status status = hys__record_room(b, n);
    if (status != HYS_OK) return status;
    if (b->opts.method != HYS_BRAIN_ADAPTIVE) return run_fixed(b, n);
    if (b->net) return hys__fail(b->ctx, HYS_ARG, "take fixed steps", "synapses have no place in an adaptive run");
    for (size_t k = 0; k < b->groups.n && status == HYS_OK; k++)
        status = hys__adaptive_run(b, b->groups.at[k], b->time, b->time + duration);
    b->time += duration;
    return status;
}

double hys_brain_time(const hys_brain *b) {
    return b->time;
}

/* ---- values ---- */

static hys__cohort *find(const hys_brain *b, const hys_brain_place *p, size_t *entry) {
    hys__group *g = b->groups.at[p->group];
    size_t chunk;
    *entry = hys__group_entry(g, p->cell, &chunk) + p->compartment * g->lanes;
    return &g->chunks[chunk];
}

double hys_brain_v(const hys_brain *b, const hys_brain_place *place) {
    size_t entry;
    if (hys__brain_check_place(b, place, false) != HYS_OK) return NAN;
    return find(b, place, &entry)->rows[entry];
}

hys_status hys_brain_set_v(hys_brain *b, const hys_brain_place *place, double v) {
    hys_status status = hys__brain_check_place(b, place, true);
    if (status == HYS_OK && !isfinite(v)) status = hys__fail(b->ctx, HYS_ARG, "", "a potential cannot be %g V", v);
    if (status != HYS_OK) return status;
    hys_brain_place p = *place;
    const bool is_all = place->cell == HYS_BRAIN_ALL;
    for (p.cell = is_all ? 0 : place->cell; p.cell < (is_all ? b->groups.at[p.group]->n : place->cell + 1); p.cell++) {
        size_t entry;
        hys__cohort *c = find(b, &p, &entry);
        c->rows[entry] = v;
        c->is_fresh = true;
    }
    return HYS_OK;
}

hys_status hys_brain_state(hys_brain *b, const hys_brain_place *place, const char *what, double *value) {
    hys__probe p = {.every = 1};
    hys_status status = hys__brain_check_place(b, place, false);
    if (status == HYS_OK) status = hys__brain_find(b, place->group, what, &p);
    if (status == HYS_OK && p.what != HYS__PROBE_STATE)
        status = hys__fail(b->ctx, HYS_ARG, "CHANNEL.STATE", "'%.80s' is no state", what);
    if (status != HYS_OK) return status;
    size_t entry;
    const hys__cohort *c = find(b, place, &entry);
    *value = hys__chunk_row(c, c->group->row[p.channel] + p.state)[entry];
    return HYS_OK;
}
