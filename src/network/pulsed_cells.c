/* Cells that pulses change, by the tables of a law; or by the device's equations. */
#include "base/memory.h"
#include "network/pulsed.h"
#include <math.h>
#include <string.h>

/* What a draw is for, where it is not a pulse: beyond all numbers of pulses. */
enum { DRAW_FACTOR = 1, DRAW_PROGRAM, DRAW_STUCK };
#define APART ((uint64_t)1 << 40)

static double draw(const hys__pulsed_cells *c, size_t k, uint64_t number) {
    const uint64_t at[2] = {k, number};
    return hys__normal(c->key, at);
}

/* ---- tables ---- */

static void fill_steps(hys__steps *steps, const double *mean, const double *sd, const double *energy) {
    for (size_t i = 0; i <= HYS_SYNAPSE_POINTS; i++) {
        const size_t k = i < HYS_SYNAPSE_POINTS ? i : HYS_SYNAPSE_POINTS - 1;
        steps->at[i] = (hys__step){(float)mean[k], (float)sd[k], (float)energy[k]};
    }
}

static double middle(const double *table) {
    return table[HYS_SYNAPSE_POINTS / 2];
}

double hys__pulsed_step(const hys_synapse_law *law) {
    return 0.5 * (fabs(middle(law->up_mean)) + fabs(middle(law->down_mean)));
}

#define ALIKE 0.02 /* of both: what tables of measured pulses scatter by */

double hys__pulsed_symmetry(const hys_synapse_law *law, double up, double down) {
    double found = NAN, before = 0;
    bool is_alike = true;
    for (size_t i = 0; i < HYS_SYNAPSE_POINTS; i++) {
        const double u = law->up_mean[i] / up, d = law->down_mean[i] / down, here = u + d;
        is_alike = is_alike && fabs(here) <= ALIKE * (fabs(u) + fabs(d));
        if (i > 0 && before >= 0 && here < 0) {
            const double x = ((double)i - 1 + before / (before - here)) / (HYS_SYNAPSE_POINTS - 1);
            if (isnan(found) || fabs(x - 0.5) < fabs(found - 0.5)) found = x;
        }
        before = here;
    }
    return is_alike ? 0.5 : found;
}

/* ---- cells ---- */

static hys_status take(hys_ctx *ctx, size_t n, size_t size, void *at) {
    void *p = hys__realloc(ctx, NULL, 0, n * size);
    if (!p) return HYS_NOMEM;
    memset(p, 0, n * size);
    memcpy(at, &p, sizeof p);
    return HYS_OK;
}

static hys_status draw_factors(hys__pulsed_cells *c) {
    if (!(c->law->device_sd > 0)) return HYS_OK;
    const hys_status status = take(c->ctx, c->n, sizeof *c->factor, &c->factor);
    for (size_t k = 0; status == HYS_OK && k < c->n; k++)
        c->factor[k] = (float)exp(c->law->device_sd * draw(c, k, APART + DRAW_FACTOR));
    return status;
}

static hys_status draw_stuck(hys__pulsed_cells *c, const hys__pulsed_setup *setup) {
    const double on = setup->stuck_on, all = on + setup->stuck_off;
    if (!(all > 0)) return HYS_OK;
    const hys_status status = take(c->ctx, c->n, sizeof *c->is_stuck, &c->is_stuck);
    for (size_t k = 0; status == HYS_OK && k < c->n; k++) {
        uint64_t bits[2];
        hys__threefry2x64(c->key, (const uint64_t[]){k, APART + DRAW_STUCK}, bits);
        const double u = hys__uniform(bits[0]);
        c->is_stuck[k] = u < all;
        if (u < all) c->x[k] = u < on ? 1 : 0;
    }
    return status;
}

static hys_status take_kernel(hys__pulsed_cells *c, const hys__pulsed_setup *setup) {
    hys_status status = hys_cells_new(setup->synapse, c->n, HYS_CELLS_KERNEL, setup->seed ^ setup->array, &c->kernel);
    if (status == HYS_OK) status = take(c->ctx, c->n, sizeof *c->counts, &c->counts);
    if (status == HYS_OK) status = take(c->ctx, c->n, sizeof *c->g, &c->g);
    return status;
}

hys_status hys__pulsed_cells_init(hys_ctx *ctx, size_t n, const hys__pulsed_setup *setup, hys__pulsed_cells *c) {
    *c = (hys__pulsed_cells){
        .ctx = ctx, .n = n, .law = hys_synapse_get_law(setup->synapse), .key = {setup->seed, setup->array}};
    fill_steps(&c->up, c->law->up_mean, c->law->up_sd, c->law->energy_up);
    fill_steps(&c->down, c->law->down_mean, c->law->down_sd, c->law->energy_down);
    hys_status status = take(ctx, n, sizeof *c->x, &c->x);
    if (status == HYS_OK) status = take(ctx, n, sizeof *c->pulses, &c->pulses);
    if (status == HYS_OK) status = draw_factors(c);
    if (status == HYS_OK) status = draw_stuck(c, setup);
    if (status == HYS_OK && setup->kind == HYS_CELLS_KERNEL) status = take_kernel(c, setup);
    return status;
}

static void drop(hys_ctx *ctx, void *p, size_t bytes) {
    if (p) hys__free(ctx, p, bytes);
}

void hys__pulsed_cells_free(hys__pulsed_cells *c) {
    if (!c->ctx) return;
    drop(c->ctx, c->x, c->n * sizeof *c->x);
    drop(c->ctx, c->pulses, c->n * sizeof *c->pulses);
    drop(c->ctx, c->factor, c->n * sizeof *c->factor);
    drop(c->ctx, c->is_stuck, c->n * sizeof *c->is_stuck);
    drop(c->ctx, c->counts, c->n * sizeof *c->counts);
    drop(c->ctx, c->g, c->n * sizeof *c->g);
    hys_cells_free(c->kernel);
}

/* ---- programming ---- */

static float clipped(float x) {
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static double at_table(const double *table, double x) {
    const double at = x * (HYS_SYNAPSE_POINTS - 1);
    const size_t i = at >= HYS_SYNAPSE_POINTS - 1 ? HYS_SYNAPSE_POINTS - 2 : (size_t)at;
    return table[i] + (at - (double)i) * (table[i + 1] - table[i]);
}

static hys_status read_kernel(hys__pulsed_cells *c) {
    const double g0 = c->law->g_min, span = c->law->g_max - g0;
    const hys_status status = hys_cells_read(c->kernel, c->g);
    for (size_t k = 0; status == HYS_OK && k < c->n; k++)
        if (!c->is_stuck || !c->is_stuck[k]) c->x[k] = clipped((float)((c->g[k] - g0) / span));
    return status;
}

static hys_status program_kernel(hys__pulsed_cells *c, const float *x) {
    for (size_t k = 0; k < c->n; k++) {
        const double target = c->law->g_min + clipped(x[k]) * (c->law->g_max - c->law->g_min);
        c->g[k] = isnan(x[k]) || (c->is_stuck && c->is_stuck[k]) ? NAN : target;
    }
    const hys_status status = hys_cells_program(c->kernel, c->g, NULL);
    return status == HYS_OK ? read_kernel(c) : status;
}

hys_status hys__pulsed_cells_program(hys__pulsed_cells *c, const float *x, bool is_perfect) {
    if (c->kernel) return program_kernel(c, x);
    for (size_t k = 0; k < c->n; k++) {
        if (isnan(x[k]) || (c->is_stuck && c->is_stuck[k])) continue;
        const double target = clipped(x[k]);
        double error = 0;
        if (!is_perfect)
            error = at_table(c->law->program_mean, target) +
                    at_table(c->law->program_sd, target) * draw(c, k, APART * (1 + c->pulses[k]) + DRAW_PROGRAM);
        c->x[k] = clipped((float)(target + error));
    }
    return HYS_OK;
}

/* ---- pulses ---- */

hys_status hys__pulsed_cells_apply(hys__pulsed_cells *c, hys__pulse_tally *tally) {
    const double before = hys_cells_energy(c->kernel);
    for (size_t k = 0; k < c->n; k++) {
        const int32_t n = c->counts[k];
        if (c->is_stuck && c->is_stuck[k]) c->counts[k] = 0;
        if (n > 0) tally->up += n;
        else tally->down -= n;
        c->pulses[k] += (uint32_t)(n > 0 ? n : -n);
    }
    hys_status status = hys_cells_pulse(c->kernel, c->counts);
    memset(c->counts, 0, c->n * sizeof *c->counts);
    if (status == HYS_OK) status = read_kernel(c);
    tally->energy += hys_cells_energy(c->kernel) - before;
    return status;
}
