/* Shooting: a transient over one period takes the start to the end, and Newton's method makes both one.  Its derivative
 * is made of differences, one transient an unknown: that asks nothing of the equations, so that switches, events and
 * states at their bounds are as in any transient. */
#include "circuit/pss.h"
#include "numerics/rank_solve.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RTOL         1e-8 /* of the transients */
#define ABSTOL       1e-3 /* part of the usual one */
#define CLOSED       1e-6 /* part of an unknown's size by which start and end may differ */
#define CHANGE       1e-3 /* part of an unknown's size that differences are taken over */
#define NEUTRAL      3e-5 /* a multiplier is 1 within what differences can tell */
#define STEP_MOST    0.5  /* part of an unknown's size */
#define ITER_MOST    30
#define WORSE_MOST   8    /* iterations without gain */
#define SLOW         0.3  /* an iteration that leaves more of the gap asks for a new derivative */
#define MOVES        1e-3 /* part of an unknown's size that an oscillation has at least */
#define COUNTED      1e-4 /* part of an unknown's size by which a counter may change its rows */
#define ON_ROW       1e-5 /* part of the time between rows */
#define STEPS_LEAST  200  /* of a period ... */
#define STEPS_OUTPUT 2000 /* ... and of the one whose interpolated values are the result */
#define UNKNOWN_MOST 300

typedef struct shot {
    hys__pss *p;
    size_t n, m;
    size_t *massive;                            /* [m] */
    double *start, *end, *rate, *other, *scale; /* [n] */
    double *base;                               /* [n] end of the unchanged start */
    double *phi, *a, *b, *dx;                   /* [m m], [(m + 1)^2], [m + 1], [m + 1] */
    double *held, *held_end;                    /* [n_held] at the start, at the end of the unchanged start */
    bool repeats;                               /* what is held */
    hys__lapack lapack;
    hys__rank rank;
    hys__pss_wave *wave; /* to be filled; NULL */
    size_t n_rows;
    double gap;
    size_t worst;
} shot;

/* ---- when ---- */

bool hys__pss_must_shoot(const hys__pss *p) {
    if (p->n_held) return true;
    for (size_t j = 0; j < p->c->groups.n; j++) {
        const hys_kernel *k = p->c->groups.at[j].kernel;
        for (hys_u32 e = 0; e < k->n_events; e++)
            if (k->events[e].kind != HYS_E_CLAMP) return true;
    }
    return false;
}

static bool group_leaves(const hys__pss *p, const hys__group *g, const double *y) {
    for (hys_u32 u = 0; g->has_clamps && u < g->kernel->n_unknowns; u++) {
        hys_u32 flags = g->kernel->unknowns[u].flags;
        for (size_t i = 0; i < g->n; i++) {
            uint32_t at = g->to_y[u * g->n_pad + i];
            if (at == p->c->n) continue;
            if (flags & HYS_U_CLAMP_LO && y[at] <= g->batch->clamp_lo[u][i]) return true;
            if (flags & HYS_U_CLAMP_HI && y[at] >= g->batch->clamp_hi[u][i]) return true;
        }
    }
    return false;
}

bool hys__pss_leaves_bounds(const hys__pss *p, const double *y, size_t n) {
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < p->c->groups.n; j++)
            if (group_leaves(p, &p->c->groups.at[j], y + k * p->n)) return true;
    return false;
}

/* ---- a transient ---- */

static int take(void *user, double t, const double *y, const double *yp) {
    shot *s = user;
    const hys__pss *p = s->p;
    memcpy(s->other, y, s->n * sizeof *y);
    memcpy(s->rate, yp, s->n * sizeof *yp);
    hys__pss_wave *w = s->wave;
    if (!w) return 0;
    /* Corners and jumps give points between, and two for one time, of which the later one stands. */
    double place = (t - p->t0) / p->period * (double)(w->n - 1), row = nearbyint(place);
    if (fabs(place - row) > ON_ROW || !(row >= 0 && row < (double)w->n)) return 0;
    size_t k = (size_t)row;
    memcpy(w->y + k * s->n, y, s->n * sizeof *y);
    memcpy(w->yp + k * s->n, yp, s->n * sizeof *yp);
    if (w->held) hys__pss_hold(p->c, w->held + k * p->n_held);
    w->t[k] = row / (double)(w->n - 1) * p->period;
    s->n_rows = k + 1;
    return 0;
}

static int pass_progress(void *user, double done) {
    hys__pss *p = user;
    (void)done;
    return p->progress && !p->progress(p->progress_user, 0.5);
}

/* From `start` over one period; the end in `other`, its rate in `rate`. */
static hys_status fly(shot *s, const double *start) {
    hys__pss *p = s->p;
    hys__circuit *c = p->c;
    hys__tran_opts opts = {.from = start,
                           .begin = p->t0,
                           .start = p->t0,
                           .stop = p->t0 + p->period,
                           .step = s->wave ? p->period / (double)(s->wave->n - 1) : p->period,
                           .max_step = p->period / (s->wave ? STEPS_OUTPUT : STEPS_LEAST),
                           .every_step = !s->wave,
                           .rtol = RTOL,
                           .abstol_scale = ABSTOL,
                           .progress = pass_progress,
                           .progress_user = p};
    const hys__tran_sink sink = {s, take};
    hys__tran_stats stats;
    s->n_rows = 0;
    hys__pss_put_held(c, s->held);
    return hys__circuit_tran(c, &opts, &sink, &stats);
}

/* The gap, over which the end lies beside the start; and whether what is held comes back. */
static hys_status close_up(shot *s) {
    hys_status status = fly(s, s->start);
    memcpy(s->end, s->other, s->n * sizeof *s->end);
    hys__pss_hold(s->p->c, s->held_end);
    s->repeats = hys__pss_held_repeats(s->p, s->held, s->held_end);
    s->gap = 0;
    for (size_t k = 0; k < s->m; k++) {
        size_t u = s->massive[k];
        double gap = fabs(s->end[u] - s->start[u]) / s->scale[u];
        if (gap > s->gap) s->gap = gap, s->worst = u;
    }
    return status;
}

/* ---- Newton's method ---- */

/* d end / d start in units of the unknowns' sizes. */
static hys_status differentiate(shot *s) {
    double *from = s->base;
    for (size_t c = 0; c < s->m; c++) {
        size_t u = s->massive[c];
        double change = CHANGE * s->scale[u];
        memcpy(from, s->start, s->n * sizeof *from);
        /* Towards where the end lies: that a state is allowed to be. */
        if (s->end[u] < s->start[u]) change = -change;
        from[u] += change;
        hys_status status = fly(s, from);
        if (status != HYS_OK) return status;
        for (size_t r = 0; r < s->m; r++) {
            size_t v = s->massive[r];
            s->phi[c * s->m + r] = (s->other[v] - s->end[v]) / s->scale[v] * s->scale[u] / change;
        }
    }
    return HYS_OK;
}

/* (1 - phi) dx - rate dT = gap, and where the circuit is autonomous <rate, dx> = 0. */
static hys_status correct(shot *s, const double *rate) {
    hys__pss *p = s->p;
    size_t m = s->m, size = p->is_driven ? m : m + 1, rank;
    for (size_t c = 0; c < size; c++)
        for (size_t r = 0; r < size; r++) {
            bool is_border_c = c == m, is_border_r = r == m;
            double *a = &s->a[c * size + r];
            if (!is_border_c && !is_border_r) *a = (c == r) - s->phi[c * m + r];
            else if (is_border_c && is_border_r) *a = 0;
            else
                *a = (is_border_c ? -1 : 1) * rate[s->massive[is_border_c ? r : c]] * p->period /
                     s->scale[s->massive[is_border_c ? r : c]];
        }
    for (size_t r = 0; r < m; r++) {
        size_t u = s->massive[r];
        s->b[r] = (s->end[u] - s->start[u]) / s->scale[u];
    }
    s->b[m] = 0;
    if (!hys__rank_solve(&s->rank, size, s->a, s->b, NEUTRAL, s->dx, &rank)) return HYS_NOCONV;
    p->n_neutral = size - rank;
    double most = p->is_driven ? 0 : fabs(s->dx[m]) / 0.2;
    for (size_t k = 0; k < m; k++) most = fmax(most, fabs(s->dx[k]) / STEP_MOST);
    double part = most > 1 ? 1 / most : 1;
    memcpy(s->other, s->start, s->n * sizeof *s->other);
    memcpy(s->start, s->end, s->n * sizeof *s->start);
    for (size_t k = 0; k < m; k++) {
        size_t u = s->massive[k];
        s->start[u] = s->other[u] + part * s->dx[k] * s->scale[u];
    }
    if (!p->is_driven) p->period *= 1 + part * s->dx[m];
    return HYS_OK;
}

static hys_status iterate(shot *s) {
    double *rate = s->dx + s->m + 1, last = INFINITY;
    double want = s->p->analysis->pss.coefficient > 0 ? s->p->analysis->pss.coefficient : CLOSED;
    bool has_phi = false, was_closed = false;
    double best = INFINITY;
    int n_worse = 0;
    for (int k = 0; k < ITER_MOST; k++) {
        s->p->n_iter++;
        hys_status status = close_up(s);
        if (status != HYS_OK) return status;
        memcpy(rate, s->rate, s->n * sizeof *rate);
        if (s->gap < want && (s->repeats || was_closed)) return HYS_OK;
        was_closed = s->gap < want;
        n_worse = s->gap < 0.7 * best ? 0 : n_worse + 1;
        best = fmin(best, s->gap);
        if (n_worse > WORSE_MOST) return HYS_NOCONV;
        if (!has_phi || s->gap > SLOW * last) status = differentiate(s);
        has_phi = true;
        last = s->gap;
        if (status == HYS_OK) status = correct(s, rate);
        if (status != HYS_OK) return status;
        if (!s->repeats) memcpy(s->held, s->held_end, s->p->n_held * sizeof *s->held);
    }
    return HYS_NOCONV;
}

/* ---- the result ---- */

static int by_distance(const void *a, const void *b) {
    double complex x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (cabs(x) != cabs(y)) return cabs(x) > cabs(y) ? -1 : 1;
    return (cimag(x) < cimag(y)) - (cimag(x) > cimag(y));
}

/* Of an oscillator the one nearest to 1 comes first. */
static void sort(hys__pss *p, size_t m) {
    size_t trivial = 0;
    double complex *mu = p->multiplier;
    for (size_t k = 1; k < m; k++)
        if (cabs(mu[k] - 1) < cabs(mu[trivial] - 1)) trivial = k;
    if (!p->is_driven && m) {
        double complex one = mu[trivial];
        mu[trivial] = mu[0];
        mu[0] = one;
    }
    size_t first = p->is_driven ? 0 : 1;
    if (m > first) qsort(mu + first, m - first, sizeof *mu, by_distance);
    for (size_t k = first; k < m; k++) p->n_unstable += cabs(mu[k]) > 1 + 1e-3;
}

static hys_status find_multipliers(shot *s) {
    hys__pss *p = s->p;
    int m = (int)s->m, one = 1, info = 0;
    double *re = s->b, *im = s->dx;
    hys_status status = differentiate(s);
    if (status != HYS_OK) return status;
    p->multiplier = HYS_NEW_N(&p->arena, double complex, s->n + 1); /* those of algebraic equations are 0 */
    if (!p->multiplier) return HYS_NOMEM;
    for (size_t k = 0; k < s->m * s->m; k++)
        if (!isfinite(s->phi[k])) return HYS_NOCONV;
    if (m)
        s->lapack.dgeev("N", "N", &m, s->phi, &m, re, im, NULL, &one, NULL, &one, s->rank.work, &s->rank.n_work, &info,
                        1, 1);
    if (info != 0) return HYS_NOCONV;
    for (size_t k = 0; k < s->m; k++) p->multiplier[k] = HYS__COMPLEX(re[k], im[k]);
    p->n_multipliers = s->n;
    p->n_unstable = 0;
    sort(p, s->m);
    p->is_trusted = p->is_driven || (s->m && cabs(p->multiplier[0] - 1) < 0.05);
    return HYS_OK;
}

/* Whether the rows are those of an oscillation and not of rest, in which a threshold was stepped over. */
static bool moves(const shot *s) {
    const hys__pss_wave *w = &s->p->rows;
    for (size_t u = 0; u < s->n; u++) {
        double low = w->y[u], high = w->y[u];
        for (size_t k = 0; k < w->n; k++) {
            low = fmin(low, w->y[k * s->n + u]);
            high = fmax(high, w->y[k * s->n + u]);
        }
        if (high - low > MOVES * s->scale[u]) return true;
    }
    return false;
}

/* What is held did not come back, though all unknowns did at the end: if it only counts, the next period is the same
 * in every row. */
static hys_status take_again(shot *s) {
    hys__pss *p = s->p;
    hys__pss_wave again = p->rows;
    hys__pss_hold(p->c, s->held);
    hys_status status = hys__pss_new_wave(p, p->rows.n, &again);
    s->wave = &again;
    if (status == HYS_OK) status = fly(s, s->start);
    s->wave = NULL;
    for (size_t k = 0; status == HYS_OK && k < p->rows.n * s->n; k++)
        if (fabs(again.y[k] - p->rows.y[k]) > COUNTED * s->scale[k % s->n]) status = HYS_NOCONV;
    if (status == HYS_OK) p->held_name = NULL;
    return status;
}

static hys_status take_rows(shot *s) {
    hys__pss *p = s->p;
    hys_status status = hys__pss_new_wave(p, p->analysis->pss.n_points + 1, &p->rows);
    p->rows.held = p->n_held ? HYS_NEW_N(&p->arena, double, p->rows.n * p->n_held) : NULL;
    if (p->n_held && !p->rows.held) return HYS_NOMEM;
    s->wave = &p->rows;
    if (status == HYS_OK) status = fly(s, s->start);
    s->wave = NULL;
    if (status == HYS_OK && s->n_rows < p->rows.n) status = HYS_NOCONV; /* a device finished it */
    if (status == HYS_OK && !p->is_driven && !moves(s)) status = HYS_NOCONV;
    if (status == HYS_OK && !s->repeats) status = take_again(s);
    if (status != HYS_OK) {
        p->rows.n = 0;
        return status;
    }
    p->nodes = p->rows; /* even points: the trapezoidal rule over a period */
    p->nodes.n--;
    for (size_t k = 0; k < p->nodes.n; k++) p->nodes.weight[k] = 1 / (double)p->nodes.n;
    p->method = "shooting";
    p->step = s->gap;
    p->error = NAN; /* as of any transient */
    return HYS_OK;
}

static bool make_room(shot *s) {
    hys__pss *p = s->p;
    hys__arena *arena = &p->arena;
    s->n = p->n;
    s->massive = HYS_NEW_N(arena, size_t, s->n + 1);
    double **const vectors[] = {&s->start, &s->end, &s->rate, &s->other, &s->scale, &s->base};
    for (size_t k = 0; k < sizeof vectors / sizeof *vectors; k++)
        if (!(*vectors[k] = HYS_NEW_N(arena, double, s->n + 1))) return false;
    if (!s->massive) return false;
    for (size_t k = 0; k < s->n; k++)
        if (p->c->is_differential[k]) s->massive[s->m++] = k;
    s->phi = HYS_NEW_N(arena, double, s->m * s->m + 1);
    s->a = HYS_NEW_N(arena, double, (s->m + 1) * (s->m + 1));
    s->b = HYS_NEW_N(arena, double, s->m + 1);
    s->dx = HYS_NEW_N(arena, double, s->m + 1 + s->n);
    s->held = HYS_NEW_N(arena, double, p->n_held + 1);
    s->held_end = HYS_NEW_N(arena, double, p->n_held + 1);
    return s->phi && s->a && s->b && s->dx && s->held && s->held_end && hys__rank_room(&s->rank, arena, s->m + 1);
}

/* The start is where the last transient ended. */
static hys_status prepare(shot *s) {
    hys__pss *p = s->p;
    const double *last = p->values.at + (p->times.n - 1) * s->n;
    memcpy(s->start, last, s->n * sizeof *last);
    hys__pss_hold(p->c, s->held);
    for (size_t k = 0; k < s->n; k++) {
        for (size_t i = 0; i < p->times.n; i++) s->scale[k] = fmax(s->scale[k], fabs(p->values.at[i * s->n + k]));
        s->scale[k] = fmax(s->scale[k], 1e3 * p->family.abstol[k]);
    }
    if (p->is_driven) {
        p->t0 += p->period;
        return HYS_OK;
    }
    double begin, end;
    const hys__samples samples = {p->times.n, p->times.at, p->values.at};
    hys_status status = hys__cycle_last_turn(p->ctx, &p->family, &samples, &begin, &end);
    p->period = end - begin;
    p->t0 = p->times.at[p->times.n - 1];
    return status;
}

hys_status hys__pss_shoot(hys__pss *p) {
    shot s = {.p = p};
    if (!make_room(&s)) return HYS_NOMEM;
    if (s.m > UNKNOWN_MOST)
        return hys__pss_fail(p, HYS_LIMIT, "run a long .tran instead",
                             "%zu unknowns with a rate, and switches or events: .pss takes at most %d then", s.m,
                             UNKNOWN_MOST);
    hys_status status = hys__lapack_open(p->ctx, &s.lapack);
    s.rank.lapack = &s.lapack;
    if (status == HYS_OK) status = prepare(&s);
    if (status == HYS_OK) status = iterate(&s);
    p->gap = s.gap;
    p->worst = s.worst;
    if (status == HYS_OK) status = find_multipliers(&s);
    if (status == HYS_OK) status = take_rows(&s);
    hys__lapack_close(&s.lapack);
    return status;
}
