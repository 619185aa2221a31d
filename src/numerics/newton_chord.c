/* Newton's method with one Jacobian for several solutions: steps of one length that follow each other. */
#include "numerics/newton_impl.h"
#include <math.h>
#include <string.h>

/* A correction that is not this much smaller than the one before asks for a new Jacobian. */
#define RATE_MAX 0.3
#define TURNS    12

static bool residual(hys__newton *w, const hys__newton_task *task, const double *y, double *jac) {
    size_t n = w->system->n;
    hys__point at = {task->t, task->c, y, task->c != 0 ? w->yp : NULL};
    for (size_t i = 0; task->c != 0 && i < n; i++) w->yp[i] = task->c * (y[i] - task->y_old[i]);
    w->report.n_evals++;
    w->report.n_jacobians += jac != NULL;
    return w->system->eval(w->system->user, &at, w->f, jac);
}

static double correct(hys__newton *w, double *y) {
    double worst = 0;
    for (size_t i = 0; i < w->system->n; i++) w->dx[i] = -w->f[i];
    hys__lu_solve(w->lu, w->dx);
    for (size_t i = 0; i < w->system->n; i++) {
        y[i] += w->dx[i];
        double r = fabs(w->dx[i]) / (w->opts.rtol * fabs(y[i]) + w->opts.abstol[i]);
        if (!(r <= worst)) worst = r;
    }
    return worst;
}

hys_status hys__newton_chord(hys__newton *w, const hys__newton_task *task, double *y, bool *has_jacobian) {
    double before = INFINITY;
    memcpy(w->room, y, w->system->n * sizeof *y);
    for (int k = 0; k < TURNS; k++) {
        bool is_new = !*has_jacobian;
        if (!residual(w, task, y, is_new ? w->jac : NULL)) break;
        if (is_new && !hys__lu_factor(w->lu, w->jac, &w->report.worst_row)) break;
        *has_jacobian = true;
        w->report.n_iter++;
        double step = correct(w, y);
        if (step <= 1) return HYS_OK;
        if (!(step < RATE_MAX * before)) {
            if (!isfinite(step)) break;
            *has_jacobian = false;
        }
        before = step;
    }
    *has_jacobian = false;
    memcpy(y, w->room, w->system->n * sizeof *y);
    return hys__newton_solve(w, task, y);
}
