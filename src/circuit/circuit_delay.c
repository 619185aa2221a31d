/* absdelay at small signals: a row that depends on D = x(t - td) gets dF/dD dx/dy exp(-i omega td).  Kernels do not
 * give these derivatives; central differences do, once for each operating point. */
#include "circuit/circuit_impl.h"
#include <math.h>
#include <string.h>

#define STEP 6e-6 /* cube root of the rounding */

static double step_at(double value) {
    return STEP * fmax(fabs(value), 1e-3);
}

/* dF_u/dD_k into row_slope [delay][unknown][instance]. */
static void differentiate_rows(hys__group *g, hys_u32 k) {
    hys__batch *b = g->batch;
    double *delayed = b->delayed[k], *h = g->delay_step;
    double *slope = g->row_slope + (size_t)k * g->kernel->n_unknowns * g->n_pad;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < g->n_pad; i++) {
            if (side == 0) h[i] = step_at(delayed[i]);
            delayed[i] += side == 0 ? h[i] : -2 * h[i];
        }
        g->kernel->eval_f(&b->env, &b->in, &b->out);
        for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++)
            for (size_t i = 0; i < g->n_pad; i++) {
                double *at = slope + u * g->n_pad + i;
                *at = side == 0 ? b->f[u][i] : (*at - b->f[u][i]) / (2 * h[i]);
            }
    }
    for (size_t i = 0; i < g->n_pad; i++) delayed[i] += h[i];
}

/* dx_k/dy_u into in_slope, for all delays at once. */
static void differentiate_inputs(hys__group *g, hys_u32 u) {
    hys__batch *b = g->batch;
    double *x = b->x[u], *h = g->delay_step;
    hys_out out = b->out;
    out.effect = NULL;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < g->n_pad; i++) {
            if (side == 0) h[i] = step_at(x[i]);
            x[i] += side == 0 ? h[i] : -2 * h[i];
        }
        g->kernel->accept(&b->env, &b->in, &out);
        for (hys_u32 k = 0; k < g->kernel->n_delays; k++)
            for (size_t i = 0; i < g->n_pad; i++) {
                double *at = g->in_slope + ((size_t)k * g->kernel->n_unknowns + u) * g->n_pad + i;
                *at = side == 0 ? b->delay_in[k][i] : (*at - b->delay_in[k][i]) / (2 * h[i]);
            }
    }
    for (size_t i = 0; i < g->n_pad; i++) x[i] += h[i];
}

static hys_status linearise_group(hys__circuit *c, hys__group *g) {
    size_t size = (size_t)g->kernel->n_delays * g->kernel->n_unknowns * g->n_pad;
    if (!g->row_slope) g->row_slope = HYS_NEW_N(&c->layout, double, size);
    if (!g->in_slope) g->in_slope = HYS_NEW_N(&c->layout, double, size);
    if (!g->delay_step) g->delay_step = HYS_NEW_N(&c->layout, double, g->n_pad);
    if (!g->row_slope || !g->in_slope || !g->delay_step) return HYS_NOMEM;
    for (hys_u32 k = 0; k < g->kernel->n_delays; k++) differentiate_rows(g, k);
    for (hys_u32 u = 0; u < g->kernel->n_unknowns; u++) differentiate_inputs(g, u);
    return HYS_OK;
}

hys_status hys__circuit_linearise_delays(hys__circuit *c, const double *y) {
    hys__circuit_gather(c, 0, y);
    for (size_t j = 0; j < c->groups.n; j++)
        if (c->groups.at[j].kernel->n_delays && linearise_group(c, &c->groups.at[j]) != HYS_OK) return HYS_NOMEM;
    return HYS_OK;
}

static void stamp_instance(const hys__circuit *c, const hys__group *g, hys_u32 k, size_t i, double omega, double *jac) {
    hys_u32 n = g->kernel->n_unknowns;
    double td = g->batch->delay_td[k][i], re = cos(omega * td), im = -sin(omega * td);
    for (hys_u32 u = 0; u < n; u++)
        for (hys_u32 v = 0; v < n; v++) {
            double m = g->m && u < g->kernel->n_terminals ? g->m[i] : 1;
            double slope =
                m * g->row_slope[((size_t)k * n + u) * g->n_pad + i] * g->in_slope[((size_t)k * n + v) * g->n_pad + i];
            uint32_t at = hys__circuit_entry(c, g->row_of[u * g->n_pad + i], g->to_y[v * g->n_pad + i]);
            if (slope == 0 || at >= c->nnz) continue;
            jac[2 * at] += slope * re;
            jac[2 * at + 1] += slope * im;
        }
}

void hys__circuit_stamp_delays(const hys__circuit *c, double omega, double *jac) {
    for (size_t j = 0; j < c->groups.n; j++) {
        const hys__group *g = &c->groups.at[j];
        for (hys_u32 k = 0; g->row_slope && k < g->kernel->n_delays; k++)
            for (size_t i = 0; i < g->n; i++) stamp_instance(c, g, k, i, omega, jac);
    }
}
