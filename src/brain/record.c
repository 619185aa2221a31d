/* What is written down of a run: potentials, states, currents, spikes. */
#include "base/diag.h"
#include "brain/brain_impl.h"
#include <string.h>

/* ---- asking ---- */

hys_status hys__brain_check_place(const hys_brain *b, const hys_brain_place *p, bool may_be_all) {
    if (p->group >= b->groups.n) return hys__fail(b->ctx, HYS_ARG, "", "there is no group %zu of cells", p->group);
    const hys__group *g = b->groups.at[p->group];
    if (p->cell >= g->n && !(may_be_all && p->cell == HYS_BRAIN_ALL))
        return hys__fail(b->ctx, HYS_ARG, "", "group %zu has no cell %zu; it has %zu", p->group, p->cell, g->n);
    if (p->compartment >= g->cell->n)
        return hys__fail(b->ctx, HYS_ARG, "", "a cell of group %zu has no compartment %zu; it has %zu", p->group,
                         p->compartment, g->cell->n);
    return HYS_OK;
}

hys_status hys__brain_find(const hys_brain *b, size_t group, const char *what, hys__probe *p) {
    const hys_brain_cell *cell = b->groups.at[group]->cell;
    if (!strcmp(what, "v")) return p->what = HYS__PROBE_V, HYS_OK;
    if (!strcmp(what, "electrodes")) return p->what = HYS__PROBE_ELECTRODES, HYS_OK;
    const size_t stem = strcspn(what, ".");
    const long ion = hys__cell_find_ion(cell, what, stem);
    if (ion >= 0 && !strcmp(what + stem, ".inside")) {
        p->state = (size_t)ion;
        return p->what = HYS__PROBE_ION, HYS_OK;
    }
    for (size_t k = 0; k < cell->channels.n; k++) {
        const hys__channel *c = &cell->channels.at[k];
        const size_t n = strlen(c->name);
        if (strncmp(what, c->name, n) != 0 || what[n] != '.') continue;
        p->channel = k;
        if (!strcmp(what + n + 1, "i")) return p->what = HYS__PROBE_CURRENT, HYS_OK;
        if (!strcmp(what + n + 1, "power")) return p->what = HYS__PROBE_POWER, HYS_OK;
        const long state = hys__channel_find_state(c, what + n + 1);
        if (state < 0) continue;
        p->state = (size_t)state;
        return p->what = HYS__PROBE_STATE, HYS_OK;
    }
    return hys__fail(b->ctx, HYS_ARG, "v, electrodes, CHANNEL.i, CHANNEL.power, CHANNEL.STATE or ION.inside",
                     "cells of group %zu have no '%.80s'", group, what);
}

hys_status hys_brain_record(hys_brain *b, const hys_brain_place *place, const char *what, size_t every,
                            size_t *record) {
    hys__probe found = {.every = every ? every : 1};
    hys_status status = hys__brain_check_place(b, place, false);
    if (status == HYS_OK) status = hys__brain_find(b, place->group, what, &found);
    if (status != HYS_OK) return status;
    const bool is_current =
        found.what != HYS__PROBE_V && found.what != HYS__PROBE_STATE && found.what != HYS__PROBE_ION;
    if (b->opts.method == HYS_BRAIN_ADAPTIVE && is_current)
        return hys__fail(b->ctx, HYS_ARG, "", "adaptive runs record potentials, states and concentrations alone");
    hys__group *g = b->groups.at[place->group];
    hys__probe *p = HYS_NEW(&b->arena, hys__probe), **at = p ? HYS_PUSH(&b->arena, &b->probes) : NULL;
    if (!at) return HYS_NOMEM;
    size_t chunk;
    *p = found;
    p->entry = hys__group_entry(g, place->cell, &chunk) + place->compartment * g->lanes;
    p->next = g->chunks[chunk].probes;
    g->chunks[chunk].probes = p;
    *at = p;
    *record = b->probes.n - 1;
    return HYS_OK;
}

hys_brain_trace hys_brain_recorded(const hys_brain *b, size_t record) {
    const hys__probe *p = b->probes.at[record];
    return (hys_brain_trace){p->n, p->t, p->y};
}

/* ---- writing ---- */

hys_status hys__record_room(hys_brain *b, uint64_t n_steps) {
    for (size_t k = 0; k < b->probes.n; k++) {
        hys__probe *p = b->probes.at[k];
        const size_t need = p->is_sum ? 1 : (size_t)(n_steps / p->every) + 2;
        p->n = 0;
        if (need <= p->cap) continue;
        if (n_steps / p->every > SIZE_MAX / 64) return HYS_NOMEM;
        double *t = hys__realloc(b->ctx, p->t, p->cap * sizeof *t, need * sizeof *t);
        if (!t) return HYS_NOMEM;
        p->t = t;
        double *y = hys__realloc(b->ctx, p->y, p->y ? p->cap * sizeof *y : 0, need * sizeof *y);
        if (!y) {
            hys__free(b->ctx, t, need * sizeof *t);
            if (p->y) hys__free(b->ctx, p->y, p->cap * sizeof *y);
            p->t = p->y = NULL;
            p->cap = 0;
            return HYS_NOMEM;
        }
        p->y = y;
        p->cap = need;
    }
    return HYS_OK;
}

static bool is_due(const hys__probe *p, uint64_t step) {
    return step % p->every == 0;
}

static void add_up(hys__probe *p, double t, double y) {
    if (!p->n) {
        p->n = 1;
        p->t[0] = t;
        p->y[0] = 0;
    }
    if (t >= p->from) p->y[0] += y;
}

void hys__probe_put(hys__probe *p, double t, double y) {
    if (p->is_sum) {
        add_up(p, t, y);
        return;
    }
    if (p->n >= p->cap) return;
    p->t[p->n] = t;
    p->y[p->n++] = y;
}

static double time_of(const hys_brain *b, const hys__cohort *c) {
    return hys__step_time(b, c->step);
}

/* States are known half a step before and behind t; gates keep where they are expected next, others where they were. */
static double state_at(const hys_brain *b, const hys__cohort *c, const hys__probe *p) {
    const hys__channel *channel = &c->group->cell->channels.at[p->channel];
    const size_t row = c->group->row[p->channel];
    const double now = hys__chunk_row(c, row + p->state)[p->entry];
    const double beside = hys__chunk_row(c, row + channel->n_inner + p->state)[p->entry];
    if (b->opts.method != HYS_BRAIN_CRANK_NICOLSON) return now;
    const double was =
        channel->kind == HYS__CHANNEL_GATES || channel->kind == HYS__CHANNEL_CURVED ? 2 * now - beside : beside;
    return c->step ? 0.5 * (now + was) : was;
}

void hys__record_before(const hys_brain *b, const hys__cohort *c, const double *v) {
    for (hys__probe *p = c->probes; p; p = p->next) {
        if (!is_due(p, c->step)) continue;
        if (p->what == HYS__PROBE_V) hys__probe_put(p, time_of(b, c), v[p->entry]);
        if (p->what == HYS__PROBE_STATE) hys__probe_put(p, time_of(b, c), state_at(b, c, p));
        if (p->what == HYS__PROBE_ION) hys__probe_put(p, time_of(b, c), hys__ion_inside(c, p->state)[p->entry]);
    }
}

/* V at the device, in the middle of the step. */
static double device_voltage(const hys__cohort *c, const hys__probe *p, double v) {
    const hys__channel *channel = &c->group->cell->channels.at[p->channel];
    const hys__ion *ion = channel->ion >= 0 ? &c->group->cell->ions.at[channel->ion] : NULL;
    const double e =
        ion ? hys__ion_reversal(ion, hys__ion_inside(c, (size_t)channel->ion)[p->entry]) : channel->reversal;
    return channel->scale.voltage * (v - e) + channel->scale.offset;
}

/* Means over the step that begins: what the step's balance of charges has. */
void hys__record_after(const hys_brain *b, const hys__cohort *c, const double *change) {
    for (hys__probe *p = c->probes; p; p = p->next) {
        if (!is_due(p, c->step)) continue;
        const double mean = p->hold_i + p->hold_g * change[p->entry];
        const double current = mean * c->group->area[p->entry];
        if (p->what == HYS__PROBE_CURRENT) hys__probe_put(p, time_of(b, c), current);
        if (p->what == HYS__PROBE_POWER)
            hys__probe_put(p, time_of(b, c), current * device_voltage(c, p, c->rows[p->entry] + change[p->entry]));
        if (p->what == HYS__PROBE_ELECTRODES) hys__probe_put(p, time_of(b, c), mean);
    }
}

/* ---- spikes ---- */

hys_status hys_brain_detect(hys_brain *b, size_t group, size_t compartment, double threshold) {
    const hys_brain_place place = {group, 0, compartment};
    hys_status status = hys__brain_check_place(b, &place, false);
    if (status != HYS_OK) return status;
    if (!(threshold == threshold)) return hys__fail(b->ctx, HYS_ARG, "", "a threshold for spikes cannot be NaN");
    hys__group *g = b->groups.at[group];
    g->has_threshold = true; /* point neurons and sources have their own rule */
    g->threshold = threshold;
    g->watched = compartment;
    return HYS_OK;
}

const hys_spike *hys_brain_spikes(const hys_brain *b, size_t group, size_t *n) {
    *n = b->groups.at[group]->spikes.n;
    return b->groups.at[group]->spikes.at;
}
