/* Plastic synapses: what is asked for, their memory, and what senders' spikes leave behind. */
#include "base/diag.h"
#include "brain/plastic_impl.h"
#include <math.h>
#include <string.h>

const char *hys_plasticity_kind_name(hys_plasticity_kind kind) {
#define HYS_X(id, name, what) name,
    static const char *const names[] = {HYS_PLASTICITIES(HYS_X)};
#undef HYS_X
    return (unsigned)kind < HYS_N_PLASTICITIES ? names[kind] : "?";
}

/* Pairs: Song, Miller and Abbott, Nat. Neurosci. 3, 919 (2000).  Triplets: Pfister and Gerstner, J. Neurosci. 26, 9673
 * (2006), table 4, all to all, hippocampal culture; a minus and a3 minus as there. */
hys_plasticity hys_plasticity_default(hys_plasticity_kind kind) {
    hys_plasticity p = {.kind = kind,
                        .a_plus = 0.005,
                        .a_minus = 0.00525,
                        .tau_plus = 20e-3,
                        .tau_minus = 20e-3,
                        .tau_x = 100e-3,
                        .tau_y = 100e-3,
                        .w_max = 1e-9,
                        .g_max = 1e-3,
                        .read = 0.1,
                        .v_head = 0.8,
                        .v_tail = -0.4,
                        .t_head = 1e-3,
                        .t_tail = 20e-3};
    if (kind != HYS_PLASTIC_TRIPLET) return p;
    p.a_plus = 6.1e-3;
    p.a_minus = 1.6e-3;
    p.a3_plus = 6.7e-3;
    p.a3_minus = 1.4e-3;
    p.tau_plus = 16.8e-3;
    p.tau_minus = 33.7e-3;
    p.tau_x = 946e-3;
    p.tau_y = 27e-3;
    return p;
}

hys_status hys__plastic_check(const hys_brain *b, const hys_plasticity *p) {
    if (p->kind == HYS_PLASTIC_NONE) return HYS_OK;
    if ((unsigned)p->kind >= HYS_N_PLASTICITIES) return hys__fail(b->ctx, HYS_ARG, "", "no such plasticity");
    if (!(p->w_min <= p->w_max) || !isfinite(p->w_min) || !isfinite(p->w_max))
        return hys__fail(b->ctx, HYS_ARG, "", "plastic weights cannot lie between %g and %g", p->w_min, p->w_max);
    if (p->kind == HYS_PLASTIC_DEVICE) return hys__device_check(b, p);
    const double taus[] = {p->tau_plus, p->tau_minus, p->tau_x, p->tau_y};
    const double sizes[] = {p->a_plus, p->a_minus, p->a3_plus, p->a3_minus};
    for (size_t k = 0; k < (p->kind == HYS_PLASTIC_TRIPLET ? 4 : 2); k++) {
        if (!(taus[k] > 0) || !isfinite(taus[k]))
            return hys__fail(b->ctx, HYS_ARG, "", "a time constant of plasticity cannot be %g s", taus[k]);
    }
    for (size_t k = 0; k < 4; k++)
        if (!isfinite(sizes[k])) return hys__fail(b->ctx, HYS_ARG, "", "a change of plasticity cannot be %g", sizes[k]);
    return HYS_OK;
}

static hys_status take_past(hys_brain *b, hys__past *past, const hys__bunch *u) {
    past->tails = HYS_NEW_N(&b->arena, struct hys__tail, u->n_cells);
    if (!past->tails) return HYS_NOMEM;
    for (size_t k = 0; k < u->n_cells; k++) past->tails[k].first = past->tails[k].last = HYS__LAST;
    return HYS_OK;
}

hys_status hys__plastic_take(hys_brain *b, hys__projection *p, const hys_plasticity *plasticity) {
    if (plasticity->kind == HYS_PLASTIC_NONE) return HYS_OK;
    hys__plastic *x = HYS_NEW(&b->arena, hys__plastic);
    if (!x) return HYS_NOMEM;
    x->of = *plasticity;
    if (x->of.kind == HYS_PLASTIC_PAIR) x->of.a3_plus = x->of.a3_minus = 0;
    x->dt = b->opts.dt;
    x->senders = HYS_NEW_N(&b->arena, hys__pre, p->source->n);
    x->pasts = HYS_NEW_N(&b->arena, hys__past, p->target->wiring->n_bunches);
    if (!x->senders || !x->pasts) return HYS_NOMEM;
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++) {
        hys__bundle *u = &p->bundles[k];
        if (take_past(b, &x->pasts[k], &p->target->wiring->bunches[k]) != HYS_OK) return HYS_NOMEM;
        for (size_t j = 0; j < u->n; j++) u->exact[j] = fmin(fmax(u->exact[j], x->of.w_min), x->of.w_max);
    }
    p->target->wiring->is_heard = true;
    p->plastic = x;
    if (x->of.kind != HYS_PLASTIC_DEVICE) return HYS_OK;
    x->of.tau_plus = x->of.tau_minus = x->of.tau_x = x->of.tau_y = 1; /* of traces that nobody asks for */
    return hys__device_take(b, p);
}

void hys__plastic_free(hys_brain *b, hys__projection *p) {
    hys__plastic *x = p->plastic;
    if (!x) return;
    hys__net_drop(b, x->before, x->n_before, sizeof *x->before);
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++)
        hys__net_drop(b, x->pasts[k].at, x->pasts[k].cap, sizeof *x->pasts[k].at);
    p->plastic = NULL;
}

/* ---- behind a window ---- */

static void see(const hys__plastic *x, hys__pre *s, uint64_t step) {
    const double gone = (double)(step - s->step) * x->dt;
    s->trace = 1 + (s->has_any ? s->trace * exp(-gone / x->of.tau_plus) : 0);
    s->slow = 1 + (s->has_any ? s->slow * exp(-gone / x->of.tau_x) : 0);
    s->step = step;
    s->has_any = true;
}

static hys_status note_senders(hys_brain *b, hys__projection *p) {
    const struct hys__net *net = b->net;
    const size_t n = net->n_emissions - net->n_later;
    hys__plastic *x = p->plastic;
    if (x->n_before < n) {
        hys__net_drop(b, x->before, x->n_before, sizeof *x->before);
        x->before = hys__net_take(b, net->cap, sizeof *x->before);
        x->n_before = x->before ? net->cap : 0;
        if (!x->before) return HYS_NOMEM;
    }
    for (size_t s = 0; s < n; s++) {
        const hys__emission *e = &net->emissions[s];
        if (e->group != p->source->number) continue;
        x->before[s] = x->senders[e->cell];
        see(x, &x->senders[e->cell], e->at);
    }
    return HYS_OK;
}

hys_status hys__past_room(hys_brain *b, hys__past *past, size_t need) {
    if (need <= past->cap) return HYS_OK;
    const size_t cap = 2 * need;
    hys__post *at = hys__net_take(b, cap, sizeof *at);
    if (!at) return HYS_NOMEM;
    if (past->n) memcpy(at, past->at, past->n * sizeof *at);
    hys__net_drop(b, past->at, past->cap, sizeof *at);
    past->at = at;
    past->cap = cap;
    return HYS_OK;
}

/* Room for the targets' spikes is taken here, by one thread. */
static hys_status take_room(hys_brain *b, hys__projection *p) {
    const struct hys__net *net = b->net;
    const size_t n = net->n_emissions - net->n_later, each = p->target->wiring->bunches[0].n_cells;
    for (size_t s = 0; s < n; s++)
        if (net->emissions[s].group == p->target->number) p->plastic->pasts[net->emissions[s].cell / each].n_new++;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < p->target->wiring->n_bunches && status == HYS_OK; k++) {
        hys__past *past = &p->plastic->pasts[k];
        status = hys__past_room(b, past, past->n + past->n_new);
        past->n_new = 0;
    }
    return status;
}

static hys_status tell_stuck(hys_brain *b, const hys__projection *p) {
    for (size_t k = 0; k < p->target->wiring->n_bunches; k++)
        if (p->plastic->pasts[k].is_stuck)
            return hys__fail(b->ctx, HYS_NOCONV, "smaller steps, or lower waveforms, may help",
                             "a device of projection %zu has no solution", p->number);
    return HYS_OK;
}

hys_status hys__plastic_gather(hys_brain *b) {
    hys_status status = HYS_OK;
    for (size_t k = 0; k < b->net->projections.n && status == HYS_OK; k++) {
        hys__projection *p = b->net->projections.at[k];
        if (!p->plastic) continue;
        status = tell_stuck(b, p);
        if (status == HYS_OK) status = note_senders(b, p);
        if (status == HYS_OK) status = take_room(b, p);
    }
    return status;
}
