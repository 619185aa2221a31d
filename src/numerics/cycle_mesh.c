/* Equidistribution as in COLSYS and AUTO (Ascher, Christiansen and Russell 1979): the error of a piecewise polynomial
 * of degree 4 is that of its fifth derivative, which is told from the jumps of the fourth. */
#include "numerics/cycle_mesh.h"
#include <math.h>
#include <string.h>

#define M         HYS__STAGES
#define SUBPOINTS 6
/* max |s (s - c1) ... (s - 1)| / 5! over 0 .. 1 */
#define ERROR_CONSTANT 1.3e-4
/* Part of the monitor that is shared evenly: no interval is longer than about this part's inverse of the mean. */
#define EVEN_PART 0.25

/* Extends low .. high to the top of the parabola through three values at equal distances. */
static void widen(double a, double b, double c, double *low, double *high) {
    double bend = a - 2 * b + c, slope = 0.5 * (c - a);
    double top = bend != 0 && fabs(slope) < fabs(bend) ? b - 0.5 * slope * slope / bend : b;
    *low = fmin(*low, fmin(b, top));
    *high = fmax(*high, fmax(b, top));
}

void hys__orbit_range(const hys__orbit *o, const hys__radau *r, double *low, double *high) {
    double basis[SUBPOINTS + 1][M + 1];
    for (int q = 0; q <= SUBPOINTS; q++) hys__radau_basis(r, (double)q / SUBPOINTS, basis[q]);
    for (size_t k = 0; k < o->n; k++) low[k] = INFINITY, high[k] = -INFINITY;
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t k = 0; k < o->n; k++) {
            double v[SUBPOINTS + 1] = {0};
            for (int q = 0; q <= SUBPOINTS; q++)
                for (size_t j = 0; j <= M; j++) v[q] += basis[q][j] * hys__orbit_at(o, o->x, i, j)[k];
            low[k] = fmin(low[k], v[0]), high[k] = fmax(high[k], v[0]);
            for (int q = 1; q < SUBPOINTS; q++) widen(v[q - 1], v[q], v[q + 1], low + k, high + k);
        }
}

double hys__mesh_monitor(const hys__orbit *o, const hys__radau *r, const double *range, double *room, double *monitor) {
    size_t n = o->n, last = o->n_int - 1;
    double worst = 0;
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t k = 0; k < n; k++) {
            double v = 0, h = o->mesh[i + 1] - o->mesh[i];
            for (size_t j = 0; j <= M; j++) v += r->top[j] * hys__orbit_at(o, o->x, i, j)[k];
            room[i * n + k] = v / (h * h * h * h);
        }
    double *jump = room + o->n_int * n; /* at the left end of each interval: the fifth derivative */
    for (size_t i = 0; i < o->n_int; i++) {
        size_t before = i ? i - 1 : last;
        double h = 0.5 * (o->mesh[i + 1] - o->mesh[i] + o->mesh[before + 1] - o->mesh[before]);
        jump[i] = 0;
        for (size_t k = 0; k < n; k++)
            jump[i] = fmax(jump[i], fabs(room[i * n + k] - room[before * n + k]) / (h * range[k]));
    }
    for (size_t i = 0; i < o->n_int; i++) {
        double d5 = fmax(jump[i], jump[i == last ? 0 : i + 1]), h = o->mesh[i + 1] - o->mesh[i];
        monitor[i] = pow(d5, 1.0 / (M + 1));
        worst = fmax(worst, ERROR_CONSTANT * d5 * pow(h, M + 1));
    }
    return worst;
}

void hys__mesh_spread(const hys__orbit *o, const double *monitor, size_t n_new, double *place) {
    double total = 0;
    for (size_t i = 0; i < o->n_int; i++) total += monitor[i] * (o->mesh[i + 1] - o->mesh[i]);
    double even = total > 0 ? EVEN_PART * total : 1, sum = total + even, done = 0;
    size_t i = 0;
    place[0] = 0;
    for (size_t q = 1; q < n_new; q++) {
        double want = sum * (double)q / (double)n_new;
        for (;;) {
            double part = (monitor[i] + even) * (o->mesh[i + 1] - o->mesh[i]);
            if (done + part >= want || i + 1 == o->n_int) break;
            done += part;
            i++;
        }
        double part = (want - done) / ((monitor[i] + even) * (o->mesh[i + 1] - o->mesh[i]));
        place[q] = (double)i + fmin(part, 1);
    }
    place[n_new] = (double)o->n_int;
}

void hys__mesh_take(const hys__orbit *o, const double *place, size_t n_new, double *mesh) {
    for (size_t q = 0; q < n_new; q++) {
        size_t i = (size_t)place[q];
        if (i >= o->n_int) i = o->n_int - 1;
        mesh[q] = o->mesh[i] + (place[q] - (double)i) * (o->mesh[i + 1] - o->mesh[i]);
    }
    mesh[n_new] = 1;
}

void hys__mesh_transfer(const hys__orbit *from, const hys__radau *r, const double *x, const hys__orbit *to, double *y) {
    size_t i = 0, n = from->n;
    double basis[M + 1];
    for (size_t q = 0; q < to->n_int; q++)
        for (size_t j = 1; j <= M; j++) {
            double s = to->mesh[q] + r->c[j] * (to->mesh[q + 1] - to->mesh[q]);
            while (i + 1 < from->n_int && from->mesh[i + 1] < s) i++;
            hys__radau_basis(r, (s - from->mesh[i]) / (from->mesh[i + 1] - from->mesh[i]), basis);
            double *v = y + (q * M + j - 1) * n;
            memset(v, 0, n * sizeof *v);
            for (size_t l = 0; l <= M; l++) {
                const double *u = hys__orbit_at(from, x, i, l);
                for (size_t k = 0; k < n; k++) v[k] += basis[l] * u[k];
            }
        }
    memcpy(y + hys__orbit_size(to), x + hys__orbit_size(from), 2 * sizeof *y);
}
