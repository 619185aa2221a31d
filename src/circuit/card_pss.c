/* .pss: periodic steady state, in ngspice's order or by names.
 *
 *     pss  = value* ( name "=" value )* ["uic"]
 *     value = FGUESS, TSTAB, [node], POINTS, HARMONICS, SCITER, STEADYCOEFF, in this order
 *     name = "fguess" | "tstab" | "node" | "points" | "harmonics" | "sciter" | "steadycoeff"
 *
 * What ngspice always asks for may be left out: where sources give the period, no guess is needed. */
#include "circuit/card.h"
#include "circuit/flat_impl.h"
#include <math.h>
#include <string.h>

#define POINTS      1024
#define HARMONICS   10
#define MOST_POINTS 1e6
#define MOST_ITER   1000

typedef enum place { FGUESS, TSTAB, NODE, N_POINTS, N_HARMONICS, SCITER, STEADYCOEFF, N_PLACES } place;
static const char *const names[N_PLACES] = {"fguess", "tstab", "node", "points", "harmonics", "sciter", "steadycoeff"};

static bool take_node(nl_cur *c, hys__analysis *a) {
    nl_word w = nl_take_word(c);
    a->pss.node = hys__flat_find_node(c->net->flat, w.s, w.n);
    if (a->pss.node != HYS__GLOBAL) return true;
    nl_fail_as(c->net, HYS_SEMANTIC, nl_word_span(c, w), "", "there is no node '%.*s'", w.n < 80 ? (int)w.n : 80, w.s);
    return false;
}

static bool fits(nl_cur *c, hys__span span, place which, double value, double least, double most) {
    if (value >= least && value <= most) return true;
    nl_fail_as(c->net, HYS_SEMANTIC, span, "", "%s of .pss is between %g and %g, not %g", names[which], least, most,
               value);
    return false;
}

static bool set_value(nl_cur *c, hys__analysis *a, hys__span span, place which, double value) {
    static const double least[N_PLACES] = {
        [FGUESS] = 1e-30, [TSTAB] = 0, [N_POINTS] = 8, [N_HARMONICS] = 1, [SCITER] = 1, [STEADYCOEFF] = 1e-15};
    static const double most[N_PLACES] = {[FGUESS] = 1e30,      [TSTAB] = 1e30,       [N_POINTS] = MOST_POINTS,
                                          [N_HARMONICS] = 1000, [SCITER] = MOST_ITER, [STEADYCOEFF] = 1};
    if (!fits(c, span, which, value, least[which], most[which])) return false;
    if (which == FGUESS) a->pss.guess = value;
    if (which == TSTAB) a->pss.settle = value;
    if (which == N_POINTS) a->pss.n_points = (size_t)nearbyint(value);
    if (which == N_HARMONICS) a->pss.n_harmonics = (size_t)nearbyint(value);
    if (which == SCITER) a->pss.most_iter = (unsigned)nearbyint(value);
    if (which == STEADYCOEFF) a->pss.coefficient = value;
    return true;
}

static bool take_value(nl_cur *c, hys__analysis *a, place which) {
    hys__span span = nl_here(c);
    bool failed = false;
    if (which == NODE) return take_node(c, a);
    double value = nl_constant(c, &failed);
    return !failed && set_value(c, a, span, which, value);
}

static bool take_named(nl_cur *c, hys__analysis *a) {
    nl_word w = nl_take_setting(c);
    for (place k = 0; k < N_PLACES; k++)
        if (nl_word_is(w, names[k])) return take_value(c, a, k);
    nl_fail(c->net, nl_word_span(c, w), "known are fguess, tstab, node, points, harmonics, sciter, steadycoeff",
            "'%.*s' is nothing that .pss knows", w.n < 80 ? (int)w.n : 80, w.s);
    return false;
}

/* The third place may be left out: what begins like a number, or is a formula, is none of a node's. */
static bool is_number(nl_cur *c) {
    char first = nl_peek(c);
    nl_word w = nl_peek_word(c);
    if (strchr("{'+-.", first)) return true;
    return first >= '0' && first <= '9' && hys__flat_find_node(c->net->flat, w.s, w.n) == HYS__GLOBAL;
}

bool nl_pss(nl_cur *c, hys__analysis *a) {
    place next = FGUESS;
    a->pss.node = HYS__GLOBAL;
    a->pss.n_points = POINTS;
    a->pss.n_harmonics = HARMONICS;
    while (!nl_at_end(c) && !nl_word_is(nl_peek_word(c), "sweep")) {
        if (nl_take_keyword(c, "uic")) {
            a->uic = true;
            continue;
        }
        if (nl_at_setting(c)) {
            if (!take_named(c, a)) return false;
            continue;
        }
        if (next == N_PLACES) {
            nl_fail(c->net, nl_here(c), "", "a .pss card has at most seven values");
            return false;
        }
        if (next == NODE && is_number(c)) next++;
        if (!take_value(c, a, next++)) return false;
    }
    if (a->pss.n_points >= 2 * a->pss.n_harmonics) return true;
    nl_fail_as(c->net, HYS_SEMANTIC, a->span, "", "%zu harmonics need at least %zu points, not %zu", a->pss.n_harmonics,
               2 * a->pss.n_harmonics, a->pss.n_points);
    return false;
}
