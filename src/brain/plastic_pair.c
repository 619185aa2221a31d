/* Changes by pairs and triplets of spikes, exactly, whenever a sender fires.  With the traces r1, r2 of the sender's
 * spikes (tau_plus, tau_x) and o1, o2 of the target's (tau_minus, tau_y), each just before the spike,
 *
 *     target's spike:  w += w_max r1 (a_plus + a3_plus o2),     sender's spike:  w -= w_max o1 (a_minus + a3_minus r2),
 *
 * within w_min and w_max (Pfister and Gerstner 2006; pairs are triplets without a3).  Spikes that meet at a synapse in
 * the same step do not change it together.  Spikes of targets are kept until all synapses have seen them. */
#include "brain/plastic_impl.h"
#include <math.h>
#include <string.h>

#define FLUSH 2048u /* steps after which all synapses see what there is to see */

static double faded(const hys__plastic *x, double trace, double tau, uint64_t from, uint64_t to) {
    return trace * exp(-(double)(to - from) * x->dt / tau);
}

/* ---- targets ---- */

static void note(const hys__plastic *x, hys__past *past, uint32_t cell, uint64_t step, double learning) {
    struct hys__tail *t = &past->tails[cell];
    const uint32_t at = (uint32_t)past->n++;
    const double trace = t->has_any ? faded(x, t->trace, x->of.tau_minus, t->step, step) : 0;
    const double slow = t->has_any ? faded(x, t->slow, x->of.tau_y, t->step, step) : 0;
    past->at[at] = (hys__post){
        .step = step, .slow = slow, .trace = trace + 1, .learning = learning, .cell = cell, .next = HYS__LAST};
    if (t->last == HYS__LAST) t->first = at;
    else past->at[t->last].next = at;
    t->last = at;
    t->trace = trace + 1;
    t->slow = slow + 1;
    t->step = step;
    t->has_any = true;
}

void hys__plastic_note(const hys_brain *b, hys__bunch *bunch) {
    const struct hys__net *net = b->net;
    const size_t n = net->n_emissions - net->n_later;
    for (size_t k = 0; k < bunch->first_end[b->groups.n]; k++) {
        const hys__projection *p = bunch->ends[k].projection;
        const hys__plastic *x = p->plastic;
        if (!x) continue;
        for (size_t s = 0; s < n; s++) {
            const hys__emission *e = &net->emissions[s];
            if (e->group == bunch->group->number && e->cell >= bunch->first && e->cell < bunch->first + bunch->n_cells)
                note(x, &x->pasts[bunch->number], (uint32_t)(e->cell - bunch->first), e->at,
                     p->learning ? p->learning[e->cell] : 1);
        }
    }
}

/* ---- synapses ---- */

static double within(const hys__plastic *x, double w) {
    return fmin(fmax(w, x->of.w_min), x->of.w_max);
}

typedef struct view { /* of a synapse */
    const hys__plastic *x;
    const hys__past *past;
    const hys__pre *pre;
    uint64_t until; /* step */
    uint32_t delay;
} view;

/* The target's spikes that arrived behind what was seen, up to and with `until`.  *o: the newest one before it. */
static double potentiate(const view *s, uint32_t cell, double w, const hys__post **o) {
    const hys__plastic *x = s->x;
    const struct hys__tail *t = &s->past->tails[cell];
    const uint64_t seen = s->pre->has_any && s->pre->step > s->past->flushed ? s->pre->step : s->past->flushed;
    *o = t->has_base ? &t->base : NULL;
    for (uint32_t k = t->first; k != HYS__LAST; k = s->past->at[k].next) {
        const hys__post *p = &s->past->at[k];
        const uint64_t arrives = p->step + s->delay;
        if (arrives > s->until) break;
        if (arrives > seen && s->pre->has_any)
            w = within(x, w + p->learning * x->of.w_max *
                                  faded(x, s->pre->trace, x->of.tau_plus, s->pre->step, arrives) *
                                  (x->of.a_plus + x->of.a3_plus * p->slow));
        if (arrives < s->until) *o = p;
    }
    return w;
}

static void pair_spike(const hys_brain *b, const hys__bunch *bunch, const hys__end *end, size_t spike) {
    const hys__emission *e = &b->net->emissions[spike];
    const hys__plastic *x = end->projection->plastic;
    const double *learning = end->projection->learning;
    double *exact = end->projection->bundles[bunch->number].exact;
    view s = {.x = x, .past = &x->pasts[bunch->number], .pre = &x->before[spike], .until = e->at};
    const double slow = s.pre->has_any ? faded(x, s.pre->slow, x->of.tau_x, s.pre->step, e->at) : 0;
    const double down = x->of.w_max * (x->of.a_minus + x->of.a3_minus * slow);
    for (uint32_t k = end->first[e->cell]; k < end->first[e->cell + 1]; k++) {
        const hys__post *o;
        s.delay = end->word[k] >> 16;
        const uint32_t cell = end->word[k] & 0xffffu;
        const double w = potentiate(&s, cell, exact[k], &o), part = learning ? learning[bunch->first + cell] : 1;
        exact[k] = o ? within(x, w - part * down * faded(x, o->trace, x->of.tau_minus, o->step + s.delay, e->at)) : w;
    }
}

void hys__plastic_spike(const hys_brain *b, hys__bunch *bunch, const hys__end *end, size_t spike, hys__work *work) {
    if (end->projection->plastic->of.kind == HYS_PLASTIC_DEVICE) hys__device_spike(b, bunch, end, spike, work);
    else pair_spike(b, bunch, end, spike);
}
/* ---- now and then ---- */

void hys__past_link(hys__past *past, size_t n_cells, uint32_t longest, uint64_t now) {
    size_t n = 0;
    for (size_t c = 0; c < n_cells; c++) past->tails[c].first = past->tails[c].last = HYS__LAST;
    for (size_t k = 0; k < past->n; k++) {
        const hys__post p = past->at[k];
        struct hys__tail *t = &past->tails[p.cell];
        if (p.step + longest < now) {
            t->base = p;
            t->has_base = true;
            continue;
        }
        past->at[n] = p;
        past->at[n].next = HYS__LAST;
        if (t->last == HYS__LAST) t->first = (uint32_t)n;
        else past->at[t->last].next = (uint32_t)n;
        t->last = (uint32_t)n++;
    }
    past->n = n;
}

static void flush(const hys__bunch *u, const hys__end *end, uint64_t now) {
    hys__projection *p = end->projection;
    hys__past *past = &p->plastic->pasts[u->number];
    double *exact = p->bundles[u->number].exact;
    view s = {.x = p->plastic, .past = past, .until = now};
    for (size_t cell = 0; cell < p->source->n && past->n; cell++) {
        s.pre = &p->plastic->senders[cell];
        for (uint32_t k = end->first[cell]; s.pre->has_any && k < end->first[cell + 1]; k++) {
            const hys__post *o;
            s.delay = end->word[k] >> 16;
            exact[k] = potentiate(&s, end->word[k] & 0xffffu, exact[k], &o);
        }
    }
    past->flushed = now;
    hys__past_link(past, u->n_cells, p->most, now);
}

void hys__plastic_flush(const hys_brain *b, hys__bunch *bunch, uint64_t now, bool is_end, hys__work *work) {
    for (size_t k = 0; k < bunch->first_end[b->groups.n]; k++) {
        const hys__end *end = &bunch->ends[k];
        const hys__plastic *x = end->projection->plastic;
        if (!x) continue;
        if (x->of.kind == HYS_PLASTIC_DEVICE) hys__device_finish(b, bunch, end, work, now, is_end);
        else if (is_end || now - x->pasts[bunch->number].flushed >= FLUSH) flush(bunch, end, now);
    }
}
