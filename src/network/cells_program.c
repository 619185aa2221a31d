/* Write-verify: read, pulse, read.  Kernels are pulsed with a height that follows what the last pulse did, cell by
 * cell; tables with their own pulses, as many at once as lead to the target. */
#include "network/cells_impl.h"
#include <math.h>
#include <string.h>

#define MOST_PULSES 120u
#define AIM         0.6  /* of what is missing, that a pulse shall do */
#define POWER       0.15 /* of height by step: steps grow much faster than heights */
#define LEAST       0.8
#define MOST        1.04
#define FIRST       0.75 /* of the law's pulses */
#define LOWEST      0.2
#define HIGHEST     1.6
#define BACK        4
#define FINEST      2e-3

typedef struct program {
    hys_cells *c;
    const double *targets;
    hys__verify opts;
    double *g, *before; /* [n] S */
    double *height[2];  /* [n] of pulses down, up; of the law's */
    double *growth[2];  /* [n] of heights from pulse to pulse */
    int *direction;     /* [n] of the last pulse; 0: none yet */
    bool *is_done;      /* [n] */
    size_t *pulses;     /* [n] */
    double time;        /* s */
} program;

/* What a pulse did decides on the next one in its direction.  One that has gone far beyond the target: back by some
 * steps of height, and on by smaller ones. */
static void learn(program *p, size_t k) {
    const int d = p->direction[k];
    if (!d) return;
    const double did = (p->g[k] - p->before[k]) * d, missing = fabs(p->targets[k] - p->before[k]);
    const double want = fmax(AIM * missing, 0.5 * p->opts.tolerance);
    double *h = &p->height[d > 0][k], *growth = &p->growth[d > 0][k], factor = *growth;
    if (did > 2 * missing + p->opts.tolerance) {
        factor = pow(*growth, -BACK);
        *growth = 1 + fmax(0.5 * (*growth - 1), FINEST);
    } else if (did > 0) factor = fmin(fmax(pow(want / did, POWER), LEAST), *growth);
    *h = fmin(fmax(*h * factor, LOWEST), HIGHEST);
}

/* Half the tolerance at first, so that errors do not all lie at its edge; all of it where that takes long. */
static bool is_there(const program *p, size_t k, double error) {
    return error <= (4 * p->pulses[k] < p->opts.most_pulses ? 0.5 : 1) * p->opts.tolerance;
}

static bool choose(program *p) {
    bool any = false;
    for (size_t k = 0; k < p->c->n; k++) {
        const double error = p->g[k] - p->targets[k];
        if (!p->is_done[k]) learn(p, k);
        p->is_done[k] = p->is_done[k] || is_there(p, k, fabs(error)) || p->pulses[k] >= p->opts.most_pulses;
        p->direction[k] = p->is_done[k] ? 0 : error < 0 ? 1 : -1;
        any = any || !p->is_done[k];
    }
    return any;
}

/* One direction of all cells; time is that of each cell's own pulses, with their reads. */
static hys_status pulse_kernels(program *p, int direction) {
    const hys_synapse_law *l = &p->c->synapse->law;
    const hys_synapse_pulse *q = direction > 0 ? &l->up : &l->down;
    double *v = p->before; /* not needed until the next read */
    bool any = false;
    for (size_t k = 0; k < p->c->n; k++) {
        const bool is_meant = p->direction[k] == direction;
        v[k] = is_meant ? q->voltage * p->height[direction > 0][k] : 0;
        any = any || is_meant;
        p->pulses[k] += is_meant;
        if (is_meant) p->time += q->width + l->read.width;
    }
    return any ? hys__cells_kernel_drive(p->c, v, q->width, q->gate) : HYS_OK;
}

/* So many pulses as come nearest by the mean, at least one, and not so many that their spread is larger than what is
 * missing. */
static hys_status pulse_tables(program *p, int32_t *counts) {
    const hys_synapse_law *l = &p->c->synapse->law;
    const double range = l->g_max - l->g_min;
    for (size_t k = 0; k < p->c->n; k++) {
        const int d = p->direction[k];
        const double x = (p->g[k] - l->g_min) / range, missing = fabs(p->targets[k] - p->g[k]) / range;
        const double step = fabs(hys__law_at(d > 0 ? l->up_mean : l->down_mean, x));
        const double sd = hys__law_at(d > 0 ? l->up_sd : l->down_sd, x);
        const double straight = step > 0 ? missing / step : 1,
                     astray = sd > 0 ? missing * missing / (sd * sd) : straight;
        const double n = fmin(fmax(floor(fmin(straight, astray)), 1), 64);
        counts[k] = d * (int32_t)n;
        p->pulses[k] += d ? (size_t)n : 0;
        if (d) p->time += n * (d > 0 ? l->up.width : l->down.width) + l->read.width;
    }
    return hys_cells_pulse(p->c, counts);
}

static hys_status pulse(program *p, int32_t *counts) {
    if (!p->c->stand) return pulse_tables(p, counts);
    hys_status status = pulse_kernels(p, 1);
    return status == HYS_OK ? pulse_kernels(p, -1) : status;
}

static void report(const program *p, double energy, hys_cells_report *r) {
    size_t n = 0;
    double sum = 0;
    for (size_t k = 0; k < p->c->n; k++) {
        if (isnan(p->targets[k])) continue;
        const double error = p->g[k] - p->targets[k];
        const bool has_failed = fabs(error) > p->opts.tolerance;
        n++;
        sum += error * error;
        r->n_failed += has_failed;
        r->pulses += (double)p->pulses[k];
        if (p->opts.failed) p->opts.failed[k] = has_failed;
        if (p->opts.pulses) p->opts.pulses[k] = p->pulses[k];
    }
    if (!n) return;
    r->rms = sqrt(sum / (double)n);
    r->pulses /= (double)n;
    r->energy = energy / (double)n;
    r->time = p->time / (double)n;
}

static hys_status run(program *p, int32_t *counts) {
    hys_status status = hys_cells_read(p->c, p->g);
    for (size_t k = 0; k < p->c->n; k++) {
        p->height[0][k] = p->height[1][k] = p->c->stand ? FIRST : 1;
        p->growth[0][k] = p->growth[1][k] = MOST;
    }
    for (size_t k = 0; k < p->c->n; k++) p->is_done[k] = isnan(p->targets[k]);
    while (status == HYS_OK && choose(p)) {
        status = pulse(p, counts);
        memcpy(p->before, p->g, p->c->n * sizeof *p->g);
        if (status == HYS_OK) status = hys_cells_read(p->c, p->g);
        if (hys_ctx_is_cancelled(p->c->ctx)) status = HYS_CANCEL;
    }
    return status;
}

hys_status hys__cells_verify(hys_cells *c, const double *targets, const hys__verify *opts, hys_cells_report *r) {
    program p = {.c = c, .targets = targets, .opts = *opts};
    hys__arena a;
    hys__arena_init(&a, c->ctx, 0);
    if (!p.opts.most_pulses) p.opts.most_pulses = MOST_PULSES;
    p.g = HYS_NEW_N(&a, double, c->n);
    p.before = HYS_NEW_N(&a, double, c->n);
    for (int d = 0; d < 2; d++) {
        p.height[d] = HYS_NEW_N(&a, double, c->n);
        p.growth[d] = HYS_NEW_N(&a, double, c->n);
    }
    p.direction = HYS_NEW_N(&a, int, c->n);
    p.is_done = HYS_NEW_N(&a, bool, c->n);
    p.pulses = HYS_NEW_N(&a, size_t, c->n);
    int32_t *counts = HYS_NEW_N(&a, int32_t, c->n);
    const double before = c->energy;
    hys_status status = a.failed ? HYS_NOMEM : run(&p, counts);
    if (status == HYS_OK) report(&p, c->energy - before, r);
    hys__arena_free(&a);
    return status;
}
