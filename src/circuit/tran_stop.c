/* Where the steps of a transient must end: corners of sources, timers of devices, arrivals at the ends of lines. */
#include "circuit/tran_impl.h"
#include <math.h>
#include <string.h>

void hys__tran_find_corner(hys__tran *tr) {
    tr->corner = hys__circuit_corner(tr->c, tr->t + tr->tiny, &tr->corner_jumps);
}

double hys__tran_next_stop(hys__tran *tr) {
    double stop = fmin(tr->opts->stop, fmin(tr->corner, tr->c->next_time));
    while (tr->arrivals.first < tr->arrivals.n && tr->arrivals.at[tr->arrivals.first] <= tr->t + tr->tiny)
        tr->arrivals.first++;
    if (tr->arrivals.first < tr->arrivals.n) stop = fmin(stop, tr->arrivals.at[tr->arrivals.first]);
    if (isfinite(tr->draw_step)) stop = fmin(stop, (double)(tr->interval + 1) * tr->draw_step);
    return fabs(stop - tr->opts->stop) <= tr->tiny ? tr->opts->stop : stop;
}

static hys_status add_arrival(hys__tran *tr, double t) {
    if (t > tr->opts->stop) return HYS_OK;
    size_t k = tr->arrivals.n;
    while (k > tr->arrivals.first && tr->arrivals.at[k - 1] > t) k--;
    if (k > tr->arrivals.first && t - tr->arrivals.at[k - 1] <= tr->tiny) return HYS_OK;
    double *slot = HYS_PUSH(&tr->arena, &tr->arrivals);
    if (!slot) return HYS_NOMEM;
    memmove(tr->arrivals.at + k + 1, tr->arrivals.at + k, (tr->arrivals.n - 1 - k) * sizeof(double));
    tr->arrivals.at[k] = t;
    return HYS_OK;
}

static double outgoing(const hys__circuit *c, const hys__line *l, unsigned end, const double *y) {
    uint32_t a = l->v[2 * end], b = l->v[2 * end + 1];
    return (a == c->n ? 0 : y[a]) - (b == c->n ? 0 : y[b]) + l->z0 * y[l->i[end]];
}

/* A corner that runs into a line comes out at its other end, unless it is too small to matter. */
hys_status hys__tran_corner_on_lines(hys__tran *tr, const double *y_before, const double *yp_before) {
    hys__circuit *c = tr->c;
    for (size_t k = 0; k < c->lines.n; k++) {
        const hys__line *l = &c->lines.at[k];
        for (unsigned end = 0; end < 2; end++) {
            double before = outgoing(c, l, end, y_before), after = outgoing(c, l, end, tr->y);
            double slope = outgoing(c, l, end, tr->yp) - outgoing(c, l, end, yp_before);
            double small = tr->rtol * fmax(fabs(before), fabs(after)) + 1e-6;
            if (fabs(after - before) < small && fabs(slope) * l->td < small) continue;
            hys_status status = add_arrival(tr, tr->corner_at + l->td);
            if (status != HYS_OK) return status;
        }
    }
    return HYS_OK;
}

/* Steps of one run: minutes.  A device that changes within picoseconds in a run of seconds would take years. */
#define STEPS_MAX 1000000000u

hys_status hys__tran_poll(hys__tran *tr) {
    if (tr->stats->n_steps > STEPS_MAX)
        return hys__fail(tr->ctx, HYS_LIMIT, "a shorter .tran, or a larger reltol",
                         "%u steps went to %.6g s: something changes much faster than the run lasts", STEPS_MAX, tr->t);
    if (hys_ctx_is_cancelled(tr->ctx)) return HYS_CANCEL;
    if (tr->opts->progress && tr->opts->progress(tr->opts->progress_user, tr->t / tr->opts->stop)) return HYS_CANCEL;
    return HYS_OK;
}
