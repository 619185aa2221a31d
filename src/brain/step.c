/* Steps of a chunk:
 *
 *     states over [t - dt/2, t + dt/2] at V(t);   currents, conductances;   V over [t, t + dt].
 *
 * With Crank-Nicolson V moves by twice the solution of  (2 C/dt + G + couplings) x = -I(V(t)), the same as half a step
 * of backward Euler and half a step of extrapolation; the linearisation of I is exact for what is ohmic.  Cells of one
 * compartment whose own time, C/G, is shorter than dt go exponentially instead, of second order as well: extrapolation
 * would carry them past where all currents together pull.  Backward Euler has C/dt and moves by x; its states are moved
 * over whole steps before, as those of NEURON are afterwards. */
#include "brain/network_impl.h"
#include "brain/phi.h"
#include <float.h>
#include <math.h>
#include <string.h>

/* ---- channels ---- */

HYS__CLONES static void put_leak(const double *restrict v, double leak, double reversal, size_t n, double *restrict i,
                                 double *restrict g) {
    for (size_t j = 0; j < n; j++) {
        i[j] = leak * (v[j] - reversal);
        g[j] = leak;
    }
}

static bool is_absent(const double *weight, double one, size_t n) {
    if (!weight) return one == 0;
    for (size_t j = 0; j < n; j++)
        if (weight[j] != 0) return false;
    return true;
}

static void hold(const hys__piece *q, size_t channel, double sign) {
    for (hys__probe *p = q->chunk->probes; p; p = p->next) {
        const bool is_current = p->what == HYS__PROBE_CURRENT || p->what == HYS__PROBE_POWER;
        if (!is_current || p->channel != channel || p->entry < q->at || p->entry >= q->at + q->n) continue;
        p->hold_i = q->i[p->entry - q->at] * sign + (sign > 0 ? p->hold_i : 0);
        p->hold_g = q->g[p->entry - q->at] * sign + (sign > 0 ? p->hold_g : 0);
    }
}

/* Steps of the brain in one of the channel's states, which is then moved as if the middle of its step were now. */
static uint64_t length_of(const hys_brain *b, const hys__channel *c) {
    const double n = c->step / b->opts.dt + 0.5;
    return n >= 2 ? (uint64_t)n : 1;
}

/* S/m^2: of the capacitance over a step. */
static double inertia(const hys_brain *b, const hys_brain_cell *cell) {
    return (b->opts.method == HYS_BRAIN_CRANK_NICOLSON ? 2 : 1) * cell->opts.capacitance / b->opts.dt;
}

HYS__CLONES static void put_equations(const double *restrict area, double inert, const double *restrict i,
                                      const double *restrict g, size_t n, double *restrict d, double *restrict r) {
    for (size_t j = 0; j < n; j++) {
        d[j] = area[j] * (inert + g[j]);
        r[j] = -area[j] * i[j];
    }
}

/* Currents of a piece stay in the first cache; what is left of them are equations, but for single compartments, of
 * which a chunk is one piece. */
static bool move_piece(const hys_brain *b, hys__cohort *c, hys__work *w, size_t at, size_t n, double h) {
    const hys__group *g = c->group;
    put_leak(c->rows + at, g->cell->opts.leak, g->cell->opts.leak_reversal, n, w->i, w->g);
    if (g->cell->ions.n) hys__ions_before(b, c, w, at, n);
    for (size_t k = 0; k < g->cell->channels.n; k++) {
        const hys__channel *channel = &g->cell->channels.at[k];
        const uint64_t length = length_of(b, channel);
        double *states[2 * HYS_STEP_MAX];
        if (length > 1 && c->step % length) continue;
        hys__piece q = {.work = w,
                        .chunk = c,
                        .channel = channel,
                        .at = at,
                        .n = n,
                        .states = states,
                        .h = h * (double)length * channel->scale.time,
                        .rtol = b->opts.rtol,
                        .i = w->i,
                        .g = w->g,
                        .weight = g->weight[k] ? g->weight[k] + at : NULL,
                        .weight_one = g->weight_one[k]};
        if (is_absent(q.weight, q.weight_one, n)) continue;
        if (channel->ion >= 0) q.i = w->ion_i[channel->ion] + at, q.g = w->ion_g[channel->ion] + at;
        for (size_t s = 0; s < 2 * (size_t)channel->n_inner; s++) states[s] = hys__chunk_row(c, g->row[k] + s);
        hys__piece_voltage(&q, c->rows + at);
        size_t bad = 0;
        if (c->probes) hold(&q, k, -1);
        q.repeats = c->is_fresh || b->opts.method == HYS_BRAIN_BACKWARD_EULER; /* as exact as two evaluations */
        bool is_good = !q.repeats || hys__channel_advance(&q, &bad);
        q.repeats = false;
        is_good = is_good && hys__channel_advance(&q, &bad);
        if (c->probes) hold(&q, k, 1);
        if (is_good) continue;
        c->bad_channel = k;
        c->bad_entry = bad;
        return false;
    }
    if (g->cell->ions.n) hys__ions_sum(c, w, at, n);
    if (g->cell->n > 1) put_equations(g->area + at, inertia(b, g->cell), w->i, w->g, n, w->diagonal + at, w->rhs + at);
    return true;
}

/* ---- potentials ---- */

static void watch_cells(const hys_brain *b, hys__cohort *c, const double *dv, double t, size_t from, size_t to) {
    const hys__group *g = c->group;
    const size_t block = g->lanes * g->cell->n;
    for (size_t k = from; k < to; k++) {
        const size_t e = k / g->lanes * block + g->watched * g->lanes + k % g->lanes;
        const double was = c->rows[e], now = was + dv[e];
        if (was < g->threshold && now >= g->threshold)
            hys__chunk_spike(c, t + b->opts.dt * (g->threshold - was) / (now - was), k);
    }
}

/* Cells of one compartment: few of them rise, so eight are asked at a time. */
static void watch(const hys_brain *b, hys__cohort *c, const double *dv, double t) {
    const double threshold = c->group->threshold;
    if (c->group->cell->n > 1) {
        watch_cells(b, c, dv, t, 0, c->n_cells);
        return;
    }
    for (size_t k = 0; k < c->n; k += HYS__LANES) {
        int64_t rises = 0;
        for (size_t j = k; j < k + HYS__LANES; j++)
            rises |= (int64_t)(c->rows[j] < threshold) & (int64_t)(c->rows[j] + dv[j] >= threshold);
        if (rises) watch_cells(b, c, dv, t, k, k + HYS__LANES < c->n_cells ? k + HYS__LANES : c->n_cells);
    }
}

HYS__CLONES static void move_by(double *restrict v, const double *restrict dv, size_t n) {
    for (size_t j = 0; j < n; j++) v[j] += dv[j];
}

/* What is so seldom that it is asked of all before each is looked at. */
typedef struct sight {
    bool is_finite;
    bool rises;   /* a potential over the threshold */
    bool is_fast; /* z = G dt/C is above 1; base: area 2 C/dt, of which the diagonal is (1 + z/2) */
} sight;

HYS__CLONES static void look_at(const double *restrict v, const double *restrict dv, double threshold, size_t n,
                                sight *seen) {
    int64_t odd = 0, rises = 0;
    for (size_t j = 0; j < n; j++) {
        odd |= (int64_t) !(fabs(dv[j]) <= DBL_MAX);
        rises |= (int64_t)(v[j] < threshold) & (int64_t)(v[j] + dv[j] >= threshold);
    }
    seen->is_finite = !odd;
    seen->rises = rises != 0;
}

typedef struct singles { /* cells of one compartment */
    const double *area, *v;
    double inert, by, threshold;
    hys__effect all;
} singles;

#define INLINE static inline __attribute__((always_inline))

/* dv = by r/d. */
INLINE void move_all(const singles *x, const hys__work *w, bool is_new, size_t n, sight *seen) {
    const double *restrict area = x->area, *restrict v = x->v, *restrict i = w->i, *restrict g = w->g;
    double *restrict d = w->diagonal, *restrict r = w->rhs;
    const hys__effect all = x->all;
    const double inert = x->inert, by = x->by, threshold = x->threshold;
    int64_t odd = 0, rises = 0, fast = 0;
    for (size_t j = 0; j < n; j++) {
        const double own = is_new ? area[j] * (inert + g[j]) + all.g : d[j];
        const double flow = is_new ? -area[j] * i[j] + (all.g * (all.e - v[j]) + all.i) : r[j];
        const double change = flow / own * by;
        if (is_new) d[j] = own;
        r[j] = change;
        odd |= (int64_t) !(fabs(change) <= DBL_MAX);
        rises |= (int64_t)(v[j] < threshold) & (int64_t)(v[j] + change >= threshold);
        fast |= (int64_t)(own > 1.5 * (area[j] * inert));
    }
    *seen = (sight){.is_finite = !odd, .rises = rises != 0, .is_fast = fast != 0};
}

HYS__CLONES static void divide(const singles *x, const hys__work *w, size_t n, sight *seen) {
    move_all(x, w, false, n, seen);
}

/* Nothing but what acts on all alike comes between their equations and the solution. */
HYS__CLONES static void put_and_divide(const singles *x, const hys__work *w, size_t n, sight *seen) {
    move_all(x, w, true, n, seen);
}

/* dv of Crank-Nicolson becomes (exp(-z) - 1)/-z f dt/C where z is above 1. */
HYS__CLONES static void relax(const double *restrict area, double inert, const double *restrict d, double *restrict dv,
                              size_t n) {
    for (size_t j = 0; j < n; j += HYS__LANES) {
        int64_t any = 0;
        for (size_t k = j; k < j + HYS__LANES; k++) any |= (int64_t)(d[k] > 1.5 * (area[k] * inert));
        if (!any) continue;
        const hys__v8 base = hys__v8_at(area + j) * inert, sum = hys__v8_at(d + j), z = 2 * (sum / base - 1);
        const hys__i8 is_fast = sum > 1.5 * base;
        const hys__v8 crank = hys__v8_at(dv + j);
        hys__v8_put(dv + j, hys__v8_choose(is_fast, crank * sum / base * hys__phi1(-z), crank));
    }
}

/* Mean over the step of V less its value at the beginning, as the balance of charges has it. */
static void put_means(const hys_brain *b, const hys__cohort *c, const hys__work *w, double inert, const double *dv) {
    const bool is_second = b->opts.method == HYS_BRAIN_CRANK_NICOLSON,
               may_be_fast = is_second && c->group->cell->n == 1;
    for (size_t j = 0; j < c->n; j++) {
        const double base = c->group->area[j] * inert, z = 2 * (w->diagonal[j] / base - 1);
        const bool is_fast = may_be_fast && w->diagonal[j] > 1.5 * base;
        const double phi1 = is_fast ? -expm1(-z) / z : 0;
        w->beside[j] = (is_fast ? (1 - phi1) / (z * phi1) : is_second ? 0.5 : 1) * dv[j];
    }
}

static void add_others(const hys_brain *b, const hys__cohort *c, hys__work *w, double t) {
    const double *v = c->rows;
    double *d = w->diagonal, *r = w->rhs;
    hys__clamp_add(b, c, t, b->opts.dt, d, r, v);
    if (c->group->wiring->sites.n) hys__sites_add(c, w, d, r, v);
    if (c->gaps) hys__gaps_add(b, c, d, r, v);
    for (size_t j = c->used; j < c->n; j++) r[j] = 0;
}

/* The right hand side becomes what potentials move by. */
static sight solve_singles(const hys_brain *b, const hys__cohort *c, hys__work *w, double t) {
    const hys__group *g = c->group;
    const bool is_second = b->opts.method == HYS_BRAIN_CRANK_NICOLSON;
    singles x = {.area = g->area,
                 .v = c->rows,
                 .inert = inertia(b, g->cell),
                 .by = is_second ? 2 : 1,
                 .threshold = g->has_threshold ? g->threshold : INFINITY};
    const bool is_plain = c->used == c->n && !g->wiring->sites.n && !c->gaps;
    sight seen;
    if (is_plain && hys__clamp_is_alike(c, t, b->opts.dt, &x.all)) put_and_divide(&x, w, c->n, &seen);
    else {
        put_equations(g->area, x.inert, w->i, w->g, c->n, w->diagonal, w->rhs);
        add_others(b, c, w, t);
        divide(&x, w, c->n, &seen);
    }
    if (!is_second || !seen.is_fast) return seen;
    relax(g->area, x.inert, w->diagonal, w->rhs, c->n);
    look_at(x.v, w->rhs, x.threshold, c->n, &seen);
    return seen;
}

static sight solve_cables(const hys_brain *b, const hys__cohort *c, hys__work *w, double t) {
    add_others(b, c, w, t);
    const bool is_finite = hys__cable_solve(c, c->rows, w, b->opts.method == HYS_BRAIN_CRANK_NICOLSON ? 2 : 1);
    return (sight){.is_finite = is_finite, .rises = c->group->has_threshold};
}

static bool move_potentials(const hys_brain *b, hys__cohort *c, hys__work *w, double t) {
    const hys__group *g = c->group;
    double *v = c->rows, *r = w->rhs;
    const sight seen = g->cell->n == 1 ? solve_singles(b, c, w, t) : solve_cables(b, c, w, t);
    if (!seen.is_finite) return false;
    if (seen.rises) watch(b, c, r, t);
    if (g->cell->ions.n || c->probes) put_means(b, c, w, inertia(b, g->cell), r);
    if (g->cell->ions.n) hys__ions_after(b, c, w, w->beside);
    if (c->probes) hys__record_after(b, c, w->beside);
    move_by(v, r, c->n);
    return true;
}

/* ---- steps ---- */

/* States of a run's first step move over half of it, those of backward Euler not at all. */
static double state_step(const hys_brain *b, const hys__cohort *c) {
    if (c->step > 0) return b->opts.dt;
    return b->opts.method == HYS_BRAIN_CRANK_NICOLSON ? b->opts.dt / 2 : 0;
}

static hys_status one_step(const hys_brain *b, hys__cohort *c, hys__work *w, double t) {
    const double h = state_step(b, c);
    if (c->group->wiring->sites.n) hys__sites_arrive(b, c, w, t);
    for (size_t at = 0; at < c->n; at += HYS__PIECE) {
        const size_t n = c->n - at < HYS__PIECE ? c->n - at : HYS__PIECE;
        if (!move_piece(b, c, w, at, n, h)) return HYS_NOCONV;
    }
    if (c->probes) hys__record_before(b, c, c->rows);
    if (!move_potentials(b, c, w, t)) return HYS_LIMIT;
    c->is_fresh = false;
    return HYS_OK;
}

static bool has_room(const hys__cohort *c) {
    return !c->group->has_threshold || c->spikes_cap - c->n_spikes >= hys__spike_need(c->group->cell) * c->n_cells;
}

void hys__chunk_run(const hys_brain *b, hys__cohort *c, hys__work *w, uint64_t until) {
    const struct hys__firing *f = c->group->cell->firing;
    c->is_full = false;
    while (c->step < until && c->status == HYS_OK) {
        const double t = hys__step_time(b, c->step);
        c->is_full = !has_room(c);
        if (c->is_full) return;
        if (!f) c->status = one_step(b, c, w, t);
        else if (f->kind == HYS__CELL_POINT) c->status = hys__point_step(b, c, w, t);
        else c->is_full = !hys__source_step(b, c, t);
        if (c->is_full) return;
        if (c->status == HYS_OK) c->step++;
    }
}
