/* IDA's iteration where a Jacobian comes with each residual at no cost: kernels of large models compute both at once,
 * and evaluating them takes longer than factoring.  A new Jacobian in every turn makes one or two turns do where an old
 * one takes four. */
#include "numerics/dae_parts.h"
#include <math.h>
#include <string.h>

typedef struct full_newton {
    hys_ctx *ctx;
    SUNNonlinSolSysFn residual;
    SUNNonlinSolLSetupFn factor;
    SUNNonlinSolLSolveFn solve;
    N_Vector step;
    double curvature; /* of recent steps: |second correction| / |first|^2 */
    long n_turns;     /* of the last solution */
} full_newton;

#define TURNS_MAX   6
#define RATE_MAX    0.9
#define FIRST_GUESS 20.0 /* IDA's: how much larger than a lone first correction the error may be */
#define RATE_LEAST  0.2  /* of the second correction to the first, where it is not measured */
#define FORGET      0.8
#define DOUBT       1.1  /* a step without a measurement makes the next one more likely */
#define NOTHING     1e-6 /* of the tolerance: corrections below are rounding */

static SUNNonlinearSolver_Type solver_type(SUNNonlinearSolver s) {
    (void)s;
    return SUNNONLINEARSOLVER_ROOTFIND;
}

static int set_residual(SUNNonlinearSolver s, SUNNonlinSolSysFn f) {
    ((full_newton *)s->content)->residual = f;
    return 0;
}

static int set_factor(SUNNonlinearSolver s, SUNNonlinSolLSetupFn f) {
    ((full_newton *)s->content)->factor = f;
    return 0;
}

static int set_solve(SUNNonlinearSolver s, SUNNonlinSolLSolveFn f) {
    ((full_newton *)s->content)->solve = f;
    return 0;
}

static int turn(full_newton *w, N_Vector correction, void *memory) {
    booleantype is_new;
    int code = w->residual(correction, w->step, memory);
    w->n_turns++;
    if (code == 0) code = w->factor(SUNFALSE, &is_new, memory);
    if (code != 0) return code;
    N_VScale(-1, w->step, w->step);
    code = w->solve(w->step, memory);
    if (code == 0) N_VLinearSum(1, correction, 1, w->step, correction);
    return code;
}

/* The correction that would follow the first one: Newton's corrections shrink with the square of their size. */
static double after_first(full_newton *w, double size) {
    double next = fmin(FIRST_GUESS, fmax(w->curvature * size, RATE_LEAST)) * size;
    w->curvature *= DOUBT;
    return next;
}

static double after_second(full_newton *w, double first, double size) {
    double rate = size / first;
    w->curvature = fmax(FORGET * w->curvature, rate / first);
    return rate * rate * size;
}

static int solve(SUNNonlinearSolver s, N_Vector y, N_Vector correction, N_Vector weights, double tolerance,
                 booleantype wants_setup, void *memory) {
    full_newton *w = s->content;
    double before = 0, next;
    (void)y, (void)wants_setup;
    w->n_turns = 0;
    for (int k = 0; k < TURNS_MAX; k++) {
        int code = turn(w, correction, memory);
        if (code != 0) return code;
        double size = N_VWrmsNorm(w->step, weights);
        if (!isfinite(size)) return SUN_NLS_CONV_RECVR;
        if (k > 0 && size > RATE_MAX * before && size > NOTHING * tolerance) return SUN_NLS_CONV_RECVR;
        if (k == 0) next = after_first(w, size);
        else if (k == 1) next = after_second(w, before, size);
        else next = size / before * (size / before) * size;
        if (next <= tolerance) return SUN_NLS_SUCCESS;
        before = size;
    }
    return SUN_NLS_CONV_RECVR;
}

static int count(SUNNonlinearSolver s, long *n) {
    *n = ((full_newton *)s->content)->n_turns;
    return 0;
}

static int destroy(SUNNonlinearSolver s) {
    full_newton *w = s->content;
    if (w->step) N_VDestroy(w->step);
    hys__free(w->ctx, w, sizeof *w);
    s->content = NULL;
    SUNNonlinSolFreeEmpty(s);
    return 0;
}

SUNNonlinearSolver hys__dae_newton(hys_ctx *ctx, N_Vector like, SUNContext sun) {
    full_newton *w = hys__realloc(ctx, NULL, 0, sizeof *w);
    SUNNonlinearSolver s = w ? SUNNonlinSolNewEmpty(sun) : NULL;
    if (!s) {
        hys__free(ctx, w, sizeof *w);
        return NULL;
    }
    *w = (full_newton){.ctx = ctx, .curvature = 1, .step = N_VClone(like)};
    s->content = w;
    s->ops->gettype = solver_type;
    s->ops->solve = solve;
    s->ops->free = destroy;
    s->ops->setsysfn = set_residual;
    s->ops->setlsetupfn = set_factor;
    s->ops->setlsolvefn = set_solve;
    s->ops->getnumiters = count;
    if (w->step) return s;
    destroy(s);
    return NULL;
}
