#include "numerics/dae_ida.h"
#include "numerics/dae_parts.h"
#include <ida/ida.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <string.h>
#include <sunnonlinsol/sunnonlinsol_newton.h>

struct hys__dae {
    hys_ctx *ctx;
    const hys__system *system;
    size_t n, n_roots, size;
    SUNContext sun;
    void *ida;
    N_Vector y, yp, work, work_p, abstol, id, correction;
    SUNMatrix matrix;
    SUNLinearSolver solver;
    hys__lu *lu;
    SUNNonlinearSolver newton;
    double first_norm; /* of the first correction of a step */
    bool is_fresh;     /* the Jacobian is of this very step */
    bool has_free_jacobian;
    double rtol, max_step;
    bool (*roots)(void *user, double t, const double *y, const double *yp, double *g);
    double *values, *f; /* [nnz], [n]: what the Jacobian callback needs besides the matrix */
    int *root_dir, *root_info;
    double origin;         /* s: of IDA's own time, so that steps may be shorter than the resolution of t */
    double t, local, stop; /* t = origin + local but for rounding */
    unsigned n_stuck;      /* steps in a row that were too short to move t by more than rounding */
    hys__dae_stats before; /* counters of IDA start at zero with each restart */
    uint64_t n_jac_evals;
};

static int residual(double t, N_Vector y, N_Vector yp, N_Vector f, void *user) {
    hys__dae *dae = user;
    hys__point at = {dae->origin + t, 0, N_VGetArrayPointer_Serial(y), N_VGetArrayPointer_Serial(yp)};
    double *values = NULL;
    if (dae->has_free_jacobian) {
        IDAGetCurrentCj(dae->ida, &at.c);
        dae->n_jac_evals++;
        values = dae->values;
    }
    return dae->system->eval(dae->system->user, &at, N_VGetArrayPointer_Serial(f), values) ? 0 : 1;
}

static int jacobian(double t, double c, N_Vector y, N_Vector yp, N_Vector f, SUNMatrix matrix, void *user, N_Vector t1,
                    N_Vector t2, N_Vector t3) {
    (void)f, (void)t1, (void)t2, (void)t3;
    hys__dae *dae = user;
    const hys__system *s = dae->system;
    if (dae->has_free_jacobian) return 0; /* written with the residual, at the same point */
    hys__point at = {dae->origin + t, c, N_VGetArrayPointer_Serial(y), N_VGetArrayPointer_Serial(yp)};
    if (!s->eval(s->user, &at, dae->f, hys__dae_matrix_values(matrix))) return 1;
    dae->n_jac_evals++;
    dae->is_fresh = true;
    return 0;
}

/* ---- when Newton's iteration has converged ----
 *
 * IDA keeps a Jacobian for many steps and takes the rate at which it converged before for the present one.  That fails
 * where stiffness ends, as in a memristor whose drive falls below its threshold: corrections by the old, large Jacobian
 * are tiny, so they pass, and the state goes on as it was extrapolated though its rate is zero.  Here an old Jacobian
 * needs a second iteration, which measures the rate of each unknown; one that is bad brings a new Jacobian.  With a new
 * one the test is IDA's own. */
#define RATE_MAX    0.9
#define FIRST_GUESS 20.0 /* of rate / (1 - rate) */
#define NOTHING     1e-6 /* of the tolerance: corrections below are rounding */

/* The slowest of the unknowns that still move. */
static double slowest_rate(const hys__dae *dae, const double *now, const double *weights, double tolerance) {
    const double *before = N_VGetArrayPointer_Serial(dae->correction);
    double rate = 0;
    for (size_t i = 0; i < dae->n; i++)
        if (weights[i] * fabs(now[i]) > NOTHING * tolerance)
            rate = fmax(rate, fabs(now[i]) < fabs(before[i]) ? fabs(now[i] / before[i]) : 1);
    return rate;
}

static int converged(SUNNonlinearSolver newton, N_Vector y, N_Vector correction, double tolerance, N_Vector weights,
                     void *user) {
    hys__dae *dae = user;
    const double *now = N_VGetArrayPointer_Serial(correction);
    double norm = N_VWrmsNorm(correction, weights), left = FIRST_GUESS, rate = 0;
    int m = 0;
    (void)y;
    SUNNonlinSolGetCurIter(newton, &m);
    if (m > 0) {
        rate = dae->is_fresh ? pow(norm / dae->first_norm, 1.0 / m)
                             : slowest_rate(dae, now, N_VGetArrayPointer_Serial(weights), tolerance);
        if (rate > RATE_MAX && norm > NOTHING * tolerance) return SUN_NLS_CONV_RECVR;
        left = rate < RATE_MAX ? rate / (1 - rate) : FIRST_GUESS;
    } else {
        dae->first_norm = fmax(norm, 1e-300);
    }
    memcpy(N_VGetArrayPointer_Serial(dae->correction), now, dae->n * sizeof *now);
    bool is_known = m > 0 || dae->is_fresh;
    if (norm > NOTHING * tolerance && (!is_known || left * norm > tolerance)) return SUN_NLS_CONTINUE;
    dae->is_fresh = false;
    return SUN_NLS_SUCCESS;
}

static int root_functions(double t, N_Vector y, N_Vector yp, double *g, void *user) {
    hys__dae *dae = user;
    return dae->roots(dae->system->user, dae->origin + t, N_VGetArrayPointer_Serial(y), N_VGetArrayPointer_Serial(yp),
                      g)
               ? 0
               : 1;
}

/* Failures reach the caller as a status; IDA's words name nothing that a user knows. */
static void be_silent(int code, const char *module, const char *function, char *message, void *user) {
    (void)code, (void)module, (void)function, (void)message, (void)user;
}

static bool make_vectors(hys__dae *dae, bool is_max_norm) {
    N_Vector *all[] = {&dae->y, &dae->yp, &dae->work, &dae->work_p, &dae->abstol, &dae->id, &dae->correction};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (!(*all[k] = N_VNew_Serial((sunindextype)dae->n, dae->sun))) return false;
        hys__dae_vector_ops(*all[k], is_max_norm);
    }
    return true;
}

static bool make_solver(hys__dae *dae) {
    if (hys__lu_new(dae->ctx, dae->system, &dae->lu) != HYS_OK) return false;
    dae->matrix = hys__dae_matrix(dae->values, dae->sun);
    dae->solver = dae->matrix ? hys__dae_linear(dae->lu, dae->sun) : NULL;
    dae->newton =
        dae->has_free_jacobian ? hys__dae_newton(dae->ctx, dae->y, dae->sun) : SUNNonlinSol_Newton(dae->y, dae->sun);
    return dae->solver && dae->newton;
}

static bool make_ida(hys__dae *dae, const hys__dae_opts *opts) {
    dae->ida = IDACreate(dae->sun);
    if (!dae->ida) return false;
    void *ida = dae->ida;
    N_VConst(0, dae->y);
    N_VConst(0, dae->yp);
    for (size_t i = 0; i < dae->n; i++) {
        N_VGetArrayPointer_Serial(dae->abstol)[i] = opts->abstol[i];
        N_VGetArrayPointer_Serial(dae->id)[i] = opts->is_differential[i] ? 1 : 0;
    }
    return IDAInit(ida, residual, 0, dae->y, dae->yp) == 0 && IDASetErrHandlerFn(ida, be_silent, NULL) == 0 &&
           IDASetUserData(ida, dae) == 0 && IDASVtolerances(ida, dae->rtol, dae->abstol) == 0 &&
           IDASetId(ida, dae->id) == 0 && IDASetSuppressAlg(ida, opts->no_algebraic_test) == 0 &&
           IDASetLinearSolver(ida, dae->solver, dae->matrix) == 0 && IDASetJacFn(ida, jacobian) == 0 &&
           IDASetLinearSolutionScaling(ida, SUNFALSE) == 0 && IDASetNonlinearSolver(ida, dae->newton) == 0 &&
           (dae->has_free_jacobian || SUNNonlinSolSetConvTestFn(dae->newton, converged, dae) == 0) &&
           IDASetMaxErrTestFails(ida, 30) == 0 && IDASetMaxConvFails(ida, 30) == 0 &&
           IDASetDeltaCjLSetup(ida, opts->jacobian_drift > 0 ? opts->jacobian_drift : 0.25) == 0 &&
           (!dae->n_roots || (IDARootInit(ida, (int)dae->n_roots, root_functions) == 0 &&
                              IDASetRootDirection(ida, dae->root_dir) == 0 && IDASetNoInactiveRootWarn(ida) == 0));
}

hys_status hys__dae_new(hys_ctx *ctx, const hys__system *system, const hys__dae_opts *opts, hys__dae **result) {
    size_t size = sizeof(hys__dae) + (system->nnz + system->n) * sizeof(double) + 2 * opts->n_roots * sizeof(int);
    hys__dae *dae = hys__realloc(ctx, NULL, 0, size);
    if (!dae) return HYS_NOMEM;
    memset(dae, 0, size);
    dae->ctx = ctx;
    dae->system = system;
    dae->n = system->n;
    dae->n_roots = opts->n_roots;
    dae->roots = opts->roots;
    dae->rtol = opts->rtol;
    dae->has_free_jacobian = opts->has_free_jacobian;
    dae->size = size;
    dae->values = (double *)(dae + 1);
    dae->f = dae->values + system->nnz;
    dae->root_dir = (int *)(dae->f + system->n);
    dae->root_info = dae->root_dir + opts->n_roots;
    for (size_t k = 0; k < opts->n_roots; k++) dae->root_dir[k] = opts->root_dir[k];
    bool good = SUNContext_Create(NULL, &dae->sun) == 0 && make_vectors(dae, opts->max_norm);
    if (!good || !make_solver(dae) || !make_ida(dae, opts)) {
        hys__dae_free(dae);
        return hys__fail(ctx, HYS_NOMEM, "", "out of memory for the integrator");
    }
    *result = dae;
    return HYS_OK;
}

void hys__dae_free(hys__dae *dae) {
    if (!dae) return;
    if (dae->ida) IDAFree(&dae->ida);
    if (dae->newton) SUNNonlinSolFree(dae->newton);
    if (dae->solver) SUNLinSolFree(dae->solver);
    if (dae->matrix) SUNMatDestroy(dae->matrix);
    hys__lu_free(dae->lu);
    N_Vector all[] = {dae->y, dae->yp, dae->work, dae->work_p, dae->abstol, dae->id, dae->correction};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k]) N_VDestroy_Serial(all[k]);
    if (dae->sun) SUNContext_Free(&dae->sun);
    hys__free(dae->ctx, dae, dae->size);
}

static void add_counters(const hys__dae *dae, hys__dae_stats *stats) {
    long steps = 0, evals = 0, setups = 0, error_fails = 0, newton = 0, newton_fails = 0;
    IDAGetNumSteps(dae->ida, &steps);
    IDAGetNumResEvals(dae->ida, &evals);
    IDAGetNumLinSolvSetups(dae->ida, &setups);
    IDAGetNumErrTestFails(dae->ida, &error_fails);
    IDAGetNumNonlinSolvIters(dae->ida, &newton);
    IDAGetNumStepSolveFails(dae->ida, &newton_fails);
    stats->n_steps += (uint64_t)steps;
    stats->n_evals += (uint64_t)evals;
    stats->n_rejected += (uint64_t)(error_fails + newton_fails);
    stats->n_newton += (uint64_t)newton;
}

void hys__dae_statistics(hys__dae *dae, hys__dae_stats *stats) {
    *stats = dae->before;
    add_counters(dae, stats);
    if (!dae->has_free_jacobian) stats->n_evals += dae->n_jac_evals;
    stats->n_jacobians = dae->n_jac_evals;
}

/* IDA's own time begins so near its zero that steps much shorter than the last one still move it, which they do not
 * where t is 1000 s and an event takes a nanosecond.  Not at zero: roots are located to some units in the last place of
 * the time, and a point that is behind a root by less is not clearly behind it. */
#define STEPS_TO_ORIGIN 1e7

static double local_start(const hys__dae *dae, double t) {
    double h = hys__dae_last_step(dae);
    return h > 0 ? fmin(t, STEPS_TO_ORIGIN * h) : t;
}

hys_status hys__dae_restart(hys__dae *dae, double t, const double *y, const double *yp, double first_step) {
    add_counters(dae, &dae->before);
    dae->before.n_restarts++;
    memcpy(N_VGetArrayPointer_Serial(dae->y), y, dae->n * sizeof *y);
    memcpy(N_VGetArrayPointer_Serial(dae->yp), yp, dae->n * sizeof *yp);
    dae->local = local_start(dae, t);
    dae->origin = t - dae->local;
    dae->t = t;
    dae->stop = INFINITY;
    dae->n_stuck = 0;
    return IDAReInit(dae->ida, dae->local, dae->y, dae->yp) == 0 && IDASetInitStep(dae->ida, first_step) == 0 ? HYS_OK
                                                                                                              : HYS_BUG;
}

void hys__dae_set_max_step(hys__dae *dae, double max_step) {
    if (max_step == dae->max_step) return;
    dae->max_step = max_step;
    IDASetMaxStep(dae->ida, max_step);
}

/* IDA goes on with steps below the resolution of t for ever. */
#define STUCK_MAX 20

static hys_status status_of(int code) {
    switch (code) {
    case IDA_LSETUP_FAIL:
    case IDA_LSOLVE_FAIL:
        return HYS_SINGULAR;
    case IDA_MEM_FAIL:
        return HYS_NOMEM;
    default:
        return HYS_NOCONV;
    }
}

hys_status hys__dae_step(hys__dae *dae, double t_stop, double *t, hys__dae_event *event) {
    if (t_stop != dae->stop) {
        dae->stop = t_stop;
        IDASetStopTime(dae->ida, t_stop - dae->origin);
    }
    double before = dae->local;
    int code = IDASolve(dae->ida, t_stop - dae->origin, &dae->local, dae->y, dae->yp, IDA_ONE_STEP);
    if (code < 0) return status_of(code);
    dae->t = code == IDA_TSTOP_RETURN ? t_stop : fmin(dae->origin + dae->local, t_stop);
    dae->n_stuck = dae->local - before > 4e-16 * fabs(before) ? 0 : dae->n_stuck + 1;
    if (dae->n_stuck > STUCK_MAX) return HYS_NOCONV;
    *t = dae->t;
    *event = code == IDA_ROOT_RETURN                        ? HYS__DAE_ROOT
             : code == IDA_TSTOP_RETURN || dae->t >= t_stop ? HYS__DAE_STOP
                                                            : HYS__DAE_STEP;
    return HYS_OK;
}

const double *hys__dae_y(const hys__dae *dae) {
    return N_VGetArrayPointer_Serial(dae->y);
}

const double *hys__dae_yp(const hys__dae *dae) {
    return N_VGetArrayPointer_Serial(dae->yp);
}

const int *hys__dae_root_info(hys__dae *dae) {
    if (dae->n_roots) IDAGetRootInfo(dae->ida, dae->root_info);
    return dae->root_info;
}

/* In IDA's time, within its last step: rounding of t must not lead out of it. */
static double within_step(const hys__dae *dae, double t) {
    double now = dae->local, h = 0;
    IDAGetCurrentTime(dae->ida, &now);
    IDAGetLastStep(dae->ida, &h);
    return fmin(fmax(t - dae->origin, now - h), now);
}

bool hys__dae_interpolate(hys__dae *dae, double at, double *y, double *yp) {
    double t = within_step(dae, at);
    if (IDAGetDky(dae->ida, t, 0, dae->work) != 0) return false;
    memcpy(y, N_VGetArrayPointer_Serial(dae->work), dae->n * sizeof *y);
    if (!yp) return true;
    if (IDAGetDky(dae->ida, t, 1, dae->work_p) != 0) return false;
    memcpy(yp, N_VGetArrayPointer_Serial(dae->work_p), dae->n * sizeof *yp);
    return true;
}

double hys__dae_last_step(const hys__dae *dae) {
    double h = 0;
    IDAGetLastStep(dae->ida, &h);
    return h;
}

size_t hys__dae_worst(hys__dae *dae, double *ratio) {
    size_t worst = 0;
    *ratio = 0;
    if (IDAGetErrWeights(dae->ida, dae->work) != 0 || IDAGetEstLocalErrors(dae->ida, dae->work_p) != 0) return 0;
    const double *w = N_VGetArrayPointer_Serial(dae->work);
    const double *e = N_VGetArrayPointer_Serial(dae->work_p);
    for (size_t i = 0; i < dae->n; i++)
        if (fabs(w[i] * e[i]) > *ratio) *ratio = fabs(w[i] * e[i]), worst = i;
    return worst;
}
