/* What happens between two points of a branch of equilibria, and where.
 *
 * Each event is a sign change of a function of the arclength: of the tangent's part along p at a fold, of the real part
 * of the eigenvalue that crosses else.  Of eigenvalues ordered by real part it is always the same in line, so that a
 * neutral saddle (a real pair +-a), which is no crossing, is none here either. */
#include "numerics/continuation_impl.h"
#include "numerics/lyapunov.h"
#include "numerics/root.h"
#include <math.h>
#include <string.h>

struct search {
    hys__walk *walk;
    hys__event_kind kind;
    size_t index;
};

static bool is_fold(const hys__walk *w) {
    return w->last.t[w->n] * w->next.t[w->n] < 0;
}

static size_t n_crossed(const hys__walk *w) {
    size_t a = w->last.n_unstable, b = w->next.n_unstable;
    return a < b ? b - a : a - b;
}

/* Place of the eigenvalue that is the last to cross: of a pair the second, so that a real one that the pair overtakes
 * on its way is not taken for it. */
static size_t crosser_at(const hys__walk *w) {
    size_t most = w->last.n_unstable > w->next.n_unstable ? w->last.n_unstable : w->next.n_unstable;
    return most ? most - 1 : 0;
}

static bool is_pair(double complex lambda) {
    return fabs(cimag(lambda)) > 1e-6 * fabs(creal(lambda)) && cimag(lambda) != 0;
}

/* Whether two cross as a pair, told from where they are on the right: on the left real ones may be before them. */
static bool crosses_as_pair(const hys__walk *w) {
    const hys__station *s = w->last.n_unstable > w->next.n_unstable ? &w->last : &w->next;
    return n_crossed(w) >= 2 && is_pair(s->lambda[crosser_at(w)]);
}

bool hys__walk_is_clear(const hys__walk *w) {
    size_t n = n_crossed(w);
    if (w->last.n_lambda != w->next.n_lambda) return false;
    if (is_fold(w)) return n == 1;
    return n <= 1 || (n == 2 && crosses_as_pair(w));
}

static double part_along(const struct search *s, const hys__station *at) {
    if (s->kind == HYS__EVENT_FOLD) return at->t[s->walk->n];
    return s->index < at->n_lambda ? creal(at->lambda[s->index]) : -1;
}

/* The test function at arclength x; NaN: no point there. */
static double test_at(void *user, double x) {
    struct search *s = user;
    unsigned n_iter;
    hys__walk *w = s->walk;
    if (hys_ctx_is_cancelled(w->ctx)) return NAN;
    if (hys__walk_reach(w, &w->last, x, &w->trial, &n_iter) != HYS_OK) return NAN;
    if (s->kind != HYS__EVENT_FOLD && hys__walk_spectrum(w, &w->trial) != HYS_OK) return NAN;
    return part_along(s, &w->trial);
}

static hys_status find_hopf(hys__walk *w, const hys__station *at, size_t index, hys__crossing *c) {
    double complex lambda = at->lambda[index];
    c->omega = fabs(cimag(lambda));
    lambda = HYS__COMPLEX(creal(lambda), c->omega);
    const double *g = hys__border_jacobian(w->border, at->x);
    if (!g) return HYS_OK;
    memcpy(w->g, g, w->family->system.nnz * sizeof *g);
    if (hys__eigen_mode(w->eigen, w->g, &lambda, w->q, w->p) != HYS_OK) return HYS_OK;
    c->omega = fabs(cimag(lambda));
    c->q = w->q;
    const hys__hopf hopf = {at->x, w->g, w->scale, c->omega, w->q, w->p};
    hys_status status = hys__first_lyapunov(w->ctx, w->family, w->eigen, &hopf, &c->lyapunov, &c->lyapunov_error);
    if (status != HYS_OK) c->lyapunov = NAN;
    return status == HYS_NOMEM ? status : HYS_OK;
}

/* Near a branch point the corrector may fail: then the point is the chord's. */
static void interpolate(hys__walk *w, double part) {
    for (size_t i = 0; i <= w->n; i++) {
        w->trial.x[i] = w->last.x[i] + part * (w->next.x[i] - w->last.x[i]);
        w->trial.t[i] = w->last.t[i];
    }
}

/* The test function does not come to zero where it changes sign: the Jacobian jumps. */
static bool is_jump_at(const hys__walk *w, const struct search *s) {
    double ends = fmin(fabs(part_along(s, &w->last)), fabs(part_along(s, &w->next)));
    return fabs(part_along(s, &w->trial)) > 1e-2 * ends;
}

static hys_status locate(hys__walk *w, hys__event_kind kind, double ds) {
    size_t index = crosser_at(w);
    struct search s = {w, kind, index};
    double at = hys__root(test_at, &s, (hys__bracket){0, ds, part_along(&s, &w->last), part_along(&s, &w->next)});
    if (hys_ctx_is_cancelled(w->ctx)) return HYS_CANCEL;
    if (!isfinite(test_at(&s, at))) interpolate(w, at / ds);
    bool is_jump = kind != HYS__EVENT_FOLD && is_jump_at(w, &s);
    hys__crossing c = {
        .kind = kind, .is_jump = is_jump, .n_unstable_before = w->last.n_unstable, .omega = NAN, .lyapunov = NAN};
    if (kind == HYS__EVENT_HOPF && !is_jump) {
        if (index >= w->trial.n_lambda || !is_pair(w->trial.lambda[index])) c.kind = HYS__EVENT_BRANCH;
        else if (find_hopf(w, &w->trial, index, &c) != HYS_OK) return HYS_NOMEM;
    }
    if (kind == HYS__EVENT_BRANCH && !is_jump && hys__walk_branch(w, &w->trial, index)) c.other = w->other;
    c.p = w->trial.x[w->n];
    c.y = w->trial.x;
    return w->sink->crossing && w->sink->crossing(w->sink->user, &c) ? HYS_DONE : HYS_OK;
}

hys_status hys__walk_cross(hys__walk *w, double ds) {
    if (is_fold(w)) return locate(w, HYS__EVENT_FOLD, ds);
    if (n_crossed(w) == 0) return HYS_OK;
    return locate(w, crosses_as_pair(w) ? HYS__EVENT_HOPF : HYS__EVENT_BRANCH, ds);
}
