/* What happens between two cycles of a branch, and where: folds by the tangent's part along p, period doublings and
 * torus points by the size of the multiplier that leaves the unit circle. */
#include "numerics/cycle_impl.h"
#include "numerics/root.h"
#include <math.h>
#include <string.h>

struct search {
    hys__ride *ride;
    hys__event_kind kind;
    size_t index;
};

static double slope_of(const hys__stop *s) {
    return s->t[hys__orbit_size(&s->o) + 1];
}

static bool is_fold(const hys__ride *w) {
    return slope_of(&w->last) * slope_of(&w->next) < 0;
}

static size_t n_crossed(const hys__ride *w) {
    size_t a = w->last.n_unstable, b = w->next.n_unstable;
    if (!w->last.is_trusted || !w->next.is_trusted) return 0;
    return a < b ? b - a : a - b;
}

/* Place in the ordered multipliers (0 is the trivial one) of the one that crosses. */
static size_t crosser(const hys__ride *w) {
    size_t few = w->last.n_unstable < w->next.n_unstable ? w->last.n_unstable : w->next.n_unstable;
    return few + 1;
}

static bool is_pair(double complex m) {
    return fabs(cimag(m)) > 1e-6 * cabs(m);
}

bool hys__ride_is_clear(const hys__ride *w) {
    size_t n = n_crossed(w), at = crosser(w);
    if (is_fold(w)) return n == 1 || !w->last.is_trusted || !w->next.is_trusted;
    return n <= 1 || (n == 2 && is_pair(w->last.multiplier[at]) && is_pair(w->next.multiplier[at]));
}

/* A fold that changes no stability is none: the step has come back on the branch. */
bool hys__ride_turned_back(const hys__ride *w) {
    return is_fold(w) && w->last.is_trusted && w->next.is_trusted && w->last.n_unstable == w->next.n_unstable;
}

static double test_of(const struct search *s, const hys__stop *at) {
    return s->kind == HYS__EVENT_CYCLE_FOLD ? slope_of(at) : log(cabs(at->multiplier[s->index]));
}

static double test_at(void *user, double x) {
    struct search *s = user;
    unsigned n_iter;
    hys__ride *w = s->ride;
    if (hys_ctx_is_cancelled(w->ctx)) return NAN;
    bool wants = s->kind != HYS__EVENT_CYCLE_FOLD;
    if (hys__ride_reach(w, &w->last, x, &w->trial, wants, &n_iter) != HYS_OK) return NAN;
    return test_of(s, &w->trial);
}

/* In the middle of a canard explosion p stands still while the cycle grows, and what it does is below the error of the
 * collocation: two folds one behind the other that are this near are none. */
#define FOLD_NOISE 1e-6

static hys_status tell(hys__ride *w, const hys__cycle_event *event) {
    return w->sink->event && w->sink->event(w->sink->user, event) ? HYS_DONE : HYS_OK;
}

hys_status hys__ride_tell_fold(hys__ride *w, double p_now) {
    if (!w->has_fold || fabs(p_now - w->fold.p) < FOLD_NOISE * w->weights.p) return HYS_OK;
    w->has_fold = false;
    return tell(w, &w->fold);
}

static hys_status hold_fold(hys__ride *w, const hys__cycle_event *fold) {
    if (w->has_fold && fabs(fold->p - w->fold.p) < FOLD_NOISE * w->weights.p) {
        w->has_fold = false;
        return HYS_OK;
    }
    hys_status status = hys__ride_tell_fold(w, INFINITY);
    w->fold = *fold;
    memcpy(w->fold_low, fold->low, w->n * sizeof *fold->low);
    memcpy(w->fold_high, fold->high, w->n * sizeof *fold->high);
    w->fold.low = w->fold_low;
    w->fold.high = w->fold_high;
    w->has_fold = true;
    return status;
}

static hys_status locate(hys__ride *w, hys__event_kind kind, double ds) {
    struct search s = {w, kind, crosser(w)};
    double at = hys__root(test_at, &s, (hys__bracket){0, ds, test_of(&s, &w->last), test_of(&s, &w->next)});
    if (hys_ctx_is_cancelled(w->ctx)) return HYS_CANCEL;
    const hys__stop *found = isfinite(test_at(&s, at)) ? &w->trial : &w->last;
    size_t size = hys__orbit_size(&found->o);
    const hys__cycle_event event = {kind,         found->o.x[size + 1], found->o.x[size], w->last.n_unstable,
                                    w->event_low, w->event_high};
    hys__orbit_range(&found->o, &w->radau, w->event_low, w->event_high);
    if (kind == HYS__EVENT_CYCLE_FOLD) return hold_fold(w, &event);
    hys_status status = hys__ride_tell_fold(w, INFINITY); /* in the order of the branch */
    return status == HYS_OK ? tell(w, &event) : status;
}

/* A multiplier that crosses at +1 where p does not turn: a branch of cycles.  Next to a fold that is only the fold
 * again: there two multipliers are near 1 and which is the trivial one is anyone's guess. */
static bool is_near_fold(const hys__ride *w) {
    return fabs(slope_of(&w->last)) * 1e-2 < 1e-3 * w->weights.p || fabs(slope_of(&w->next)) < 0.1 * w->weights.p;
}

hys_status hys__ride_cross(hys__ride *w, double ds) {
    if (is_fold(w)) return locate(w, HYS__EVENT_CYCLE_FOLD, ds);
    size_t n = n_crossed(w);
    if (n == 0) return HYS_OK;
    double complex m = w->next.multiplier[crosser(w)];
    if (is_pair(m)) return locate(w, HYS__EVENT_TORUS, ds);
    if (creal(m) < 0) return locate(w, HYS__EVENT_PERIOD_DOUBLING, ds);
    return is_near_fold(w) ? HYS_OK : locate(w, HYS__EVENT_BRANCH, ds);
}
