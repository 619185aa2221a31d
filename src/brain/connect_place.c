/* Synapses to their places: counted by sources, then drawn once more and put there, each bunch of targets by itself. */
#include "base/diag.h"
#include "base/random.h"
#include "brain/connect.h"
#include <hysteron/ranks.h>
#include <math.h>
#include <string.h>

#define ALIGNED 64u

typedef struct work {
    hys_brain *brain;
    const hys__drawing *drawing;
    bool *is_too_many; /* [bunches] */
} work;

typedef struct placing {
    const hys__drawing *drawing;
    const hys__bunch *bunch;
    hys__bundle *bundle;
    uint64_t n;
    size_t target; /* of which the streams are; SIZE_MAX */
    hys__stream weights, delays;
} placing;

/* ---- counting ---- */

static void count(void *user, size_t target, const uint32_t *sources, size_t n) {
    placing *p = user;
    (void)target;
    p->n += n;
    for (size_t k = 0; k < n; k++) p->bundle->first[sources[k] + 1]++;
}

static void count_bunch(void *data, size_t part, unsigned thread) {
    const work *w = data;
    const hys__projection *p = w->drawing->projection;
    const hys__bunch *u = &p->target->wiring->bunches[part];
    placing to = {.bundle = &p->bundles[part]};
    (void)thread;
    if (!to.bundle->first) return; /* another rank's */
    hys__wire_draw(&w->drawing->wire, u->first, u->first + u->n_cells, count, &to);
    w->is_too_many[part] = to.n > UINT32_MAX;
    to.bundle->n = (size_t)to.n;
}

static size_t bunch_of(const hys__group *g, uint32_t cell) {
    return cell / g->wiring->bunches[0].n_cells;
}

static void count_list(const hys__drawing *d) {
    const hys__projection *p = d->projection;
    for (size_t k = 0; k < d->opts.n_list; k++) {
        hys__bundle *u = &p->bundles[bunch_of(p->target, d->opts.list[k].target)];
        if (!u->first) continue;
        u->first[d->opts.list[k].source + 1]++;
        u->n++;
    }
}

/* ---- placing ---- */

/* first[s] moves on while the synapses of s come; each then stands where the next source's began. */
static void place(void *user, size_t target, const uint32_t *sources, size_t n) {
    placing *p = user;
    hys__bundle *u = p->bundle;
    const hys__drawing *d = p->drawing;
    if (target != p->target) {
        hys__stream_start(&p->weights, d->wire.seed, HYS__DRAW_WEIGHTS | d->wire.number, target);
        hys__stream_start(&p->delays, d->wire.seed, HYS__DRAW_DELAYS | d->wire.number, target);
        p->target = target;
    }
    const uint32_t cell = (uint32_t)(target - p->bunch->first);
    for (size_t k = 0; k < n; k++) {
        const uint32_t at = u->first[sources[k]]++;
        uint32_t delay = d->delay.least;
        if (d->delay.up_to) delay = hys__steps_value(&d->delay, hys__uniform(hys__stream_next(&p->delays)));
        const uint32_t word = delay << 16 | cell;
        if (u->word) u->word[at] = word;
        if (!u->drawn && !u->exact) continue;
        const double weight = hys__dist_value(&d->weight, hys__uniform(hys__stream_next(&p->weights)));
        if (u->exact) u->exact[at] = weight;
        else u->drawn[at] = (hys__drawn){word, (float)weight};
    }
}

static void move_back(hys__bundle *u, size_t n_sources) {
    memmove(u->first + 1, u->first, n_sources * sizeof *u->first);
    u->first[0] = 0;
}

static void place_bunch(void *data, size_t part, unsigned thread) {
    const work *w = data;
    const hys__projection *p = w->drawing->projection;
    const hys__bunch *u = &p->target->wiring->bunches[part];
    placing to = {.drawing = w->drawing, .bunch = u, .bundle = &p->bundles[part], .target = SIZE_MAX};
    (void)thread;
    if (!to.bundle->first) return;
    hys__wire_draw(&w->drawing->wire, u->first, u->first + u->n_cells, place, &to);
    move_back(to.bundle, p->source->n);
}

static void place_list(const hys__drawing *d, double dt) {
    const hys__projection *p = d->projection;
    for (size_t k = 0; k < d->opts.n_list; k++) {
        const hys_synapse_row *r = &d->opts.list[k];
        const size_t bunch = bunch_of(p->target, r->target);
        hys__bundle *u = &p->bundles[bunch];
        if (!u->first) continue;
        const uint32_t at = u->first[r->source]++;
        u->word[at] = (uint32_t)floor(r->delay / dt + 0.5) << 16 |
                      (uint32_t)(r->target - p->target->wiring->bunches[bunch].first);
        u->exact[at] = r->weight;
    }
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++)
        if (p->bundles[k].first) move_back(&p->bundles[k], p->source->n);
}

/* ---- memory ---- */

static hys_status take_firsts(hys_brain *b, const hys__projection *p) {
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++) {
        hys__bundle *u = &p->bundles[k];
        if (!hys__bunch_is_mine(b, &p->target->wiring->bunches[k])) continue;
        u->first = hys__net_take(b, p->source->n + 1, sizeof *u->first);
        if (!u->first) return HYS_NOMEM;
        memset(u->first, 0, (p->source->n + 1) * sizeof *u->first);
    }
    return HYS_OK;
}

static hys_status take_block(hys_brain *b, hys__projection *p, uint64_t n, size_t each) {
    p->block_size = 0;
    if (n > (SIZE_MAX / 2 - ALIGNED) / each) return HYS_NOMEM;
    p->block = hys__net_take(b, (size_t)n * each + ALIGNED, 1);
    if (!p->block) return HYS_NOMEM;
    p->block_size = (size_t)n * each + ALIGNED;
    return HYS_OK;
}

static hys_status take_words(hys_brain *b, const hys__drawing *d) {
    hys__projection *p = d->projection;
    const bool is_exact = d->opts.rule == HYS_CONNECT_LIST || d->opts.plasticity.kind != HYS_PLASTIC_NONE;
    const bool is_drawn = !is_exact && d->weight.of.kind != HYS_DRAW_CONSTANT;
    uint64_t n = 0;
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++) {
        hys__bundle *u = &p->bundles[k];
        for (size_t s = 0; s < p->source->n && u->first; s++) u->first[s + 1] += u->first[s];
        n += u->n;
    }
    const size_t each = is_drawn ? sizeof(hys__drawn) : sizeof(uint32_t) + (is_exact ? sizeof(double) : 0);
    if (take_block(b, p, n, each) != HYS_OK) return HYS_NOMEM;
    char *at = p->block, *words = at + (ALIGNED - (uintptr_t)at % ALIGNED) % ALIGNED;
    for (size_t k = 0; k < p->target->wiring->n_bunches && is_exact; k++) {
        p->bundles[k].exact = (double *)(void *)words;
        words += p->bundles[k].n * sizeof(double);
    }
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++) {
        hys__bundle *u = &p->bundles[k];
        if (is_drawn) u->drawn = (hys__drawn *)(void *)words;
        else u->word = (uint32_t *)(void *)words;
        words += u->n * (is_drawn ? sizeof(hys__drawn) : sizeof(uint32_t));
    }
    return HYS_OK;
}

static hys_status check_counts(hys_brain *b, const hys__projection *p, const bool *is_too_many) {
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++)
        if (is_too_many[k])
            return hys__fail(b->ctx, HYS_LIMIT, "", "more than 2^32 synapses upon some %zu cells",
                             p->target->wiring->bunches[k].n_cells);
    return HYS_OK;
}

/* Threads for as long as one projection is drawn: a brain takes its own when all groups are there. */
static hys_status draw_all(hys_brain *b, hys__drawing *d) {
    const hys__projection *p = d->projection;
    const size_t n = p->target->wiring->n_bunches;
    const unsigned most = b->opts.n_threads ? b->opts.n_threads : (unsigned)hys__ctx_n_threads(b->ctx);
    work w = {.brain = b, .drawing = d, .is_too_many = HYS_NEW_N(&d->scratch, bool, n)};
    hys__team *team = NULL;
    hys_status status = w.is_too_many ? HYS_OK : HYS_NOMEM;
    if (status == HYS_OK && most > 1 && n > 1) status = hys__team_new(b->ctx, most < n ? most : (unsigned)n, &team);
    if (status != HYS_OK) return status;
    hys__team_run(team, n, count_bunch, &w);
    status = check_counts(b, p, w.is_too_many);
    if (status == HYS_OK) status = take_words(b, d);
    if (status == HYS_OK) hys__team_run(team, n, place_bunch, &w);
    hys__team_free(team);
    return status;
}

hys_status hys__connect_place(hys_brain *b, hys__drawing *d) {
    hys_status status = take_firsts(b, d->projection);
    if (status != HYS_OK || d->opts.rule != HYS_CONNECT_LIST) return status == HYS_OK ? draw_all(b, d) : status;
    if (d->opts.n_list > UINT32_MAX) return hys__fail(b->ctx, HYS_LIMIT, "", "a list of more than 2^32 synapses");
    count_list(d);
    status = take_words(b, d);
    if (status == HYS_OK) place_list(d, b->opts.dt);
    return status;
}

/* ---- telling ---- */

/* By target, then by source, and by the order in which they were drawn. */
static void tell_bundle(const hys__projection *p, const hys__bunch *u, const hys__bundle *in, double dt, size_t *at,
                        hys_synapse_row *rows) {
    for (size_t k = 0; k < in->n; k++) at[(hys__bundle_word(in, k) & 0xffffu) + 1]++;
    for (size_t k = 0; k < u->n_cells; k++) at[k + 1] += at[k];
    for (size_t s = 0; s < p->source->n; s++)
        for (uint32_t k = in->first[s]; k < in->first[s + 1]; k++) {
            const uint32_t word = hys__bundle_word(in, k), cell = word & 0xffffu;
            rows[at[cell]++] = (hys_synapse_row){.source = (uint32_t)s,
                                                 .target = (uint32_t)(u->first + cell),
                                                 .weight = in->exact   ? in->exact[k]
                                                           : in->drawn ? (double)in->drawn[k].weight
                                                                       : p->weight_one,
                                                 .delay = (word >> 16) * dt};
        }
}

static hys_status tell_mine(const hys_brain *b, const hys__projection *p, hys_synapse_row *rows) {
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++) {
        const hys__bunch *u = &p->target->wiring->bunches[k];
        const size_t size = (u->n_cells + 2) * sizeof(size_t);
        if (!p->bundles[k].first) continue;
        size_t *at = hys__realloc(b->ctx, NULL, 0, size);
        if (!at) return HYS_NOMEM;
        memset(at, 0, size);
        tell_bundle(p, u, &p->bundles[k], b->opts.dt, at, rows);
        rows += p->bundles[k].n;
        hys__free(b->ctx, at, size);
    }
    return HYS_OK;
}

hys_status hys_brain_synapses(const hys_brain *b, size_t projection, hys_synapse_row *rows) {
    if (!b->net || projection >= b->net->projections.n)
        return hys__fail(b->ctx, HYS_ARG, "", "there is no projection %zu", projection);
    const hys__projection *p = b->net->projections.at[projection];
    if (!hys__is_shared(b)) return tell_mine(b, p, rows);
    size_t n = 0;
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++) n += p->bundles[k].n;
    hys_synapse_row *mine = hys__realloc(b->ctx, NULL, 0, (n + 1) * sizeof *mine);
    hys_status status = hys_ranks_all(b->ctx, mine ? tell_mine(b, p, mine) : HYS_NOMEM);
    if (status == HYS_OK) status = hys__ranks_rows(b, p, mine, n, rows);
    if (mine) hys__free(b->ctx, mine, (n + 1) * sizeof *mine);
    return status;
}
