/* Cells by tables.  Each draw is keyed by the seed, the cell, and how many pulses the cell has had: nothing depends on
 * which cells are pulsed together, or by which thread. */
#include "base/diag.h"
#include "base/random.h"
#include "network/cells_impl.h"
#include <math.h>
#include <string.h>

#define BLOCK 4096u /* cells a thread takes at once */

/* Apart from the counts of pulses, which are below 2^32. */
#define DRAW_FACTOR  ((uint64_t)1 << 40)
#define DRAW_STUCK   ((uint64_t)2 << 40)
#define DRAW_DRIFT   ((uint64_t)3 << 40)
#define DRAW_PROGRAM ((uint64_t)4 << 40)

/* ---- draws ---- */

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t bits_of(uint64_t seed, uint64_t cell, uint64_t what) {
    return mix(mix(seed + cell * 0x9e3779b97f4a7c15u) + what * 0xd1342543de82ef95u);
}

/* Pulses ask for many numbers and not for digits: the sum of four uniform ones of 16 bits, z, bent by an odd polynomial
 * that was fitted to the quantiles of the normal distribution.  Its moments are 1.0000, 2.997 and 14.86 (of 1, 3, 15);
 * its tails end at 4.23. */
float hys__cells_deviate(uint64_t seed, uint64_t cell, uint64_t what) {
    const uint64_t b = bits_of(seed, cell, what);
    const int32_t sum =
        (int32_t)(b & 0xffff) + (int32_t)(b >> 16 & 0xffff) + (int32_t)(b >> 32 & 0xffff) + (int32_t)(b >> 48);
    const float z = (float)(sum - 2 * 65535) * (1.7320508F / 65536.0F), zz = z * z;
    return z * (0.96896334F + zz * (0.00308151F + zz * 0.00203934F));
}

static double uniform_of(uint64_t seed, uint64_t cell, uint64_t what) {
    return hys__uniform(bits_of(seed, cell, what));
}

/* ---- coming ---- */

static void set_jump(hys__jump *to, const double *mean, const double *sd, const double *energy) {
    for (size_t k = 0; k <= HYS__POINTS; k++) {
        const size_t at = k < HYS__POINTS ? k : HYS__POINTS - 1;
        to->mean[k] = (float)mean[at];
        to->sd[k] = (float)sd[at];
        to->energy[k] = (float)energy[at];
        to->is_noisy = to->is_noisy || sd[at] > 0;
    }
}

/* Lognormal, of mean 1 and the law's standard deviation. */
static void draw_factors(hys_cells *c) {
    const double sd = c->synapse->law.device_sd, s = sqrt(log1p(sd * sd));
    for (size_t k = 0; k < c->n && c->factor; k++)
        c->factor[k] = (float)exp(s * (double)hys__cells_deviate(c->seed, k, DRAW_FACTOR) - 0.5 * s * s);
}

static void draw_stuck(hys_cells *c) {
    const hys_synapse_law *l = &c->synapse->law;
    for (size_t k = 0; k < c->n && c->stuck; k++) {
        const double u = uniform_of(c->seed, k, DRAW_STUCK);
        c->stuck[k] = u < l->stuck_on ? 1 : u < l->stuck_on + l->stuck_off ? -1 : 0;
        if (c->stuck[k] > 0) c->x[k] = 1;
    }
}

hys_status hys__cells_table_new(hys_cells *c) {
    const hys_synapse_law *l = &c->synapse->law;
    set_jump(&c->up, l->up_mean, l->up_sd, l->energy_up);
    set_jump(&c->down, l->down_mean, l->down_sd, l->energy_down);
    c->x = HYS_NEW_N(&c->arena, float, c->n);
    c->count = HYS_NEW_N(&c->arena, uint32_t, c->n);
    if (l->device_sd > 0) c->factor = HYS_NEW_N(&c->arena, float, c->n);
    if (l->stuck_on + l->stuck_off > 0) c->stuck = HYS_NEW_N(&c->arena, signed char, c->n);
    if (c->arena.failed) return HYS_NOMEM;
    draw_factors(c);
    draw_stuck(c);
    const size_t blocks = (c->n + BLOCK - 1) / BLOCK, most = (size_t)hys__ctx_n_threads(c->ctx);
    return blocks > 3 && most > 1 ? hys__team_new(c->ctx, (unsigned)(blocks < most ? blocks : most), &c->team) : HYS_OK;
}

/* ---- pulses ---- */

typedef struct pulsing {
    hys_cells *c;
    const int32_t *counts;
    double *energy; /* [blocks] J */
} pulsing;

static inline float along(const float *table, size_t k, float part) {
    return table[k] + part * (table[k + 1] - table[k]);
}

/* Pulses of one cell; J. */
static double pulse_cell(hys_cells *c, size_t cell, int32_t n) {
    const hys__jump *j = n > 0 ? &c->up : &c->down;
    const float factor = c->factor ? c->factor[cell] : 1;
    const int64_t times = n < 0 ? -(int64_t)n : n;
    float x = c->x[cell], energy = 0;
    for (int64_t p = 0; p < times; p++) {
        const float in = x < 0 ? 0 : x > 1 ? 1 : x, at = in * (float)(HYS_SYNAPSE_POINTS - 1);
        const size_t k = (size_t)at;
        const float part = at - (float)k;
        float step = along(j->mean, k, part);
        if (j->is_noisy)
            step += along(j->sd, k, part) * hys__cells_deviate(c->seed, cell, c->count[cell] + (uint64_t)p);
        energy += along(j->energy, k, part);
        x = in + factor * step;
        x = x < 0 ? 0 : x > 1 ? 1 : x;
    }
    c->count[cell] += (uint32_t)times;
    if (!c->stuck || !c->stuck[cell]) c->x[cell] = x;
    if (!c->base) return (double)energy;
    c->base[cell] = c->x[cell];
    c->birth[cell] = c->time;
    return (double)energy;
}

static void pulse_block(void *data, size_t block, unsigned thread) {
    const pulsing *p = data;
    const size_t first = block * BLOCK, end = first + BLOCK < p->c->n ? first + BLOCK : p->c->n;
    double energy = 0;
    (void)thread;
    for (size_t k = first; k < end; k++)
        if (p->counts[k]) energy += pulse_cell(p->c, k, p->counts[k]);
    p->energy[block] = energy;
}

hys_status hys__cells_table_pulse(hys_cells *c, const int32_t *counts) {
    const size_t blocks = (c->n + BLOCK - 1) / BLOCK, size = blocks * sizeof(double);
    double *energy = hys__realloc(c->ctx, NULL, 0, size);
    if (!energy) return HYS_NOMEM;
    pulsing p = {c, counts, energy};
    hys__team_run(c->team, blocks, pulse_block, &p);
    for (size_t b = 0; b < blocks; b++) c->energy += energy[b];
    hys__free(c->ctx, energy, size);
    return HYS_OK;
}

/* ---- time ---- */

/* Each cell drifts by its own deviate, which it keeps until it is pulsed. */
hys_status hys__cells_table_wait(hys_cells *c, double time) {
    const hys_synapse_law *l = &c->synapse->law;
    if (!l->has_retention || !(time > 0)) return HYS_OK;
    if (!c->base) {
        float *base = HYS_NEW_N(&c->arena, float, c->n);
        c->birth = HYS_NEW_N(&c->arena, double, c->n);
        if (c->arena.failed) return HYS_NOMEM;
        memcpy(base, c->x, c->n * sizeof *base);
        c->base = base;
    }
    c->time += time;
    const double range = l->g_max - l->g_min;
    for (size_t k = 0; k < c->n; k++) {
        if (c->stuck && c->stuck[k]) continue;
        const double x = (double)c->base[k], g = l->g_min + range * x;
        const double z = (double)hys__cells_deviate(c->seed, k, DRAW_DRIFT + c->count[k]);
        const double drift = fmax(hys__law_drift(l, x, c->time - c->birth[k], z), -1);
        c->x[k] = (float)((g * (1 + drift) - l->g_min) / range);
    }
    return HYS_OK;
}

/* ---- write-verify ---- */

hys_status hys__cells_table_program(hys_cells *c, const double *targets, hys_cells_report *r) {
    const hys_synapse_law *l = &c->synapse->law;
    const double range = l->g_max - l->g_min;
    size_t n = 0;
    double sum = 0;
    for (size_t k = 0; k < c->n; k++) {
        if (isnan(targets[k])) continue;
        const double want = fmin(fmax((targets[k] - l->g_min) / range, 0), 1);
        const double z = (double)hys__cells_deviate(c->seed, k, DRAW_PROGRAM + c->count[k]);
        const double x = want + hys__law_at(l->program_mean, want) + hys__law_at(l->program_sd, want) * z;
        const bool fails =
            l->program_failed > 0 && uniform_of(c->seed, k, DRAW_PROGRAM * 2 + c->count[k]) < l->program_failed;
        const bool is_stuck = c->stuck && c->stuck[k];
        if (!is_stuck) c->x[k] = (float)fmin(fmax(x, 0), 1);
        c->count[k]++;
        if (c->base) {
            c->base[k] = c->x[k];
            c->birth[k] = c->time;
        }
        const double error = l->g_min + range * (double)c->x[k] - targets[k];
        r->n_failed += fails || is_stuck;
        sum += error * error;
        n++;
    }
    r->pulses = l->program_pulses;
    r->energy = l->program_energy;
    r->time = l->program_time;
    r->rms = n ? sqrt(sum / (double)n) : 0;
    c->energy += (double)n * l->program_energy;
    return HYS_OK;
}
