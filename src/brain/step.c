/* Steps of a chunk:
 *
 *     states over [t - dt/2, t + dt/2] at V(t);   currents, conductances;   V over [t, t + dt].
 *
 * With Crank-Nicolson V moves by twice the solution of  (2 C/dt + G + couplings) x = -I(V(t)), the same as half a step
 * of backward Euler and half a step of extrapolation; the linearisation of I is exact for what is ohmic.  Backward
 * Euler has C/dt and moves by x; its states are moved over whole steps before, as those of NEURON are afterwards. */
#include "brain/brain_impl.h"
#include "brain/phi.h"
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

static void put_voltage(hys__piece *q, const double *v) {
    const hys__channel *c = q->channel;
    const hys_screen_scale *s = &c->scale;
    hys__work *w = q->work;
    if (s->voltage == 1 && s->offset == 0) {
        q->v = (double *)(uintptr_t)v; /* kernels read terminals */
        q->e = c->reversals;
        return;
    }
    for (size_t j = 0; j < q->n; j++) w->v[j] = s->voltage * (v[j] - c->reversal) + s->offset;
    q->v = w->v;
    q->e = w->zero;
}

static bool is_absent(const double *weight, double one, size_t n) {
    if (!weight) return one == 0;
    for (size_t j = 0; j < n; j++)
        if (weight[j] != 0) return false;
    return true;
}

static void hold(const hys__cohort *c, size_t channel, size_t at, size_t n, const hys__work *w, double sign) {
    for (hys__probe *p = c->probes; p; p = p->next) {
        if (p->what != HYS__PROBE_CURRENT || p->channel != channel || p->entry < at || p->entry >= at + n) continue;
        p->hold_i = w->i[p->entry] * sign + (sign > 0 ? p->hold_i : 0);
        p->hold_g = w->g[p->entry] * sign + (sign > 0 ? p->hold_g : 0);
    }
}

static bool move_piece(const hys_brain *b, hys__cohort *c, hys__work *w, size_t at, size_t n, double h) {
    const hys__group *g = c->group;
    put_leak(c->rows + at, g->cell->opts.leak, g->cell->opts.leak_reversal, n, w->i + at, w->g + at);
    for (size_t k = 0; k < g->cell->channels.n; k++) {
        const hys__channel *channel = &g->cell->channels.at[k];
        double *states[2 * HYS_STEP_MAX];
        hys__piece q = {.work = w,
                        .chunk = c,
                        .channel = channel,
                        .at = at,
                        .n = n,
                        .states = states,
                        .h = h * channel->scale.time,
                        .rtol = b->opts.rtol,
                        .i = w->i + at,
                        .g = w->g + at,
                        .weight = g->weight[k] ? g->weight[k] + at : NULL,
                        .weight_one = g->weight_one[k]};
        if (is_absent(q.weight, q.weight_one, n)) continue;
        for (size_t s = 0; s < 2 * (size_t)channel->n_inner; s++) states[s] = hys__chunk_row(c, g->row[k] + s);
        put_voltage(&q, c->rows + at);
        size_t bad = 0;
        if (c->probes) hold(c, k, at, n, w, -1);
        q.repeats = c->is_fresh || b->opts.method == HYS_BRAIN_BACKWARD_EULER; /* as exact as two evaluations */
        bool is_good = !q.repeats || hys__channel_advance(&q, &bad);
        q.repeats = false;
        is_good = is_good && hys__channel_advance(&q, &bad);
        if (c->probes) hold(c, k, at, n, w, 1);
        if (is_good) continue;
        c->bad_channel = k;
        c->bad_entry = bad;
        return false;
    }
    return true;
}

/* ---- potentials ---- */

/* Whether one of eight potentials rises over the threshold: so seldom that it is asked before each is looked at. */
HYS__CLONES static bool rises(const double *v, const double *dv, double threshold) {
    const hys__v8 was = hys__v8_at(v), now = was + hys__v8_at(dv);
    const hys__i8 is = (was < threshold) & (now >= threshold);
    int64_t any = 0;
    for (size_t j = 0; j < HYS__LANES; j++) any |= is[j];
    return any != 0;
}

static void watch(const hys_brain *b, hys__cohort *c, const double *dv, double t) {
    const hys__group *g = c->group;
    const size_t block = g->lanes * g->cell->n;
    for (size_t k = 0; k < c->n_cells; k++) {
        const size_t e = k / g->lanes * block + g->watched * g->lanes + k % g->lanes;
        if (g->lanes == HYS__LANES && k % HYS__LANES == 0 && !rises(c->rows + e, dv + e, g->threshold)) {
            k += HYS__LANES - 1;
            continue;
        }
        const double was = c->rows[e], now = was + dv[e];
        if (was < g->threshold && now >= g->threshold)
            c->spikes[c->n_spikes++] =
                (hys_spike){t + b->opts.dt * (g->threshold - was) / (now - was), (uint32_t)(c->first + k)};
    }
}

HYS__CLONES static void put_equations(const double *restrict area, double inert, const hys__work *w, size_t n) {
    double *restrict d = w->diagonal, *restrict r = w->rhs;
    const double *restrict i = w->i, *restrict g = w->g;
    for (size_t j = 0; j < n; j++) {
        d[j] = area[j] * (inert + g[j]);
        r[j] = -area[j] * i[j];
    }
}

HYS__CLONES static void scale_by(double *restrict r, double by, size_t n) {
    for (size_t j = 0; j < n; j++) r[j] *= by;
}

HYS__CLONES static void move_by(double *restrict v, const double *restrict dv, size_t n) {
    for (size_t j = 0; j < n; j++) v[j] += dv[j];
}

/* Lanes are summed each for itself. */
HYS__CLONES static bool is_finite(const double *x, size_t n) {
    hys__v8 sum = {0};
    for (size_t j = 0; j < n; j += HYS__LANES) sum += hys__v8_at(x + j) * 0;
    double all = 0;
    for (size_t j = 0; j < HYS__LANES; j++) all += sum[j];
    return all == 0;
}

static bool move_potentials(const hys_brain *b, hys__cohort *c, hys__work *w, double t) {
    const hys__group *g = c->group;
    const bool is_second = b->opts.method == HYS_BRAIN_CRANK_NICOLSON;
    const double inert = (is_second ? 2 : 1) * g->cell->opts.capacitance / b->opts.dt;
    double *v = c->rows, *d = w->diagonal, *r = w->rhs;
    put_equations(g->area, inert, w, c->n);
    hys__clamp_add(b, c, t, b->opts.dt, d, r, v);
    hys__cable_couple(c, v, d, r);
    hys__cable_solve(c, d, r);
    if (is_second) scale_by(r, 2, c->n);
    for (size_t j = c->used; j < c->n; j++) r[j] = 0;
    if (!is_finite(r, c->n)) return false;
    if (g->has_threshold) watch(b, c, r, t);
    if (c->probes) hys__record_after(b, c, r);
    move_by(v, r, c->n);
    return true;
}

/* ---- steps ---- */

/* States of a run's first step move over half of it, those of backward Euler not at all. */
static double state_step(const hys_brain *b, const hys__cohort *c) {
    if (c->step > 0) return b->opts.dt;
    return b->opts.method == HYS_BRAIN_CRANK_NICOLSON ? b->opts.dt / 2 : 0;
}

static hys_status one_step(const hys_brain *b, hys__cohort *c, hys__work *w) {
    const double h = state_step(b, c), t = b->time + (double)(c->step - b->step) * b->opts.dt;
    for (size_t at = 0; at < c->n; at += HYS__PIECE) {
        const size_t n = c->n - at < HYS__PIECE ? c->n - at : HYS__PIECE;
        if (!move_piece(b, c, w, at, n, h)) return HYS_NOCONV;
    }
    if (c->probes) hys__record_before(b, c, c->rows);
    if (!move_potentials(b, c, w, t)) return HYS_LIMIT;
    c->is_fresh = false;
    c->step++;
    return HYS_OK;
}

void hys__chunk_run(const hys_brain *b, hys__cohort *c, hys__work *w, uint64_t until) {
    c->is_full = false;
    while (c->step < until && c->status == HYS_OK) {
        if (c->group->has_threshold && c->spikes_cap - c->n_spikes < c->n_cells) {
            c->is_full = true;
            return;
        }
        c->status = one_step(b, c, w);
    }
}
