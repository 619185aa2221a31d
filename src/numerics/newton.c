/* Newton's method with the natural monotonicity test (Deuflhard, Newton Methods for Nonlinear Problems,
 * 2004, section 3.3): a step is shortened until the next simplified step is shorter than it.  The test does
 * not change when rows are rescaled, so amperes and metres a second need no common measure. */
#include "numerics/newton_impl.h"
#include <math.h>
#include <string.h>

/* Parts of a step that are tried, each half of the one before: less than 2e-6 of it makes no progress in max_iter
 * iterations. */
#define N_PARTS 20

static void find_diagonal(hys__newton *w) {
    const hys__system *s = w->system;
    for (size_t j = 0; j < s->n; j++) {
        w->diagonal[j] = -1;
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++)
            if (s->row[k] == (int64_t)j) w->diagonal[j] = k;
    }
}

hys_status hys__newton_new(hys_ctx *ctx, const hys__system *system, const hys__newton_opts *opts,
                           hys__newton **result) {
    size_t n = system->n;
    size_t size = sizeof(hys__newton) + (10 * n + 2 * system->nnz) * sizeof(double) + n * sizeof(int64_t);
    hys__newton *w = hys__realloc(ctx, NULL, 0, size);
    if (!w) return HYS_NOMEM;
    memset(w, 0, size);
    w->ctx = ctx;
    w->system = system;
    w->opts = *opts;
    w->size = size;
    w->f = (double *)(w + 1);
    w->dx = w->f + n;
    w->dx_next = w->dx + n;
    w->y_try = w->dx_next + n;
    w->yp = w->y_try + n;
    w->w = w->yp + n;
    w->room = w->w + n;
    w->jac = w->room + 4 * n;
    w->factored = w->jac + system->nnz;
    w->diagonal = (int64_t *)(w->factored + system->nnz);
    find_diagonal(w);
    hys_status status = hys__lu_new(ctx, system, &w->lu);
    if (status != HYS_OK) {
        hys__free(ctx, w, size);
        return status;
    }
    *result = w;
    return HYS_OK;
}

void hys__newton_free(hys__newton *w) {
    if (!w) return;
    hys__lu_free(w->lu);
    hys__free(w->ctx, w, w->size);
}

void hys__newton_set_nodes(hys__newton *w, const unsigned char *is_node) {
    w->is_node = is_node;
}

const hys__newton_report *hys__newton_last(const hys__newton *w) {
    return &w->report;
}

static bool eval(hys__newton *w, const hys__newton_task *task, const double *y) {
    size_t n = w->system->n;
    hys__point at = {task->t, task->c, y, task->c != 0 ? w->yp : NULL};
    for (size_t i = 0; task->c != 0 && i < n; i++) w->yp[i] = task->c * (y[i] - task->y_old[i]);
    w->report.n_evals++;
    w->report.n_jacobians++;
    if (!w->system->eval(w->system->user, &at, w->f, w->jac)) return false;
    for (size_t i = 0; task->shift && i < n; i++) {
        w->f[i] += task->shift[i] * (y[i] - (task->anchor ? task->anchor[i] : 0));
        if (w->diagonal[i] >= 0) w->jac[w->diagonal[i]] += task->shift[i];
    }
    return true;
}

static double weighed(hys__newton *w, const double *dx) {
    double worst = 0;
    for (size_t i = 0; i < w->system->n; i++) {
        double r = fabs(dx[i]) / w->w[i];
        if (!(r <= worst)) worst = r, w->report.worst_row = i; /* NaN is worst too */
    }
    return worst;
}

static void set_weights(hys__newton *w, const double *y) {
    for (size_t i = 0; i < w->system->n; i++) w->w[i] = w->opts.rtol * fabs(y[i]) + w->opts.abstol[i];
}

static void solve_for(hys__newton *w, double *dx) {
    for (size_t i = 0; i < w->system->n; i++) dx[i] = -w->f[i];
    hys__lu_solve(w->lu, dx);
}

/* f, jac at a part of the step, in y_try; false where they are not finite. */
static bool eval_part(hys__newton *w, const hys__newton_task *task, const double *y, double part) {
    for (size_t i = 0; i < w->system->n; i++) w->y_try[i] = y[i] + part * w->dx[i];
    return eval(w, task, w->y_try);
}

/* From y along dx, with f and jac of the accepted trial left in place.  On return *next is the weighed
 * simplified step from there.  False when no part of the step helps. */
static bool line_search(hys__newton *w, const hys__newton_task *task, double *y, double step, double *next) {
    double part = 1;
    for (int k = 0; k < N_PARTS; k++, part *= 0.5) {
        w->report.is_nonfinite = !eval_part(w, task, y, part);
        if (w->report.is_nonfinite) continue;
        solve_for(w, w->dx_next);
        *next = weighed(w, w->dx_next);
        if (*next <= (1 - 0.25 * part) * step || *next <= 1) {
            memcpy(y, w->y_try, w->system->n * sizeof *y);
            return true;
        }
    }
    return false;
}

/* Full steps that a solve may take against the test.  Beyond a kink (a clamp, an `if`) the next step is longer than
 * this one however short this one is made; the test would stop there for ever. */
#define LEAPS_MAX 8

/* A leap must not throw potentials to where junctions are only lines: it goes no farther than the largest potential
 * that there is already, and a volt. */
static double longest_leap(const hys__newton *w, const double *y) {
    double farthest = 0, largest = 1;
    for (size_t i = 0; w->is_node && i < w->system->n; i++) {
        if (!w->is_node[i]) continue;
        farthest = fmax(farthest, fabs(w->dx[i]));
        largest = fmax(largest, 1 + fabs(y[i]));
    }
    return farthest > largest ? largest / farthest : 1;
}

/* The longest part of the step that has finite values. */
static bool leap(hys__newton *w, const hys__newton_task *task, double *y, double *next) {
    double part = longest_leap(w, y);
    for (int k = 0; k < N_PARTS; k++, part *= 0.5) {
        if (!eval_part(w, task, y, part)) continue;
        memcpy(y, w->y_try, w->system->n * sizeof *y);
        w->report.is_nonfinite = false;
        *next = INFINITY;
        return true;
    }
    return false;
}

static hys_status fail(hys__newton *w, hys_status status, double step) {
    w->report.step = step;
    w->report.is_singular = status == HYS_SINGULAR;
    return status;
}

/* A step of this length, of which a simplified one is less than 1, has told what the equations do near the solution;
 * behind a longer one the old Jacobian may say nothing: an exponential a hundred volts away has made it huge. */
#define NEAR 1e4

/* Whether the simplified step, by the Jacobian of the point before, can be trusted. */
static bool is_trusted(const hys__newton *w, double step) {
    return step <= NEAR || !memcmp(w->factored, w->jac, w->system->nnz * sizeof *w->jac);
}

static hys_status accept(hys__newton *w, const double *dx, double step, double *y) {
    for (size_t i = 0; i < w->system->n; i++) y[i] += dx[i];
    w->report.step = step;
    return HYS_OK;
}

hys_status hys__newton_solve(hys__newton *w, const hys__newton_task *task, double *y) {
    w->report.is_singular = w->report.is_nonfinite = false;
    if (!eval(w, task, y)) {
        w->report.is_nonfinite = true;
        return fail(w, HYS_NOCONV, INFINITY);
    }
    double step = INFINITY;
    unsigned leaps = 0;
    for (unsigned k = 0; k < w->opts.max_iter; k++) {
        w->report.n_iter++;
        if (hys_ctx_is_cancelled(w->ctx)) return fail(w, HYS_CANCEL, step);
        if (!hys__lu_factor(w->lu, w->jac, &w->report.worst_row)) return fail(w, HYS_SINGULAR, step);
        memcpy(w->factored, w->jac, w->system->nnz * sizeof *w->jac);
        solve_for(w, w->dx);
        set_weights(w, y);
        step = weighed(w, w->dx);
        if (!isfinite(step)) return fail(w, HYS_NOCONV, step);
        if (k > 0 && step <= 1) return accept(w, w->dx, step, y);
        double next;
        if (!line_search(w, task, y, step, &next) && (leaps++ == LEAPS_MAX || !leap(w, task, y, &next)))
            return fail(w, HYS_NOCONV, step);
        /* The simplified step is in hand: taking it costs nothing. */
        if (next <= 1 && is_trusted(w, step)) return accept(w, w->dx_next, next, y);
        step = next;
    }
    return fail(w, HYS_NOCONV, step);
}

double hys__newton_residual(hys__newton *w, const hys__newton_task *task, const double *y) {
    const hys__system *s = w->system;
    if (!eval(w, task, y)) {
        w->report.is_nonfinite = true;
        return w->report.residual = INFINITY;
    }
    set_weights(w, y);
    memset(w->dx, 0, s->n * sizeof *w->dx);
    for (size_t j = 0; j < s->n; j++)
        for (int64_t k = s->col_start[j]; k < s->col_start[j + 1]; k++) w->dx[s->row[k]] += fabs(w->jac[k]) * w->w[j];
    w->report.residual = 0;
    for (size_t i = 0; i < s->n; i++) {
        double f = fabs(w->f[i]), r = f == 0 ? 0 : f / w->dx[i];
        if (r > w->report.residual) w->report.residual = r, w->report.worst_row = i;
    }
    return w->report.residual;
}
