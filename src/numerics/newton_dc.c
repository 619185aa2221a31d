/* Stationary points: a ladder of continuations, each tried from the caller's start. */
#include "numerics/newton_impl.h"
#include <math.h>
#include <string.h>

struct ladder {
    hys__newton *newton;
    const hys__dc_opts *opts;
    size_t n;
    double t;
    double *y, *start, *shift, *anchor; /* [n] */
};

static hys_status solve_shifted(struct ladder *l, double c, const double *y_old, double shift, const double *anchor) {
    if (c == 0) c = l->opts->c, y_old = l->opts->y_old;
    for (size_t i = 0; i < l->n; i++) l->shift[i] = l->opts->is_node[i] ? shift : 0;
    hys__newton_task task = {.t = l->t, .c = c, .y_old = y_old, .shift = shift > 0 ? l->shift : NULL, .anchor = anchor};
    return hys__newton_solve(l->newton, &task, l->y);
}

/* Exponential walls are climbed by one unit of their argument an iteration: that may take some hundred. */
#define PLAIN_ROUNDS 5

static hys_status plain(struct ladder *l) {
    hys_status status = HYS_NOCONV;
    for (int round = 0; round < PLAIN_ROUNDS && status == HYS_NOCONV; round++)
        status = solve_shifted(l, 0, NULL, 0, NULL);
    return status;
}

/* A conductance g from every node to 0 V, lowered from 1 S to 1e-13 S and then taken away.  The factor
 * shrinks when a rung fails. */
static hys_status gmin_stepping(struct ladder *l) {
    double g = 1, ratio = 0.1;
    hys_status status = solve_shifted(l, 0, NULL, g, NULL);
    if (status != HYS_OK) return status;
    for (int rungs = 0; g > 1e-13 && rungs < 200; rungs++) {
        memcpy(l->anchor, l->y, l->n * sizeof *l->y);
        status = solve_shifted(l, 0, NULL, g * ratio, NULL);
        if (status == HYS_OK) {
            g *= ratio;
            ratio = fmax(ratio * ratio, 0.01);
        } else {
            memcpy(l->y, l->anchor, l->n * sizeof *l->y);
            ratio = sqrt(ratio);
            if (ratio > 0.98) return status;
        }
    }
    return plain(l);
}

/* All sources scaled from 0 to 1. */
static hys_status source_stepping(struct ladder *l) {
    double *scale = l->opts->source_scale;
    if (!scale) return HYS_NOCONV;
    double done = 0, step = 0.1;
    *scale = 0;
    hys_status status = plain(l);
    for (int rungs = 0; status == HYS_OK && done < 1 && rungs < 500; rungs++) {
        memcpy(l->anchor, l->y, l->n * sizeof *l->y);
        *scale = fmin(done + step, 1);
        if (plain(l) == HYS_OK) {
            done = *scale;
            step *= 2;
        } else {
            memcpy(l->y, l->anchor, l->n * sizeof *l->y);
            step *= 0.25;
            if (step < 1e-6) status = HYS_NOCONV;
        }
    }
    *scale = 1;
    return status == HYS_OK && done >= 1 ? plain(l) : HYS_NOCONV;
}

/* Implicit Euler steps from the start, ever longer, with 1 S s of capacitance added at every node: the
 * path a real circuit could take to its resting point. */
static hys_status pseudo_transient(struct ladder *l) {
    double h = 1e-9;
    if (l->opts->c > 0) return HYS_NOCONV;
    for (int steps = 0; steps < 400; steps++) {
        memcpy(l->anchor, l->y, l->n * sizeof *l->y);
        if (solve_shifted(l, 1 / h, l->anchor, 1e-9 / h, l->anchor) == HYS_OK) {
            if (h > 1e9) return plain(l);
            h *= 3;
        } else {
            memcpy(l->y, l->anchor, l->n * sizeof *l->y);
            h *= 0.125;
            if (h < 1e-24) break;
        }
    }
    return HYS_NOCONV;
}

/* A node that no direct current reaches (behind a capacitance) has no potential of its own; a conductance
 * to 0 V so small that it carries nothing gives it one. */
static hys_status floating(struct ladder *l) {
    hys_status status = solve_shifted(l, 0, NULL, 1e-12, NULL);
    const hys__newton_task task = {.t = l->t, .c = l->opts->c, .y_old = l->opts->y_old};
    if (status != HYS_OK) return status;
    return hys__newton_residual(l->newton, &task, l->y) <= 1 ? HYS_OK : HYS_SINGULAR;
}

typedef struct method {
    const char *name;
    hys_status (*run)(struct ladder *l);
} method;
#define N_METHODS 5
static const method from_nothing[N_METHODS] = {{"newton", plain},
                                               {"gmin stepping", gmin_stepping},
                                               {"source stepping", source_stepping},
                                               {"pseudo-transient", pseudo_transient},
                                               {"gmin", floating}};
static const method from_a_point[N_METHODS] = {{"newton", plain},
                                               {"pseudo-transient", pseudo_transient},
                                               {"gmin stepping", gmin_stepping},
                                               {"source stepping", source_stepping},
                                               {"gmin", floating}};

/* V: equations of transistors have roots where their exponentials are long lines and their Early factors negative.  A
 * solution out there is kept only where no method finds another. */
#define FAR 1e6

static bool is_far(const struct ladder *l) {
    for (size_t i = 0; i < l->n; i++)
        if (l->opts->is_node[i] && !(fabs(l->y[i]) < FAR)) return true;
    return false;
}

hys_status hys__dc_solve(hys__newton *newton, const hys__dc_opts *opts, double t, double *y) {
    size_t n = newton->system->n;
    const method *methods = opts->follows ? from_a_point : from_nothing;
    struct ladder l = {newton, opts, n, t, y, newton->room, newton->room + n, newton->room + 2 * n};
    double *kept = newton->room + 3 * n;
    const char *keeper = NULL;
    memcpy(l.start, y, n * sizeof *y);
    hys_status status = HYS_NOCONV;
    for (size_t k = 0; k < N_METHODS && status != HYS_OK && status != HYS_CANCEL; k++) {
        memcpy(y, l.start, n * sizeof *y);
        status = methods[k].run(&l);
        newton->report.method = methods[k].name;
        if (status != HYS_OK || !is_far(&l)) continue;
        if (!keeper) memcpy(kept, y, n * sizeof *y), keeper = methods[k].name;
        status = HYS_NOCONV;
    }
    if (status == HYS_OK || status == HYS_CANCEL || !keeper) return status;
    memcpy(y, kept, n * sizeof *y);
    newton->report.method = keeper;
    return HYS_OK;
}
