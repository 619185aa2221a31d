/* Cells: many devices side by side, each driven alone. */
#include "base/diag.h"
#include "network/cells_impl.h"
#include <math.h>
#include <string.h>

hys_status hys_cells_new(const hys_synapse *synapse, size_t n, hys_cells_kind kind, uint64_t seed, hys_cells **result) {
    hys_ctx *ctx = synapse->ctx;
    if (kind != HYS_CELLS_DISTILLED && kind != HYS_CELLS_KERNEL)
        return hys__fail(ctx, HYS_ARG, "distilled or kernel", "there is no kind %d of cells", (int)kind);
    if (kind == HYS_CELLS_KERNEL && !synapse->law.is_kernel)
        return hys__fail(ctx, HYS_ARG, "distilled cells need none", "there is no model behind the synapse '%.60s'",
                         synapse->law.name);
    if (!n || n > UINT32_MAX) return hys__fail(ctx, HYS_ARG, "at least one", "there cannot be %zu cells", n);
    hys_cells *c = hys__realloc(ctx, NULL, 0, sizeof *c);
    if (!c) return HYS_NOMEM;
    *c = (hys_cells){.ctx = ctx, .synapse = synapse, .kind = kind, .n = n, .seed = seed};
    hys__arena_init(&c->arena, ctx, 0);
    hys_status status = kind == HYS_CELLS_KERNEL ? hys__cells_kernel_new(c) : hys__cells_table_new(c);
    if (status == HYS_OK) *result = c;
    else hys_cells_free(c);
    return status;
}

void hys_cells_free(hys_cells *c) {
    if (!c) return;
    hys_ctx *ctx = c->ctx;
    hys__stand_free(c->stand);
    hys__team_free(c->team);
    hys__arena_free(&c->arena);
    hys__free(ctx, c, sizeof *c);
}

size_t hys_cells_count(const hys_cells *c) {
    return c->n;
}

double hys_cells_energy(const hys_cells *c) {
    return c->energy;
}

hys_status hys_cells_read(hys_cells *c, double *g) {
    const hys_synapse_law *l = &c->synapse->law;
    if (c->stand) return hys__stand_read(c->stand, l->read.voltage, l->read.gate, g);
    const double range = l->g_max - l->g_min;
    for (size_t k = 0; k < c->n; k++) g[k] = fmax(l->g_min + range * (double)c->x[k], 0);
    return HYS_OK;
}

hys_status hys_cells_pulse(hys_cells *c, const int32_t *counts) {
    return c->stand ? hys__cells_kernel_pulse(c, counts) : hys__cells_table_pulse(c, counts);
}

/* Tables know the pulses that they were made of. */
static hys_status drive_table(hys_cells *c, const double *voltages, double width) {
    const hys_synapse_law *l = &c->synapse->law;
    hys_status status = HYS_OK;
    int32_t *counts = hys__realloc(c->ctx, NULL, 0, c->n * sizeof *counts);
    if (!counts) return HYS_NOMEM;
    for (size_t k = 0; k < c->n && status == HYS_OK; k++) {
        const double v = voltages[k];
        const bool is_up = v == l->up.voltage && width == l->up.width,
                   is_down = v == l->down.voltage && width == l->down.width;
        counts[k] = v == 0 ? 0 : is_up ? 1 : -1;
        if (v != 0 && !is_up && !is_down)
            status = hys__fail(c->ctx, HYS_ARG, "cells that are kernels take any pulse",
                               "distilled cells know pulses of %g V, %g s and %g V, %g s, not of %g V, %g s",
                               l->up.voltage, l->up.width, l->down.voltage, l->down.width, v, width);
    }
    if (status == HYS_OK) status = hys__cells_table_pulse(c, counts);
    hys__free(c->ctx, counts, c->n * sizeof *counts);
    return status;
}

hys_status hys_cells_drive(hys_cells *c, const double *voltages, double width) {
    if (!(width > 0 && isfinite(width)))
        return hys__fail(c->ctx, HYS_ARG, "more than 0 s", "no pulse can be %g s long", width);
    for (size_t k = 0; k < c->n; k++)
        if (!isfinite(voltages[k]))
            return hys__fail(c->ctx, HYS_ARG, "a finite number", "cell %zu is driven to %g V", k, voltages[k]);
    if (!c->stand) return drive_table(c, voltages, width);
    return hys__cells_kernel_drive(c, voltages, width, c->synapse->law.up.gate);
}

hys_status hys_cells_wait(hys_cells *c, double time, double temp) {
    if (!(time >= 0 && isfinite(time)))
        return hys__fail(c->ctx, HYS_ARG, "0 s or more", "nothing waits for %g s", time);
    if (!(temp >= 0 && isfinite(temp)))
        return hys__fail(c->ctx, HYS_ARG, "more than 0 K", "cells cannot be at %g K", temp);
    if (c->stand) return hys__cells_kernel_wait(c, time, temp);
    if (temp != 0 && fabs(temp - c->synapse->law.temp) > 0.01)
        return hys__fail(c->ctx, HYS_ARG, "distil the device at that temperature, or take kernels as cells",
                         "the synapse '%.60s' was distilled at %g K: what happens at %g K it does not know",
                         c->synapse->law.name, c->synapse->law.temp, temp);
    return hys__cells_table_wait(c, time);
}

hys_status hys_cells_program(hys_cells *c, const double *targets, hys_cells_report *report) {
    const hys_synapse_law *l = &c->synapse->law;
    const double tolerance = c->synapse->opts.tolerance * (l->g_max - l->g_min);
    hys_cells_report r = {.size = sizeof r};
    hys_status status = c->stand ? hys__cells_verify(c, targets, &(hys__verify){.tolerance = tolerance}, &r)
                                 : hys__cells_table_program(c, targets, &r);
    if (status == HYS_OK && report)
        memcpy(report, &r, report->size && report->size < sizeof r ? report->size : sizeof r);
    return status;
}

hys_status hys_cells_put(const hys_cells *c, size_t first, hys_array *array) {
    if (!c->stand)
        return hys__fail(c->ctx, HYS_ARG, "take kernels as cells", "distilled cells have no states for an array");
    return hys__stand_put(c->stand, first, array);
}
