/* Consistent values behind a jump or a corner, for circuits of any index: a few implicit Euler steps, so short that
 * nothing else moves in them, keep charges and fluxes, and give all derivatives.  The first takes the jump (an impulse
 * of current where a source is switched onto a capacitance), the second finds what follows from derivatives, the last
 * two tell how slopes change. */
#include "circuit/tran_impl.h"
#include <math.h>
#include <string.h>

#define FIRST_PART 1e-7 /* of the time to the next stop */
#define LAST_PART  1e-3 /* of the step before a corner */

static hys_status euler(hys__tran *tr, double t, double h, double *y, bool *has_jacobian) {
    memcpy(tr->y_old, y, tr->c->n * sizeof *y);
    hys__newton_task task = {.t = t + h, .c = 1 / h, .y_old = tr->y_old};
    return hys__newton_chord(tr->c->newton, &task, y, has_jacobian);
}

static double weight(const hys__tran *tr, uint32_t i, const double *y) {
    return tr->rtol * fabs(y[i]) + tr->abstol[i];
}

/* n steps of length h from tr->y into y; rates of the last in yp.  *bend: largest change of a rate in the last step,
 * against the tolerances of the unknowns. */
static hys_status walk(hys__tran *tr, int n, double h, double *y, double *yp, double *bend) {
    uint32_t size = tr->c->n;
    bool has_jacobian = false;
    memcpy(y, tr->y, size * sizeof *y);
    *bend = 0;
    for (int k = 0; k < n; k++) {
        hys_status status = euler(tr, tr->t + k * h, h, y, &has_jacobian);
        if (status != HYS_OK) return status;
        for (uint32_t i = 0; i < size; i++) {
            double rate = (y[i] - tr->y_old[i]) / h;
            if (k == n - 1 && tr->c->is_tested[i]) *bend = fmax(*bend, fabs(rate - yp[i]) / weight(tr, i, y));
            yp[i] = rate;
        }
    }
    return HYS_OK;
}

static double first_guess(hys__tran *tr) {
    double left = hys__tran_next_stop(tr) - tr->t, h = FIRST_PART * fmin(left, tr->max_step);
    if (tr->last_step > 0) h = fmin(LAST_PART * tr->last_step, 10 * h);
    double least = 64 * 2.3e-16 * fabs(tr->t);
    return fmax(h, least);
}

/* The error of such a step, h^2 y'' / 2, must not show. */
#define ERROR_MAX 1e-3
#define N_TRIES   6

/* A stiff decay that is over within the steps may pass an event on its way: shorter steps then stop before it, unless
 * it lies in the jump itself. */
static bool passes_event(hys__tran *tr, double after) {
    if (!tr->signs.n) return false;
    hys__circuit_roots(tr->c, tr->t + after, tr->y_out, tr->g_after);
    return hys__root_signs_differ(&tr->signs, tr->g_after);
}

/* Steps that end on both sides of what jumps at t, though sources compute their corners to some last places. */
static double least_step(const hys__tran *tr) {
    return 4 * 2.3e-16 * fabs(tr->t);
}

hys_status hys__tran_begin(hys__tran *tr, bool jumped, double *first_step) {
    int n = jumped ? 4 : 3;
    double next = first_guess(tr), h = next, bend = 0, h_passing = 0;
    hys_status status = HYS_NOCONV;
    bool passes = false;
    for (int k = 0; k < N_TRIES || (h_passing > 0 && k < 2 * N_TRIES && next > least_step(tr)); k++, next *= 0.03) {
        h = next;
        status = walk(tr, n, h, tr->y_out, tr->yp_out, &bend);
        if (status == HYS_NOMEM || status == HYS_CANCEL) return status;
        if (status != HYS_OK) continue;
        passes = passes_event(tr, n * h);
        bool is_good = 0.5 * h * bend <= ERROR_MAX;
        if (is_good && !passes) break;
        if (is_good && h_passing == 0) h_passing = h;
    }
    if (h_passing > 0 && passes) status = walk(tr, n, h = h_passing, tr->y_out, tr->yp_out, &bend);
    if (status != HYS_OK) return hys__circuit_no_solution(tr->c, status, tr->t, "after a jump", tr->y);
    memcpy(tr->y, tr->y_out, tr->c->n * sizeof *tr->y);
    memcpy(tr->yp, tr->yp_out, tr->c->n * sizeof *tr->yp);
    tr->t += n * h;
    *first_step = bend > 0 ? sqrt(h / bend) : INFINITY; /* half the tolerance: H^2 y'' / 2 with y'' = bend / h */
    return HYS_OK;
}
