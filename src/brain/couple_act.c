/* Slow couplings at work: between windows, by one thread, in the order in which they were made. */
#include "brain/couple.h"
#include <math.h>
#include <string.h>

/* ---- reading ---- */

static double value_of(const hys__couple *c, size_t cell) {
    size_t chunk;
    if (c->told) return c->told[cell];
    const size_t entry = hys__group_entry(c->from, cell, &chunk);
    return hys__chunk_row(&c->from->chunks[chunk], c->row)[entry];
}

static double map(const hys__couple *c, double y) {
    const double over = y - c->threshold;
    switch (c->map) {
    case HYS_COUPLE_LINEAR:
        return c->gain * over;
    case HYS_COUPLE_RECTIFIED:
        return over > 0 ? c->gain * over : 0;
    case HYS_COUPLE_LOGARITHM:
        return over > c->unit ? c->gain * log(over / c->unit) : 0;
    default:
        return c->gain / (1 + exp(-over / c->unit));
    }
}

/* Cells side by side mostly hear the same one. */
static void listen(hys__couple *c, size_t n) {
    const size_t n_from = c->from->n;
    size_t last = SIZE_MAX;
    double says = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t cell = c->cell ? c->cell[k] : (size_t)((uint64_t)k * n_from / n);
        if (cell != last) says = map(c, value_of(c, cell));
        last = cell;
        c->says[k] = says;
    }
}

/* ---- acting ---- */

static double between(double x, double lo, double hi) {
    return x < lo ? lo : x < hi ? x : hi;
}

static void begin(const hys__goal *g) {
    const double from = g->effect == HYS_COUPLE_TO_PORT      ? 0
                        : g->effect == HYS_COUPLE_TO_RELEASE ? g->projection->short_term.use
                                                             : 1;
    for (size_t k = 0; k < g->group->n; k++) g->next[k] = from;
}

static void take_in(const hys__goal *g, const double *says) {
    if (g->effect == HYS_COUPLE_TO_LEARNING)
        for (size_t k = 0; k < g->group->n; k++) g->next[k] *= between(says[k], 0, 1);
    else
        for (size_t k = 0; k < g->group->n; k++) g->next[k] += says[k];
}

static void finish(const hys__goal *g) {
    if (g->effect == HYS_COUPLE_TO_RELEASE)
        for (size_t k = 0; k < g->group->n; k++) g->next[k] = between(g->next[k], 0, 1);
}

static bool is_due(const hys__couple *c, uint64_t step) {
    return step % c->every == 0;
}

hys_status hys__couples_act(hys_brain *b) {
    struct hys__couples *all = b->net ? b->net->couples : NULL;
    hys_status status = HYS_OK;
    bool any = false;
    for (size_t k = 0; all && k < all->all.n && status == HYS_OK; k++) {
        hys__couple *c = &all->all.at[k];
        if (!is_due(c, b->until)) continue;
        status = hys__ranks_values(b, c->from, c->row, &c->told);
        if (status == HYS_OK) listen(c, all->goals.at[c->goal].group->n);
        any = true;
    }
    if (!any || status != HYS_OK) return status;
    for (size_t k = 0; k < all->goals.n; k++) begin(&all->goals.at[k]);
    for (size_t k = 0; k < all->all.n; k++) take_in(&all->goals.at[all->all.at[k].goal], all->all.at[k].says);
    for (size_t k = 0; k < all->goals.n; k++) finish(&all->goals.at[k]);
    return HYS_OK;
}

void hys__couples_keep(const hys_brain *b) {
    const struct hys__couples *all = b->net->couples;
    for (size_t k = 0; all && k < all->goals.n; k++) {
        const hys__goal *g = &all->goals.at[k];
        if (g->next != g->now) memcpy(g->now, g->next, g->group->n * sizeof *g->now);
    }
}

uint64_t hys__couples_wait(const hys_brain *b, uint64_t most) {
    const struct hys__couples *all = b->net->couples;
    for (size_t k = 0; all && k < all->all.n; k++) {
        const uint64_t every = all->all.at[k].every, left = every - b->until % every;
        if (left < most) most = left;
    }
    return most;
}
