/* What is told of pairs of pulses at several intervals. */
#include "lab/analyse.h"
#include <math.h>

static hys_status tell_fit(hys__protocol *p, const hys__pairs *d) {
    hys__decay fits[HYS__DECAY_KINDS];
    hys__decay_kind best = HYS__DECAY_SINGLE;
    for (int k = HYS__DECAY_SINGLE; k <= HYS__DECAY_DOUBLE; k++) {
        hys_status status = hys__decay_fit(p->ctx, d->dt, d->index, d->n, d->noise, (hys__decay_kind)k, &fits[k]);
        if (status != HYS_OK) return status;
    }
    if (fits[HYS__DECAY_DOUBLE].aicc < fits[HYS__DECAY_SINGLE].aicc - 2) best = HYS__DECAY_DOUBLE;
    const hys__decay *f = &fits[best];
    bool is_double = best == HYS__DECAY_DOUBLE;
    bool is_flat = !(fabs(f->a1) + fabs(f->a2) > 10 * d->noise);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"rest", "1", f->rest, "index far apart: 1 without lasting memory"},
                {"c1", "1", is_flat ? NAN : f->a1, "amplitude of the fast part"},
                {"tau1", "s", is_flat ? NAN : f->tau1, "time constant of the fast part"},
                {"c2", "1", is_double && !is_flat ? f->a2 : NAN, "amplitude of the slow part"},
                {"tau2", "s", is_double && !is_flat ? f->tau2 : NAN, "time constant of the slow part"},
                {"rms", "1", f->rms, "of the fit rest + c1 exp(-dt/tau1) + c2 exp(-dt/tau2)"}};
    hys_status status = HYS_OK;
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    if (status == HYS_OK && isnan(f->a1))
        status = hys__protocol_remark(p, "time constants cannot be told: %zu intervals are too few", d->n);
    else if (status == HYS_OK && is_flat)
        status = hys__protocol_remark(p, "time constants cannot be told: the index does not depend on the interval");
    else if (status == HYS_OK && !is_double)
        status = hys__protocol_remark(
            p, "a second time constant cannot be told: one exponential describes the index as well");
    if (status == HYS_OK && !is_flat && f->tau1 > d->dt[d->n - 1])
        status = hys__protocol_remark(p, "tau1 is uncertain: it exceeds the longest interval");
    return status;
}

hys_status hys__tell_pairs(hys__protocol *p, const hys__pairs *d) {
    double most = NAN, at_most = NAN;
    for (size_t k = 0; k < d->n; k++)
        if (!(fabs(d->index[k] - 1) <= fabs(most - 1))) most = d->index[k], at_most = d->dt[k];
    double least = fmax(0.001, 3 * d->noise);
    hys_status status = hys__protocol_says(p, "kind",
                                           most > 1 + least   ? "facilitation"
                                           : most < 1 - least ? "depression"
                                                              : "none",
                                           "whether the second response is larger (PPF) or smaller (PPD)");
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "index_most", "1", most,
                                       "A2/A1 that differs most from 1; A: current at a pulse's end");
    if (status == HYS_OK) status = hys__protocol_feature(p, "interval_most", "s", at_most, "interval of it");
    if (status == HYS_OK) status = tell_fit(p, d);
    if (status == HYS_OK)
        status = hys__protocol_feature(p, "energy_per_event", "J", d->energy,
                                       "of the second pulse, at the longest interval");
    return status;
}
