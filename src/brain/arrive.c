/* Spikes at their sites: into the rows of ports at a step's beginning, from there into the equations of the step.
 *
 * What a port does enters as its mean over the step, at the potential and with the slope of now: of second order with
 * Crank-Nicolson, and exact in the charge that a current brings. */
#include "brain/network_impl.h"
#include "brain/phi.h"
#include <math.h>
#include <string.h>

#define MG_HALF 3.57 /* mol/m^3: Jahr and Stevens, J. Neurosci. 10, 3178 (1990) */

/* ---- arriving ---- */

HYS__CLONES static void take_one(double *restrict ring, double *restrict a, double adds, size_t n) {
    for (size_t j = 0; j < n; j++) {
        a[j] += adds * ring[j];
        ring[j] = 0;
    }
}

HYS__CLONES static void take_two(double *restrict ring, double *restrict a, double *restrict b, const double *adds,
                                 size_t n) {
    const double to_a = adds[0], to_b = adds[1];
    for (size_t j = 0; j < n; j++) {
        a[j] += to_a * ring[j];
        b[j] += to_b * ring[j];
        ring[j] = 0;
    }
}

/* A neuron that rests does not hear it. */
static void jump_points(hys__cohort *c, double *ring) {
    double *v = hys__chunk_row(c, HYS__ROW_V);
    const double *left = hys__chunk_row(c, HYS__ROW_LEFT);
    for (size_t j = 0; j < c->n_cells; j++) {
        if (left[j] == 0) v[j] += ring[j];
        ring[j] = 0;
    }
}

/* A jump over the threshold is a spike at the beginning of the step. */
static void jump(hys__cohort *c, const hys__site *site, double *ring, double t) {
    const hys__group *g = c->group;
    const bool is_watched = g->has_threshold && g->watched == site->compartment;
    for (size_t j = 0; j < c->n_cells; j++) {
        if (ring[j] == 0) continue;
        double *v = c->rows + hys__cell_entry(g, j, site->compartment);
        const double was = *v;
        *v += ring[j];
        ring[j] = 0;
        if (is_watched && was < g->threshold && *v >= g->threshold) hys__chunk_spike(c, t, j);
    }
}

static void add_background(const hys_brain *b, const hys__cohort *c, const hys__background *x, hys__work *w,
                           double *ring) {
    hys__background_draw(b, c, x, w->left);
    for (size_t j = 0; j < c->n_cells; j++) ring[j] += x->weight * w->left[j];
}

void hys__sites_arrive(const hys_brain *b, hys__cohort *c, hys__work *w, double t) {
    const hys__wiring *in = c->group->wiring;
    const hys__bunch *bunch = c->bunch;
    const size_t slot = (size_t)(c->step & (b->net->slots - 1)), off = c->first - bunch->first;
    for (size_t k = 0; k < in->sites.n; k++) {
        const hys__site *site = &in->sites.at[k];
        double *ring = bunch->ring + (slot * in->sites.n + k) * bunch->width + off;
        for (size_t j = 0; j < in->backgrounds.n; j++)
            if (in->backgrounds.at[j].site == k) add_background(b, c, &in->backgrounds.at[j], w, ring);
        if (site->n_rows == 0 && c->group->cell->firing) jump_points(c, ring);
        else if (site->n_rows == 0) jump(c, site, ring, t);
        else if (site->n_rows == 1) take_one(ring, hys__site_row(c, site, 0), site->adds[0], c->n_cells);
        else take_two(ring, hys__site_row(c, site, 0), hys__site_row(c, site, 1), site->adds, c->n_cells);
    }
}

/* ---- acting ---- */

HYS__CLONES static void mean_one(double *restrict a, const hys__site *s, size_t n, double *restrict mean) {
    const double part = s->mean[0], keep = s->keep[0];
    for (size_t j = 0; j < n; j++) {
        mean[j] = part * a[j];
        a[j] *= keep;
    }
}

HYS__CLONES static void mean_two(double *restrict a, double *restrict b, const hys__site *s, size_t n,
                                 double *restrict mean) {
    const double of_a = s->mean[0], of_b = s->mean[1], keep_a = s->keep[0], keep_b = s->keep[1], cross = s->cross;
    for (size_t j = 0; j < n; j++) {
        mean[j] = of_a * a[j] + of_b * b[j];
        a[j] = keep_a * a[j] + cross * b[j];
        b[j] *= keep_b;
    }
}

HYS__CLONES static void add_conductance(const double *restrict x, double reversal, const double *restrict v, size_t n,
                                        double *restrict diagonal, double *restrict rhs) {
    for (size_t j = 0; j < n; j++) {
        diagonal[j] += x[j];
        rhs[j] += x[j] * (reversal - v[j]);
    }
}

HYS__CLONES static void add_current(const double *restrict x, size_t n, double *restrict rhs) {
    for (size_t j = 0; j < n; j++) rhs[j] += x[j];
}

/* x B(v) (E - v), B = 1/(1 + mg/3.57 exp(-s v));  B' = s B (1 - B).  Pieces are whole vectors. */
HYS__CLONES static void block(const double *restrict x, const hys_port_opts *o, const double *restrict v, size_t n,
                              double *restrict diagonal, double *restrict rhs) {
    const double mg = o->magnesium / MG_HALF, e = o->reversal, slope = o->slope;
    for (size_t j = 0; j < n; j += HYS__LANES) {
        const hys__v8 z = -slope * hys__v8_at(v + j), open = 1 / (1 + mg * (1 + z * hys__phi1(z)));
        const hys__v8 g = hys__v8_at(x + j) * open, drive = e - hys__v8_at(v + j);
        hys__v8_put(diagonal + j, hys__v8_at(diagonal + j) + g * (1 - slope * (1 - open) * drive));
        hys__v8_put(rhs + j, hys__v8_at(rhs + j) + g * drive);
    }
}

HYS__CLONES static void add_held(const double *restrict held, size_t n, double *restrict mean) {
    for (size_t j = 0; j < n; j++) mean[j] += held[j];
}

static void act(const hys_port_opts *o, const double *x, const double *v, size_t n, double *diagonal, double *rhs) {
    if (o->is_current) add_current(x, n, rhs);
    else if (o->kind != HYS_PORT_NMDA) add_conductance(x, o->reversal, v, n, diagonal, rhs);
    else block(x, o, v, n, diagonal, rhs);
}

/* Cells of several compartments: those of the site are brought together. */
static void act_apart(const hys__cohort *c, const hys__site *s, hys__work *w, double *diagonal, double *rhs,
                      const double *v) {
    const size_t n = c->n_cells, room = (n + HYS__LANES - 1) / HYS__LANES * HYS__LANES;
    double *at = w->v, *d = w->left, *r = w->ok;
    memset(at, 0, room * sizeof *at);
    memset(d, 0, room * sizeof *d);
    memset(r, 0, room * sizeof *r);
    for (size_t j = 0; j < n; j++) at[j] = v[hys__cell_entry(c->group, j, s->compartment)];
    act(&s->port->of, w->h, at, room, d, r);
    for (size_t j = 0; j < n; j++) {
        const size_t e = hys__cell_entry(c->group, j, s->compartment);
        diagonal[e] += d[j];
        rhs[e] += r[j];
    }
}

void hys__sites_add(const hys__cohort *c, hys__work *w, double *diagonal, double *rhs, const double *v) {
    const hys__group *g = c->group;
    const size_t n = c->n_cells;
    for (size_t k = 0; k < g->wiring->sites.n; k++) {
        const hys__site *s = &g->wiring->sites.at[k];
        if (s->n_rows == 0) continue;
        memset(w->h, 0, (HYS__PIECE + HYS__BESIDE) * sizeof *w->h);
        if (s->n_rows == 1) mean_one(hys__site_row(c, s, 0), s, n, w->h);
        else mean_two(hys__site_row(c, s, 0), hys__site_row(c, s, 1), s, n, w->h);
        if (s->held) add_held(s->held + c->first, n, w->h);
        if (g->cell->n > 1) act_apart(c, s, w, diagonal, rhs, v);
        else act(&s->port->of, w->h, v, c->n, diagonal, rhs);
    }
}
