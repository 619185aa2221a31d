/* Steps of point neurons.  Integrate-and-fire neurons that only currents of exponential ports reach move exactly
 * (Rotter and Diesmann, Biol. Cybern. 81, 381 (1999)); with others, by the exponential Rosenbrock-Euler step of the
 * means over the step, which is of second order.  They fire at ends of steps, or at the beginning where a jump of the
 * potential brings them over the threshold. */
#include "brain/network_impl.h"
#include "brain/phi.h"
#include <math.h>
#include <string.h>

#define ALIKE 1e-7 /* relative difference of time constants below which the limit is exact enough */

/* V = x/C  tau_s tau_m / (tau_s - tau_m) (exp(-h/tau_s) - exp(-h/tau_m)) */
void hys__lif_site(const hys_brain *b, const hys__group *g, hys__site *s) {
    const hys_point *p = &g->cell->firing->point;
    const hys_port_opts *o = &s->port->of;
    const double h = b->opts.dt, tau = p->capacitance / p->leak;
    s->drives = NAN;
    if (p->kind != HYS_POINT_LIF) return;
    if (o->kind == HYS_PORT_DELTA) s->drives = 0;
    if (o->kind != HYS_PORT_EXPONENTIAL || !o->is_current) return;
    if (fabs(o->tau - tau) < ALIKE * tau) s->drives = h / p->capacitance * exp(-h / tau);
    else s->drives = o->tau * tau / (o->tau - tau) * (exp(-h / o->tau) - exp(-h / tau)) / p->capacitance;
}

/* ---- firing ---- */

static void fire(const hys_brain *b, hys__cohort *c, size_t j, double t) {
    const hys_point *p = &c->group->cell->firing->point;
    hys__chunk_row(c, HYS__ROW_V)[j] = p->reset;
    hys__chunk_row(c, HYS__ROW_LEFT)[j] = hys__rest_steps(b, p);
    hys__chunk_spike(c, t, j);
}

HYS__CLONES static size_t count_above(const double *restrict v, double threshold, size_t n) {
    size_t count = 0;
    for (size_t j = 0; j < n; j++) count += v[j] >= threshold;
    return count;
}

static void fire_all(const hys_brain *b, hys__cohort *c, double threshold, double t) {
    const double *v = hys__chunk_row(c, HYS__ROW_V);
    if (!count_above(v, threshold, c->n_cells)) return;
    for (size_t j = 0; j < c->n_cells; j++)
        if (v[j] >= threshold) fire(b, c, j, t);
}

/* ---- integrate and fire ---- */

HYS__CLONES static void drive(double *restrict x, double drives, double keep, size_t n, double *restrict sum) {
    for (size_t j = 0; j < n; j++) {
        sum[j] += drives * x[j];
        x[j] *= keep;
    }
}

/* All that brings v away from rest stands in sum.  A neuron that rests stays; its potential is that of the reset. */
HYS__CLONES static void move_exact(double *restrict v, double *restrict left, const double *restrict sum, double keep,
                                   double rest, size_t n) {
    for (size_t j = 0; j < n; j++) {
        const double moved = rest + (v[j] - rest) * keep + sum[j], stays = left[j];
        v[j] = stays > 0 ? v[j] : moved;
        left[j] = stays > 0 ? stays - 1 : 0;
    }
}

HYS__CLONES static void move_rosenbrock(double *restrict v, double *restrict left, const double *restrict diagonal,
                                        const double *restrict rhs, const hys_point *p, double h, size_t n) {
    const double per_c = h / p->capacitance, leak = p->leak, rest = p->leak_reversal, bias = p->bias;
    for (size_t j = 0; j < n; j += HYS__LANES) {
        const hys__v8 now = hys__v8_at(v + j), stays = hys__v8_at(left + j);
        const hys__v8 flow = hys__v8_at(rhs + j) + leak * (rest - now) + bias;
        const hys__v8 moved = now + per_c * flow * hys__phi1(-per_c * (hys__v8_at(diagonal + j) + leak));
        const hys__i8 is_held = stays > 0;
        hys__v8_put(v + j, hys__v8_choose(is_held, now, moved));
        hys__v8_put(left + j, hys__v8_choose(is_held, stays - 1, stays));
    }
}

static bool is_exact(const hys__group *g) {
    for (size_t k = 0; k < g->wiring->sites.n; k++)
        if (!(g->wiring->sites.at[k].drives == g->wiring->sites.at[k].drives)) return false;
    return true;
}

/* Electrodes with a conductance take the other way. */
static bool has_conductance(const hys__group *g) {
    for (size_t k = 0; k < g->electrodes.n; k++)
        if (g->electrodes.at[k]->of.kind != HYS_ELECTRODE_CURRENT) return true;
    return false;
}

static void step_lif(const hys_brain *b, hys__cohort *c, hys__work *w, double t) {
    const hys__group *g = c->group;
    const hys_point *p = &g->cell->firing->point;
    double *v = hys__chunk_row(c, HYS__ROW_V), *left = hys__chunk_row(c, HYS__ROW_LEFT);
    if (!is_exact(g) || has_conductance(g) || g->wiring->is_joined) {
        hys__sites_add(c, w, w->diagonal, w->rhs, v);
        move_rosenbrock(v, left, w->diagonal, w->rhs, p, b->opts.dt, c->n);
    } else {
        const double gain = g->wiring->gain;
        for (size_t j = 0; j < c->n; j++) w->rhs[j] = (w->rhs[j] + p->bias) * gain;
        for (size_t k = 0; k < g->wiring->sites.n; k++) {
            const hys__site *s = &g->wiring->sites.at[k];
            if (s->n_rows) drive(hys__site_row(c, s, 0), s->drives, s->keep[0], c->n_cells, w->rhs);
            for (size_t j = 0; s->held && j < c->n_cells; j++) w->rhs[j] += gain * s->held[c->first + j];
        }
        move_exact(v, left, w->rhs, g->wiring->keep, p->leak_reversal, c->n);
    }
    fire_all(b, c, p->threshold, t + b->opts.dt);
}

/* ---- steps ---- */

HYS__CLONES static bool are_finite(const double *x, size_t n) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += x[j] * 0;
    return sum == 0;
}

static void note_change(const hys_brain *b, const hys__cohort *c, const double *was, double *change) {
    for (size_t j = 0; j < c->n; j++) change[j] = 0.5 * (c->rows[j] - was[j]);
    hys__record_after(b, c, change);
}

hys_status hys__point_step(const hys_brain *b, hys__cohort *c, hys__work *w, double t) {
    const hys__group *g = c->group;
    const hys_point *p = &g->cell->firing->point;
    double *v = hys__chunk_row(c, HYS__ROW_V);
    if (g->wiring->sites.n) hys__sites_arrive(b, c, w, t);
    if (c->probes) hys__record_before(b, c, v);
    if (p->kind == HYS_POINT_LIF) fire_all(b, c, p->threshold, t);
    memset(w->diagonal, 0, c->n * sizeof *w->diagonal);
    memset(w->rhs, 0, c->n * sizeof *w->rhs);
    if (g->electrodes.n || c->probes) hys__clamp_add(b, c, t, b->opts.dt, w->diagonal, w->rhs, v);
    if (c->gaps) hys__gaps_add(b, c, w->diagonal, w->rhs, v);
    if (c->probes) memcpy(w->beside, v, c->n * sizeof *v);
    if (p->kind == HYS_POINT_LIF) step_lif(b, c, w, t);
    else {
        hys__sites_add(c, w, w->diagonal, w->rhs, v);
        hys__point_event(b, c, w->diagonal, w->rhs, t);
    }
    if (c->probes) note_change(b, c, w->beside, w->rhs);
    return are_finite(v, c->n_cells) ? HYS_OK : HYS_LIMIT;
}
