/* Evaluation of the equations at a point. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

bool hys__circuit_all_finite(const double *v, size_t n) {
    double sum[4] = {0}; /* four, so that additions need not wait for each other */
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++) sum[k] += v[i + k] * 0;
    for (; i < n; i++) sum[0] += v[i] * 0;
    return sum[0] + sum[1] + sum[2] + sum[3] == 0;
}

/* A clamped state's rate drops to 0 at its bound.  A step that runs into the bound must not see that, or its equation
 * has no solution: until the crossing is located the state is kept just inside. */
static void keep_inside(const hys__group *g) {
    for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++) {
        hys_u32 flags = g->kernel->unknowns[u].flags;
        double *x = g->batch->x[u];
        const signed char *bound = g->at_bound + u * g->n_pad;
        for (size_t i = 0; flags & HYS_U_CLAMP_LO && i < g->n; i++) {
            double lo = g->batch->clamp_lo[u][i];
            x[i] = fmax(x[i], bound[i] < 0 ? lo : nextafter(lo, INFINITY));
        }
        for (size_t i = 0; flags & HYS_U_CLAMP_HI && i < g->n; i++) {
            double hi = g->batch->clamp_hi[u][i];
            x[i] = fmin(x[i], bound[i] > 0 ? hi : nextafter(hi, -INFINITY));
        }
    }
}

static void gather_group(const hys__circuit *c, hys__group *g) {
    const double *y = c->y;
    for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++) {
        const uint32_t *at = g->to_y + u * g->n_pad;
        double *x = g->batch->x[u];
        for (size_t i = 0; i < g->n_pad; i++) x[i] = y[at[i]];
    }
    g->batch->env.time = c->time;
    if (g->kernel->n_delays) hys__group_delays(c, g);
}

void hys__circuit_gather(hys__circuit *c, double t, const double *y) {
    memcpy(c->y, y, c->n * sizeof *y);
    c->y[c->n] = 0;
    c->time = t;
    for (size_t i = 0; i < c->groups.n; i++) gather_group(c, &c->groups.at[i]);
}

/* f = rows * y */
static void multiply(const hys__csr *rows, size_t n, const double *y, double *f) {
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (uint32_t k = rows->start[i]; k < rows->start[i + 1]; k++) sum += rows->at[k] * y[rows->col[k]];
        f[i] = sum;
    }
}

static void multiply_add(const hys__csr *rows, size_t n, const double *y, double *f) {
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = rows->start[i]; k < rows->start[i + 1]; k++) f[i] += rows->at[k] * y[rows->col[k]];
}

static void scatter_f(const hys__circuit *c, const hys__group *g, double *f) {
    (void)c;
    for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++) {
        const uint32_t *at = g->row_of + u * g->n_pad;
        const double *from = g->batch->f[u];
        if (g->m && u < g->kernel->n_terminals)
            for (size_t i = 0; i < g->n; i++) f[at[i]] += g->m[i] * from[i];
        else
            for (size_t i = 0; i < g->n; i++) f[at[i]] += from[i];
    }
}

static void scatter_jac(const hys__group *g, double *jac) {
    for (uint32_t k = 0; k < g->n_jac_used; k++) {
        uint32_t e = g->jac_used[k];
        const uint32_t *at = g->jac_at + e * g->n_pad;
        const double *from = g->batch->jac[e];
        if (g->m && g->kernel->jac_row[e] < g->kernel->n_terminals)
            for (size_t i = 0; i < g->n; i++) jac[at[i]] += g->m[i] * from[i];
        else
            for (size_t i = 0; i < g->n; i++) jac[at[i]] += from[i];
    }
}

static void eval_groups(hys__circuit *c, double *f, double *jac) {
    for (size_t i = 0; i < c->groups.n; i++) {
        hys__group *g = &c->groups.at[i];
        hys__batch *b = g->batch;
        if (g->has_clamps) keep_inside(g);
        (jac ? g->kernel->eval_fj : g->kernel->eval_f)(&b->env, &b->in, &b->out);
        scatter_f(c, g, f);
        if (jac) scatter_jac(g, jac);
    }
}

static void add_sources(hys__circuit *c, double t, double *f) {
    hys__circuit_sources(c, t);
    for (size_t i = 0; i < c->sources.n; i++) {
        const hys__elem *e = hys__circuit_elem(c, c->sources.at[i]);
        uint32_t branch = hys__circuit_current(c, c->sources.at[i]);
        double value = c->source[i];
        if (branch != c->n) {
            f[branch] -= value;
        } else {
            f[hys__circuit_node(c, e, 0)] += value;
            f[hys__circuit_node(c, e, 1)] -= value;
        }
    }
}

/* Conductances that pull nodes to given potentials: .ic and .nodeset. */
static void add_forced(const hys__circuit *c, double *f, double *jac) {
    for (uint32_t i = 0; i < c->n; i++) {
        f[i] += c->forced[i] * (c->y[i] - c->forced_to[i]);
        if (jac) jac[c->diagonal[i]] += c->forced[i];
    }
}

static void set_pins(const hys__circuit *c, double *f, double *jac) {
    for (size_t p = 0; p < c->n_pins; p++) {
        const hys__pin *pin = &c->pins[p];
        f[pin->row] = c->y[pin->col] - pin->value;
        if (!jac) continue;
        for (uint32_t k = c->row_start[pin->row]; k < c->row_start[pin->row + 1]; k++) jac[c->row_at[k]] = 0;
        jac[hys__circuit_entry(c, pin->row, pin->col)] = 1;
    }
}

static void start_jac(hys__circuit *c, double scale) {
    memcpy(c->jac, c->linear, c->nnz * sizeof *c->jac);
    c->jac[c->nnz] = 0;
    if (scale == 0) return;
    for (size_t k = 0; k < c->nnz; k++) c->jac[k] += scale * c->mass[k];
}

bool hys__circuit_eval(void *user, const hys__point *at, double *f, double *jac) {
    hys__circuit *c = user;
    double *my_jac = jac ? c->jac : NULL;
    c->n_evals++;
    hys__circuit_gather(c, at->t, at->y);
    multiply(&c->g, c->n, c->y, c->f);
    c->f[c->n] = 0;
    if (at->yp) multiply_add(&c->mass_rows, c->n, at->yp, c->f);
    if (c->charge)
        for (uint32_t i = 0; i < c->n; i++) c->f[i] -= at->c * c->charge[i];
    add_sources(c, at->t, c->f);
    if (jac) start_jac(c, at->c);
    eval_groups(c, c->f, my_jac);
    if (c->switches.n) hys__switches_eval(c, c->y, c->f, my_jac);
    if (c->lines.n) hys__lines_eval(c, c->y, c->f, my_jac);
    if (c->forced) add_forced(c, c->f, my_jac);
    set_pins(c, c->f, my_jac);
    memcpy(f, c->f, c->n * sizeof *f);
    if (!hys__circuit_all_finite(f, c->n)) return false;
    if (!jac) return true;
    memcpy(jac, c->jac, c->nnz * sizeof *jac);
    return hys__circuit_all_finite(jac, c->nnz);
}
