/* What a transient hands out. */
#include "circuit/probe.h"
#include "circuit/tran_impl.h"
#include <math.h>

hys_status hys__tran_start_energies(hys__tran *tr) {
    hys__circuit *c = tr->c;
    c->energies.n = 0;
    for (size_t k = 0; k < c->flat->n_probes; k++)
        if (c->flat->probes[k].kind == HYS__PROBE_ENERGY && !hys__circuit_energy(c, &c->flat->probes[k]))
            return HYS_NOMEM;
    hys__tran_energies(tr, tr->t, tr->y, tr->yp, NULL);
    return HYS_OK;
}

static double power(hys__tran *tr, const hys__energy *e, double t, const double *y, const double *yp) {
    const hys__probe_at at = {.t = t, .y = y, .yp = yp};
    return hys__probe_power(tr->c, &at, e->a, e->is_scope);
}

/* Simpson's rule between the last point and this one. */
void hys__tran_energies(hys__tran *tr, double t, const double *y, const double *yp, hys__tran_at *at) {
    for (size_t k = 0; k < tr->c->energies.n; k++) {
        hys__energy *e = &tr->c->energies.at[k];
        double now = power(tr, e, t, y, yp), h = t - e->t;
        if (h > 0) {
            double middle = 0.5 * (e->power + now);
            if (at && at(tr, e->t + 0.5 * h, tr->y_mid, tr->yp_mid))
                middle = power(tr, e, e->t + 0.5 * h, tr->y_mid, tr->yp_mid);
            e->sum += h / 6 * (e->power + 4 * middle + now);
        }
        e->t = t;
        e->power = now;
    }
}

hys_status hys__tran_put(hys__tran *tr, double t, const double *y, const double *yp) {
    if (t < tr->opts->start - tr->tiny || tr->is_stopped) return HYS_OK;
    tr->stats->n_points++;
    tr->last_out = t;
    tr->is_stopped = tr->sink->point(tr->sink->user, t, y, yp) != 0;
    return HYS_OK;
}

double hys__tran_next_output(const hys__tran *tr) {
    if (tr->opts->every_step) return INFINITY;
    double t = tr->opts->start + (double)tr->n_out * tr->opts->step;
    return t > tr->opts->stop - 1e-9 * tr->opts->step ? tr->opts->stop : t;
}

/* The outputs up to t, which `at` reads off between two points. */
hys_status hys__tran_outputs(hys__tran *tr, double t, hys__tran_at *at) {
    while (!tr->is_stopped) {
        double due = hys__tran_next_output(tr);
        if (due > t || (due >= tr->opts->stop && tr->last_out >= due)) break;
        if (!(fabs(due - tr->last_out) <= tr->tiny)) {
            if (!at(tr, due, tr->y_out, tr->yp_out)) return HYS_BUG_HERE(tr->ctx, "output outside the step");
            hys__tran_energies(tr, due, tr->y_out, tr->yp_out, at);
            hys_status status = hys__tran_put(tr, due, tr->y_out, tr->yp_out);
            if (status != HYS_OK) return status;
        }
        if (due >= tr->opts->stop) break;
        tr->n_out++;
    }
    return HYS_OK;
}
