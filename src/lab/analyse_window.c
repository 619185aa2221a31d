/* What is told of the change of conductance against the timing of two spikes. */
#include "lab/analyse.h"
#include <math.h>

static hys_status fit_side(hys__protocol *p, const hys__window *w, const hys__side *s, double *a, double *tau) {
    hys__decay fit;
    double most = 0;
    *a = *tau = NAN;
    for (size_t k = 0; k < s->n; k++) most = fmax(most, fabs(s->change[k]));
    if (!(most > w->least)) return HYS_OK;
    hys_status status = hys__decay_fit(p->ctx, s->dt, s->change, s->n, 1e-4 * most, HYS__DECAY_SINGLE, &fit);
    *a = fit.a1;
    *tau = fit.tau1;
    return status;
}

static const char *kind_of(double plus, double minus, double least) {
    if (fabs(plus) <= least && fabs(minus) <= least) return "none";
    if (plus * minus > 0) return "symmetric";
    return plus > minus ? "Hebbian" : "anti-Hebbian";
}

hys_status hys__tell_window(hys__protocol *p, const hys__window *w) {
    double plus = w->plus.n ? w->plus.change[0] : NAN, minus = w->minus.n ? w->minus.change[0] : NAN;
    double a[2] = {NAN, NAN}, tau[2] = {NAN, NAN};
    const char *kind = kind_of(plus, minus, w->least);
    hys_status status = fit_side(p, w, &w->plus, &a[0], &tau[0]);
    if (status == HYS_OK) status = fit_side(p, w, &w->minus, &a[1], &tau[1]);
    const struct {
        const char *name, *unit;
        double value;
        const char *desc;
    } list[] = {{"change_plus", "1", plus, "dG/G of the shortest interval with pre before post"},
                {"change_minus", "1", minus, "dG/G of the shortest interval with post before pre"},
                {"a_plus", "1", a[0], "amplitude of rest + a exp(-dt/tau), dt > 0"},
                {"tau_plus", "s", tau[0], "its time constant"},
                {"a_minus", "1", a[1], "amplitude, dt < 0"},
                {"tau_minus", "s", tau[1], "its time constant"},
                {"alone", "1", w->alone, "dG/G of spikes that do not overlap, in the order that changes more"},
                {"v_peak", "V", w->peak, "largest voltage of an overlap"},
                {"energy_per_event", "J", w->energy, "of a pair, at the shortest interval with pre before post"}};
    if (status == HYS_OK)
        status = hys__protocol_says(p, "window", kind, "Hebbian: pre before post (dt > 0) raises the conductance");
    for (size_t k = 0; k < sizeof list / sizeof *list && status == HYS_OK; k++)
        status = hys__protocol_feature(p, list[k].name, list[k].unit, list[k].value, list[k].desc);
    double largest = fmax(fabs(plus), fabs(minus));
    if (status == HYS_OK && fabs(w->alone) > 0.05 * largest && largest > w->least)
        status =
            hys__protocol_remark(p,
                                 "spikes that do not overlap change the device too (dG/G %.3g): its threshold is below "
                                 "their height; lower --opt head=V and --opt tail=V",
                                 w->alone);
    if (status == HYS_OK && largest <= w->least)
        status = hys__protocol_remark(p, "the window cannot be told: overlaps of %.3g V change nothing", w->peak);
    return status;
}
