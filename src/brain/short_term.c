/* Short-term plasticity (Tsodyks, Pawelzik and Markram, Neural Comput. 10, 821 (1998)).  All synapses of a sender in a
 * projection share its variables.  At a spike, exactly,
 *
 *     u := u + use (1 - u);   the spike's weight is w u x;   x := x - u x;
 *
 * between spikes u falls to 0 with the time constant of facilitation (without one, u is always use), x rises to 1 with
 * that of recovery. */
#include "base/diag.h"
#include "brain/network_impl.h"
#include <math.h>

hys_status hys__short_term_take(hys_brain *b, hys__projection *p) {
    const hys_short_term *o = &p->short_term;
    const size_t n = p->source->n;
    if (o->use == 0) return HYS_OK;
    if (!(o->use > 0 && o->use <= 1) || !(o->recovery > 0) || !(o->facilitation >= 0) || !isfinite(o->recovery) ||
        !isfinite(o->facilitation))
        return hys__fail(b->ctx, HYS_ARG, "",
                         "short-term plasticity cannot have use %g, recovery %g s, facilitation %g s", o->use,
                         o->recovery, o->facilitation);
    p->u = HYS_NEW_N(&b->arena, double, n);
    p->x = HYS_NEW_N(&b->arena, double, n);
    p->last = HYS_NEW_N(&b->arena, double, n);
    if (!p->u || !p->x || !p->last) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        p->x[k] = 1;
        p->last[k] = -1;
    }
    return HYS_OK;
}

static double release(hys__projection *p, size_t cell, double at, double dt) {
    const hys_short_term *o = &p->short_term;
    const double gone = p->last[cell] < 0 ? INFINITY : (at - p->last[cell]) * dt;
    const double u = o->facilitation > 0 ? p->u[cell] * exp(-gone / o->facilitation) : 0;
    const double x = 1 - (1 - p->x[cell]) * exp(-gone / o->recovery);
    p->u[cell] = u + (p->use ? p->use[cell] : o->use) * (1 - u);
    p->x[cell] = x - p->u[cell] * x;
    p->last[cell] = at;
    return p->u[cell] * x;
}

hys_status hys__short_term_gather(hys_brain *b) {
    const struct hys__net *net = b->net;
    const size_t n = net->n_emissions - net->n_later;
    for (size_t k = 0; k < net->projections.n; k++) {
        hys__projection *p = net->projections.at[k];
        if (!p->u || !n) continue;
        if (p->factor_cap < n) {
            hys__net_drop(b, p->factor, p->factor_cap, sizeof *p->factor);
            p->factor = hys__net_take(b, net->cap, sizeof *p->factor);
            p->factor_cap = p->factor ? net->cap : 0;
            if (!p->factor) return HYS_NOMEM;
        }
        for (size_t s = 0; s < n; s++) {
            const hys__emission *e = &net->emissions[s];
            if (e->group == p->source->number) p->factor[s] = release(p, e->cell, (double)e->at, b->opts.dt);
        }
    }
    return HYS_OK;
}
