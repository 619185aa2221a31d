/* Tables of pulses: states between those of a trail are prepared so that the conductance is where the table wants it;
 * then each is pulsed once, again and again from the same state, in many cells. */
#include "base/diag.h"
#include "network/synapse_impl.h"
#include <math.h>
#include <string.h>

#define DEVICES   64u /* where they differ */
#define REPEATS   4u
#define FEWER     4u /* of costly models */
#define LESS      3u
#define COARSE    2e-2
#define BISECTION 40u
#define END       1e-3 /* of the window */

/* ---- prepared states ---- */

typedef struct bracket {
    size_t at;     /* of the trail: between this and the next */
    double lo, hi; /* part of the way */
} bracket;

static bracket bracket_of(const hys__trail *t, double g, bool is_up) {
    bracket b = {0, 0, 1};
    while (b.at + 2 < t->n && (is_up ? t->g[b.at + 1] < g : t->g[b.at + 1] > g)) b.at++;
    return b;
}

static void put_states(const hys__trail *t, const bracket *b, double part, size_t n_states, double *to, size_t k) {
    const double *from = t->states + b->at * n_states, *next = t->n > 1 ? from + n_states : from;
    for (size_t q = 0; q < n_states; q++)
        to[q * HYS__POINTS + k] = part <= 0 ? from[q] : part >= 1 ? next[q] : from[q] + part * (next[q] - from[q]);
}

static double target_of(const hys_synapse_law *l, size_t k) {
    return l->g_min + (l->g_max - l->g_min) * (double)k / (double)(HYS__POINTS - 1);
}

/* States [n_states][points] at which nominal cells have the table's conductances. */
static hys_status prepare(hys__distil *d, hys__stand *stand, const hys__trail *t, bool is_up, double *states) {
    const hys_synapse_law *l = &d->synapse->law;
    const size_t n_states = hys__stand_n_states(stand);
    bracket b[HYS_SYNAPSE_POINTS];
    double g[HYS_SYNAPSE_POINTS];
    hys_status status = HYS_OK;
    for (size_t k = 0; k < HYS__POINTS; k++) b[k] = bracket_of(t, target_of(l, k), is_up);
    for (size_t r = 0; r < BISECTION && status == HYS_OK; r++) {
        for (size_t k = 0; k < HYS__POINTS; k++)
            put_states(t, &b[k], r ? 0.5 * (b[k].lo + b[k].hi) : 1, n_states, states, k);
        status = hys__stand_set(stand, states);
        if (status == HYS_OK) status = hys__stand_read(stand, l->read.voltage, l->read.gate, g);
        for (size_t k = 0; k < HYS__POINTS && status == HYS_OK; k++) {
            const double middle = r ? 0.5 * (b[k].lo + b[k].hi) : 1;
            const bool is_beyond = is_up ? g[k] >= target_of(l, k) : g[k] <= target_of(l, k);
            if (!r) b[k].lo = is_beyond ? 0 : 1; /* the trail ends before */
            else if (is_beyond) b[k].hi = middle;
            else b[k].lo = middle;
        }
    }
    return status;
}

/* ---- statistics ---- */

typedef struct tally {  /* of one point: cells, each again and again */
    double sum, within; /* of changes; of squares about each cell's mean */
    double between;     /* of squares of cells' means */
    size_t n;
} tally;

/* Analysis of variance: what differs from pulse to pulse, and from device to device. */
typedef struct pieces {
    double mean, pulse_sd, device_sd;
} pieces;

static pieces pieces_of(const tally *t, size_t repeats) {
    const double n = (double)t->n, r = (double)repeats, mean = t->sum / n;
    const double within = repeats > 1 ? t->within / (n * (r - 1)) : 0;
    const double means = t->n > 1 ? fmax(t->between - n * mean * mean, 0) / (n - 1) : 0;
    return (pieces){mean, sqrt(within), sqrt(fmax(means - within / r, 0))};
}

typedef struct bench {
    hys__distil *d;
    hys__stand *stand; /* [points devices] */
    size_t n, devices, repeats;
    double *states, *before, *after, *sum, *square, *energy, *volts;
} bench;

static void spread_states(const bench *b, const double *prepared, size_t n_states) {
    for (size_t q = 0; q < n_states; q++)
        for (size_t k = 0; k < b->n; k++) b->states[q * b->n + k] = prepared[q * HYS__POINTS + k / b->devices];
}

static hys_status pulse_all(bench *b, const hys_synapse_pulse *p) {
    double *v = b->volts;
    for (size_t k = 0; k < b->n; k++) v[k] = p->voltage;
    double *gates = NULL;
    if (hys__stand_has_gates(b->stand)) {
        gates = b->after;
        for (size_t k = 0; k < b->n; k++) gates[k] = p->gate;
    }
    return hys__stand_drive(b->stand, &(hys__stand_pulse){v, gates, p->width, HYS__STAND_REST(p->width)});
}

/* What is drawn when the voltage turns round is drawn anew; then all are where they were. */
static hys_status draw_anew(bench *b) {
    const hys_synapse_law *l = &b->d->synapse->law;
    hys_status status = pulse_all(b, &l->up);
    if (status == HYS_OK) status = pulse_all(b, &l->down);
    if (status == HYS_OK) status = pulse_all(b, &l->up);
    return status == HYS_OK ? hys__stand_set_moving(b->stand, b->states) : status;
}

static hys_status repeat(bench *b, const hys_synapse_pulse *p) {
    const hys_synapse_law *l = &b->d->synapse->law;
    const double range = l->g_max - l->g_min;
    memset(b->sum, 0, b->n * sizeof *b->sum);
    memset(b->square, 0, b->n * sizeof *b->square);
    memset(b->energy, 0, b->n * sizeof *b->energy);
    for (size_t r = 0; r < b->repeats; r++) {
        hys_status status = r ? HYS_OK : hys__stand_set(b->stand, b->states);
        if (status == HYS_OK && b->repeats > 1) status = draw_anew(b);
        if (status == HYS_OK) status = hys__stand_read(b->stand, l->read.voltage, l->read.gate, b->before);
        hys__stand_forget_energy(b->stand);
        if (status == HYS_OK) status = pulse_all(b, p);
        if (status == HYS_OK) status = hys__stand_read(b->stand, l->read.voltage, l->read.gate, b->after);
        if (status != HYS_OK) return status;
        for (size_t k = 0; k < b->n; k++) {
            const double change = (b->after[k] - b->before[k]) / range;
            b->sum[k] += change;
            b->square[k] += change * change;
            b->energy[k] += hys__stand_energy(b->stand)[k];
        }
    }
    return HYS_OK;
}

static void tabulate(const bench *b, bool is_up, double *device_square, double *weight) {
    hys_synapse_law *l = &b->d->synapse->law;
    const double r = (double)b->repeats;
    for (size_t p = 0; p < HYS__POINTS; p++) {
        tally t = {.n = b->devices};
        double energy = 0;
        for (size_t k = p * b->devices; k < (p + 1) * b->devices; k++) {
            const double mean = b->sum[k] / r;
            t.sum += mean;
            t.between += mean * mean;
            t.within += fmax(b->square[k] - r * mean * mean, 0);
            energy += b->energy[k];
        }
        const pieces all = pieces_of(&t, b->repeats);
        (is_up ? l->up_mean : l->down_mean)[p] = all.mean;
        (is_up ? l->up_sd : l->down_sd)[p] = all.pulse_sd > 1e-7 ? all.pulse_sd : 0;
        (is_up ? l->energy_up : l->energy_down)[p] = energy / (r * (double)b->devices);
        *device_square += all.device_sd * all.device_sd;
        *weight += all.mean * all.mean;
    }
}

/* Near the end of the window pulses go no farther than to it: there the law goes on as before, and x ends at 1 (or 0)
 * by itself. */
static void continue_to_end(double *mean, double *sd, bool is_up) {
    size_t n = HYS__POINTS;
    for (; n > 0; n--) {
        const size_t at = is_up ? n - 1 : HYS__POINTS - n;
        const double x = (double)(n - 1) / (double)(HYS__POINTS - 1);
        if (x + fabs(mean[at]) < 1 - END) break;
    }
    const double most = n ? 1.5 * fabs(mean[is_up ? n - 1 : HYS__POINTS - n]) : 0;
    for (size_t k = n; k < HYS__POINTS && n >= 2; k++) {
        const size_t at = is_up ? k : HYS__POINTS - 1 - k, a = is_up ? k - 1 : at + 1, b = is_up ? k - 2 : at + 2;
        const double next = 2 * mean[a] - mean[b];
        if (fabs(next) > fabs(mean[at]) && fabs(next) <= most && next * mean[a] > 0) mean[at] = next;
        sd[at] = sd[a];
    }
}

static hys_status both(bench *b, const double *up, const double *down, size_t n_states) {
    hys_synapse_law *l = &b->d->synapse->law;
    double square = 0, weight = 0;
    spread_states(b, up, n_states);
    hys_status status = repeat(b, &l->up);
    if (status != HYS_OK) return status;
    tabulate(b, true, &square, &weight);
    spread_states(b, down, n_states);
    status = repeat(b, &l->down);
    if (status != HYS_OK) return status;
    tabulate(b, false, &square, &weight);
    continue_to_end(l->up_mean, l->up_sd, true);
    continue_to_end(l->down_mean, l->down_sd, false);
    l->device_sd = weight > 0 ? sqrt(square / weight) : 0;
    if (l->device_sd < 1e-5) l->device_sd = 0;
    return HYS_OK;
}

static hys_status take(bench *b, size_t n_states) {
    hys__arena *a = b->d->arena;
    double **const rows[] = {&b->before, &b->after, &b->sum, &b->square, &b->energy, &b->volts};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) *rows[k] = HYS_NEW_N(a, double, b->n);
    b->states = HYS_NEW_N(a, double, b->n *n_states + 1);
    return a->failed ? HYS_NOMEM : HYS_OK;
}

/* Whether cells differ, from each other or from pulse to pulse. */
static hys_status is_random(hys__distil *d, bool *result) {
    hys_model *model = NULL;
    *result = d->synapse->cell.n_spread > 0;
    if (*result) return HYS_OK;
    hys_status status = hys_model_load(d->ctx, d->synapse->cell.memory, d->synapse->cell.model, &model);
    if (status == HYS_OK) *result = hys_model_has_draws(model);
    hys_model_free(model);
    return status;
}

hys_status hys__synapse_tables(hys__distil *d) {
    hys_cell_opts nominal = d->synapse->cell, cell = d->synapse->cell;
    bench b = {.d = d};
    hys__stand *one = NULL;
    bool has_draws = false;
    nominal.n_spread = 0;
    cell.seed = d->synapse->opts.seed;
    hys_status status = is_random(d, &has_draws);
    const bool is_costly = d->synapse->is_costly;
    b.devices = !has_draws ? 1 : is_costly ? FEWER : DEVICES;
    b.repeats = !has_draws ? 1 : is_costly ? LESS : REPEATS;
    b.n = HYS__POINTS * b.devices;
    d->n_devices = b.devices;
    if (status == HYS_OK) status = hys__stand_new(d->ctx, &(hys__stand_opts){.cell = &nominal, .n = HYS__POINTS}, &one);
    if (status == HYS_OK)
        status = hys__stand_new(d->ctx, &(hys__stand_opts){.cell = &cell, .n = b.n, .reltol = is_costly ? COARSE : 0},
                                &b.stand);
    if (status == HYS_OK) {
        const size_t n_states = hys__stand_n_states(one);
        d->up_states = HYS_NEW_N(d->arena, double, HYS__POINTS *n_states + 1);
        d->down_states = HYS_NEW_N(d->arena, double, HYS__POINTS *n_states + 1);
        status = take(&b, n_states);
        if (status == HYS_OK) status = prepare(d, one, &d->up, true, d->up_states);
        if (status == HYS_OK) status = prepare(d, one, &d->down, false, d->down_states);
        if (status == HYS_OK) status = both(&b, d->up_states, d->down_states, n_states);
    }
    hys__stand_free(one);
    hys__stand_free(b.stand);
    return status;
}
