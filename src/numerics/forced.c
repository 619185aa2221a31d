/* See forced.h. */
#include "numerics/forced_impl.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define M HYS__STAGES

/* ---- room ---- */

static bool find_massive(hys__forced *f) {
    const hys__system *s = &f->family->system;
    f->has_mass = HYS_NEW_N(&f->arena, unsigned char, f->n + 1);
    f->massive = HYS_NEW_N(&f->arena, size_t, f->n + 1);
    if (!f->has_mass || !f->massive) return false;
    for (size_t col = 0; col < f->n; col++) {
        for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
            if (f->family->mass[e] != 0) f->has_mass[col] = 1;
        if (f->has_mass[col]) f->massive[f->m++] = col;
    }
    return true;
}

static bool make_room(hys__forced *f) {
    size_t n = f->n, m, nnz = f->family->system.nnz;
    if (!find_massive(f) || !hys__rank_room(&f->rank, &f->arena, f->m)) return false;
    m = f->m;
    double **const arrays[] = {&f->scale, &f->range,    &f->values, &f->jac,     &f->g,
                               &f->rhs,   &f->transfer, &f->chain,  &f->next,    &f->gap,
                               &f->start, &f->gap_next, &f->work,   &f->columns, &f->own};
    const size_t sizes[] = {n,         n,     M * M * nnz, M * nnz, M * n,        M * n,     m * m + 1, m * m + 1,
                            m * m + 1, m + 1, m + 1,       m + 1,   64 * (m + 1), m * m + 1, 2 * M * n};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        if (!(*arrays[k] = HYS_NEW_N(&f->arena, double, sizes[k]))) return false;
    int64_t *col_start = HYS_NEW_N(&f->arena, int64_t, M * n + 1);
    int64_t *row = HYS_NEW_N(&f->arena, int64_t, M * M * nnz + 1);
    if (!col_start || !row) return false;
    f->stages = (hys__system){.n = M * n, .nnz = M * M * nnz, .col_start = col_start, .row = row};
    int64_t at = 0;
    for (size_t k = 0; k < M; k++)
        for (size_t col = 0; col < n; col++) {
            const hys__system *s = &f->family->system;
            col_start[k * n + col] = at;
            for (size_t j = 0; j < M; j++)
                for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
                    row[at++] = s->row[e] + (int64_t)(j * n);
        }
    col_start[M * n] = at;
    return true;
}

hys_status hys__forced_new(hys_ctx *ctx, const hys__family *family, const hys__forced_opts *opts,
                           hys__forced **result) {
    hys__forced *f = hys__realloc(ctx, NULL, 0, sizeof *f);
    if (!f) return HYS_NOMEM;
    *f = (hys__forced){.ctx = ctx, .family = family, .opts = *opts, .n = family->system.n};
    hys__arena_init(&f->arena, ctx, 0);
    hys__arena_init(&f->mesh_arena, ctx, 0);
    hys__radau_init(&f->radau);
    if (!(f->opts.rtol > 0)) f->opts.rtol = 1e-10;
    if (!(f->opts.error > 0)) f->opts.error = 1e-8;
    if (!f->opts.max_intervals) f->opts.max_intervals = 5000;
    if (!f->opts.max_iter) f->opts.max_iter = 40;
    hys_status status = make_room(f) ? hys__lapack_open(ctx, &f->lapack) : HYS_NOMEM;
    f->rank.lapack = &f->lapack;
    if (status == HYS_OK) status = hys__lu_new(ctx, &f->stages, &f->lu);
    if (status == HYS_OK) *result = f;
    else hys__forced_free(f);
    return status;
}

void hys__forced_free(hys__forced *f) {
    if (!f) return;
    hys__lu_free(f->lu);
    hys__lapack_close(&f->lapack);
    hys__arena_free(&f->mesh_arena);
    hys__arena_free(&f->arena);
    hys__free(f->ctx, f, sizeof *f);
}

const hys__orbit *hys__forced_orbit(const hys__forced *f) {
    return &f->orbit;
}

/* ---- one interval ---- */

/* The end of an interval at a corner is what lies before it, should the drive jump there. */
static double stage_time(const hys__forced *f, size_t i, size_t j) {
    const hys__orbit *o = &f->orbit;
    double t = f->opts.t0 + f->opts.period * (o->mesh[i] + f->radau.c[j] * (o->mesh[i + 1] - o->mesh[i]));
    bool is_before_corner = j == M && hys__forced_is_corner(f, (i + 1) % o->n_int);
    return is_before_corner ? t - 4e-16 * fabs(t) : t;
}

/* rhs = -(M dy/ds + h T g) at the stages of interval i, and the factors of its derivative by them. */
static bool open_interval(hys__forced *f, size_t i) {
    const hys__system *s = &f->family->system;
    const hys__orbit *o = &f->orbit;
    double h = o->mesh[i + 1] - o->mesh[i], ht = h * f->opts.period;
    for (size_t j = 1; j <= M; j++) {
        double *g = f->g + (j - 1) * f->n;
        const hys__point point = {.t = stage_time(f, i, j), .y = hys__orbit_at(o, o->x, i, j)};
        f->report->n_evals++;
        if (!s->eval(s->user, &point, g, f->jac + (j - 1) * s->nnz)) return false;
        for (size_t k = 0; k < f->n; k++) f->rhs[(j - 1) * f->n + k] = -ht * g[k];
        for (size_t col = 0; col < f->n; col++) {
            double d = 0;
            if (!f->has_mass[col]) continue;
            for (size_t k = 0; k <= M; k++) d += f->radau.d[j][k] * hys__orbit_at(o, o->x, i, k)[col];
            for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
                f->rhs[(j - 1) * f->n + (size_t)s->row[e]] -= f->family->mass[e] * d;
        }
    }
    size_t at = 0;
    for (size_t k = 1; k <= M; k++)
        for (size_t col = 0; col < f->n; col++)
            for (size_t j = 1; j <= M; j++)
                for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
                    f->values[at++] = f->radau.d[j][k] * f->family->mass[e] +
                                      (j == k ? ht * f->jac[(j - 1) * s->nnz + (size_t)e] : 0);
    return hys__lu_factor(f->lu, f->values, NULL);
}

/* What a change of unknown `col` at the left end adds to the right-hand side of the stages. */
static void add_left(const hys__forced *f, size_t col, double change, double *rhs) {
    const hys__system *s = &f->family->system;
    for (int64_t e = s->col_start[col]; e < s->col_start[col + 1]; e++)
        for (size_t j = 1; j <= M; j++)
            rhs[(j - 1) * f->n + (size_t)s->row[e]] -= f->radau.d[j][0] * f->family->mass[e] * change;
}

/* The transfer matrix of the open interval. */
static void find_transfer(hys__forced *f, double *rhs) {
    for (size_t c = 0; c < f->m; c++) {
        memset(rhs, 0, M * f->n * sizeof *rhs);
        add_left(f, f->massive[c], f->scale[f->massive[c]], rhs);
        hys__lu_solve(f->lu, rhs);
        for (size_t r = 0; r < f->m; r++)
            f->transfer[c * f->m + r] = rhs[(M - 1) * f->n + f->massive[r]] / f->scale[f->massive[r]];
    }
}

static void swap(double **a, double **b) {
    double *c = *a;
    *a = *b;
    *b = c;
}

/* chain = transfer chain, gap = transfer gap + own */
static void append(hys__forced *f, const double *own) {
    size_t m = f->m;
    memset(f->next, 0, m * m * sizeof *f->next);
    for (size_t c = 0; c < m; c++)
        for (size_t k = 0; k < m; k++) {
            double by = f->chain[c * m + k];
            if (by == 0) continue;
            for (size_t r = 0; r < m; r++) f->next[c * m + r] += f->transfer[k * m + r] * by;
        }
    for (size_t r = 0; r < m; r++) {
        double sum = own[(M - 1) * f->n + f->massive[r]] / f->scale[f->massive[r]];
        for (size_t k = 0; k < m; k++) sum += f->transfer[k * m + r] * f->gap[k];
        f->gap_next[r] = sum;
    }
    swap(&f->next, &f->chain);
    swap(&f->gap_next, &f->gap);
}

static hys_status eliminate(hys__forced *f) {
    double *own = f->own;
    memset(f->chain, 0, f->m * f->m * sizeof *f->chain);
    memset(f->gap, 0, f->m * sizeof *f->gap);
    for (size_t k = 0; k < f->m; k++) f->chain[k * f->m + k] = 1;
    for (size_t i = 0; i < f->orbit.n_int; i++) {
        if (hys_ctx_is_cancelled(f->ctx)) return HYS_CANCEL;
        if (!open_interval(f, i)) return HYS_NOCONV;
        memcpy(own, f->rhs, M * f->n * sizeof *own);
        hys__lu_solve(f->lu, own);
        find_transfer(f, own + M * f->n);
        append(f, own);
    }
    return HYS_OK;
}

/* (1 - chain) start = gap; columns with a small pivot are left where they are. */
static hys_status solve_start(hys__forced *f) {
    size_t n = f->m, rank = 0;
    hys__forced_report *report = f->report;
    for (size_t k = 0; k < n * n; k++) f->columns[k] = -f->chain[k];
    for (size_t k = 0; k < n; k++) f->columns[k * n + k] += 1;
    if (!hys__rank_solve(&f->rank, n, f->columns, f->gap, f->neutral, f->start, &rank)) return HYS_NOCONV;
    report->n_neutral = n - rank;
    report->gap = 0;
    for (size_t k = rank; k < n; k++) {
        if (!(fabs(f->gap[k]) >= report->gap)) continue;
        report->gap = fabs(f->gap[k]);
        report->worst = f->massive[(size_t)f->rank.pivot[k] - 1];
    }
    report->worst_gap = report->gap * f->scale[report->worst];
    return HYS_OK;
}

/* All stages' changes from that of the start. */
static hys_status substitute(hys__forced *f) {
    double *left = f->gap;
    for (size_t k = 0; k < f->m; k++) left[k] = f->start[k] * f->scale[f->massive[k]];
    for (size_t i = 0; i < f->orbit.n_int; i++) {
        if (!open_interval(f, i)) return HYS_NOCONV;
        for (size_t k = 0; k < f->m; k++) add_left(f, f->massive[k], left[k], f->rhs);
        hys__lu_solve(f->lu, f->rhs);
        memcpy(f->dx + i * M * f->n, f->rhs, M * f->n * sizeof *f->rhs);
        for (size_t k = 0; k < f->m; k++) left[k] = f->rhs[(M - 1) * f->n + f->massive[k]];
    }
    return HYS_OK;
}

/* ---- Newton's method ---- */

static void measure(hys__forced *f) {
    const hys__orbit *o = &f->orbit;
    for (size_t k = 0; k < f->n; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < o->n_int * M; i++) {
            low = fmin(low, o->x[i * f->n + k]);
            high = fmax(high, o->x[i * f->n + k]);
        }
        f->scale[k] = fmax(f->scale[k], fmax(fmax(fabs(low), fabs(high)), 1e3 * f->family->abstol[k]));
        f->range[k] = fmax(high - low, 1e-4 * f->scale[k]);
    }
}

/* Steps are at most this part of an unknown's size: starts are near, and exponentials do not bear more. */
#define STEP_MOST 0.2

static double apply(hys__forced *f, double *weighed) {
    double most = 0;
    size_t size = hys__orbit_size(&f->orbit);
    *weighed = f->report->step = 0;
    for (size_t k = 0; k < size; k++) {
        size_t u = k % f->n;
        double part = fabs(f->dx[k]) / f->scale[u];
        double w = fabs(f->dx[k]) / (f->opts.rtol * f->scale[u] + f->family->abstol[u]);
        if (!(w <= *weighed)) *weighed = w;
        if (!(part <= most)) {
            most = part;
            if (f->report->gap == 0) f->report->worst = u;
        }
    }
    f->report->step = most;
    double factor = most > STEP_MOST ? STEP_MOST / most : 1;
    for (size_t k = 0; k < size; k++) f->orbit.x[k] += factor * f->dx[k];
    return factor;
}

#define CLOSED 1e-6 /* of an unknown's size: a gap beyond is none of rounding and discretisation */

static hys_status iterate(hys__forced *f) {
    bool is_last = false;
    for (unsigned k = 0; k < f->opts.max_iter; k++) {
        double weighed;
        f->report->n_iter++;
        hys_status status = eliminate(f);
        if (status == HYS_OK) status = solve_start(f);
        if (status == HYS_OK) status = substitute(f);
        if (status != HYS_OK) return status;
        bool is_whole = apply(f, &weighed) == 1;
        if (!isfinite(weighed)) return HYS_NOCONV;
        if (is_last || (is_whole && weighed < 1e-3)) return f->report->gap < CLOSED ? HYS_OK : HYS_NOCONV;
        is_last = is_whole && weighed <= 1;
        measure(f);
    }
    return HYS_NOCONV;
}

#define MESHES_MOST 14

static hys_status solve(hys__forced *f, const hys__samples *samples) {
    bool is_fine = false;
    hys_status status = hys__forced_start(f, samples);
    for (unsigned k = 0; status == HYS_OK && k < MESHES_MOST; k++) {
        f->report->n_meshes++;
        measure(f);
        status = iterate(f);
        if (status == HYS_OK) status = hys__forced_refine(f, &is_fine);
        if (is_fine) break;
    }
    return status;
}

/* A multiplier within this of 1 is taken for 1 at first; a slow circuit may really have one that near, and is then
 * solved again without. */
#define NEUTRAL      1e-7
#define NEUTRAL_LESS 1e-12

hys_status hys__forced_solve(hys__forced *f, const hys__samples *samples, hys__forced_report *report) {
    *report = (hys__forced_report){0};
    f->report = report;
    f->neutral = NEUTRAL;
    hys_status status = solve(f, samples);
    if (status != HYS_NOCONV || !(report->gap >= CLOSED)) return status;
    hys__forced_report first = *report;
    f->neutral = NEUTRAL_LESS;
    status = solve(f, samples);
    if (status == HYS_NOCONV) *report = first;
    return status;
}

/* ---- multipliers ---- */

static int by_size(const void *a, const void *b) {
    double complex x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (cabs(x) != cabs(y)) return cabs(x) > cabs(y) ? -1 : 1;
    return (cimag(x) < cimag(y)) - (cimag(x) > cimag(y));
}

hys_status hys__forced_multipliers(hys__forced *f, double complex *multiplier) {
    int m = (int)f->m, one = 1, info = 0, n_work = 64 * (m + 1);
    hys_status status = eliminate(f);
    if (status != HYS_OK) return status;
    double *re = f->gap, *im = f->gap_next;
    for (size_t k = 0; k < f->m * f->m; k++)
        if (!isfinite(f->chain[k])) return HYS_NOCONV;
    if (m > 0)
        f->lapack.dgeev("N", "N", &m, f->chain, &m, re, im, NULL, &one, NULL, &one, f->work, &n_work, &info, 1, 1);
    if (info != 0) return HYS_NOCONV;
    for (size_t k = 0; k < f->n; k++) multiplier[k] = k < f->m ? HYS__COMPLEX(re[k], im[k]) : 0;
    qsort(multiplier, f->n, sizeof *multiplier, by_size);
    return HYS_OK;
}
