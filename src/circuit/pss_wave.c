/* The cycle at even times, and at the points of a quadrature. */
#include "circuit/pss.h"
#include <math.h>
#include <string.h>

#define M HYS__STAGES

hys_status hys__pss_new_wave(hys__pss *p, size_t n, hys__pss_wave *w) {
    w->n = n;
    w->t = HYS_NEW_N(&p->arena, double, n);
    w->weight = HYS_NEW_N(&p->arena, double, n);
    w->y = HYS_NEW_N(&p->arena, double, n * p->n + 1);
    w->yp = HYS_NEW_N(&p->arena, double, n * p->n + 1);
    return w->t && w->weight && w->y && w->yp ? HYS_OK : HYS_NOMEM;
}

/* Polynomials that are 1 at one of the stages only: of what has no mass, which may jump between intervals. */
static void stage_basis(const hys__radau *r, double x, double basis[M + 1], double slope[M + 1]) {
    basis[0] = slope[0] = 0;
    for (int k = 1; k <= M; k++) {
        basis[k] = 1;
        slope[k] = 0;
        for (int l = 1; l <= M; l++) {
            if (l == k) continue;
            double w = 1 / (r->c[k] - r->c[l]);
            slope[k] = slope[k] * (x - r->c[l]) * w + basis[k] * w;
            basis[k] *= (x - r->c[l]) * w;
        }
    }
}

static void full_basis(const hys__radau *r, double x, double basis[M + 1], double slope[M + 1]) {
    for (int k = 0; k <= M; k++) {
        basis[k] = 1;
        slope[k] = 0;
        for (int l = 0; l <= M; l++) {
            if (l == k) continue;
            double w = 1 / (r->c[k] - r->c[l]);
            slope[k] = slope[k] * (x - r->c[l]) * w + basis[k] * w;
            basis[k] *= (x - r->c[l]) * w;
        }
    }
}

static void read_off(const hys__pss *p, const hys__radau *r, size_t i, double x, double *y, double *yp) {
    double full[2][M + 1], stage[2][M + 1];
    const hys__orbit *o = &p->orbit;
    double per = 1 / ((o->mesh[i + 1] - o->mesh[i]) * p->period);
    bool may_jump = p->is_corner && p->is_corner[i];
    full_basis(r, x, full[0], full[1]);
    stage_basis(r, x, stage[0], stage[1]);
    memset(y, 0, p->n * sizeof *y);
    memset(yp, 0, p->n * sizeof *yp);
    for (size_t j = 0; j <= M; j++) {
        const double *at = hys__orbit_at(o, o->x, i, j);
        for (size_t k = 0; k < p->n; k++) {
            bool is_whole = p->c->is_differential[k] || !may_jump;
            y[k] += (is_whole ? full : stage)[0][j] * at[k];
            yp[k] += (is_whole ? full : stage)[1][j] * per * at[k];
        }
    }
}

/* Where an oscillator's cycle begins: NODE passes the middle of its range upwards; without one where it began. */
static double find_begin(const hys__pss *p) {
    const hys__orbit *o = &p->orbit;
    if (p->is_driven || p->analysis->pss.node == HYS__GLOBAL) return 0;
    int64_t u = hys__circuit_node_unknown(p->c, p->analysis->pss.node);
    double low = INFINITY, high = -INFINITY;
    if (u < 0) return 0;
    for (size_t i = 0; i < o->n_int * M; i++) {
        low = fmin(low, o->x[i * p->n + (size_t)u]);
        high = fmax(high, o->x[i * p->n + (size_t)u]);
    }
    for (size_t i = 0; i < o->n_int; i++) {
        double a = hys__orbit_at(o, o->x, i, 0)[u], b = hys__orbit_at(o, o->x, i, M)[u], middle = 0.5 * (low + high);
        if (a < middle && b >= middle) return o->mesh[i] + (o->mesh[i + 1] - o->mesh[i]) * (middle - a) / (b - a);
    }
    return 0;
}

static void fill_rows(hys__pss *p, const hys__radau *r, double begin) {
    const hys__orbit *o = &p->orbit;
    for (size_t k = 0, i = 0; k < p->rows.n; k++) {
        double s = (double)k / (double)(p->rows.n - 1), at = begin + s;
        if (at > 1) at -= 1;
        if (at < o->mesh[i]) i = 0;
        while (i + 1 < o->n_int && o->mesh[i + 1] < at) i++;
        double x = (at - o->mesh[i]) / (o->mesh[i + 1] - o->mesh[i]);
        p->rows.t[k] = s * p->period;
        read_off(p, r, i, x, p->rows.y + k * p->n, p->rows.yp + k * p->n);
    }
}

#define N_GAUSS 6
/* Zeros of Legendre's polynomial of degree 6 on 0 .. 1, and weights. */
static const double gauss_at[N_GAUSS] = {0.033765242898423987, 0.16939530676686774, 0.38069040695840155,
                                         0.61930959304159845,  0.83060469323313226, 0.96623475710157601};
static const double gauss_weight[N_GAUSS] = {0.085662246189585173, 0.18038078652406930, 0.23395696728634552,
                                             0.23395696728634552,  0.18038078652406930, 0.085662246189585173};

/* Times lie within the period, counted from where it begins; they need not ascend. */
static void fill_nodes(hys__pss *p, const hys__radau *r, double begin) {
    const hys__orbit *o = &p->orbit;
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 0; j < N_GAUSS; j++) {
            size_t k = i * N_GAUSS + j;
            double h = o->mesh[i + 1] - o->mesh[i], s = o->mesh[i] + gauss_at[j] * h - begin;
            p->nodes.t[k] = (s < 0 ? s + 1 : s) * p->period;
            p->nodes.weight[k] = h * gauss_weight[j];
            read_off(p, r, i, gauss_at[j], p->nodes.y + k * p->n, p->nodes.yp + k * p->n);
        }
}

hys_status hys__pss_waves(hys__pss *p) {
    hys__radau r;
    hys__radau_init(&r);
    double begin = find_begin(p);
    hys_status status = hys__pss_new_wave(p, p->analysis->pss.n_points + 1, &p->rows);
    if (status == HYS_OK) status = hys__pss_new_wave(p, p->orbit.n_int * N_GAUSS, &p->nodes);
    if (status != HYS_OK) return status;
    fill_rows(p, &r, begin);
    fill_nodes(p, &r, begin);
    return HYS_OK;
}
