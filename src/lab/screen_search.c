/* The best affine scaling: globally over a lattice of time, voltage and offset (conductance follows linearly), from its
 * best points locally under the clamp, and last in the membrane. */
#include "lab/screen_impl.h"
#include <math.h>
#include <string.h>

double hys__scale_offset_unit(const hys_screen_scale *scale) {
    return 0.1 * fabs(scale->voltage);
}

hys_screen_scale hys__scale_move(const hys_screen_scale *scale, const double step[4]) {
    return (hys_screen_scale){scale->time * exp(step[0]), scale->voltage * exp(step[1]),
                              scale->conductance * exp(step[2]),
                              scale->offset + step[3] * hys__scale_offset_unit(scale)};
}

/* Device seconds per membrane second: from devices of nanoseconds to those of hours. */
#define TIME_LEAST (-7.0) /* decades */
#define TIME_MOST  4.0
#define TIME_STEPS 3 /* a decade */
#define VOLT_LEAST (-1.0)
#define VOLT_MOST  2.0
#define VOLT_STEPS 5
#define N_BEST     6

static const double offsets[] = {0, -0.5, 0.5, -1, 1}; /* hys__scale_offset_unit */

typedef struct candidate {
    hys_screen_scale scale;
    double error; /* relative rms */
} candidate;

typedef struct lattice {
    const hys__scaling *q;
    hys__dut *dut;
    hys_screen_scale *scales; /* [n] at one time */
    double *cross, *square;   /* [n] sums of i i_wanted and i^2 */
    size_t n;
} lattice;

static void add_up(void *user, size_t step, const double *i) {
    lattice *l = user;
    const double wanted = l->q->wanted[step], weight = l->q->weight[step];
    for (size_t j = 0; j < l->n; j++) {
        const double got = weight * i[j];
        l->cross[j] += got * wanted;
        l->square[j] += got * got;
    }
}

/* The error of instance j with the best conductance, which may not be negative, or with the given one. */
static candidate rate(const lattice *l, size_t j) {
    candidate c = {l->scales[j], INFINITY};
    const double size = l->q->size * l->q->size;
    if (l->dut->is_bad[j]) return c;
    if (l->q->is_free[2]) c.scale.conductance = l->square[j] > 0 ? fmax(l->cross[j] / l->square[j], 0) : 0;
    const double g = c.scale.conductance;
    c.error = sqrt(fmax(size - 2 * g * l->cross[j] + g * g * l->square[j], 0) / size);
    if (!isfinite(c.error) || g == 0) c.error = INFINITY;
    return c;
}

/* Errors that differ by less are equal: the first found stays. */
#define EQUAL 1e-9

/* Keeps the N_BEST best, ordered. */
static void keep(candidate *best, const candidate *c) {
    size_t at = N_BEST;
    while (at > 0 && c->error < best[at - 1].error - EQUAL) at--;
    if (at == N_BEST) return;
    memmove(&best[at + 1], &best[at], (N_BEST - 1 - at) * sizeof *best);
    best[at] = *c;
}

/* The instances of one time; only the best of them is kept, so that seeds differ. */
static hys_status search_time(lattice *l, double time, candidate *best) {
    candidate winner = {l->scales[0], INFINITY};
    for (size_t j = 0; j < l->n; j++) {
        l->scales[j].time = time;
        l->cross[j] = l->square[j] = 0;
    }
    hys_status status = hys__clamp_run(l->dut, &l->q->clamp, l->q->subject->channel, l->scales, add_up, l);
    for (size_t j = 0; j < l->n && status == HYS_OK; j++) {
        const candidate c = rate(l, j);
        if (c.error < winner.error) winner = c;
    }
    keep(best, &winner);
    return status;
}

static size_t n_voltages(const bool *is_free) {
    return is_free[1] ? 2 * ((size_t)((VOLT_MOST - VOLT_LEAST) * VOLT_STEPS) + 1) : 1;
}

static size_t n_offsets(const bool *is_free) {
    return is_free[3] ? sizeof offsets / sizeof *offsets : 1;
}

static void fill(lattice *l) {
    const hys_screen_scale start = l->q->subject->scale;
    const size_t n_v = n_voltages(l->q->is_free), n_o = n_offsets(l->q->is_free);
    for (size_t v = 0; v < n_v; v++)
        for (size_t o = 0; o < n_o; o++) {
            hys_screen_scale *scale = &l->scales[v * n_o + o];
            *scale = start;
            const size_t level = v / 2;
            if (l->q->is_free[1]) scale->voltage = (v % 2 ? -1 : 1) * pow(10, VOLT_LEAST + (double)level / VOLT_STEPS);
            if (l->q->is_free[3]) scale->offset = offsets[o] * hys__scale_offset_unit(scale);
        }
}

/* 0, -1, 1, -2, 2 ... steps from 1: where the time does nothing it stays 1. */
static double time_at(size_t k) {
    const size_t n = (k + 1) / 2;
    const double step = (double)n / TIME_STEPS;
    return pow(10, k % 2 ? -step : step);
}

static hys_status search_all(lattice *l, candidate *best) {
    const bool is_free = l->q->is_free[0];
    const double least = pow(10, TIME_LEAST - 1e-9), most = pow(10, TIME_MOST + 1e-9);
    const size_t n = is_free ? 2 * (size_t)(fmax(-TIME_LEAST, TIME_MOST) * TIME_STEPS) + 1 : 1;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < N_BEST; k++) best[k] = (candidate){l->q->subject->scale, INFINITY};
    fill(l);
    for (size_t k = 0; k < n && status == HYS_OK; k++) {
        const double time = is_free ? time_at(k) : l->scales[0].time;
        if (!is_free || (time >= least && time <= most)) status = search_time(l, time, best);
    }
    return status;
}

/* Every second point: the lattice is coarser than what that changes. */
static hys_status thin_out(hys__arena *arena, const hys__scaling *q, hys__scaling *thin) {
    const size_t n = (q->clamp.n + 1) / 2;
    double sum = 0;
    *thin = *q;
    thin->clamp = (hys__clamp){
        .n = n, .h = 2 * q->clamp.h, .v = HYS_NEW_N(arena, double, n), .jumps = HYS_NEW_N(arena, unsigned char, n)};
    thin->weight = HYS_NEW_N(arena, double, n);
    thin->wanted = HYS_NEW_N(arena, double, n);
    if (arena->failed) return HYS_NOMEM;
    for (size_t k = 0; k < n; k++) {
        thin->clamp.v[k] = q->clamp.v[2 * k];
        thin->clamp.jumps[k] = q->clamp.jumps[2 * k] || (k && q->clamp.jumps[2 * k - 1]);
        thin->weight[k] = q->weight[2 * k];
        thin->wanted[k] = q->wanted[2 * k];
        sum += thin->wanted[k] * thin->wanted[k];
    }
    thin->size = sqrt(sum);
    return HYS_OK;
}

static hys_status search_lattice(hys__arena *arena, const hys__scaling *q, candidate *best) {
    hys__scaling thin;
    lattice l = {.q = &thin, .n = n_voltages(q->is_free) * n_offsets(q->is_free)};
    hys_status status = thin_out(arena, q, &thin);
    l.scales = HYS_NEW_N(arena, hys_screen_scale, l.n);
    l.cross = HYS_NEW_N(arena, double, l.n);
    l.square = HYS_NEW_N(arena, double, l.n);
    if (status != HYS_OK || arena->failed) return HYS_NOMEM;
    hys__dut_opts opts = q->subject->dut;
    opts.n = l.n;
    status = hys__dut_new(q->subject->ctx, q->subject->model, &opts, &l.dut);
    if (status == HYS_OK) {
        l.dut->patience = 0; /* most scales of the lattice are far off anyway */
        status = search_all(&l, best);
    }
    hys__dut_free(l.dut);
    return status;
}

static hys_status search_from(hys_screen *s, const hys__scaling *q, candidate *best, hys_screen_scale *scale) {
    hys_screen_scale starts[N_BEST];
    size_t n = 0, winner = 0;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < N_BEST && isfinite(best[k].error) && status == HYS_OK; k++) {
        status = hys__scaling_fit(q, &best[k].scale, &best[k].error);
        if (best[k].error < best[winner].error) winner = k;
        starts[n++] = best[k].scale;
    }
    if (status != HYS_OK) return status;
    if (n == 0) return hys__screen_remark(s, "no scale was found at which the device carries a current");
    starts[winner] = starts[0];
    starts[0] = best[winner].scale;
    status = hys__scaling_refine(q, starts, n, scale);
    return status == HYS_OK ? hys__scaling_curvature(s, q, scale) : status;
}

/* A fiftieth of the largest current counts as much as itself. */
#define SMALL 0.02

static hys_status make_target(hys__arena *arena, hys__scaling *q) {
    hys_status status = hys__clamp_spike(arena->ctx, arena, q->subject->channel, &q->clamp);
    if (status != HYS_OK) return status;
    q->wanted = HYS_NEW_N(arena, double, q->clamp.n);
    q->weight = HYS_NEW_N(arena, double, q->clamp.n);
    if (!q->wanted || !q->weight) return HYS_NOMEM;
    double most = 0, sum = 0;
    hys__clamp_channel(&q->clamp, q->subject->channel, q->wanted, NULL);
    for (size_t k = 0; k < q->clamp.n; k++) most = fmax(most, fabs(q->wanted[k]));
    for (size_t k = 0; k < q->clamp.n; k++) {
        q->weight[k] = 1 / (fabs(q->wanted[k]) + SMALL * most);
        q->wanted[k] *= q->weight[k];
        sum += q->wanted[k] * q->wanted[k];
    }
    q->size = sqrt(sum);
    return HYS_OK;
}

hys_status hys__screen_search(hys_screen *s, hys__subject *subject, const bool *is_free) {
    if (!is_free[0] && !is_free[1] && !is_free[2] && !is_free[3]) return HYS_OK;
    hys__arena arena;
    hys__arena_init(&arena, s->ctx, 0);
    hys__scaling q = {.subject = subject, .is_free = is_free};
    candidate best[N_BEST];
    hys_screen_scale scale = subject->scale;
    hys_status status = make_target(&arena, &q);
    if (status == HYS_OK) status = search_lattice(&arena, &q, best);
    if (status == HYS_OK) status = search_from(s, &q, best, &scale);
    subject->scale = scale;
    hys__arena_free(&arena);
    return status;
}
