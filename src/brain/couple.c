/* Slow couplings, checked: from cells that stand for astrocytes or stores of energy to what they act on. */
#include "brain/couple.h"
#include "base/diag.h"
#include "brain/plastic_impl.h"
#include <math.h>
#include <string.h>

#define EVERY 1e-3 /* s */

const char *hys_couple_map_name(hys_couple_map map) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_COUPLE_MAPS(HYS_X)};
#undef HYS_X
    return (unsigned)map < HYS_N_COUPLE_MAPS ? names[map] : "?";
}

const char *hys_couple_effect_name(hys_couple_effect effect) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_COUPLE_EFFECTS(HYS_X)};
#undef HYS_X
    return (unsigned)effect < HYS_N_COUPLE_EFFECTS ? names[effect] : "?";
}

hys_couple_opts hys_couple_opts_default(void) {
    return (hys_couple_opts){.size = sizeof(hys_couple_opts), .what = "v", .gain = 1, .unit = 1, .every = EVERY};
}

/* ---- checks ---- */

static hys_status check_numbers(const hys_brain *b, const hys_couple_opts *o) {
    hys_ctx *ctx = b->ctx;
    const bool has_unit = o->map == HYS_COUPLE_LOGARITHM || o->map == HYS_COUPLE_SIGMOID;
    if ((unsigned)o->map >= HYS_N_COUPLE_MAPS || (unsigned)o->effect >= HYS_N_COUPLE_EFFECTS)
        return hys__fail(ctx, HYS_ARG, "", "no such coupling");
    if (!isfinite(o->gain) || !isfinite(o->threshold))
        return hys__fail(ctx, HYS_ARG, "", "a coupling cannot have the gain %g and the threshold %g", o->gain,
                         o->threshold);
    if (has_unit && !(o->unit > 0 && isfinite(o->unit)))
        return hys__fail(ctx, HYS_ARG, "", "a coupling cannot have the unit %g", o->unit);
    if (!(o->every / b->opts.dt >= 0.5) || !(o->every / b->opts.dt < 1e15))
        return hys__fail(ctx, HYS_ARG, "at least each step", "a coupling cannot read every %g s", o->every);
    return HYS_OK;
}

static hys_status check_place(const hys_brain *b, const hys_couple_opts *o) {
    hys_ctx *ctx = b->ctx;
    const size_t n_projections = b->net ? b->net->projections.n : 0;
    if (b->has_run) return hys__fail(ctx, HYS_ARG, "", "a brain that has run takes no more couplings");
    if (o->from >= b->groups.n || (o->effect == HYS_COUPLE_TO_PORT && o->to >= b->groups.n))
        return hys__fail(ctx, HYS_ARG, "", "there are no groups %zu and %zu of cells", o->from, o->to);
    if (o->effect == HYS_COUPLE_TO_PORT) return HYS_OK;
    if (o->to >= n_projections) return hys__fail(ctx, HYS_ARG, "", "there is no projection %zu", o->to);
    const hys__projection *p = b->net->projections.at[o->to];
    if (o->effect == HYS_COUPLE_TO_RELEASE && !(p->short_term.use > 0))
        return hys__fail(ctx, HYS_ARG, "give it short-term plasticity",
                         "projection %zu has no release that a coupling could change", o->to);
    if (o->effect == HYS_COUPLE_TO_LEARNING && !p->plastic)
        return hys__fail(ctx, HYS_ARG, "give it plasticity", "synapses of projection %zu do not learn", o->to);
    return HYS_OK;
}

static hys_status find_row(const hys_brain *b, const hys_couple_opts *o, size_t *row) {
    const hys__group *g = b->groups.at[o->from];
    hys__probe found = {.every = 1};
    hys_status status = hys__brain_find(b, o->from, o->what ? o->what : "v", &found);
    if (status != HYS_OK) return status;
    if (g->cell->firing && g->cell->firing->kind != HYS__CELL_POINT)
        return hys__fail(b->ctx, HYS_ARG, "", "group %zu has sources of spikes: they have no value", o->from);
    if (found.what != HYS__PROBE_V && found.what != HYS__PROBE_STATE)
        return hys__fail(b->ctx, HYS_ARG, "v or CHANNEL.STATE", "a coupling cannot read '%.80s'", o->what);
    *row = found.what == HYS__PROBE_V ? 0 : g->row[found.channel] + found.state;
    return HYS_OK;
}

static hys_status take_cells(hys_brain *b, const hys_couple_opts *o, size_t n, uint32_t **cell) {
    const size_t n_from = b->groups.at[o->from]->n;
    if (!o->cell) return HYS_OK;
    for (size_t k = 0; k < n; k++)
        if (o->cell[k] >= n_from)
            return hys__fail(b->ctx, HYS_ARG, "", "cell %zu hears cell %zu of a group of %zu", k, (size_t)o->cell[k],
                             n_from);
    *cell = HYS_NEW_N(&b->arena, uint32_t, n);
    if (!*cell) return HYS_NOMEM;
    memcpy(*cell, o->cell, n * sizeof **cell);
    return HYS_OK;
}

/* ---- goals ---- */

static hys_status find_goal(hys_brain *b, const hys_couple_opts *o, hys__goal *g) {
    g->effect = o->effect;
    if (o->effect != HYS_COUPLE_TO_PORT) {
        g->projection = b->net->projections.at[o->to];
        g->group = o->effect == HYS_COUPLE_TO_RELEASE ? g->projection->source : g->projection->target;
        return HYS_OK;
    }
    g->group = b->groups.at[o->to];
    hys_status status = hys__site_of(b, o->to, o->port, 0, &g->site);
    if (status == HYS_OK && g->group->wiring->sites.at[g->site].port->of.kind == HYS_PORT_DELTA)
        return hys__fail(b->ctx, HYS_ARG, "take an exponential port",
                         "port %.80s makes steps of the potential: it has nothing to which a coupling could add",
                         o->port);
    return status;
}

static bool are_same(const hys__goal *a, const hys__goal *b) {
    return a->effect == b->effect && a->group == b->group && a->site == b->site && a->projection == b->projection;
}

/* Where others read what couplings make. */
static void tell(hys_brain *b, const hys__goal *g) {
    if (g->effect == HYS_COUPLE_TO_PORT) g->group->wiring->sites.at[g->site].held = g->now;
    else if (g->effect == HYS_COUPLE_TO_RELEASE) b->net->projections.at[g->projection->number]->use = g->now;
    else b->net->projections.at[g->projection->number]->learning = g->now;
}

static hys_status take_goal(hys_brain *b, const hys__goal *wanted, size_t *goal) {
    struct hys__couples *c = b->net->couples;
    for (*goal = 0; *goal < c->goals.n; ++*goal)
        if (are_same(&c->goals.at[*goal], wanted)) return HYS_OK;
    const bool is_late = wanted->effect == HYS_COUPLE_TO_LEARNING;
    double *now = HYS_NEW_N(&b->arena, double, wanted->group->n);
    double *next = is_late && now ? HYS_NEW_N(&b->arena, double, wanted->group->n) : now;
    hys__goal *g = next ? HYS_PUSH(&b->arena, &c->goals) : NULL;
    if (!g) return HYS_NOMEM;
    *g = *wanted;
    g->now = now;
    g->next = next;
    tell(b, g);
    return HYS_OK;
}

/* ---- couplings ---- */

static hys_status add(hys_brain *b, const hys_couple_opts *o, hys__couple *made) {
    hys__goal wanted = {0};
    struct hys__net *net;
    hys_status status = find_goal(b, o, &wanted);
    if (status == HYS_OK) status = take_cells(b, o, wanted.group->n, &made->cell);
    if (status == HYS_OK) status = hys__net_of(b, &net);
    if (status != HYS_OK) return status;
    if (!net->couples) net->couples = HYS_NEW(&b->arena, struct hys__couples);
    made->says = HYS_NEW_N(&b->arena, double, wanted.group->n);
    if (!net->couples || !made->says) return HYS_NOMEM;
    status = take_goal(b, &wanted, &made->goal);
    if (status != HYS_OK) return status;
    hys__couple *c = HYS_PUSH(&b->arena, &net->couples->all);
    if (!c) return HYS_NOMEM;
    *c = *made;
    return HYS_OK;
}

hys_status hys_brain_couple(hys_brain *b, const hys_couple_opts *opts) {
    hys_couple_opts o = hys_couple_opts_default();
    hys__couple made = {0};
    memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
    hys_status status = check_numbers(b, &o);
    if (status == HYS_OK) status = check_place(b, &o);
    if (status == HYS_OK) status = find_row(b, &o, &made.row);
    if (status != HYS_OK) return status;
    made.map = o.map;
    made.gain = o.gain;
    made.threshold = o.threshold;
    made.unit = o.unit;
    made.from = b->groups.at[o.from];
    made.every = (uint64_t)(o.every / b->opts.dt + 0.5);
    return add(b, &o, &made);
}
