/* Cells by the model's own equations. */
#include "array/cells_impl.h"
#include "base/diag.h"
#include "network/cells_impl.h"
#include <math.h>
#include <string.h>

#define MOST_RESETS 256u
#define COARSE      2e-2 /* where a pulse takes many steps */
#define RELTOL      1e-3 /* steps of second order, whose error is judged by a method of first order */

static double reltol_of(const hys_cells *c) {
    return c->synapse->is_costly ? COARSE : RELTOL;
}

static double sum_of(const double *v, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += v[k];
    return sum;
}

static hys_status drive(hys_cells *c, double width, double gate) {
    for (size_t k = 0; k < c->n; k++) c->gates[k] = c->voltages[k] != 0 ? gate : 0;
    const hys__stand_pulse pulse = {c->voltages, hys__stand_has_gates(c->stand) ? c->gates : NULL, width,
                                    HYS__STAND_REST(width)};
    hys_status status = hys__stand_drive(c->stand, &pulse);
    c->energy = sum_of(hys__stand_energy(c->stand), c->n);
    return status;
}

hys_status hys__cells_kernel_drive(hys_cells *c, const double *voltages, double width, double gate) {
    memcpy(c->voltages, voltages, c->n * sizeof *voltages);
    return drive(c, width, gate);
}

/* One pulse of those that still have one in that direction. */
static hys_status pulse_once(hys_cells *c, const int32_t *counts, int32_t round, const hys_synapse_pulse *p, int sign) {
    bool any = false;
    for (size_t k = 0; k < c->n; k++) {
        const bool has_one = (int64_t)counts[k] * sign > round;
        c->voltages[k] = has_one ? p->voltage : 0;
        any = any || has_one;
    }
    return any ? drive(c, p->width, p->gate) : HYS_OK;
}

hys_status hys__cells_kernel_pulse(hys_cells *c, const int32_t *counts) {
    const hys_synapse_law *l = &c->synapse->law;
    int64_t most = 0;
    hys_status status = HYS_OK;
    for (size_t k = 0; k < c->n; k++) {
        const int64_t size = counts[k] < 0 ? -(int64_t)counts[k] : counts[k];
        most = size > most ? size : most;
    }
    for (int32_t r = 0; r < most && status == HYS_OK; r++) {
        status = pulse_once(c, counts, r, &l->up, 1);
        if (status == HYS_OK) status = pulse_once(c, counts, r, &l->down, -1);
    }
    return status;
}

/* At another temperature the same cells begin anew, with the same draws, and take on the states that they had. */
static hys_status wait_at(hys_cells *c, double time, double temp) {
    hys_cell_opts cell = c->synapse->cell;
    hys__stand *other = NULL;
    cell.temp = temp;
    cell.seed = c->seed;
    const size_t size = (hys__stand_n_states(c->stand) * c->n + 1) * sizeof(double);
    double *states = hys__realloc(c->ctx, NULL, 0, size);
    hys_status status = states ? hys__stand_get(c->stand, states) : HYS_NOMEM;
    if (status == HYS_OK)
        status = hys__stand_new(c->ctx, &(hys__stand_opts){.cell = &cell, .n = c->n, .reltol = reltol_of(c)}, &other);
    if (status == HYS_OK) status = hys__stand_set(other, states);
    if (status == HYS_OK) status = hys__stand_drive(other, &(hys__stand_pulse){.rest = time});
    if (status == HYS_OK) status = hys__stand_get(other, states);
    if (status == HYS_OK) status = hys__stand_set(c->stand, states);
    hys__stand_free(other);
    if (states) hys__free(c->ctx, states, size);
    return status;
}

hys_status hys__cells_kernel_wait(hys_cells *c, double time, double temp) {
    const double own = c->synapse->law.temp;
    if (temp != 0 && fabs(temp - own) > 1e-9 * own) return wait_at(c, time, temp);
    return hys__stand_drive(c->stand, &(hys__stand_pulse){.rest = time});
}

/* Down until that changes little. */
static hys_status to_the_low_end(hys_cells *c) {
    const hys_synapse_law *l = &c->synapse->law;
    const double range = l->g_max - l->g_min;
    hys__arena a;
    hys__arena_init(&a, c->ctx, 0);
    double *g = HYS_NEW_N(&a, double, c->n), *before = HYS_NEW_N(&a, double, c->n);
    hys_status status = a.failed ? HYS_NOMEM : hys__stand_read(c->stand, l->read.voltage, l->read.gate, g);
    for (size_t r = 0; r < MOST_RESETS && status == HYS_OK; r++) {
        bool any = false;
        for (size_t k = 0; k < c->n; k++) {
            const bool is_there = g[k] <= l->g_min + 1e-3 * range || (r > 0 && before[k] - g[k] < 1e-5 * range);
            c->voltages[k] = is_there ? 0 : l->down.voltage;
            any = any || !is_there;
            before[k] = g[k];
        }
        if (!any) break;
        status = drive(c, l->down.width, l->down.gate);
        if (status == HYS_OK) status = hys__stand_read(c->stand, l->read.voltage, l->read.gate, g);
    }
    hys__arena_free(&a);
    hys__stand_forget_energy(c->stand);
    c->energy = 0;
    return status;
}

hys_status hys__cells_kernel_new(hys_cells *c) {
    hys_cell_opts cell = c->synapse->cell;
    cell.seed = c->seed;
    c->voltages = HYS_NEW_N(&c->arena, double, c->n);
    c->gates = HYS_NEW_N(&c->arena, double, c->n);
    if (c->arena.failed) return HYS_NOMEM;
    hys_status status =
        hys__stand_new(c->ctx, &(hys__stand_opts){.cell = &cell, .n = c->n, .reltol = reltol_of(c)}, &c->stand);
    return status == HYS_OK ? to_the_low_end(c) : status;
}
