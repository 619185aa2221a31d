/* Reads, noise, what reads disturb, retention; write-verify. */
#include "base/diag.h"
#include "network/cells_impl.h"
#include <math.h>
#include <string.h>

#define READS 1000.0

/* ---- reads ---- */

/* I/V at parts of the read voltage, over that at the read voltage. */
static hys_status read_shapes(hys__distil *d, hys__stand *one) {
    hys_synapse_law *l = &d->synapse->law;
    double g[HYS_SYNAPSE_POINTS], own[HYS_SYNAPSE_POINTS];
    hys_status status = hys__stand_read(one, l->read.voltage, l->read.gate, own);
    for (size_t v = 0; v < HYS__N_SHAPES && status == HYS_OK; v++) {
        const double part = ((double)v - 4) / 4;
        status = hys__stand_read(one, (v == 4 ? 1e-3 : part) * l->read.voltage, l->read.gate, g);
        for (size_t k = 0; k < HYS__POINTS && status == HYS_OK; k++) {
            const double shape = v == HYS__N_SHAPES - 1 ? 1 : g[k] / own[k];
            l->shape[k][v] = isfinite(shape) ? shape : 1;
        }
    }
    return status;
}

/* Of the model's own sources; 1/f noise from 1 Hz on. */
static hys_status read_noise(hys__distil *d, hys__stand *one) {
    hys_synapse_law *l = &d->synapse->law;
    const size_t middle = HYS__POINTS / 2, n_said = hys_diag_count(d->ctx);
    const double g = l->g_min + 0.5 * (l->g_max - l->g_min), band = 0.5 / l->read.width;
    double sd = 0;
    hys_status status = hys__stand_noise(one, middle, l->read.voltage, 1, fmax(band, 2), &sd);
    if (status == HYS_ARG || status == HYS_NOCONV) {
        hys__diag_rewind(d->ctx, n_said);
        return hys__synapse_remark(d->synapse, "the model's noise drives its states: reads count as silent");
    }
    if (status != HYS_OK) return status;
    l->read_noise = sd / fabs(g * l->read.voltage);
    if (!(l->read_noise > 0) && d->synapse->opts.read_noise == 0)
        return hys__synapse_remark(d->synapse, "the model tells of no noise: reads are silent");
    return HYS_OK;
}

static hys_status read_disturb(hys__distil *d, hys__stand *one) {
    hys_synapse_law *l = &d->synapse->law;
    double before[HYS_SYNAPSE_POINTS], after[HYS_SYNAPSE_POINTS], v[HYS_SYNAPSE_POINTS], gates[HYS_SYNAPSE_POINTS];
    for (size_t k = 0; k < HYS__POINTS; k++) {
        v[k] = l->read.voltage;
        gates[k] = l->read.gate;
    }
    const hys__stand_pulse pulse = {v, hys__stand_has_gates(one) ? gates : NULL, READS * l->read.width, 0};
    hys_status status = hys__stand_read(one, l->read.voltage, l->read.gate, before);
    if (status == HYS_OK) status = hys__stand_drive(one, &pulse);
    if (status == HYS_OK) status = hys__stand_read(one, l->read.voltage, l->read.gate, after);
    if (status == HYS_OK) l->read_disturb = (after[HYS__POINTS / 2] - before[HYS__POINTS / 2]) / (l->g_max - l->g_min);
    return status;
}

/* ---- retention ---- */

#define CHANGE 1e-4 /* of the window: below that nothing is forgotten */

typedef struct keeping {
    hys__distil *d;
    hys__stand *stand;
    size_t n, devices;
    double *g0, *g, most;
} keeping;

static void note_time(keeping *k, size_t t) {
    hys_synapse_law *l = &k->d->synapse->law;
    for (size_t p = 0; p < HYS__POINTS; p++) {
        double sum = 0, square = 0;
        for (size_t i = p * k->devices; i < (p + 1) * k->devices; i++) {
            const double factor = k->g0[i] > 0 ? k->g[i] / k->g0[i] - 1 : 0;
            sum += factor;
            square += factor * factor;
            k->most = fmax(k->most, fabs(k->g[i] - k->g0[i]) / (l->g_max - l->g_min));
        }
        const double n = (double)k->devices, mean = sum / n;
        l->retention_mean[t][p] = mean;
        l->retention_sd[t][p] = k->devices > 1 ? sqrt(fmax(square - n * mean * mean, 0) / (n - 1)) : 0;
    }
}

static hys_status keep(keeping *k) {
    hys_synapse_law *l = &k->d->synapse->law;
    hys_status status = hys__stand_read(k->stand, l->read.voltage, l->read.gate, k->g0);
    for (size_t t = 0; t < HYS__N_TIMES && status == HYS_OK; t++) {
        const double time = l->times[t] - (t ? l->times[t - 1] : 0);
        status = hys__stand_drive(k->stand, &(hys__stand_pulse){.rest = time});
        if (status == HYS_OK) status = hys__stand_read(k->stand, l->read.voltage, l->read.gate, k->g);
        if (status == HYS_OK) note_time(k, t);
    }
    return status;
}

/* What has forgotten before the next pulse comes is no synapse. */
static hys_status check_memory(hys__distil *d) {
    const hys_synapse_law *l = &d->synapse->law;
    const double left = 1 + hys__law_drift(l, 1, 1, 0) * l->g_max / (l->g_max - l->g_min);
    if (left > 0.1) return HYS_OK;
    return hys__fail(d->ctx, HYS_ARG, "a synapse keeps its conductance for longer than a second",
                     "%s forgets: of a change of %.3g %% %s is left after 1 s", d->synapse->cell.memory,
                     100 * (l->g_max - l->g_min) / fmax(l->g_min, 1e-300), left < 0.01 ? "nothing" : "little");
}

static hys_status retention(hys__distil *d) {
    hys_synapse_law *l = &d->synapse->law;
    hys_cell_opts cell = d->synapse->cell;
    keeping k = {.d = d, .devices = d->n_devices, .n = HYS__POINTS * d->n_devices};
    const size_t n_said = hys_diag_count(d->ctx);
    cell.seed = d->synapse->opts.seed;
    hys_status status = hys__stand_new(
        d->ctx, &(hys__stand_opts){.cell = &cell, .n = k.n, .reltol = 3e-3, .most_steps = 2000}, &k.stand);
    const size_t n_states = status == HYS_OK ? hys__stand_n_states(k.stand) : 0;
    double *states = HYS_NEW_N(d->arena, double, n_states *k.n + 1);
    k.g0 = HYS_NEW_N(d->arena, double, k.n);
    k.g = HYS_NEW_N(d->arena, double, k.n);
    if (status == HYS_OK && d->arena->failed) status = HYS_NOMEM;
    for (size_t q = 0; q < n_states && status == HYS_OK; q++)
        for (size_t i = 0; i < k.n; i++) states[q * k.n + i] = d->up_states[q * HYS__POINTS + i / k.devices];
    if (status == HYS_OK) status = hys__stand_set(k.stand, states);
    if (status == HYS_OK) status = keep(&k);
    hys__stand_free(k.stand);
    if (status == HYS_LIMIT || status == HYS_NOCONV) {
        hys__diag_rewind(d->ctx, n_said);
        memset(l->retention_mean, 0, sizeof l->retention_mean);
        memset(l->retention_sd, 0, sizeof l->retention_sd);
        return hys__synapse_remark(d->synapse,
                                   "the model cannot be followed through 10 years: nothing is told of retention");
    }
    if (status != HYS_OK) return status;
    l->has_retention = k.most > CHANGE;
    if (l->has_retention) return check_memory(d);
    memset(l->retention_mean, 0, sizeof l->retention_mean);
    memset(l->retention_sd, 0, sizeof l->retention_sd);
    return hys__synapse_remark(d->synapse, "the model forgets nothing in 10 years");
}

hys_status hys__synapse_after(hys__distil *d) {
    hys_cell_opts nominal = d->synapse->cell;
    hys__stand *one = NULL;
    nominal.n_spread = 0;
    hys_status status = hys__stand_new(d->ctx, &(hys__stand_opts){.cell = &nominal, .n = HYS__POINTS}, &one);
    if (status == HYS_OK) status = hys__stand_set(one, d->up_states);
    if (status == HYS_OK) status = read_shapes(d, one);
    if (status == HYS_OK) status = read_noise(d, one);
    if (status == HYS_OK) status = read_disturb(d, one);
    hys__stand_free(one);
    return status == HYS_OK ? retention(d) : status;
}

/* ---- write-verify ---- */

#define CELLS       4u /* a point of the table */
#define MOST_PULSES 100u
#define MOST_TABLES 2000u /* of measured devices, whose steps may be small */
#define FEW_PULSES  50u   /* of costly models */
#define BESIDE      2u    /* points on each side count as well, where there is one cell a point */

static double error_of(const hys_synapse_law *l, const double *g, const double *targets, size_t k) {
    return (g[k] - targets[k]) / (l->g_max - l->g_min);
}

static void note_point(hys_synapse_law *l, const double *errors, size_t cells, size_t p) {
    const size_t beside = cells > 1 ? 0 : BESIDE, from = p > beside ? p - beside : 0;
    const size_t to = p + beside < HYS__POINTS ? p + beside : HYS__POINTS - 1, n = (to - from + 1) * cells;
    double sum = 0, square = 0;
    for (size_t k = from * cells; k < (to + 1) * cells; k++) {
        sum += errors[k];
        square += errors[k] * errors[k];
    }
    const double mean = sum / (double)n;
    l->program_mean[p] = mean;
    l->program_sd[p] = sqrt(fmax(square - (double)n * mean * mean, 0) / (double)(n - 1));
}

/* Targets lie a little beside the table's points, so that what is left of the last pulse differs. */
static void put_targets(const hys_synapse_law *l, size_t cells, double *targets) {
    for (size_t k = 0; k < HYS__POINTS * cells; k++) {
        const double beside = ((double)(k % cells) - 0.5 * (double)(cells - 1)) / (double)cells;
        const size_t point = k / cells;
        const double x = ((double)point + beside) / (double)(HYS__POINTS - 1);
        targets[k] = l->g_min + (l->g_max - l->g_min) * fmin(fmax(x, 0), 1);
    }
}

hys_status hys__synapse_try_program(hys_synapse *s, hys_cells_kind kind) {
    hys_synapse_law *l = &s->law;
    const size_t cells = s->is_costly ? 1 : CELLS, n = HYS__POINTS * cells;
    double targets[HYS_SYNAPSE_POINTS * CELLS], g[HYS_SYNAPSE_POINTS * CELLS];
    hys_cells *c = NULL;
    hys_cells_report r = {.size = sizeof r};
    const size_t most = kind == HYS_CELLS_DISTILLED ? MOST_TABLES : s->is_costly ? FEW_PULSES : MOST_PULSES;
    const hys__verify opts = {s->opts.tolerance * (l->g_max - l->g_min), most, NULL, NULL};
    put_targets(l, cells, targets);
    hys_status status = hys_cells_new(s, n, kind, s->opts.seed, &c);
    if (status == HYS_OK) status = hys__cells_verify(c, targets, &opts, &r);
    if (status == HYS_OK) status = hys_cells_read(c, g);
    hys_cells_free(c);
    if (status != HYS_OK) return status;
    for (size_t k = 0; k < n; k++) g[k] = error_of(l, g, targets, k);
    for (size_t p = 0; p < HYS__POINTS; p++) note_point(l, g, cells, p);
    l->program_pulses = r.pulses;
    l->program_energy = r.energy;
    l->program_time = r.time;
    l->program_failed = (double)r.n_failed / (double)n;
    if (l->program_failed < 0.1) return HYS_OK;
    return hys__synapse_remark(
        s, "write-verify leaves %.3g %% of the cells outside of %.3g %% of the window after %zu pulses",
        100 * l->program_failed, 100 * s->opts.tolerance, most);
}
