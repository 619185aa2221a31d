/* Meshes of periodic solutions of driven systems: made from samples, then cut. */
#include "numerics/cycle_mesh.h"
#include "numerics/forced_impl.h"
#include <math.h>
#include <string.h>

#define M           HYS__STAGES
#define FIRST_PARTS 40    /* of the period at least */
#define PARTS_MOST  8     /* that an interval is cut into at a time */
#define SHORTEST    1e-13 /* of the period: nearer corners are one */
#define TURN        0.1   /* part of its range that an unknown moves within one interval of the first mesh */

typedef struct points {
    double *at;
    size_t n, cap;
} points;

static bool add(hys__forced *f, points *p, double s) {
    if (p->n && s - p->at[p->n - 1] < SHORTEST) return true;
    double *slot = HYS_PUSH(&f->mesh_arena, p);
    if (slot) *slot = s;
    return slot != NULL;
}

/* Time as part of the period, of sample i. */
static double place(const hys__forced *f, const hys__samples *s, size_t i) {
    return (s->t[i] - f->opts.t0) / f->opts.period;
}

static void find_ranges(hys__forced *f, const hys__samples *s) {
    for (size_t k = 0; k < f->n; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < s->n_times; i++) {
            low = fmin(low, s->y[i * f->n + k]);
            high = fmax(high, s->y[i * f->n + k]);
        }
        f->scale[k] = fmax(fmax(fabs(low), fabs(high)), 1e3 * f->family->abstol[k]);
        f->range[k] = fmax(high - low, 1e-4 * f->scale[k]);
    }
}

static double moved(const hys__forced *f, const hys__samples *s, size_t a, size_t b) {
    double most = 0;
    for (size_t k = 0; k < f->n; k++)
        if (f->has_mass[k]) most = fmax(most, fabs(s->y[b * f->n + k] - s->y[a * f->n + k]) / f->range[k]);
    return most;
}

/* Points of an even mesh, of the corners, and where the samples have moved on. */
static bool choose_points(hys__forced *f, const hys__samples *s, points *p) {
    size_t corner = 0, even = 1, last = 0;
    if (!add(f, p, 0)) return false;
    for (size_t i = 1; i <= s->n_times; i++) {
        double here = i < s->n_times ? place(f, s, i) : 1;
        for (;;) {
            double c = corner < f->opts.n_corners ? (f->opts.corners[corner] - f->opts.t0) / f->opts.period : INFINITY;
            double e = even < FIRST_PARTS ? (double)even / FIRST_PARTS : INFINITY;
            if (fmin(c, e) >= fmin(here, 1 - SHORTEST)) break;
            if (c <= e) corner++;
            if (e <= c) even++;
            if (!add(f, p, fmin(c, e))) return false;
        }
        if (i == s->n_times || !(here < 1 - SHORTEST) || !(here > 0) || moved(f, s, last, i) < TURN) continue;
        last = i;
        if (!add(f, p, here)) return false;
    }
    if (1 - p->at[p->n - 1] < SHORTEST) p->n--;
    return add(f, p, 1);
}

static hys_status new_orbit(hys__forced *f, size_t n_int, hys__orbit *o) {
    size_t size = n_int * M * f->n + 2;
    *o = (hys__orbit){.n = f->n, .n_int = n_int};
    o->mesh = HYS_NEW_N(&f->mesh_arena, double, n_int + 1);
    o->x = HYS_NEW_N(&f->mesh_arena, double, size);
    f->dx = HYS_NEW_N(&f->mesh_arena, double, size);
    if (!o->mesh || !o->x || !f->dx) return HYS_NOMEM;
    o->x[size - 2] = f->opts.period;
    return HYS_OK;
}

static void sample(const hys__forced *f, const hys__samples *s, hys__orbit *o) {
    size_t at = 0;
    for (size_t i = 0; i < o->n_int; i++)
        for (size_t j = 1; j <= M; j++) {
            double t = f->opts.t0 + f->opts.period * (o->mesh[i] + f->radau.c[j] * (o->mesh[i + 1] - o->mesh[i]));
            while (at + 2 < s->n_times && s->t[at + 1] < t) at++;
            double width = s->t[at + 1] - s->t[at], part = width > 0 ? fmin(fmax((t - s->t[at]) / width, 0), 1) : 1;
            for (size_t k = 0; k < f->n; k++) {
                double a = s->y[at * f->n + k];
                o->x[(i * M + j - 1) * f->n + k] = a + part * (s->y[(at + 1) * f->n + k] - a);
            }
        }
}

hys_status hys__forced_start(hys__forced *f, const hys__samples *samples) {
    points p = {0};
    if (samples->n_times < 2) return HYS_NOCONV;
    hys__arena_free(&f->mesh_arena);
    hys__arena_init(&f->mesh_arena, f->ctx, 0);
    find_ranges(f, samples);
    if (!choose_points(f, samples, &p)) return HYS_NOMEM;
    hys_status status = new_orbit(f, p.n - 1, &f->orbit);
    if (status != HYS_OK) return status;
    memcpy(f->orbit.mesh, p.at, p.n * sizeof *p.at);
    sample(f, samples, &f->orbit);
    return HYS_OK;
}

bool hys__forced_is_corner(const hys__forced *f, size_t i) {
    double t = f->opts.t0 + f->opts.period * f->orbit.mesh[i], near = 2 * SHORTEST * f->opts.period;
    size_t low = 0, high = f->opts.n_corners;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->opts.corners[middle] < t - near) low = middle + 1;
        else high = middle;
    }
    return (low < f->opts.n_corners && f->opts.corners[low] <= t + near) || (i == 0 && f->opts.n_corners > 0);
}

/* ---- cutting ---- */

/* Sizes of the parts of degree 3 and 4 of a polynomial on an interval, as Legendre's: the shifted polynomials of these
 * degrees begin with 20 s^3 and 70 s^4. */
typedef struct degrees {
    double third, fourth;
    double alone; /* third, of what may jump at the left end: only its own four points count */
} degrees;

static degrees find_degrees(const hys__forced *f, size_t i) {
    const hys__orbit *o = &f->orbit;
    const double *c = f->radau.c;
    bool is_corner = hys__forced_is_corner(f, i);
    degrees d = {0};
    for (size_t k = 0; k < f->n; k++) {
        double top = 0, cubic = 0;
        for (size_t j = 0; j <= M; j++) {
            double y = hys__orbit_at(o, o->x, i, j)[k], w = 1;
            if (j > 0) {
                for (size_t l = 1; l <= M; l++)
                    if (l != j) w /= c[j] - c[l];
                cubic += w * y;
            }
            top += f->radau.top[j] / 24 * y;
        }
        double third = fabs(cubic) / 20 / f->range[k];
        d.third = fmax(d.third, third);
        if (is_corner && !f->has_mass[k]) d.alone = fmax(d.alone, third);
        else d.fourth = fmax(d.fourth, fabs(top) / 70 / f->range[k]);
    }
    return d;
}

#define RATIO_LEAST 0.01
#define SAFETY      3 /* sizes do not go on quite so */

static void take_larger(degrees *d, const degrees *other, double h) {
    d->third = fmax(d->third, other->third * h * h * h);
    d->fourth = fmax(d->fourth, other->fourth * h * h * h * h);
}

/* The part of degree 5, which the polynomial lacks, if sizes go on as they do.  One that passes zero here is seen in
 * the neighbours. */
static double error_of(const hys__forced *f, const degrees *all, size_t i) {
    const double *mesh = f->orbit.mesh;
    degrees d = all[i];
    if (i > 0 && !hys__forced_is_corner(f, i))
        take_larger(&d, &all[i - 1], fmin(1, (mesh[i + 1] - mesh[i]) / (mesh[i] - mesh[i - 1])));
    if (i + 1 < f->orbit.n_int && !hys__forced_is_corner(f, i + 1))
        take_larger(&d, &all[i + 1], fmin(1, (mesh[i + 1] - mesh[i]) / (mesh[i + 2] - mesh[i + 1])));
    if (!(d.fourth > 0)) return 0;
    double ratio = d.fourth / d.third;
    return SAFETY * fmax(d.fourth, d.alone) * (ratio < RATIO_LEAST ? RATIO_LEAST : ratio < 1 ? ratio : 1);
}

static size_t cuts(double error, double want) {
    double n = ceil(pow(error / want, 1.0 / (M + 1)));
    return n < 2 ? 2 : n > PARTS_MOST ? PARTS_MOST : (size_t)n;
}

hys_status hys__forced_refine(hys__forced *f, bool *is_fine) {
    const hys__orbit old = f->orbit;
    size_t *n_parts = HYS_NEW_N(&f->mesh_arena, size_t, old.n_int), total = 0, at = 0;
    degrees *all = HYS_NEW_N(&f->mesh_arena, degrees, old.n_int);
    if (!n_parts || !all) return HYS_NOMEM;
    for (size_t i = 0; i < old.n_int; i++) all[i] = find_degrees(f, i);
    f->report->error = 0;
    for (size_t i = 0; i < old.n_int; i++) {
        double error = error_of(f, all, i);
        bool is_short = old.mesh[i + 1] - old.mesh[i] < 1e3 * SHORTEST;
        f->report->error = fmax(f->report->error, error);
        total += n_parts[i] = error > f->opts.error && !is_short ? cuts(error, f->opts.error) : 1;
    }
    *is_fine = total == old.n_int || total > f->opts.max_intervals;
    if (*is_fine) return HYS_OK;
    hys_status status = new_orbit(f, total, &f->orbit);
    if (status != HYS_OK) return status;
    for (size_t i = 0; i < old.n_int; i++)
        for (size_t k = 0; k < n_parts[i]; k++)
            f->orbit.mesh[at++] = old.mesh[i] + (old.mesh[i + 1] - old.mesh[i]) * (double)k / (double)n_parts[i];
    f->orbit.mesh[at] = 1;
    hys__mesh_transfer(&old, &f->radau, old.x, &f->orbit, f->orbit.x);
    return HYS_OK;
}
